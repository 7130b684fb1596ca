"""Public bodies whose number says that they are a local authority become one, and keep all they have. Written a row at a
time: there are few."""

from django.db import migrations

from accounts import levels


def become_authorities(apps, schema_editor):
    organisation = apps.get_model("accounts", "Organisation")
    commune = apps.get_model("accounts", "Commune")
    rows = organisation.objects.filter(legal_form="PUBLIC", kind__in=["ESS", "COMPANY"], level="")
    for row in rows.exclude(siren=""):
        level = levels.by_number(row.siren)
        if level is None and commune.objects.filter(epci_code=row.siren).exists():
            level = levels.AuthorityLevel.EPCI
        if level is not None:
            organisation.objects.filter(pk=row.pk).update(kind="AUTHORITY", level=str(level))


def be_what_they_were(apps, schema_editor):
    """Those that lend and ask nothing are registered as companies again, the others as structures."""
    organisation = apps.get_model("accounts", "Organisation")
    need, offer = (apps.get_model("marketplace", name) for name in ("Need", "Offer"))
    rows = organisation.objects.filter(kind="AUTHORITY")
    lending = offer.objects.filter(time="WORK").values("organisation")
    asking = need.objects.values("organisation")
    rows.filter(pk__in=lending).exclude(pk__in=asking).update(kind="COMPANY", level="")
    rows.update(kind="ESS", level="")


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0003_states_say_what_is"),
        ("accounts", "0002_authorities"),
    ]
    operations = [migrations.RunPython(become_authorities, be_what_they_were)]
