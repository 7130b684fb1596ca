"""The letter that ends a list of people who were asked one after the other, when none has said yes."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from marketplace.letters.families import PROPOSALS
from marketplace.models import AskedInTurn, Need, Offer
from marketplace.rules import audience
from marketplace.states import NeedStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _found_meanwhile(letter: Notification, *, asked: int) -> str:
    """Why it needn't be told: the need isn't open any more, or others are being asked. "" otherwise."""
    found = AskedInTurn.objects.filter(pk=asked).select_related("need").first()
    if found is None or found.need.status != NeedStatus.PUBLISHED:
        return gettext_noop("Answered meanwhile")
    return gettext_noop("Answered meanwhile") if found.need.proposals.going_on().exists() else ""


NOBODY_IN_TURN = Letter(
    "nobody_in_turn", Key("in-turn:{asked}:nobody"), PROPOSALS, moot=_found_meanwhile
)


def nobody_in_turn(asked: AskedInTurn, need: Need) -> None:
    """Tell the structure where it stands, without a name: each has been told it of its own proposal. The coordinators have
    the line of their desk. Those who offer at home under somebody of the structure aren't counted."""
    is_theirs = asked.is_by_structure
    at_home = Offer.objects.at_home_under_somebody_of(need.organisation).values("pk")
    if not (number := asked.turns.exclude(proposal=None).exclude(offer__in=at_home).count()):
        return
    NOBODY_IN_TURN.tell(
        audience.structure(need),
        url=reverse("need-candidates", args=[need.pk]) if is_theirs else need.get_absolute_url(),
        asked=asked.pk,
        need=need,
        number=number,
        is_theirs=is_theirs,
    )
