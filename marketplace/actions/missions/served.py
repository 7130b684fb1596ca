"""The structures that a mission serves: fixed as it is made, taken out or put apart before anybody signs, and their
mandates. One verb, one transaction."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation, User
from marketplace import letters
from marketplace.actions.documents import documents
from marketplace.actions.missions import regimes, sheets
from marketplace.actions.refusals import NotYet
from marketplace.law.carried import ANSWERS
from marketplace.law.regimes import NOT_ELIGIBLE
from marketplace.models import Carrier, Mission, Served, reasons
from marketplace.rules import served as rules
from marketplace.rules.documents import is_signed
from marketplace.states import BEFORE_IT_RUNS, LIVE


def fix(mission: Mission) -> None:
    """The mission is made: who carries its need today is served by it, but for a house of whoever comes: they may have
    offered before it carried the need, or before they joined it."""
    carriers = mission.need.carriers.agreed().order_by("agreed_at", "pk")
    if not carriers.exists():
        return
    theirs = mission.person_coming.memberships.order_by().values("organisation")
    others = carriers.exclude(organisation__in=theirs).exclude(
        organisation=mission.offer.organisation_id
    )
    keep(mission, [carrier.organisation for carrier in others.select_related("organisation")])


def keep(mission: Mission, others: Iterable[Organisation]) -> None:
    """Write who is served beside the lead, and then the lead too; no row where there is nobody else."""
    lead = mission.need.organisation
    found = [one for one in others if one.pk != lead.pk]
    if not found:
        return
    rows = [Served(mission=mission, organisation=one) for one in [lead, *found]]
    Served.objects.bulk_create(rows, ignore_conflicts=True)


def go_on(following: Mission, earlier: Mission) -> None:
    """A renewal, or a colleague's mission, serves the same structures as the one before; each gives its mandate anew."""
    numbers = list(earlier.served.order_by("pk").values_list("organisation", flat=True))
    Served.objects.bulk_create(
        Served(mission=following, organisation_id=number) for number in numbers
    )


# --- fewer ---------------------------------------------------------------------------------
def too_late(mission: Mission) -> str:
    """Why the structures served can't change any more, as a sentence; "" when they can."""
    if is_signed(mission):
        return _("The papers are signed by all: whom the mission serves stands.")
    if mission.status not in BEFORE_IT_RUNS:
        return _("The mission has begun, or stands still: whom it serves stands.")
    return ""


@transaction.atomic
def take_out(row: Served, *, by: User | None, reason: str = "") -> None:
    """The mission serves this structure no more; its papers, which aren't signed, name it no more. Raises NotYet."""
    mission, row = _locked(row)
    _require_open(mission, row)
    row.delete()
    _leave_lead_alone(mission)
    why = reason or reasons.coded("served-out", structure=row.organisation)
    mission.note(by=by, reason=why)
    documents.outdate(mission, by=by)
    letters.served_no_more(mission, row.organisation, by=by)


def carrier_left(carrier: Carrier, *, by: User | None) -> int:
    """A co-carrier leaves the need: it is taken out of the missions whose papers aren't signed, and stays in those that
    are, or that have begun. Returns how many it was taken out of."""
    missions = Mission.objects.filter(need=carrier.need_id, status__in=LIVE, apart_for=None)
    rows = Served.objects.filter(mission__in=missions, organisation=carrier.organisation_id)
    open_to_it = [row for row in rows.order_by("pk") if not too_late(row.mission)]
    for row in open_to_it:
        why = reasons.coded("served-left", structure=row.organisation)
        take_out(row, by=by, reason=why)
    return len(open_to_it)


def carrier_back(carrier: Carrier) -> None:
    """A co-carrier carries the need again: the missions whose papers aren't signed serve it too, as if it had stayed."""
    house = carrier.organisation
    missions = Mission.objects.filter(need=carrier.need_id, status__in=BEFORE_IT_RUNS)
    for mission in missions.filter(apart_for=None).order_by("pk"):
        of_the_house = mission.person_coming.belongs_to(house)
        if too_late(mission) or of_the_house or mission.offer.organisation_id == house.pk:
            continue
        keep(mission, [house])
        mission.note(by=None, reason=reasons.coded("served-again", structure=house))
        documents.outdate(mission, by=None)


