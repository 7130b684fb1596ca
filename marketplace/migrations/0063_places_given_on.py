"""Whoever took a renewal over has its place; until now the first mission was counted beside theirs."""

from django.db import migrations

from common.slow_steps import in_pieces


def say_so(apps, schema_editor):
    Departure, Mission = (apps.get_model("marketplace", name) for name in ("Departure", "Mission"))
    over = Departure.objects.filter(
        outcome="TRANSFERRED", mission__renewed_from__isnull=False, mission__apart_for=None
    )
    firsts = Mission.objects.filter(
        renewed_from=None, apart_for=None, interrupted_at=None, gave_place_on=False
    )
    in_pieces(
        firsts.filter(proposal__in=over.values("mission__proposal")),
        lambda some: some.update(gave_place_on=True),
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('marketplace', '0062_retention'),
    ]

    operations = [
        migrations.RunPython(say_so, migrations.RunPython.noop),
    ]
