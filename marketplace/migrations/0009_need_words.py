"""Needs are found by their words with the database's own means."""

from django.db import migrations

import common.word_search
from common.word_search import name_of, words_of

BATCH = 1_000


def read_words(apps, schema_editor):
    """Write the words of the needs that there are."""
    needs = apps.get_model("marketplace", "Need").objects
    said = ("title", "context", "deliverable")
    batch = []
    for row in needs.only("pk", *said).order_by("pk").iterator(BATCH):
        row.search_text = words_of(*(getattr(row, name) for name in said))
        row.search_name = name_of(row.title)
        batch.append(row)
        if len(batch) == BATCH:
            needs.bulk_update(batch, ["search_text", "search_name"])
            batch = []
    needs.bulk_update(batch, ["search_text", "search_name"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_directory'),
        ('marketplace', '0008_what_an_organisation_is_known_by'),
    ]

    operations = [
        migrations.AddField(
            model_name='need',
            name='search_name',
            field=common.word_search.NameOf('title', db_default='', default='', editable=False),
        ),
        migrations.AlterField(
            model_name='need',
            name='search_text',
            field=common.word_search.WordsOf('title', 'context', 'deliverable', db_default='', default='', editable=False),
        ),
        migrations.RunPython(read_words, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='need',
            constraint=common.word_search.WordSearch(called='search_name', name='need_words', text='search_text'),
        ),
    ]
