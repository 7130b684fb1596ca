"""Offers are found by their words with the database's own means."""

from django.db import migrations, models

import common.word_search
from common.word_search import name_of, words_of

BATCH = 1_000


def read_words(apps, schema_editor):
    """Write the words of the offers that there are."""
    rows = apps.get_model("marketplace", "Offer").objects
    said, named = ("title", "about"), ("title",)
    batch = []
    for row in rows.only("pk", *said).order_by("pk").iterator(BATCH):
        row.search_text = words_of(*(getattr(row, name) for name in said))
        row.search_name = name_of(*(getattr(row, name) for name in named))
        batch.append(row)
        if len(batch) == BATCH:
            rows.bulk_update(batch, ["search_text", "search_name"])
            batch = []
    rows.bulk_update(batch, ["search_text", "search_name"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_finding'),
        ('marketplace', '0027_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='offer',
            name='search_name',
            field=common.word_search.NameOf('title', db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='offer',
            name='search_text',
            field=common.word_search.WordsOf('title', 'about', db_default='', default='', editable=False),
        ),
        migrations.RunPython(read_words, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['number', 'year'], name='document_by_number'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=common.word_search.WordSearch(called='search_name', name='offer_words', text='search_text'),
        ),
    ]
