"""The nightly figures keep what operators brought to each other."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0010_listed_consent'),
    ]

    operations = [
        migrations.AddField(
            model_name='reckoning',
            name='exchanges',
            field=models.JSONField(blank=True, help_text='What operators brought to each other: see figures/exchanges.py.', null=True),
        ),
    ]
