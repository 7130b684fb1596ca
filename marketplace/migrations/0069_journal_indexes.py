"""What is told is found by its person, its organisation and by what was read; what was taken out is found without it."""

from django.db import migrations, models

from common.slow_steps import AddIndexMeanwhile, RemoveIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("marketplace", "0069_journal"),
    ]

    operations = [
        AddIndexMeanwhile(
            model_name="journalentry",
            index=models.Index(fields=["pole", "at", "id"], condition=models.Q(told=False), name="journal_pole_taken"),
        ),
        AddIndexMeanwhile(
            model_name="journalentry",
            index=models.Index(fields=["house", "at", "id"], condition=models.Q(house__isnull=False), name="journal_house"),
        ),
        AddIndexMeanwhile(
            model_name="journalentry",
            index=models.Index(fields=["kind", "number", "at", "id"], condition=models.Q(told=True), name="journal_of_what"),
        ),
        RemoveIndexMeanwhile(model_name="journalentry", name="journal_pole"),
    ]