@transaction.atomic
def set_apart(
    row: Served, *, hours: int, large_lender: bool = False, small_user: bool = False, by: User
) -> Mission:
    """Make a second mission for this structure alone, with the same person and for the same need, in the legal frame of
    its own hours: the first is then for the others, with so many hours less. Raises NotYet."""
    mission, row = _locked(row)
    _require_open(mission, row)
    structure = row.organisation
    fit = rules.fit_of(mission, structure)
    if fit.fits:
        raise NotYet(_("The hours for this structure fit the legal frame of the mission."))
    if not (fit.frame or fit.by_loan):
        raise NotYet(fit.why)
    if not 1 <= hours < mission.sheet.hours:
        most = mission.sheet.hours - 1
        if not most:
            raise NotYet(_("The mission has one hour, which can’t be parted: plan another first."))
        raise NotYet(
            ngettext(
                "One hour: the others keep one at least.",
                "Between 1 and %(most)s hours: the others keep one at least.",
                most,
            )
            % {"most": most}
        )
    following = _second(mission, structure, hours=hours, by=by)
    frame = fit.frame or NOT_ELIGIBLE.code
    whose, directs = ANSWERS[frame]
    regimes.choose(
        following, whose=whose, directs=directs, receipt=rules.gives(structure),
        large_lender=large_lender, small_user=small_user, by=by,
    )  # fmt: skip
    row.delete()
    _leave_lead_alone(mission)
    mission.note(by=by, reason=reasons.coded("served-apart", structure=structure))
    left = {"hours": mission.sheet.hours - hours}
    sheets.change(mission, left, read=mission.sheet.number, side="", by=by)
    following.refresh_from_db()
    letters.served_apart(following, left=left["hours"], by=by)
    return following


def _second(mission: Mission, structure: Organisation, *, hours: int, by: User) -> Mission:
    following = Mission.objects.create(
        proposal=mission.proposal, need=mission.need, offer=mission.offer, apart_for=structure,
        coordinator=mission.coordinator, operator=mission.operator, programme=mission.programme,
        starts_on=mission.starts_on, ends_on=mission.ends_on, has_dates=mission.has_dates,
    )  # fmt: skip
    Served.objects.create(mission=following, organisation=structure)
    following.begin(by=by, reason=reasons.coded("served-apart", structure=structure))
    carrier = mission.need.carriers.filter(organisation=structure).select_related("referent").last()
    turned_to = carrier.referent if carrier else None
    sheets.begin_again(following, mission.sheet, hours=hours, by=by, need_referent=turned_to)
    return following


def _require_open(mission: Mission, row: Served) -> None:
    if why := too_late(mission):
        raise NotYet(why)
    if row.organisation_id == mission.structure_id:
        raise NotYet(_("The mission is made for this structure: it can’t be taken out."))


def _leave_lead_alone(mission: Mission) -> None:
    if not mission.served.beside_the_lead().exists():
        mission.served.all().delete()


# --- mandates ------------------------------------------------------------------------------
@transaction.atomic
def give_mandate(row: Served, *, read: int, capacity: str, by: User, now: datetime) -> bool:
    """The structure agrees that the lead signs the papers in its name too, on the version of the sheet that it has read.
    False when it had. Raises NotYet."""
    mission, row = _locked(row)
    if mission.status not in LIVE:
        raise NotYet(_("The mission is over: nothing is signed for it any more."))
    if why := rules.why_no_mandate(row):
        raise NotYet(why)
    if read != mission.sheet.number:
        raise NotYet(_("The sheet has changed since you opened it: read the new version first."))
    if row.mandated_version == read:
        return False
    row.mandated_version, row.mandated_at, row.mandated_by = read, now, by
    row.capacity = capacity
    row.save(update_fields=["mandated_version", "mandated_at", "mandated_by", "capacity"])
    mission.note(by=by, reason=reasons.coded("mandate-given", structure=row.organisation))
    letters.mandate_given(row, by=by)
    return True


@transaction.atomic
def take_mandate_back(row: Served, *, by: User) -> bool:
    """Before the papers are signed, or an amendment. False when there was none. What is signed stands."""
    mission, row = _locked(row)
    if not row.has_mandated:
        return False
    row.mandated_version = row.mandated_at = row.mandated_by = None
    row.save(update_fields=["mandated_version", "mandated_at", "mandated_by"])
    step = mission.note(
        by=by, reason=reasons.coded("mandate-taken-back", structure=row.organisation)
    )
    letters.mandate_taken_back(row, step=step.pk, may_leave=not too_late(mission), by=by)
    return True


def _locked(row: Served) -> tuple[Mission, Served]:
    """The mission, locked, and the row read again. Raises NotYet for a row that somebody has taken out meanwhile."""
    mission = (
        Mission.objects.select_for_update(no_key=True, of=("self",))
        .select_related("need__organisation", "need__pole", "offer__organisation", "sheet")
        .get(pk=row.mission_id)
    )
    found = Served.objects.select_related("organisation").filter(pk=row.pk).first()
    if found is None:
        raise NotYet(_("The mission doesn’t serve this structure any more."))
    found.mission = mission
    return mission, found
