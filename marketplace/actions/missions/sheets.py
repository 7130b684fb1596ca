"""The mission sheet: filled in from what was posted, changed by both sides, agreed by both."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import letters, ranking
from marketplace.actions.documents import documents
from marketplace.actions.missions import agreements, below_cost
from marketplace.actions.missions.sheet_versions import record
from marketplace.actions.refusals import NotYet
from marketplace.documents.parties import address, town
from marketplace.models import (
    FollowUp,
    Mission,
    MissionSheet,
    Need,
    Offer,
    SheetVersion,
    Side,
    Time,
    reasons,
)
from marketplace.models.missions.sheets import DATES, SHEET_FIELDS
from marketplace.rules import audience, half_yeses, sheet_yeses
from marketplace.rules.documents import is_signed
from marketplace.states import OPEN_TO_CHANGE, MissionStatus

# Until its papers are signed by all; from then on a change is an amendment (actions/amendments.py).
WORDS = {"aim", "work", "deliverables"}
BACK_TO_FRAMING = (MissionStatus.AGREEMENT, MissionStatus.DOCUMENTS)


def begin(mission: Mission, *, by: User) -> MissionSheet:
    """The first version, from the need and the offer. The hours are the lesser of those asked and those offered;
    the aim and the work entrusted are left empty, to be written for the papers."""
    need, offer = mission.need, mission.offer
    sheet = MissionSheet.objects.create(
        mission=mission,
        deliverables=need.deliverable,
        need_referent=_referent_there(mission),
        offer_referent=referent(offer, need),
        hours=min(need.hours, offer.hours),
        where=_where(need, offer),
        address=_address(need)[:200],
    )
    record(sheet, side="", by=by)
    return sheet


def _referent_there(mission: Mission) -> User | None:
    """Whom one turns to at the structure: who wrote the need or, where they have left it or come themselves, who
    administers it. None where there is nobody else."""
    structure, comes = mission.structure, mission.person_coming
    wrote = mission.need.created_by
    if wrote != comes and wrote.represents(structure):
        return wrote
    others = [*audience.administrators(structure), *audience.representatives_of(structure)]
    return next((one for one in others if one != comes), None)


def referent(offer: Offer, need: Need) -> User:
    """Whom the structure turns to on the other side. For whoever is lent it is somebody else of the company: who wrote
    the offer, or who is in charge there, and themselves where there is nobody else."""
    comes = offer.person or offer.created_by
    if offer.time == Time.OWN or offer.organisation is None or offer.person is None:
        return comes
    ours = offer.organisation.memberships.representing().people()
    theirs = ours.exclude(memberships__organisation=need.organisation_id)
    others = [offer.created_by, *audience.in_charge_at(offer.organisation)]
    found = {user.pk: user for user in theirs.exclude(pk=comes.pk)}
    return next((found[one.pk] for one in others if one.pk in found), comes)


def _address(need: Need) -> str:
    """The structure's address when the need is in its own commune; otherwise the need's town."""
    organisation = need.organisation
    at_home = organisation.commune_id == need.commune_id
    return address(organisation) if at_home else town(need.commune)


def _where(need: Need, offer: Offer) -> str:
    both = {need.place, offer.place} - {"BOTH"}
    return both.pop() if len(both) == 1 else "BOTH"


def begin_again(
    mission: Mission, earlier: MissionSheet, *, hours: int, by: User, **changed: Any
) -> MissionSheet:
    """The first sheet of a renewal or of a colleague's mission: a copy of the earlier one with other hours. Whoever has
    left since isn't named in it."""
    values = {name: getattr(earlier, name) for name in SHEET_FIELDS} | {"hours": hours} | changed
    structure, employer = mission.structure, mission.offer.employer
    if (found := values["need_referent"]) and not found.represents(structure):
        values["need_referent"] = _referent_there(mission)
    if employer and (found := values["offer_referent"]) and not found.represents(employer):
        values["offer_referent"] = referent(mission.offer, mission.need)
    sheet = MissionSheet.objects.create(mission=mission, **values)
    record(sheet, side="", by=by)
    below_cost.ask(mission, by=by)
    return sheet


def _why_it_stands(mission: Mission) -> str:
    """Why nobody changes the sheet itself, as a sentence; "" when they may."""
    if mission.status in (MissionStatus.DISPUTED, MissionStatus.LEFT):
        return _("The mission stands still for now: its sheet changes once it goes on.")
    if mission.status not in OPEN_TO_CHANGE:
        return _("The sheet can’t change any more: the work is delivered or the mission is over.")
    if is_signed(mission):
        return _("What was signed by all stands: a change is proposed as an amendment, and signed.")
    return ""


