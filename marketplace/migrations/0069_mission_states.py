"""A state of a mission has another name. The database doesn't change."""

from django.db import migrations, models

STATES = [
    ("FRAMING", "being set up"),
    ("AGREEMENT", "waiting for the employer's agreement"),
    ("DOCUMENTS", "documents"),
    ("RUNNING", "running"),
    ("SUSPENDED", "suspended"),
    ("LEFT", "suspended, the person has left"),
    ("DISPUTED", "in disagreement"),
    ("DELIVERED", "delivered"),
    ("REVIEWED", "to be closed"),
    ("VALUED", "value declared"),
    ("CLOSED", "closed"),
    ("RENEWED", "closed and renewed"),
    ("INTERRUPTED", "interrupted"),
]


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0068_journal_indexes")]
    operations = [
        migrations.AlterField(
            model_name="mission",
            name="status",
            field=models.CharField(
                choices=STATES, default="FRAMING", max_length=20, verbose_name="state"
            ),
        ),
    ]
