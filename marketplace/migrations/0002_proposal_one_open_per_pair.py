"""Two whose mission was interrupted may be put in touch again: the agreed proposal stays, and a new one is open."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0001_initial")]
    operations = [
        migrations.RemoveConstraint("proposal", "proposal_one_live_per_pair"),
        migrations.AddConstraint(
            "proposal",
            models.UniqueConstraint(
                fields=["need", "offer"],
                condition=models.Q(("status", "OPEN")),
                name="proposal_one_open_per_pair",
                violation_error_message="This offer has already been put forward for this need.",
            ),
        ),
    ]
