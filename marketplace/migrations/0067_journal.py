"""The journal also holds what is told to those whom it is about."""

import django.db.models.deletion
from django.db import migrations, models

import marketplace.models.written_once
from common.slow_steps import AddCheckOfNewRows

FIELDS = ["by", "organisation", "pole", "kind", "number", "words", "form", "subject", "house", "told", "rows", "why", "at"]
NAMED = (
    models.Q(organisation=None, pole__isnull=False)
    | models.Q(organisation__isnull=False, pole=None)
    | models.Q(organisation__isnull=False, told=True)
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0025_user_seen"),
        ("marketplace", "0066_left_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="journalentry",
            name="house",
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="accounts.organisation"),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="told",
            field=models.BooleanField(db_default=False, default=False),
        ),
        AddCheckOfNewRows(  # 0068 reads the lines that are there
            model_name="journalentry",
            constraint=models.CheckConstraint(condition=NAMED, name="journal_in_one_name"),
        ),
        migrations.RemoveConstraint(model_name="journalentry", name="journal_written_once"),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=marketplace.models.written_once.WrittenOnce(fields=FIELDS, kept_days=364, name="journal_written_once"),
        ),
    ]
