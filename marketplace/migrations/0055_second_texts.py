"""A need, an offer or a gathering may be written a second time, in another language."""
import common.word_search
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0054_languages'),
    ]

    operations = [
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
        migrations.AlterField(
            model_name='gathering',
            name='search_text',
            field=common.word_search.WordsOf('title', 'about', 'second_title', 'second_text', db_default='', default='', editable=False),
        ),
        migrations.AlterField(
            model_name='need',
            name='search_text',
            field=common.word_search.WordsOf('title', 'context', 'deliverable', 'second_title', 'second_text', db_default='', default='', editable=False),
        ),
        migrations.AlterField(
            model_name='offer',
            name='search_text',
            field=common.word_search.WordsOf('title', 'about', 'second_title', 'second_text', db_default='', default='', editable=False),
        ),
    ]
