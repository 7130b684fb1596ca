"""The few organisations that no public list shows are found by an index of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_seats"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                condition=models.Q(("status", "ACCEPTED"), _negated=True),
                fields=["id"],
                name="organisation_unverified",
            ),
        ),
    ]
