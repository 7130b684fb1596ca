"""What we tell people while a mission lives, one function a letter. The words are in templates/emails/."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from marketplace import audience
from marketplace.models import (
    Agreement,
    Deliverable,
    Eligibility,
    HoursEntry,
    Mission,
    MissionSheet,
    MissionStep,
    RegimeChoice,
    SheetVersion,
    Side,
)
from marketplace.states import BEFORE_IT_RUNS, MissionStatus
from notifications import outbox

# These have words of their own; the others share `mission_moved`.
OWN_WORDS = {
    MissionStatus.DELIVERED: "mission_delivered",
    MissionStatus.INTERRUPTED: "mission_interrupted",
}
COORDINATORS_HEAR = {MissionStatus.RUNNING, MissionStatus.DELIVERED, MissionStatus.INTERRUPTED}


def _tell(
    people: Iterable[User], template: str, key: str, url: str, *, but=None, **context
) -> None:
    """Once a person, and never about what they have just done themselves."""
    for person in {person.pk: person for person in people}.values():
        if but is None or person.pk != but.pk:
            outbox.post(recipient=person, key=key, template=template, url=url, **context)


def _both_sides(mission: Mission) -> list[User]:
    return [*audience.structure(mission.need), *audience.offering(mission.offer)]


# --- where it stands -----------------------------------------------------------------------
def mission_moved(step: MissionStep) -> None:
    mission, after = step.mission, MissionStatus(step.after)
    # As it begins, both sides get a fuller note (notify_silence.kick_off).
    begins = after == MissionStatus.RUNNING and step.before in BEFORE_IT_RUNS
    told = [] if begins else [(OWN_WORDS.get(after, "mission_moved"), _both_sides(mission))]
    if after in COORDINATORS_HEAR:
        told.append(("mission_moved", list(audience.coordinators(mission.need))))
    for template, people in told:
        _tell(
            people,
            template,
            f"mission-step:{step.pk}",
            mission.get_absolute_url(),
            but=step.by,
            mission=mission,
            step=step,
            reason=step.said,
        )


def mission_disputed(step: MissionStep) -> None:
    """Both sides hear it, and the coordinators are called."""
    mission_moved(step)
    _tell(
        audience.coordinators(step.mission.need),
        "mission_disputed",
        f"mission-step:{step.pk}:desk",
        step.mission.get_absolute_url(),
        mission=step.mission,
        step=step,
        reason=step.said,
    )


def mission_renewed(following: Mission, *, by) -> None:
    _tell(
        _both_sides(following),
        "mission_renewed",
        f"mission:{following.pk}:renews",
        following.get_absolute_url(),
        but=by,
        mission=following,
    )


# --- framing -------------------------------------------------------------------------------
def regime_chosen(choice: RegimeChoice) -> None:
    _tell(
        _both_sides(choice.mission),
        "regime_chosen",
        f"regime:{choice.pk}",
        choice.mission.get_absolute_url(),
        but=choice.by,
        mission=choice.mission,
        choice=choice,
    )


def sheet_changed(version: SheetVersion, *, side: str) -> None:
    """The other side reads what has changed, and says yes again."""
    mission = version.sheet.mission
    told = _both_sides(mission) if not side else _of(mission, audience.other_side(side))
    _tell(
        told,
        "sheet_changed",
        f"sheet-version:{version.pk}",
        reverse("mission-versions", args=[mission.pk]),
        but=version.by,
        mission=mission,
        version=version,
    )


def sheet_agreed(sheet: MissionSheet, *, side: str, by) -> None:
    _tell(
        _of(sheet.mission, audience.other_side(side)),
        "sheet_agreed",
        f"sheet:{sheet.pk}:{sheet.number}:{side}",
        sheet.mission.get_absolute_url(),
        but=by,
        mission=sheet.mission,
        sheet=sheet,
    )


def _of(mission: Mission, side: str) -> Iterable[User]:
    return (
        audience.structure(mission.need) if side == Side.NEED else audience.offering(mission.offer)
    )


# --- the employer --------------------------------------------------------------------------
def agreement_asked(agreement: Agreement, token: str) -> None:
    """The link lets its reader answer: an earlier one that hasn't left must not leave any more."""
    outbox.cancel(key_prefix=f"agreement:{agreement.pk}:asked:", reason="A newer link replaces it")
    outbox.post(
        address=agreement.email,
        key=f"agreement:{agreement.pk}:asked:{agreement.sent_count}",
        template="agreement_asked",
        url=reverse("agreement", args=[token]),
        expires_at=agreement.expires_at,
        agreement=agreement,
        mission=agreement.subject,
    )


