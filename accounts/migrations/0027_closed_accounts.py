"""Closed accounts are found without reading the others."""

from django.db import migrations, models

from common.slow_steps import AddIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0026_pole_sender"),
    ]

    operations = [
        AddIndexMeanwhile(
            model_name="user",
            index=models.Index(fields=["id"], condition=models.Q(closed_at__isnull=False), name="user_closed"),
        ),
    ]
