"""The letters about whether a structure may give tax receipts."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from marketplace.letters.families import DESK, NEEDS
from marketplace.models import Eligibility
from marketplace.rules import audience
from notifications.letter import Key, Letter
from notifications.models import Notification


def _verified(letter: Notification, *, eligibility: int) -> str:
    waits = Eligibility.objects.to_verify().filter(pk=eligibility)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


# Who declares and who checks are never the same people.
ELIGIBILITY = Key("eligibility:{eligibility}")
ELIGIBILITY_DECLARED = Letter("eligibility_declared", ELIGIBILITY, DESK, asks=True, moot=_verified)
ELIGIBILITY_CHECKED = Letter("eligibility_checked", ELIGIBILITY, NEEDS)


def eligibility_declared(said: Eligibility) -> None:
    ELIGIBILITY_DECLARED.tell(
        audience.coordinators_of(said.organisation.pole),
        url=reverse("eligibility", args=[said.organisation_id]),
        but=said.declared_by,
        organisation=said.organisation,
        eligibility=said,
    )


def eligibility_checked(checked: Eligibility) -> None:
    ELIGIBILITY_CHECKED.tell(
        audience.representatives_of(checked.organisation),
        url=reverse("eligibility", args=[checked.organisation_id]),
        but=checked.verified_by,
        organisation=checked.organisation,
        eligibility=checked,
    )
