"""Who carries a need, as its page tells it to each reader."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from marketplace.models import Carrier, Need
from marketplace.rules import carriers as rules
from marketplace.rules import permissions


@dataclass(frozen=True)
class CarrierPanel:
    carriers: list[Carrier]
    """Those that carry it beside the lead, and for those who may know it those that were asked."""
    until: dict[int, datetime]
    waits: str
    """Whose answer publication waits for, and since when; "" where it waits for nobody."""
    can_name: bool
    own: Carrier | None
    """The reader's own structure among them."""

    def __bool__(self) -> bool:
        return bool(self.carriers) or self.can_name


def of(user: User | None, need: Need, *, answers: bool) -> CarrierPanel:
    """`answers`: whether the reader answers for the need, and so learns who hasn't answered yet."""
    standing = list(need.carriers.standing().select_related("organisation"))
    own = next((one for one in standing if user and user.represents(one.organisation)), None)
    knows = answers or (own is not None and own.is_agreed)
    shown = [one for one in standing if one.is_agreed or knows or one == own]
    waiting = [one for one in shown if one.is_invited]
    may_name = user is not None and permissions.can_name_carriers(user, need)
    return CarrierPanel(
        carriers=shown,
        until={one.pk: rules.answers_until(one) for one in waiting},
        waits=rules.waits_for(waiting) if knows else "",
        can_name=may_name,
        own=own,
    )
