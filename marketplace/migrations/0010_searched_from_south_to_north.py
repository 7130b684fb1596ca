"""The index lies from south to north: a search reads no farther than somebody may come.

The indexes come in the next one, in a transaction of their own: made in this one, they would list each row
twice, as it was before it was measured too."""

from django.db import migrations, models

SPANS = (30_001, 100_001, 2**31 - 1)  # metres


def measure(apps, schema_editor):
    postings = apps.get_model("marketplace", "OfferPosting").objects
    for span in SPANS:
        postings.filter(span=0, reach_squared__lte=span**2).update(span=span)


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0009_reckoning_keeps_load")]

    operations = [
        migrations.RemoveIndex("needposting", "need_posting_search"),
        migrations.RemoveIndex("offerposting", "offer_posting_search"),
        migrations.AddField(
            "offerposting",
            "span",
            models.IntegerField(
                default=0,
                help_text="The reach, up to the next step: how far north or south to look.",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(measure, migrations.RunPython.noop),
    ]
