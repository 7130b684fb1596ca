"""The indexes of the search, anew: see the migration before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0010_searched_from_south_to_north")]

    operations = [
        migrations.AddIndex(
            "needposting",
            models.Index(
                fields=[
                    "pole_id", "key", "place", "z", "last", "first", "holds", "x", "y", "anchor",
                    "card", "skills",
                ],
                name="need_posting_search",
            ),
        ),
        migrations.AddIndex(
            "offerposting",
            models.Index(
                fields=[
                    "pole_id", "key", "place", "span", "z", "last", "first", "holds", "x", "y",
                    "reach_squared", "card", "skills",
                ],
                name="offer_posting_search",
            ),
        ),
    ]  # fmt: skip
