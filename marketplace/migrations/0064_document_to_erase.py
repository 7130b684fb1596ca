"""Papers whose time is over are found by their index."""

from django.db import migrations, models

from common.slow_steps import AddIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('marketplace', '0063_places_given_on'),
    ]

    operations = [
        AddIndexMeanwhile(
            model_name='document',
            index=models.Index(condition=models.Q(('erased_at', None)), fields=['made_at'], name='document_to_erase'),
        ),
    ]
