"""The letters about who carries a need: to the structure that is asked, to the lead, to the coordination."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from marketplace.letters.families import NEEDS, PROPOSALS
from marketplace.models import Carrier, CarrierStep, Objection
from marketplace.rules import audience
from marketplace.rules.carriers import answers_until
from marketplace.states import CarrierStatus
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rules import NO_LONGER_THEIRS


def _answered(letter: Notification, *, carrier: int, **_reminder: object) -> str:
    """Why nothing is asked of this reader any more: it was answered or taken back, or isn't theirs to answer today."""
    found = Carrier.objects.invited().filter(pk=carrier).select_related("organisation").first()
    if found is None:
        return gettext_noop("Answered meanwhile")
    reader = letter.recipient
    return "" if reader is None or reader.speaks_for(found.organisation) else NO_LONGER_THEIRS


CARRIER_STEP = Key("carrier-step:{step}")
CARRIER_ASKED = Letter(
    "carrier_asked", Key("carrier:{carrier}:asked"), NEEDS, asks=True, moot=_answered
)
CARRIER_REMINDER = Letter(
    "carrier_reminder",
    Key("carrier:{carrier}:reminder:{after}"),
    NEEDS,
    asks=True,
    moot=_answered,
)
CARRIER_ANSWERED = Letter("carrier_answered", CARRIER_STEP, NEEDS)
CARRIER_LAPSED = Letter("carrier_lapsed", CARRIER_STEP, NEEDS)
CARRIER_TAKEN_BACK = Letter("carrier_taken_back", CARRIER_STEP, NEEDS)
CARRIER_BACK = Letter("carrier_back", CARRIER_STEP, NEEDS)
CARRIER_LEFT = Letter("carrier_left", CARRIER_STEP, NEEDS)


OBJECTED = Letter("proposal_objected", Key("objection:{objection}"), PROPOSALS)


def carrier_asked(carrier: Carrier) -> None:
    """Ask the representatives of the structure, in the name of the lead."""
    CARRIER_ASKED.tell(
        audience.representatives_of(carrier.organisation),
        url=carrier.get_absolute_url(),
        but=carrier.invited_by,
        carrier=carrier,
        until=timezone.localdate(answers_until(carrier)),
    )


def carrier_reminder(carrier: Carrier, after: int) -> None:
    """Ask once more; `after` is after how many working days."""
    CARRIER_REMINDER.tell(
        audience.representatives_of(carrier.organisation),
        url=carrier.get_absolute_url(),
        carrier=carrier,
        after=after,
        until=timezone.localdate(answers_until(carrier)),
    )


def carrier_answered(step: CarrierStep) -> None:
    """Tell the lead: a yes, or a no with its words."""
    _tell_lead(CARRIER_ANSWERED, step, agreed=step.after == CarrierStatus.AGREED)


def carrier_lapsed(step: CarrierStep) -> None:
    """Tell the lead that no answer came, and that the need may go on without."""
    _tell_lead(CARRIER_LAPSED, step)


def _tell_lead(letter: Letter, step: CarrierStep, **facts: object) -> None:
    need = step.carrier.need
    letter.tell(
        audience.leading(need),
        url=reverse("need", args=[need.pk]),
        but=step.by,
        step=step.pk,
        carrier=step.carrier,
        word=step.said,
        **facts,
    )


def carrier_taken_back(step: CarrierStep) -> None:
    """Tell the structure that it has nothing to answer any more."""
    CARRIER_TAKEN_BACK.tell(
        audience.representatives_of(step.carrier.organisation),
        url=step.carrier.get_absolute_url(),
        but=step.by,
        step=step.pk,
        carrier=step.carrier,
        word=step.said,
    )


def carrier_left(step: CarrierStep) -> None:
    """Tell the lead and, once the need is in their hands, the coordinators."""
    need = step.carrier.need
    told = list(audience.leading(need))
    if need.submitted_at:
        told += [one for one in audience.neutral_of(need) if one not in told]
    CARRIER_LEFT.tell(
        told,
        url=reverse("need", args=[need.pk]),
        but=step.by,
        step=step.pk,
        carrier=step.carrier,
        word=step.said,
    )


def carrier_back(step: CarrierStep) -> None:
    """Tell the lead, the structure and, once the need is in their hands, the coordinators: verified again it carries the need
    as before, or came back too late."""
    need = step.carrier.need
    told = [*audience.leading(need), *audience.representatives_of(step.carrier.organisation)]
    if need.submitted_at:
        told += audience.neutral_of(need)
    CARRIER_BACK.tell(
        list(dict.fromkeys(told)),
        url=reverse("need", args=[need.pk]),
        step=step.pk,
        carrier=step.carrier,
        back=step.carrier.is_agreed,
    )


def proposal_objected(objection: Objection) -> None:
    """Tell the lead and the coordinators who hear of the proposal; never whoever is put forward."""
    proposal = objection.proposal
    told = [*audience.leading(proposal.need), *audience.who_hears(proposal)]
    side = (proposal.offer.person_id, proposal.offer.created_by_id)
    OBJECTED.tell(
        [one for one in dict.fromkeys(told) if one.pk not in side],
        url=proposal.get_absolute_url(),
        but=objection.by,
        objection=objection.pk,
        proposal=proposal,
        house=str(objection.carrier.organisation),
        word=objection.word,
    )
