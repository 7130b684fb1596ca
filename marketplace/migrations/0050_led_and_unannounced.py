"""Gatherings: the need by which the hours of whoever leads one are counted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0049_trainings'),
    ]

    operations = [
        migrations.AddField(
            model_name='gathering',
            name='need',
            field=models.OneToOneField(blank=True, help_text='Written for whoever leads it, so that their hours are those of a mission.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='gathering', to='marketplace.need'),
        ),
    ]
