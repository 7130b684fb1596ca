"""The links of invitations rest as digests: the letters that are out there still open them."""

from django.db import migrations, models

from accounts.tokens import digest


def hide(apps, schema_editor):
    rows = apps.get_model("accounts", "Invitation").objects.only("token")
    for invitation in rows.iterator():
        invitation.token = digest(invitation.token)
        invitation.save(update_fields=["token"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_from_day_to_day")]

    operations = [
        # A digest can't be turned back: the way back leaves it, and links that open nothing.
        migrations.RunPython(hide, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="invitation",
            name="token",
            field=models.CharField(max_length=64, unique=True),
        ),
    ]
