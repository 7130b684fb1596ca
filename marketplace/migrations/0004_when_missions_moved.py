"""Missions that were there before know when they last moved: from their own steps."""

from django.db import migrations
from django.db.models import Max, OuterRef, Subquery


def fill(apps, schema_editor):
    mission, step = (apps.get_model("marketplace", name) for name in ("Mission", "MissionStep"))
    last = (
        step.objects.filter(mission=OuterRef("pk"))
        .order_by()
        .values("mission")
        .annotate(last=Max("at"))
        .values("last")
    )
    moved = mission.objects.annotate(last=Subquery(last)).filter(last__isnull=False)
    moved.update(moved_at=Subquery(last))


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0003_from_day_to_day")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
