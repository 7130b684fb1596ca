
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0044_carriers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.TextField(max_length=1000, verbose_name='why')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'objection',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='needposting',
            name='need_posting_once',
        ),
        migrations.AddField(
            model_name='needposting',
            name='at',
            field=models.SmallIntegerField(db_default=0, default=0, help_text='Which of its places: its own, then those that carry it.'),
        ),
        migrations.AddConstraint(
            model_name='needposting',
            constraint=models.UniqueConstraint(fields=('need', 'key', 'at'), name='need_posting_once'),
        ),
        migrations.AddField(
            model_name='objection',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='objection',
            name='carrier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objections', to='marketplace.carrier'),
        ),
        migrations.AddField(
            model_name='objection',
            name='proposal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objections', to='marketplace.proposal'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.UniqueConstraint(fields=('proposal', 'carrier'), name='objection_once', violation_error_message='Your structure has objected already.'),
        ),
    ]
