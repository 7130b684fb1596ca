"""The letters about the value that a company declares."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import Organisation
from marketplace.letters.families import MISSIONS
from marketplace.letters.missions.missions import mission_of
from marketplace.models import Mission, Valuation
from marketplace.models.documents.eligibility import may_never_give, why_no_receipt
from marketplace.rules import audience, permissions, receipt_shares, served
from marketplace.rules.mission_roles import TO_VALUE
from notifications.letter import Key, Letter
from notifications.models import Notification


def _receipt_given(letter: Notification, **_parts: object) -> str:
    mission = mission_of(letter)
    if mission is None:
        return ""
    given = mission.documents.receipts().standing()
    theirs = given.filter(organisation__memberships__user=letter.recipient_id)
    return gettext_noop("Answered meanwhile") if theirs.exists() else ""


VALUE_DECLARED = Letter(
    "value_declared", Key("valuation:{valuation}"), MISSIONS, asks=True, moot=_receipt_given
)


def _settled(_letter: Notification, *, mission: int, **_again: object) -> str:
    row = Mission.objects.filter(pk=mission).first()
    if row is None or row.status not in TO_VALUE or not row.gives_a_receipt:
        return gettext_noop("Answered meanwhile")
    never = may_never_give(row.structure)
    return gettext_noop("The structure may give no tax receipt") if never else ""


VALUE_AWAITED = Letter(
    "value_awaited",
    Key("mission:{mission}:value[:again:{again}]"),
    MISSIONS,
    asks=True,
    moot=_settled,
)


def value_awaited_key(mission: int, *, again: int = 0) -> str:
    """The key of this letter, for the note that it was written; `again`, how many times it had been before."""
    return VALUE_AWAITED.key.written(mission=mission, **({"again": again} if again else {}))


def value_awaited(mission: Mission, *, again: int = 0, is_last: bool = False) -> None:
    """Tell those of the company who may declare the value that it waits; `again`, for how many times it was said."""
    part: dict[str, Any] = {"again": again} if again else {}
    VALUE_AWAITED.tell(
        audience.who_declares_values(mission), url=reverse("mission-value", args=[mission.pk]), mission=mission,
        hours=mission.hours.confirmed().total(), was_interrupted=mission.was_interrupted,
        may_follow=not why_no_receipt(mission.structure, timezone.localdate()),
        asked_before=bool(again), is_last=is_last, **part,
    )  # fmt: skip


def value_declared(valuation: Valuation) -> None:
    """Tell those of each structure that has a part of it who give receipts; its members, while nothing allows one or
    nobody gives them."""
    parts = receipt_shares.of(valuation)
    for structure in served.structures(valuation.mission):
        if parts.get(structure.pk):
            _value_declared_to(structure, valuation)


def _value_declared_to(structure: Organisation, valuation: Valuation) -> None:
    mission = valuation.mission
    members = audience.representatives_of(structure)
    give = [one for one in members if permissions.can_give_receipts(one, structure)]
    if why_no_receipt(structure, timezone.localdate()):
        give = []
    VALUE_DECLARED.tell(
        give or members, url=reverse("mission-documents", args=[mission.pk]), mission=mission,
        valuation=valuation, may_give=bool(give), may_never=may_never_give(structure),
    )  # fmt: skip
