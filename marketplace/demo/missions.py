"""The invented missions at every stage: regimes, sheets, agreements, hours, milestones."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from marketplace.actions import sheets
from marketplace.demo import clock
from marketplace.models import (
    Agreement,
    HoursEntry,
    Milestone,
    Mission,
    MissionStep,
    Regime,
    RegimeChoice,
    SheetVersion,
)
from marketplace.states import MissionStatus

# What a mission on somebody's own time goes through, and one at work.
OWN = [MissionStatus.FRAMING, MissionStatus.RUNNING]
WORK = [
    MissionStatus.FRAMING,
    MissionStatus.AGREEMENT,
    MissionStatus.DOCUMENTS,
    MissionStatus.RUNNING,
]
END = [MissionStatus.DELIVERED, MissionStatus.REVIEWED]


def live(mission: Mission, *, done: bool, number: int, stage: str = "") -> None:
    """Walk it through its states, each with its step and what belongs to it."""
    own = mission.is_own_time
    mission.regime = Regime.VOLUNTEERING if own else [Regime.PRESTATION, Regime.LOAN][number % 2]
    path = [*(OWN if own else WORK), *(END if done else ())]
    if done and own:
        path.append(MissionStatus.CLOSED)
    if stage in path:
        path = path[: path.index(stage) + 1]
    mission.status = path[-1]
    _steps(mission, path)
    mission.save()
    _papers(mission)
    if mission.started_at:
        _work(mission, done)


def _steps(mission: Mission, path: list[str]) -> None:
    at, before = mission.created_at, ""
    for status in path:
        MissionStep.objects.create(
            mission=mission, before=before, after=status, at=at, by=mission.need.created_by
        )
        if status == MissionStatus.RUNNING:
            mission.started_at = at
        if status == MissionStatus.DELIVERED:
            mission.delivered_at = at
        if status == MissionStatus.CLOSED:
            mission.closed_at = at
        mission.moved_at = at
        before, at = status, _a_little_later(at, mission)


def _a_little_later(at: datetime, mission: Mission) -> datetime:
    return clock.by_day(min(at + timedelta(days=2), timezone.now() - timedelta(days=1)))


def _papers(mission: Mission) -> None:
    sheet = sheets.begin(mission, by=mission.need.created_by)
    SheetVersion.objects.filter(sheet=sheet).update(at=mission.created_at)
    if mission.status != MissionStatus.FRAMING:
        sheet.need_agreed = sheet.offer_agreed = sheet.number
        sheet.save()
    if mission.is_own_time:
        return
    RegimeChoice.objects.create(
        mission=mission,
        regime=mission.regime,
        whose="COMPANY",
        directs="EMPLOYER" if mission.regime == Regime.PRESTATION else "STRUCTURE",
        receipt="UNKNOWN",
        by=mission.need.created_by,
        at=mission.created_at,
    )
    if mission.status not in {MissionStatus.FRAMING, MissionStatus.AGREEMENT}:
        _agreed(mission)


def _agreed(mission: Mission) -> None:
    company = mission.offer.organisation
    assert company is not None, "whoever has an employer offers in its name"
    for asked in Agreement.Asked:
        Agreement.objects.create(
            mission=mission,
            asked=asked,
            name="Dominique Lefebvre" if asked == "MANAGER" else company.name,
            email="dominique.lefebvre@example.org" if asked == "MANAGER" else "",
            sheet_version=1,
            asked_by=mission.offer.created_by,
            asked_at=mission.created_at,
            answer=Agreement.Answer.YES,
            answered_at=mission.created_at + timedelta(days=1),
            answered_name="Dominique Lefebvre",
        )
    mission.agreed_version, mission.agreed_hours = 1, mission.sheet.hours
    mission.save(update_fields=["agreed_version", "agreed_hours"])


def _work(mission: Mission, done: bool) -> None:
    """A few half days, the last of them not confirmed yet; a milestone behind and one ahead."""
    person = mission.offer.person or mission.offer.created_by
    today = timezone.localdate()
    yesterday = clock.at(today - timedelta(days=1), 17)
    day, left = mission.starts_on, mission.sheet.hours
    while day <= min(today - timedelta(days=1), mission.ends_on) and left >= 3:
        recent = (today - day).days < 7 and not done
        HoursEntry.objects.create(
            mission=mission,
            person=person,
            day=day,
            hours=Decimal("3.5") if left >= 4 else Decimal(3),
            what="Travail avec l’équipe",
            confirmed_at=None if recent else yesterday,
            confirmed_by=None if recent else mission.need.created_by,
        )
        left -= 4
        day += timedelta(days=7)
    for label, share, behind in (
        ("Premier point d’étape", 0.3, True),
        ("Version finale", 0.9, done),
    ):
        due_on = mission.starts_on + (mission.ends_on - mission.starts_on) * share
        Milestone.objects.create(
            mission=mission,
            label=label,
            due_on=due_on,
            done_at=yesterday if behind and due_on <= today else None,
            done_by=person if behind and due_on <= today else None,
        )
