"""Who offers may say that they can train a group of structures."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0048_gatherings'),
    ]

    operations = [
        migrations.AddField(
            model_name='offer',
            name='trains_up_to',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='can train a group of structures, up to'),
        ),
    ]
