"""Who carries a need: who has been asked to and hasn't answered, until when one waits, who may be asked. Reads only."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.capabilities import Capability
from accounts.models import Organisation
from accounts.models.leavings import why_nothing_new
from accounts.states import OrganisationStatus
from common.dates import spoken
from marketplace.models import Block, Carrier, CarrierStep, Need, Proposal
from marketplace.models.market.carriers import MOST, CarrierQuerySet
from marketplace.rules import documents, working_days
from marketplace.states import CarrierStatus, NeedStatus

REMINDED_AFTER = (2, 5)  # working days
LAPSES_AFTER = 10
OBJECTS_WITHIN = 2  # working days
INVITES_WHILE = (NeedStatus.DRAFT, NeedStatus.SUBMITTED)
ALIVE = (*INVITES_WHILE, NeedStatus.PUBLISHED, NeedStatus.PAUSED, NeedStatus.FILLED)
GONE = '["carrier-gone"'  # how the reason of a structure that was taken out begins, as it is stored
MOST_TIMES = 2  # that one structure is asked about one need


def awaited(need: Need) -> list[Carrier]:
    """Those who have been asked and haven't answered."""
    return list(need.carriers.invited().select_related("organisation"))


def waits_for(carriers: list[Carrier]) -> str:
    """For whom the need waits, and since when, in words; "" when for nobody."""
    said = [
        _("%(organisation)s (since %(day)s)")
        % {
            "organisation": one.organisation,
            "day": spoken(timezone.localdate(one.invited_at), "j F"),
        }
        for one in carriers
    ]
    return ", ".join(said)


def why_not_publish(need: Need) -> str:
    """Why the need isn't published yet, as a sentence; "" when nobody who was asked to carry it still has to answer."""
    if not (waiting := awaited(need)):
        return ""
    return _(
        "It waits for the answer of %(whom)s, asked to carry it too: the structure that leads may take its question back."
    ) % {"whom": waits_for(waiting)}


def answers_until(carrier: Carrier) -> datetime:
    """The end of the last day on which the need waits for it."""
    asked_on = timezone.localdate(carrier.invited_at)
    return working_days.end_of(working_days.after(asked_on, LAPSES_AFTER))


def has_begun(need: Need) -> bool:
    """Whether a mission of the need has begun, or its papers are signed: nobody leaves it then."""
    missions = list(need.missions.all())
    return any(one.started_at or documents.is_signed(one) for one in missions)


def objects_until(proposal: Proposal) -> datetime:
    """The end of the last day on which a structure that carries the need may object to a proposal."""
    made_on = timezone.localdate(proposal.created_at)
    return working_days.end_of(working_days.after(made_on, OBJECTS_WITHIN))


def why_not_object(proposal: Proposal, carrier: Carrier, now: datetime) -> str:
    """Why it can't object to this proposal now, as a sentence; "" when it can."""
    if not carrier.is_agreed or carrier.need_id != proposal.need_id:
        return _("Your structure doesn’t carry this need any more.")
    if not proposal.is_open:
        return _("This proposal isn’t open any more.")
    if proposal.objections.filter(carrier=carrier).exists():
        return _("Your structure has objected already.")
    if now > objects_until(proposal):
        return _("Too late: an objection is made within %(n)s working days of the proposal.") % {
            "n": OBJECTS_WITHIN
        }
    return ""


def why_nobody_else(need: Need) -> str:
    """Why nobody else can be asked to carry it, as a sentence; "" when somebody can."""
    if need.status not in INVITES_WHILE:
        return _("Who carries a need is settled before it is published.")
    if why := why_nothing_new(need.organisation):
        return why
    if need.carriers.standing().count() >= MOST:
        return _("Six structures beside yours at the most carry one need.")
    return ""


def why_not_invite(need: Need, organisation: Organisation) -> str:
    """Why this structure can't be asked to carry the need, as a sentence; "" when it can."""
    named = {"organisation": organisation}
    if organisation.pk == need.organisation_id:
        return _("%(organisation)s leads this need already: name another structure.") % named
    if not organisation.may_do(Capability.ASK):
        return _("%(organisation)s is registered as an organisation that asks for nobody.") % named
    if not organisation.is_accepted:
        return _("%(organisation)s isn’t verified here at the moment.") % named
    if organisation.leaves_on:
        return _("%(organisation)s is about to leave Trait d’union.") % named
    asked = need.carriers.filter(organisation=organisation)
    if asked.standing().exists():
        return _("%(organisation)s has been asked already.") % named
    if asked.filter(status=CarrierStatus.DECLINED).exists() or asked.count() >= MOST_TIMES:
        return _("%(organisation)s has been asked about this need before: write to them.") % named
    if Block.objects.between([-need.organisation_id], [-organisation.pk]).exists():
        return _("%(organisation)s can’t be asked to carry this need.") % named
    return ""


def stays_out(carrier: Carrier) -> bool:
    """Whether the lead and it are kept apart meanwhile, it asks for nobody any more, or as many as may be stand already."""
    need, ends = carrier.need, [-carrier.organisation_id]
    apart = Block.objects.between([-need.organisation_id], ends).exists()
    return apart or not carrier.organisation.may_ask or need.carriers.standing().count() >= MOST


def that_may_come_back() -> CarrierQuerySet:
    """Those that were taken out since they weren't verified, whose organisation is again, while the need is alive and nobody
    else stands in their place. Their last step says why they left."""
    last = CarrierStep.objects.filter(carrier=OuterRef("pk")).order_by("-at", "-pk")
    again = Carrier.objects.standing().filter(
        need=OuterRef("need"), organisation=OuterRef("organisation")
    )
    rows = Carrier.objects.filter(
        ~Exists(again),
        status=CarrierStatus.LEFT,
        agreed_at__isnull=False,
        organisation__status=OrganisationStatus.ACCEPTED,
        organisation__leaves_on=None,
        need__status__in=ALIVE,
    )
    why = Subquery(last.values("reason")[:1])
    return rows.annotate(left_since=why).filter(left_since__startswith=GONE)
