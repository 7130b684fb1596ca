"""The bits of a need's posting say what it requires, no longer what is only welcome: an offer's search leaves
out what it can't meet."""

from itertools import batched

from django.db import migrations, models

from marketplace.matching.columns import Needs
from marketplace.matching.everything import signature


def require(apps, schema_editor):
    postings = apps.get_model("marketplace", "NeedPosting").objects
    for rows in batched(postings.only("pk", "skills").iterator(chunk_size=2_000), 2_000):
        for row in rows:
            card = Needs.read(b"", bytes(row.skills))
            keys = card.skill[card.required] << 2
            row.holds = signature(keys.tolist())
        postings.bulk_update(rows, ["holds"])


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0011_index_from_south_to_north")]

    operations = [
        migrations.AlterField(
            model_name=name,
            name="holds",
            field=models.BigIntegerField(
                help_text="A bit for each skill that is held, or required, by its number."
            ),
        )
        for name in ("needposting", "offerposting")
    ] + [migrations.RunPython(require, migrations.RunPython.noop)]
