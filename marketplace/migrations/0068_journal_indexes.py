"""What is told is found by its person, its organisation and by what was read; what was taken out is found without it."""

from django.db import migrations, models

from common.slow_steps import AddIndexMeanwhile, CheckRowsThere, RemoveIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("marketplace", "0067_journal"),
    ]

    operations = [
        CheckRowsThere("journalentry", "journal_in_one_name"),
        AddIndexMeanwhile(
            model_name="journalentry",
            index=models.Index(fields=["organisation", "at", "id"], condition=models.Q(told=False), name="journal_taken"),
        ),
        AddIndexMeanwhile(
            model_name="journalentry",
            index=models.Index(fields=["organisation", "by", "at", "id"], condition=models.Q(told=False), name="journal_taken_by"),
        ),
        AddIndexMeanwhile(
            model_name="journalentry",
            index=models.Index(fields=["organisation", "kind", "at", "id"], condition=models.Q(told=False), name="journal_taken_kind"),
        ),
        AddIndexMeanwhile(
            model_name="journalentry",
            index=models.Index(fields=["pole", "at", "id"], condition=models.Q(told=False), name="journal_taken_pole"),
        ),
        AddIndexMeanwhile(
            model_name="journalentry",
            index=models.Index(fields=["house", "at", "id"], condition=models.Q(house__isnull=False), name="journal_house"),
        ),
        AddIndexMeanwhile(
            model_name="journalentry",
            index=models.Index(fields=["kind", "number", "at", "id"], condition=models.Q(told=True), name="journal_of_what"),
        ),
        RemoveIndexMeanwhile(model_name="journalentry", name="journal_organisation"),
        RemoveIndexMeanwhile(model_name="journalentry", name="journal_organisation_by"),
        RemoveIndexMeanwhile(model_name="journalentry", name="journal_of_a_kind"),
        RemoveIndexMeanwhile(model_name="journalentry", name="journal_pole"),
    ]
