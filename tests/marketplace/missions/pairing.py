"""A need in a pair and those around it."""

import pytest

from marketplace.actions.market import pair_asks, proposals
from marketplace.actions.refusals import NotYet
from marketplace.models import Need, Offer, Pair, Proposal, Side
from notifications.models import Notification
from tests.factories import make_coordinator, make_need, make_offer, make_organisation, make_user


class Pairing:
    """A structure (Aline), a company (Paul runs it, Noé is lent), Awa on her own time, and Solène who coordinates."""

    def __init__(self) -> None:
        self.aline, self.paul = make_user(first_name="Aline"), make_user(first_name="Paul")
        self.noe = make_user(first_name="Noé", last_name="Lambert")
        self.awa = make_user(first_name="Awa", last_name="Diop")
        self.solene = make_coordinator(first_name="Solène")
        self.house = make_organisation(name="Bottines", member=self.aline)
        self.company = make_organisation("COMPANY", name="Verreries", administrator=self.paul)
        self.need = make_need(
            self.house, skills=("site-web", "wordpress"), in_pair=True, places=2,
            title="Refaire le site", created_by=self.aline, coordinator=self.solene,
        )  # fmt: skip
        self.work = make_offer(self.noe, organisation=self.company, skills=("site-web",))
        self.own = make_offer(self.awa, skills=("wordpress",))

    def asked(self) -> tuple[Proposal, Proposal]:
        pair_asks.ask(self.need, self.work, self.own, word="", by=self.aline, invites=True)
        return self.of(self.work), self.of(self.own)

    def of(self, offer: Offer) -> Proposal:
        return Proposal.objects.get(need=self.need, offer=offer)

    def complete(self) -> Pair:
        work, own = self.asked()
        proposals.accept(work, side=Side.OFFER, by=self.noe)
        proposals.accept(own, side=Side.OFFER, by=self.awa)
        return Pair.objects.get(need=self.need)

    def fresh(self) -> Need:
        return Need.objects.get(pk=self.need.pk)


def told(kind, person):
    return Notification.objects.filter(kind=kind, recipient=person)


def why_not(act, *args, **kwargs) -> str:
    with pytest.raises(NotYet) as refusal:
        act(*args, **kwargs)
    return str(refusal.value)
