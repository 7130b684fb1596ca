"""The index of matching has other columns from here on: it is emptied, and the sweep fills it again."""

from django.db import migrations


def empty(apps, schema_editor):
    for name in ("KeptMatch", "NeedPosting", "OfferPosting"):
        apps.get_model("marketplace", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0001_initial")]

    operations = [migrations.RunPython(empty, migrations.RunPython.noop)]
