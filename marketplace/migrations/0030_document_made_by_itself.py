"""A certificate is made by itself when its mission closes: then nobody has made it.

The triggers are put back: on SQLite the table is made anew.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from marketplace.models.written_once import WrittenOnce

FIELDS = [
    "organisation",
    "mission",
    "amendment",
    "member",
    "kind",
    "letter",
    "year",
    "number",
    "version",
    "facts",
    "template",
    "file",
    "size",
    "sha256",
    "donor",
    "amount",
    "counterparts",
    "replaces",
    "made_by",
    "made_at",
]


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0029_behalf"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="document", name="document_written_once"),
        migrations.AlterField(
            model_name="document",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=WrittenOnce(name="document_written_once", fields=FIELDS),
        ),
    ]
