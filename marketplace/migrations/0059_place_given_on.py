"""Whoever took a renewal over has its place; until now the first mission was counted beside theirs."""

from django.db import migrations, models


def say_so(apps, schema_editor):
    Departure, Mission = (apps.get_model("marketplace", name) for name in ("Departure", "Mission"))
    over = Departure.objects.filter(
        outcome="TRANSFERRED", mission__renewed_from__isnull=False, mission__apart_for=None
    )
    firsts = Mission.objects.filter(renewed_from=None, apart_for=None, interrupted_at=None)
    firsts.filter(proposal__in=over.values("mission__proposal")).update(gave_place_on=True)


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0058_template_asks'),
    ]

    operations = [
        migrations.AddField(
            model_name='mission',
            name='gave_place_on',
            field=models.BooleanField(db_default=False, default=False, help_text='A renewal of it was left, and a colleague or somebody else has its place of the need.'),
        ),
        migrations.RunPython(say_so, migrations.RunPython.noop),
    ]
