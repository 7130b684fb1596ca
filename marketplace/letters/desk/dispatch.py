"""The letter that tells an operator's people what the rules have given them while nobody looked."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Membership, Organisation, Pole
from marketplace.letters.families import DESK
from marketplace.models import Dispatched, Need
from marketplace.rules import audience
from notifications.letter import Key, Letter
from notifications.models import Notification


def _not_theirs(letter: Notification, *, operator: int, pole: int, last: int) -> str:
    """Why it needn't leave: the operator has no seat there any more, its reader has left it, or others follow all
    these needs by now."""
    ours = Membership.objects.coordinating(pole).filter(organisation=operator)
    if not ours.filter(user=letter.recipient).exists():
        return gettext_noop("The operator is no longer theirs, or has left the pôle")
    told = Dispatched.objects.filter(pk=last).values("told_at")
    rows = Dispatched.objects.filter(operator=operator, told_at__in=told)
    theirs = Need.objects.filter(
        dispatched__in=rows, pole=pole, operator=operator, coordinator=None
    )
    return "" if theirs.exists() else gettext_noop("Others follow these needs meanwhile")


NEEDS_DISPATCHED = Letter(
    "needs_dispatched",
    Key("dispatched:{operator}:pole:{pole}:last:{last}"),
    DESK,
    asks=True,
    moot=_not_theirs,
)


def needs_dispatched(operator: Organisation, pole: Pole, *, last: int, count: int) -> None:
    """Tell all people of the operator how many needs are theirs; `last` is the newest of them (Dispatched)."""
    NEEDS_DISPATCHED.tell(
        audience.representatives_of(operator),
        url=reverse("desk-board", args=["besoins"]) + "?whose=operator",
        operator=operator.pk,
        who=operator.name,
        pole=pole,
        last=last,
        count=count,
    )
