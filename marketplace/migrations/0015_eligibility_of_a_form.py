"""What was said of tax receipts holds for a legal form: the one that the structure has today, as far as anybody knows."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def of_todays_form(apps, schema_editor):
    organisation = apps.get_model("accounts", "Organisation").objects.filter(
        pk=OuterRef("organisation")
    )
    said = apps.get_model("marketplace", "Eligibility").objects.order_by()
    said.update(legal_form=Subquery(organisation.values("legal_form")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_unverified"),
        ("marketplace", "0014_absences"),
    ]

    operations = [
        migrations.AddField(
            model_name="eligibility",
            name="legal_form",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=20
            ),
        ),
        migrations.RunPython(of_todays_form, migrations.RunPython.noop),
    ]
