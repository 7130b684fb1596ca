"""People are found by their words with the database's own means."""

from django.db import migrations, models

import common.word_search
from common.word_search import name_of, words_of

BATCH = 1_000


def read_words(apps, schema_editor):
    """Write the words of the people that there are."""
    rows = apps.get_model("accounts", "User").objects
    said, named = ("first_name", "last_name"), ("first_name", "last_name")
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
        ('accounts', '0018_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='search_name',
            field=common.word_search.NameOf('first_name', 'last_name', db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='user',
            name='search_text',
            field=common.word_search.WordsOf('first_name', 'last_name', db_default='', default='', editable=False),
        ),
        migrations.RunPython(read_words, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('phone', ''), _negated=True), fields=['phone'], name='user_phone'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=common.word_search.WordSearch(called='search_name', name='user_words', text='search_text'),
        ),
    ]
