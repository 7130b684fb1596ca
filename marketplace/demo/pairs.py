"""A pair of the invented pôle: a consultant on her working time and a volunteer on her own, at work for a project leader."""

from datetime import timedelta

from django.utils import timezone

from marketplace.actions.market import pair_asks, proposals
from marketplace.actions.talk import messages
from marketplace.demo.clock import Story, at
from marketplace.demo.market import Cast, offered, posted
from marketplace.models import Pair, Side
from marketplace.rules.working_days import worked_from

NEED = {
    "title": "Lancer une conserverie avec les invendus du marché",
    "context": "Deux porteurs de projet, suivis par la ferme, ont un local et des recettes. Il leur manque un plan d’affaires qui tienne, et des mots pour le faire connaître.",
    "deliverable": "Un plan d’affaires sur trois ans, relu par la banque, et une page qui présente le projet.",
    "skills": ["plan-affaires 2", "redaction 1"],
    "place": "BOTH",
    "format": "LONG",
    "hours": 30,
    "weeks": 16,
    "in_pair": True,
}
WORK, OWN = "Desmet", "Demol"
TALK = (
    (
        WORK,
        "Bonjour Anaïs. Je regarde les chiffres cette semaine ; vous commencez par les rencontrer ?",
    ),
    (
        OWN,
        "Oui, j’y suis samedi matin. Je vous écris ce que j’entends, et vous me direz si cela colle.",
    ),
)


def stories(cast: Cast) -> list[Story]:
    return [_under_way(cast)]


def _under_way(cast: Cast) -> Story:
    today = timezone.localdate()
    need = yield from posted(cast, NEED, "ferme", today - timedelta(days=40))
    work = yield from offered(cast, need, WORK, today - timedelta(days=33))
    own = yield from offered(cast, need, OWN, today - timedelta(days=32))
    for offer, skill in ((work, "plan-affaires"), (own, "redaction")):
        offer.held.exclude(skill__code=skill).delete()
    yield at(worked_from(today - timedelta(days=28)), 10)
    word = "Le plan d’affaires d’un côté, les mots de l’autre : voulez-vous les porter à deux ?"
    by = cast.author(need.organisation)
    for proposal in pair_asks.ask(need, work, own, word=word, by=by, invites=True):
        yield at(worked_from(today - timedelta(days=26 - proposal.pk % 2)), 15)
        who = cast.persons[WORK if proposal.offer == work else OWN]
        proposals.accept(proposal, side=Side.OFFER, by=who)
    thread = Pair.objects.get(need=need).thread
    for number, (name, text) in enumerate(TALK):
        yield at(worked_from(today - timedelta(days=22 - number)), 9 + number)
        messages.say(thread, text=text, by=cast.persons[name], sent_key=f"demo-pair-{number}")
