"""The needs that wait for somebody are counted from an index: the desk counts all of a pôle's."""

from django.db import migrations, models

from common.slow_steps import AddIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("marketplace", "0076_loans_by_non_profits"),
    ]

    operations = [
        AddIndexMeanwhile(
            model_name="need",
            index=models.Index(fields=["pole", "published_at", "id", "organisation", "coordinator", "operator", "commune"], condition=models.Q(status="PUBLISHED"), name="need_waiting"),
        ),
    ]
