"""Who may ask a structure to carry a need, answer for it, leave, and object to a proposal."""

from accounts.models import User
from accounts.reading import once
from marketplace.models import Carrier, Need, Proposal
from marketplace.rules.carriers import INVITES_WHILE
from marketplace.rules.permissions.needs import speaks_for_need


def can_name_carriers(user: User, need: Need) -> bool:
    """True for those who write the need for its lead, while it is settled who carries it."""
    return need.status in INVITES_WHILE and speaks_for_need(user, need)


def can_take_carrier_back(user: User, carrier: Carrier) -> bool:
    """True for the lead, as long as the structure hasn't answered."""
    return carrier.is_invited and speaks_for_need(user, carrier.need)


def answers_as_carrier(user: User, carrier: Carrier) -> bool:
    """True for those who speak today for the structure that was asked, or that carries it."""
    return user.speaks_for(carrier.organisation)


def carries(user: User, need: Need) -> bool:
    """True for those who represent a structure that carries the need beside its lead: they read all of it, and write in its
    conversations, but neither change nor answer it."""
    if need.pk is None or need.is_read_as_led_alone:
        return False
    return user.is_active and bool(_carriers_of(user, need))


def speaks_as_carrier(user: User, need: Need) -> bool:
    """The same, for those who may act: their structure isn't suspended."""
    return any(user.speaks_for(one.organisation) for one in _carriers_of(user, need))


def objects_for(user: User, proposal: Proposal) -> Carrier | None:
    """In whose name this person may say what is held against a proposal; None for nobody's, and for who is put forward."""
    comes = (proposal.offer.person_id, proposal.offer.created_by_id)
    theirs = _carriers_of(user, proposal.need)
    found = (one for one in theirs if user.speaks_for(one.organisation))
    return None if user.pk in comes else next(found, None)


@once
def _carriers_of(user: User, need: Need) -> list[Carrier]:
    if user.represents_nobody or not getattr(need, "is_carried", True):
        return []
    rows = Carrier.objects.agreed().represented_by(user).filter(need=need)
    return list(rows.select_related("organisation"))
