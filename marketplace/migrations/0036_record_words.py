"""The records of a pôle are found by their words with the database's own means, and by their numbers."""

import common.word_search
from django.conf import settings
from django.db import migrations, models

from common.word_search import name_of, words_of

BATCH = 1_000
# What is read of each: all that it says, and what it is called.
SAID = {
    "OrganisationRecord": (("name",), ("name",)),
    "PersonRecord": (("first_name", "last_name"), ("first_name", "last_name")),
    "NeedRecord": (("title", "text"), ("title",)),
}


def read_words(apps, schema_editor):
    """Write the words of the records that there are."""
    for model, (said, named) in SAID.items():
        rows = apps.get_model("marketplace", model).objects
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
        ('marketplace', '0035_need_records'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='needrecord',
            name='search_name',
            field=common.word_search.NameOf('title', db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='needrecord',
            name='search_text',
            field=common.word_search.WordsOf('title', 'text', db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='organisationrecord',
            name='search_name',
            field=common.word_search.NameOf('name', db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='organisationrecord',
            name='search_text',
            field=common.word_search.WordsOf('name', db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='search_name',
            field=common.word_search.NameOf('first_name', 'last_name', db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='search_text',
            field=common.word_search.WordsOf('first_name', 'last_name', db_default='', default='', editable=False),
        ),
        migrations.RunPython(read_words, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='needrecord',
            index=models.Index(condition=models.Q(('number', ''), _negated=True), fields=['number'], name='need_record_number'),
        ),
        migrations.AddIndex(
            model_name='organisationrecord',
            index=models.Index(condition=models.Q(('number', ''), _negated=True), fields=['number'], name='organisation_record_number'),
        ),
        migrations.AddIndex(
            model_name='organisationrecord',
            index=models.Index(condition=models.Q(('siren', ''), _negated=True), fields=['siren'], name='organisation_record_siren'),
        ),
        migrations.AddIndex(
            model_name='organisationrecord',
            index=models.Index(condition=models.Q(('siret', ''), _negated=True), fields=['siret'], name='organisation_record_siret'),
        ),
        migrations.AddIndex(
            model_name='organisationrecord',
            index=models.Index(condition=models.Q(('rna', ''), _negated=True), fields=['rna'], name='organisation_record_rna'),
        ),
        migrations.AddIndex(
            model_name='personrecord',
            index=models.Index(condition=models.Q(('number', ''), _negated=True), fields=['number'], name='person_record_number'),
        ),
        migrations.AddIndex(
            model_name='personrecord',
            index=models.Index(condition=models.Q(('email', ''), _negated=True), fields=['email'], name='person_record_email'),
        ),
        migrations.AddConstraint(
            model_name='needrecord',
            constraint=common.word_search.WordSearch(called='search_name', name='need_record_words', text='search_text'),
        ),
        migrations.AddConstraint(
            model_name='organisationrecord',
            constraint=common.word_search.WordSearch(called='search_name', name='organisation_record_words', text='search_text'),
        ),
        migrations.AddConstraint(
            model_name='personrecord',
            constraint=common.word_search.WordSearch(called='search_name', name='person_record_words', text='search_text'),
        ),
    ]
