"""The papers that wait for a signature, few among all, are found by an index of their own: each home asks for them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0015_eligibility_of_a_form"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("status", "TO_SIGN")),
                fields=["mission"],
                name="document_to_sign",
            ),
        ),
    ]
