"""Two people and a coordinator around a proposal, for the tests of conversations."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from marketplace.actions.market import proposals
from marketplace.actions.talk import messages
from marketplace.models import Mission, Proposal, Side, Thread
from tests.factories import make_coordinator, make_need, make_offer, make_proposal, make_user


@dataclass
class Talk:
    proposal: Proposal
    aline: User  # for the structure
    noe: User  # who offers
    maelle: User  # who coordinates

    @property
    def thread(self) -> Thread:
        return self.proposal.thread

    @property
    def url(self) -> str:
        return reverse("thread", args=[self.thread.pk])

    def say(self, by, text="Bonjour", **fields):
        fields.setdefault("sent_key", f"{by.pk}-{text}"[:40])
        return messages.say(self.thread, text=text, by=by, **fields)

    def agree(self) -> Mission:
        return proposals.accept(self.proposal, side=Side.NEED, by=self.aline)


def talk_between_two() -> Talk:
    aline = make_user(first_name="Aline", last_name="Moreau")
    proposal = make_proposal(make_need(member=aline), make_offer())
    maelle = make_coordinator(proposal.need.pole, first_name="Maëlle", last_name="Vandamme")
    return Talk(proposal, aline, proposal.offer.person, maelle)


def post(client, talk: Talk, by, text="Bonjour", key="k1", **extra):
    client.force_login(by)
    return client.post(talk.url, {"text": text, "sent_key": key} | extra, follow=True)
