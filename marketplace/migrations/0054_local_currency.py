"""A sheet says in which currency expenses are paid back; a gathering, that it takes the local one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0053_languages'),
    ]

    operations = [
        migrations.AddField(
            model_name='gathering',
            name='takes_currency',
            field=models.BooleanField(db_default=False, default=False, verbose_name='takes the local currency'),
        ),
        migrations.AddField(
            model_name='missionsheet',
            name='currency',
            field=models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='paid back in'),
        ),
    ]