def agreement_for_company(agreement: Agreement) -> None:
    company = agreement.mission.offer.organisation
    assert company is not None, "only a company is asked after the manager"
    _tell(
        audience.in_charge_at(company),
        "agreement_for_company",
        f"agreement:{agreement.pk}:company",
        reverse("mission-agreement", args=[agreement.mission_id]),
        agreement=agreement,
        mission=agreement.mission,
    )


def agreement_refused(agreement: Agreement) -> None:
    """No, or other dates: to the person who asked, with the reason; the structure hears that it is framed anew.
    An amendment may have been proposed by the structure, which never reads the employer's reason; that it
    has fallen its own letter says."""
    mission = agreement.mission
    asked = [] if agreement.amendment else [agreement.asked_by]
    _tell(
        [*audience.offering(mission.offer), *asked],
        "agreement_refused",
        f"agreement:{agreement.pk}:answer",
        mission.get_absolute_url(),
        but=agreement.answered_by,
        agreement=agreement,
        mission=mission,
    )
    if agreement.amendment:
        return
    _tell(
        [*audience.structure(mission.need), *audience.coordinators(mission.need)],
        "agreement_refused_structure",
        f"agreement:{agreement.pk}:answer",
        mission.get_absolute_url(),
        but=agreement.answered_by,
        agreement=agreement,
        mission=mission,
    )


def agreement_given(agreement: Agreement) -> None:
    _tell(
        _both_sides(agreement.mission),
        "agreement_given",
        f"agreement:{agreement.pk}:given",
        agreement.mission.get_absolute_url(),
        but=agreement.answered_by,
        agreement=agreement,
        mission=agreement.mission,
    )


# --- while it runs -------------------------------------------------------------------------
def hours_to_confirm(mission: Mission, *, total: Decimal, newest: int, silence: timedelta) -> None:
    _tell(
        audience.structure(mission.need),
        "hours_to_confirm",
        f"hours:{mission.pk}:{newest}",
        reverse("mission-hours", args=[mission.pk]),
        but=mission.offer.person,
        mission=mission,
        total=total,
        by_day=timezone.localdate() + silence,
    )


def hours_confirmed_by_silence(mission: Mission, *, total: Decimal, newest: int) -> None:
    _tell(
        _both_sides(mission),
        "hours_confirmed_by_silence",
        f"hours:{mission.pk}:{newest}:silence",
        reverse("mission-hours", args=[mission.pk]),
        mission=mission,
        total=total,
    )


def hours_contested(entry: HoursEntry) -> None:
    """Whoever gave them; where they have left the company, on their own page, and those in charge there."""
    key = f"hours-entry:{entry.pk}:contested:{entry.contested_at:%Y%m%d%H%M%S}"
    mission, page = entry.mission, reverse("mission-hours", args=[entry.mission_id])
    told: list[tuple[Iterable[User], str]] = [([entry.person], page)]
    if mission.offer.person_has_left:
        own = reverse("mission-done", args=[mission.pk])
        told = [([entry.person], own), (audience.offering(mission.offer), page)]
    for people, url in told:
        _tell(people, "hours_contested", key, url, mission=mission, entry=entry)


def deliverable_handed_over(handed: Deliverable) -> None:
    mission = handed.mission
    _tell(
        _both_sides(mission),
        "deliverable_handed_over",
        f"deliverable:{handed.pk}",
        mission.get_absolute_url(),
        but=handed.by,
        mission=mission,
        deliverable=handed,
    )


# --- eligibility ---------------------------------------------------------------------------
def eligibility_declared(said: Eligibility) -> None:
    _tell(
        audience.coordinators_of(said.organisation.pole),
        "eligibility_declared",
        f"eligibility:{said.pk}",
        reverse("eligibility", args=[said.organisation_id]),
        but=said.declared_by,
        organisation=said.organisation,
        eligibility=said,
    )


def eligibility_checked(checked: Eligibility) -> None:
    _tell(
        checked.organisation.members.filter(is_active=True),
        "eligibility_checked",
        f"eligibility:{checked.pk}",
        reverse("eligibility", args=[checked.organisation_id]),
        but=checked.verified_by,
        organisation=checked.organisation,
        eligibility=checked,
    )
