"""Organisations are found by their words and their names, and those that stay in it are in a public directory."""

from django.db import migrations, models

import common.word_search
from common.word_search import name_of, words_of

BATCH = 1_000


def read_words(apps, schema_editor):
    """Write the words of the organisations that there are. Nobody is in the directory by this: they are told first."""
    organisations = apps.get_model("accounts", "Organisation").objects
    batch = []
    for row in organisations.only("pk", "name", "purpose").order_by("pk").iterator(BATCH):
        row.search_text, row.search_name = words_of(row.name, row.purpose), name_of(row.name)
        batch.append(row)
        if len(batch) == BATCH:
            organisations.bulk_update(batch, ["search_text", "search_name"])
            batch = []
    organisations.bulk_update(batch, ["search_text", "search_name"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_groups'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='listed_from',
            field=models.DateField(blank=True, help_text='Empty: it isn’t in it.', null=True, verbose_name='in the directory from'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='search_name',
            field=common.word_search.NameOf('name', db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='organisation',
            name='search_text',
            field=common.word_search.WordsOf('name', 'purpose', db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='organisation',
            name='unlisted_at',
            field=models.DateTimeField(blank=True, help_text='When its administrators took it out of the directory.', null=True),
        ),
        migrations.RunPython(read_words, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='organisation',
            index=models.Index(condition=models.Q(('listed_from__isnull', False), ('status', 'ACCEPTED')), fields=['search_name', 'id', 'kind', 'commune', 'pole', 'listed_from'], name='organisation_directory'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('listed_from', None), ('unlisted_at', None), _connector='OR'), name='organisation_listed_or_not'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=common.word_search.WordSearch(called='search_name', name='organisation_words', text='search_text'),
        ),
    ]
