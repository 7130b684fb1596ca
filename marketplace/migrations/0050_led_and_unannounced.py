"""Gatherings: the need by which the hours of whoever leads one are counted; those who came unannounced; hosts who may not act;
whether it is still used three months later."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0020_attending'),
        ('marketplace', '0049_trainings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Unannounced',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('people', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='people')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'people who came unannounced',
                'verbose_name_plural': 'people who came unannounced',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='attendance',
            name='attendance_status_known',
        ),
        migrations.AddField(
            model_name='attendance',
            name='uses',
            field=models.CharField(blank=True, choices=[('YES', 'still used'), ('LITTLE', 'used a little'), ('NO', 'not used')], db_default='', default='', max_length=10, verbose_name='do they still use it?'),
        ),
        migrations.AddField(
            model_name='attendance',
            name='uses_said_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='gathering',
            name='host_paused_at',
            field=models.DateTimeField(blank=True, help_text='Since when its host may not act, as who comes was told.', null=True),
        ),
        migrations.AddField(
            model_name='gathering',
            name='need',
            field=models.OneToOneField(blank=True, help_text='Written for whoever leads it, so that their hours are those of a mission.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='gathering', to='marketplace.need'),
        ),
        migrations.AlterField(
            model_name='attendance',
            name='status',
            field=models.CharField(choices=[('CONFIRMED', 'has a seat'), ('WAITING', 'on the waiting list'), ('OFFERED', 'a seat is kept for them'), ('CANCELLED', 'doesn’t come'), ('CAME', 'came'), ('MISSED', 'didn’t come'), ('ASKED', 'their own yes is awaited')], max_length=20, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['CONFIRMED', 'WAITING', 'OFFERED', 'CANCELLED', 'CAME', 'MISSED', 'ASKED'])), name='attendance_status_known'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(('uses__in', ['', 'YES', 'LITTLE', 'NO'])), name='attendance_use_known'),
        ),
        migrations.AddField(
            model_name='unannounced',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='unannounced',
            name='gathering',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unannounced', to='marketplace.gathering'),
        ),
        migrations.AddField(
            model_name='unannounced',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.organisation', verbose_name='structure'),
        ),
        migrations.AddConstraint(
            model_name='unannounced',
            constraint=models.UniqueConstraint(fields=('gathering', 'organisation'), name='unannounced_once_a_structure'),
        ),
        migrations.AddConstraint(
            model_name='unannounced',
            constraint=models.CheckConstraint(condition=models.Q(('people__gte', 1)), name='unannounced_somebody'),
        ),
    ]
