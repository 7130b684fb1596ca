"""Words of states: a proposal is closed for many reasons; a chapter names what it counts."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0077_need_waiting'),
    ]

    operations = [
        migrations.AlterField(
            model_name='proposal',
            name='status',
            field=models.CharField(choices=[('OPEN', 'waiting for an answer'), ('AGREED', 'agreed'), ('DECLINED', 'declined'), ('WITHDRAWN', 'withdrawn'), ('CLOSED', 'closed'), ('UNANSWERED', 'closed without an answer')], default='OPEN', max_length=20, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='reportchapter',
            name='kind',
            field=models.CharField(choices=[('WORDS', 'The pôle’s own words'), ('FIGURES', 'The figures of the year'), ('FAMILIES', 'What was done'), ('MAP', 'Where it happened'), ('STRUCTURES', 'The structures that found somebody'), ('PROMISES', 'Promises kept, and delays'), ('BRAKES', 'Brakes lifted'), ('STORIES', 'What they tell of it'), ('PARTNERS', 'Partners'), ('METHOD', 'How it was counted')], max_length=12, verbose_name='kind'),
        ),
    ]
