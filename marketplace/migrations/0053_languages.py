"""Languages of the regions and of those who arrive: wider columns, a filter, a column of files brought in; a need, an offer or
a gathering may be written a second time, in one of them, and is found by their names."""

import common.word_search
from django.conf import settings
from django.db import migrations, models

from common.spoken import words_for
from common.word_search import words_of

FRENCH, SOME = 1, 500


def find_by_languages(apps, schema_editor):
    """What was written before is found by the names of its languages too."""
    for name in ("Need", "Offer", "Gathering"):
        model = apps.get_model("marketplace", name)
        rows = model.objects.exclude(languages=FRENCH).only("languages", "search_text")
        some = []
        for row in rows.order_by("pk").iterator(SOME):
            row.search_text = f"{row.search_text} {words_of(words_for(row.languages))}"
            some.append(row)
            if len(some) == SOME:
                model.objects.bulk_update(some, ["search_text"])
                some = []
        model.objects.bulk_update(some, ["search_text"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0021_reads'),
        ('marketplace', '0052_pairs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='need',
            name='need_open_new',
        ),
        migrations.RemoveIndex(
            model_name='need',
            name='need_open_soon',
        ),
        migrations.RemoveIndex(
            model_name='need',
            name='need_open_short',
        ),
        migrations.AddField(
            model_name='gathering',
            name='is_second_behind',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='gathering',
            name='second_language',
            field=models.CharField(blank=True, choices=[('en', 'English'), ('ar', 'Arabic'), ('es', 'Spanish'), ('pt', 'Portuguese'), ('de', 'German'), ('uk', 'Ukrainian'), ('br', 'Breton'), ('eu', 'Basque'), ('oc', 'Occitan'), ('co', 'Corsican'), ('ca', 'Catalan'), ('gsw', 'Alsatian'), ('vls', 'Flemish'), ('pcd', 'Picard'), ('cpf', 'a creole'), ('it', 'Italian'), ('pl', 'Polish'), ('ro', 'Romanian'), ('tr', 'Turkish'), ('prs', 'Dari'), ('ps', 'Pashto')], db_default='', default='', max_length=8, verbose_name='other language'),
        ),
        migrations.AddField(
            model_name='gathering',
            name='second_text',
            field=models.TextField(blank=True, db_default='', default='', max_length=4000, verbose_name='text in this language'),
        ),
        migrations.AddField(
            model_name='gathering',
            name='second_title',
            field=models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='title in this language'),
        ),
        migrations.AddField(
            model_name='need',
            name='is_second_behind',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='need',
            name='second_language',
            field=models.CharField(blank=True, choices=[('en', 'English'), ('ar', 'Arabic'), ('es', 'Spanish'), ('pt', 'Portuguese'), ('de', 'German'), ('uk', 'Ukrainian'), ('br', 'Breton'), ('eu', 'Basque'), ('oc', 'Occitan'), ('co', 'Corsican'), ('ca', 'Catalan'), ('gsw', 'Alsatian'), ('vls', 'Flemish'), ('pcd', 'Picard'), ('cpf', 'a creole'), ('it', 'Italian'), ('pl', 'Polish'), ('ro', 'Romanian'), ('tr', 'Turkish'), ('prs', 'Dari'), ('ps', 'Pashto')], db_default='', default='', max_length=8, verbose_name='other language'),
        ),
        migrations.AddField(
            model_name='need',
            name='second_text',
            field=models.TextField(blank=True, db_default='', default='', max_length=4000, verbose_name='text in this language'),
        ),
        migrations.AddField(
            model_name='need',
            name='second_title',
            field=models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='title in this language'),
        ),
        migrations.AddField(
            model_name='needrecord',
            name='languages',
            field=models.PositiveIntegerField(db_default=1, default=1, verbose_name='languages'),
        ),
        migrations.AddField(
            model_name='offer',
            name='is_second_behind',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='offer',
            name='second_language',
            field=models.CharField(blank=True, choices=[('en', 'English'), ('ar', 'Arabic'), ('es', 'Spanish'), ('pt', 'Portuguese'), ('de', 'German'), ('uk', 'Ukrainian'), ('br', 'Breton'), ('eu', 'Basque'), ('oc', 'Occitan'), ('co', 'Corsican'), ('ca', 'Catalan'), ('gsw', 'Alsatian'), ('vls', 'Flemish'), ('pcd', 'Picard'), ('cpf', 'a creole'), ('it', 'Italian'), ('pl', 'Polish'), ('ro', 'Romanian'), ('tr', 'Turkish'), ('prs', 'Dari'), ('ps', 'Pashto')], db_default='', default='', max_length=8, verbose_name='other language'),
        ),
        migrations.AddField(
            model_name='offer',
            name='second_text',
            field=models.TextField(blank=True, db_default='', default='', max_length=4000, verbose_name='text in this language'),
        ),
        migrations.AddField(
            model_name='offer',
            name='second_title',
            field=models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='title in this language'),
        ),
        migrations.AddField(
            model_name='offerrecord',
            name='languages',
            field=models.PositiveIntegerField(db_default=1, default=1, verbose_name='languages'),
        ),
        migrations.AlterField(
            model_name='gathering',
            name='search_text',
            field=common.word_search.WordsOf('title', 'about', 'second_title', 'second_text', 'language_words', db_default='', default='', editable=False),
        ),
        migrations.AlterField(
            model_name='need',
            name='languages',
            field=models.PositiveIntegerField(default=1, verbose_name='languages you can work in'),
        ),
        migrations.AlterField(
            model_name='need',
            name='search_text',
            field=common.word_search.WordsOf('title', 'context', 'deliverable', 'second_title', 'second_text', 'language_words', db_default='', default='', editable=False),
        ),
        migrations.AlterField(
            model_name='offer',
            name='languages',
            field=models.PositiveIntegerField(default=1, verbose_name='languages you can work in'),
        ),
        migrations.AlterField(
            model_name='offer',
            name='search_text',
            field=common.word_search.WordsOf('title', 'about', 'second_title', 'second_text', 'language_words', db_default='', default='', editable=False),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('is_listed', True), ('status', 'PUBLISHED')), fields=['-published_at', '-id', 'organisation', 'commune', 'place', 'format', 'cause', 'starts_on', 'languages', 'is_undated', 'ends_on'], name='need_open_new'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('is_listed', True), ('status', 'PUBLISHED')), fields=['starts_on', 'id', 'organisation', 'commune', 'place', 'format', 'cause', 'languages', 'is_undated', 'ends_on'], name='need_open_soon'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('is_listed', True), ('status', 'PUBLISHED')), fields=['hours', 'id', 'organisation', 'commune', 'place', 'format', 'cause', 'starts_on', 'languages', 'is_undated', 'ends_on'], name='need_open_short'),
        ),
        migrations.RunPython(find_by_languages, migrations.RunPython.noop),
    ]
