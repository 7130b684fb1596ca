"""On whose time people may come for a need: those that exist welcome both."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_groups"),
        ("marketplace", "0005_loans_between_non_profits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="need",
            name="time",
            field=models.CharField(
                choices=[
                    ("BOTH", "own time or working time"),
                    ("OWN", "own time only (volunteering)"),
                    ("WORK", "working time only (lent by an employer)"),
                ],
                db_default="BOTH",
                default="BOTH",
                max_length=10,
                verbose_name="on whose time",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(("time__in", ["BOTH", "OWN", "WORK"])), name="need_time_known"
            ),
        ),
    ]
