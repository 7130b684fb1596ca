"""Employees have a role of their own. Whoever was a simple member goes on speaking for their organisation; where it lends its
people, its administrators are told, and choose."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

REPRESENTATIVE, EMPLOYEE = "MEMBER", "EMPLOYEE"
LENDING = ("ESS", "COMPANY", "AUTHORITY")
ROLES = [
    ("ADMINISTRATOR", "administrator"),
    (REPRESENTATIVE, "representative"),
    (EMPLOYEE, "employee"),
]


def ask_who_speaks(apps, schema_editor):
    membership, organisation = (apps.get_model("accounts", one) for one in ("Membership", "Organisation"))
    simple = membership.objects.filter(role=REPRESENTATIVE).order_by()
    asked = organisation.objects.filter(kind__in=LENDING, pk__in=simple.values("organisation"))
    asked.update(roles_untold=True)


def refuse_with_employees(apps, schema_editor):
    """Before, every member spoke for their organisation: an employee would be given what they may not read."""
    for name in ("Membership", "Invitation"):
        if apps.get_model("accounts", name).objects.filter(role=EMPLOYEE).exists():
            raise RuntimeError("There are employees: give them another role, or remove them, before going back.")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_unverified"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="roles_untold",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(choices=ROLES, default=REPRESENTATIVE, max_length=20, verbose_name="role"),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="role",
            field=models.CharField(choices=ROLES, default=REPRESENTATIVE, max_length=20, verbose_name="role"),
        ),
        migrations.CreateModel(
            name="PastMembership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(choices=ROLES, max_length=20, verbose_name="role")),
                ("joined_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("organisation", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="past_memberships", to="accounts.organisation")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="past_memberships", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "past membership",
                "ordering": ["-left_at", "-pk"],
            },
        ),
        migrations.RunPython(ask_who_speaks, refuse_with_employees),
    ]
