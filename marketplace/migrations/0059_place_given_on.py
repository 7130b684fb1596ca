"""Whoever took a renewal over has its place: 0063 says so of those of before."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0058_template_asks'),
    ]

    operations = [
        migrations.AddField(
            model_name='mission',
            name='gave_place_on',
            field=models.BooleanField(db_default=False, default=False, help_text='A renewal of it was left, and a colleague or somebody else has its place of the need.'),
        ),
    ]