@transaction.atomic
def change(
    mission: Mission, values: dict, *, read: int, side: str, by: User
) -> SheetVersion | None:
    """Save what one side wrote as a new version, which counts as their yes to it. None when nothing changed. `read`
    is the version that the writer had on the screen. Raises NotYet when the sheet has changed since, or once
    documents are signed by all."""
    mission = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    sheet = mission.sheet
    if why := _why_it_stands(mission):
        raise NotYet(why)
    if read != sheet.number:
        raise NotYet(
            _(
                "Somebody has changed the sheet while you were writing: read the new version, then change yours."
            )
        )
    changed = _changed(mission, sheet, values)
    if not changed:
        return None
    # Words for the papers alone, on a sheet from before they were asked for: the employer isn't asked again.
    stands = not sheet.is_written_for_documents and changed <= WORDS and _is_agreed_at_work(mission)
    _write(mission, sheet, values, side=side)
    version = record(sheet, side=side, by=by)
    if mission.status in BACK_TO_FRAMING:
        mission.move(
            MissionStatus.FRAMING,
            by=by,
            reason=reasons.coded("sheet-changed", n=sheet.number),
        )
    if stands:
        Mission.objects.filter(pk=mission.pk).update(agreed_version=sheet.number)
    else:
        agreements.void(mission)
    documents.outdate(mission, by=by)
    letters.sheet_changed(version, side=side)
    if changed & set(DATES):
        letters.team_dates(mission)
        _ask_no_more_before_it_begins(mission)
    if "billed_share" in changed:
        below_cost.ask(mission, by=by)
    if "hours" in changed:  # what is left of the offer is other
        ranking.changed(mission.offer)
    return version


def _ask_no_more_before_it_begins(mission: Mission) -> None:
    """How its first week went, asked while it was late, is no question any more once its first day is to come again."""
    now = timezone.now()
    if mission.starts_on > timezone.localdate(now):
        first = mission.follow_ups.unanswered().filter(kind=FollowUp.Kind.FIRST_WEEK)
        first.update(settled_at=now)


def _changed(mission: Mission, sheet: MissionSheet, values: dict) -> set[str]:
    first_said = set() if mission.has_dates else set(DATES) & set(values)
    return first_said | {
        name
        for name, value in values.items()
        if getattr(mission if name in DATES else sheet, name) != value
    }


def _is_agreed_at_work(mission: Mission) -> bool:
    return mission.has_employer and mission.agreed_version == mission.sheet.number


def _write(mission: Mission, sheet: MissionSheet, values: dict, *, side: str) -> None:
    for name, value in values.items():
        setattr(mission if name in DATES else sheet, name, value)
    sheet.number += 1
    if side:
        setattr(sheet, _agreed(side), sheet.number)
    mission.has_dates = mission.has_dates or set(DATES) <= set(values)
    mission.save(update_fields=[*DATES, "has_dates"])
    sheet.save()


@transaction.atomic
def agree(mission: Mission, *, read: int, side: str, by: User) -> bool:
    """One side says yes to the version that it has read. True when both sides now have. The other side is told by
    missions.agree."""
    mission = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    sheet = mission.sheet
    if not sheet_yeses.are_awaited(mission):
        raise NotYet(_("Nobody’s yes to the sheet is awaited any more."))
    if read != sheet.number:
        raise NotYet(_("The sheet has changed since you opened it: read the new version first."))
    if sheet.is_agreed_by(side):
        raise NotYet(_("Your side has already said yes to this version."))
    if half_yeses.of_sheet(by, mission, audience.other_side(side)):
        raise NotYet(_("You said yes for the other side: somebody else says yes for this one."))
    if not sheet.is_written_for_documents:
        raise NotYet(documents.words_are_missing())
    if not mission.has_dates:
        raise NotYet(documents.dates_are_missing())
    if why := sheet_yeses.why_none(mission):
        raise NotYet(why)
    mission.note(by=by, reason=half_yeses.to_sheet(side, sheet.number))
    setattr(sheet, _agreed(side), sheet.number)
    sheet.save(update_fields=[_agreed(side)])
    return sheet.is_agreed


def _agreed(side: str) -> str:
    return "need_agreed" if side == Side.NEED else "offer_agreed"
