"""How somebody who has left was called, until what others wrote names them no more."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0065_seal_resealed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LeftName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('called', models.JSONField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('table', models.CharField(blank=True, default='', max_length=80)),
                ('after', models.BigIntegerField(default=0)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('waits', models.JSONField(blank=True, default=list)),
                ('aside', models.JSONField(blank=True, default=list)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'name to take out of texts',
                'ordering': ['at', 'pk'],
            },
        ),
    ]
