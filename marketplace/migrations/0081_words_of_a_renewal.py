"""Words: a mission that has a renewal is closed, with a renewal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0080_late_answers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="mission",
            name="status",
            field=models.CharField(
                choices=[
                    ("FRAMING", "being set up"),
                    ("AGREEMENT", "waiting for the employer’s agreement"),
                    ("DOCUMENTS", "documents"),
                    ("RUNNING", "running"),
                    ("SUSPENDED", "suspended"),
                    ("LEFT", "suspended, the person has left"),
                    ("DISPUTED", "in disagreement"),
                    ("DELIVERED", "delivered"),
                    ("REVIEWED", "to be closed"),
                    ("VALUED", "value declared"),
                    ("CLOSED", "closed"),
                    ("RENEWED", "closed, with a renewal"),
                    ("INTERRUPTED", "interrupted"),
                ],
                default="FRAMING",
                max_length=20,
                verbose_name="state",
            ),
        ),
    ]
