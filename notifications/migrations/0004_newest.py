"""The newest letters are found by when they were written: the letters' desk shows a few of ninety days."""

from django.db import migrations, models

from common.slow_steps import AddIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0003_held"),
    ]

    operations = [
        AddIndexMeanwhile(
            model_name="notification",
            index=models.Index(fields=["created_at", "id"], name="notification_newest"),
        ),
    ]
