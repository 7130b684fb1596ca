"""Who carries a need, as its page tells it to each reader."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from common.already_read import may_have
from marketplace.law import regimes
from marketplace.models import Carrier, Need
from marketplace.models.market.choices import Welcome
from marketplace.rules import carriers as rules
from marketplace.rules import permissions, served


@dataclass(frozen=True)
class CarrierLine:
    carrier: Carrier
    until: datetime | None
    """Until when its answer is awaited; None where it has answered."""
    receipt: str
    """What is told of its tax receipts, in words; "" where nothing is."""


@dataclass(frozen=True)
class CarrierPanel:
    lines: list[CarrierLine]
    """Those that carry it beside the lead, and for those who may know it those that were asked."""
    lead_receipt: str
    tells_parts: bool
    """Whether who does what is told: to those who carry it, and to the coordinators."""
    waits: str
    """Whose answer publication waits for, and since when; "" where it waits for nobody."""
    can_name: bool
    own: Carrier | None
    """The reader's own structure among them."""

    @property
    def title(self) -> str:
        """How many carry it, as everybody reads it: who hasn't said yes isn't counted."""
        agreed = sum(line.until is None for line in self.lines)
        if agreed:
            return _("Carried by %(n)s structures") % {"n": agreed + 1}
        return _("Carried by several?") if self.lines else _("Carry it together?")

    @property
    def tells_receipts(self) -> bool:
        return bool(self.lead_receipt)

    def __bool__(self) -> bool:
        return bool(self.lines) or self.can_name


def of(user: User | None, need: Need, *, answers: bool) -> CarrierPanel:
    """`answers`: whether the reader answers for the need, and so learns who hasn't answered yet."""
    rows = need.carriers.standing().select_related("organisation")
    standing = list(rows) if may_have(need, "carriers") else []
    own = next((one for one in standing if user and user.represents(one.organisation)), None)
    knows = answers or (own is not None and own.is_agreed)
    shown = [one for one in standing if one.is_agreed or knows or one == own]
    waiting = [one for one in shown if one.is_invited]
    may_name = user is not None and permissions.can_name_carriers(user, need)
    receipts = _receipts(need, shown) if shown and knows else {}
    return CarrierPanel(
        lines=[
            CarrierLine(
                carrier=one,
                until=rules.answers_until(one) if one.is_invited else None,
                receipt=receipts.get(one.organisation_id, ""),
            )
            for one in shown
        ],
        lead_receipt=receipts.get(need.organisation_id, ""),
        tells_parts=knows,
        waits=rules.waits_for(waiting) if knows else "",
        can_name=may_name,
        own=own,
    )


def _receipts(need: Need, shown: list[Carrier]) -> dict[int, str]:
    """What each of those that carry it gives for its hours, by its number. Of one that hasn't said yes nothing is told, nor
    where people are wanted on their own time alone: nobody gives a receipt for that."""
    if need.time == Welcome.OWN:
        return {}
    words = {
        regimes.YES: _("Gives a tax receipt for its own hours"),
        regimes.UNKNOWN: _("Hasn’t said yet whether it may give a tax receipt"),
        regimes.NO: _("Gives no tax receipt"),
    }
    there = [need.organisation, *(one.organisation for one in shown if one.is_agreed)]
    return {number: words[gives] for number, gives in served.each_gives(there).items()}
