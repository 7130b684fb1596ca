"""The versions of a mission's sheet: what each said, and how the next one is written."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from common.dates import spoken
from marketplace.law.value import euros
from marketplace.models import Mission, MissionSheet, SheetVersion
from marketplace.models.missions.sheets import AT_COST, DATES, SHEET_FIELDS

UNSAID = {"billed_share": str(AT_COST)}  # by a version from before the legal frame was chosen


def record(sheet: MissionSheet, *, side: str, by: User) -> SheetVersion:
    """Keep the sheet as a version. It is written in French, the language of the papers, whoever saves it: two
    versions are compared word by word."""
    with override("fr"):
        data = snapshot(sheet)
    return SheetVersion.objects.create(
        sheet=sheet, number=sheet.number, data=data, side=side, by=by, at=timezone.now()
    )


def snapshot(sheet: MissionSheet) -> dict[str, str]:
    """What each field of the sheet and each date says, in the words of the screen: a version may be read when the
    choices of the code have changed."""
    mission = sheet.mission
    said = {name: _said(getattr(mission, name) if mission.has_dates else None) for name in DATES}
    for name in asked_of(sheet.mission):
        shown = getattr(sheet, f"get_{name}_display", None)
        said[name] = str(shown()) if shown else _said(getattr(sheet, name))
    return said


def asked_of(mission: Mission) -> list[str]:
    """The fields of its sheet: what is billed is asked where the employer bills what the person costs it."""
    return [name for name in SHEET_FIELDS if name != "billed_share" or mission.is_billed]


def changes(before: dict[str, str], after: dict[str, str]) -> list[dict[str, str]]:
    """The fields that differ between two snapshots, in the order of the sheet: name, before, after."""
    before = {name: before.get(name, UNSAID.get(name, "")) for name in after}
    return [
        {"name": name, "before": before[name], "after": after[name]}
        for name in after
        if before[name] != after[name]
    ]


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return euros(value)
    return spoken(value, "j F Y") if isinstance(value, date) else str(value)
