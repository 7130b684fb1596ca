"""Two more things that somebody may agree to: their organisation named with another, the family of what they offer."""

from django.db import migrations, models

KINDS = [
    ("OFFER", "being put forward by my company with an offer"),
    ("MISSION", "a mission on my working time"),
    ("RENEWAL", "going on with a mission on my working time"),
    ("QUOTE", "words of mine shown publicly"),
    ("WORKED_WITH", "our two organisations shown together"),
    ("FAMILY", "the field of my offer shown on the page of my organisation"),
]
ENDED = [
    ("TAKEN_BACK", "taken back"),
    ("ORGANISATION", "taken back by an administrator of the organisation"),
    ("CHANGED", "no longer counts: what it was about has changed"),
]


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0007_reviewed_is_to_be_closed")]
    operations = [
        migrations.AlterField(
            model_name="consent",
            name="ended_because",
            field=models.CharField(blank=True, choices=ENDED, max_length=20),
        ),
        migrations.AlterField(
            model_name="consent",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20, verbose_name="to what"),
        ),
        migrations.AlterField(
            model_name="consentrequest",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20),
        ),
    ]
