"""Words: a case whose silence has ended is about a late answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0079_words_of_states_anew"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="reason",
            field=models.CharField(
                choices=[
                    ("HELP", "a call for help"),
                    ("DOUBT", "a doubt"),
                    ("SILENCE", "no answer to the follow-up"),
                    ("UNANSWERED", "a proposal that nobody answers"),
                    ("LATE_ANSWER", "a late answer to the follow-up"),
                    ("OVERDUE", "past its end, and not delivered"),
                    ("BAD_REVIEW", "an unhappy review"),
                    ("QUIET", "an organisation without activity"),
                    ("OTHER", "opened by a coordinator"),
                ],
                max_length=12,
                verbose_name="why",
            ),
        ),
    ]
