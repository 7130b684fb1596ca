"""At which address somebody was of an organisation, as a fingerprint."""

from django.db import migrations, models

from accounts import tokens


def fill(apps, schema_editor):
    rows = apps.get_model("accounts", "PastMembership").objects.select_related("user")
    for row in rows.iterator():
        row.mailbox = tokens.mailbox(row.user.email)
        row.save(update_fields=["mailbox"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_mail_domains"),
    ]

    operations = [
        migrations.AddField(
            model_name="pastmembership",
            name="mailbox",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=12
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
