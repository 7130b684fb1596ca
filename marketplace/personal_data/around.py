"""Which rows are around somebody: those that name them otherwise than by words, and what others wrote of the same need, mission,
conversation or organisation. There, their name is theirs; elsewhere somebody else may bear it."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import Field, Model, Q, QuerySet

from accounts.models import FormDraft, Membership, Organisation, User
from marketplace.models import (
    Attendance,
    Gathering,
    Message,
    Mission,
    Need,
    Offer,
    Proposal,
    Round,
    RoundAnswer,
    Thread,
)
from marketplace.personal_data import chapters
from notifications.models import Notification

# What rows hang on.
NOUNS = (Thread, Proposal, Mission, Need, Offer, Round, Gathering, Organisation)

# Of which of them a form is, by the first word of its place (accounts/drafts.py).
DRAFTED: dict[str, type[Model]] = {
    "need": Need,
    "offer": Offer,
    "hours": Mission,
    "review": Mission,
    "gathering": Gathering,
    "organisation": Organisation,
}


class Around:
    """What is around one person, as it is in the database now."""

    def __init__(self, person: int) -> None:
        self.person = person
        own = Q(person=person) | Q(created_by=person)
        offers: QuerySet[Any] = Offer.objects.filter(own)
        asked = Q(created_by=person) | Q(proposals__offer__person=person)
        needs: QuerySet[Any] = Need.objects.filter(asked)
        proposals: QuerySet[Any] = Proposal.objects.filter(
            Q(created_by=person) | Q(offer__in=offers.values("pk")) | Q(need__created_by=person)
        )
        comes = Q(proposal__in=proposals.values("pk")) | Q(team__person=person)
        talks = Q(proposal__in=proposals.values("pk")) | Q(messages__author=person)
        houses = Q(memberships__user=person) | Q(past_memberships__user=person)
        self.things: dict[type[Model], QuerySet[Any]] = {
            Offer: offers,
            Need: needs,
            Proposal: proposals,
            Mission: Mission.objects.filter(comes),
            Thread: Thread.objects.filter(talks | Q(asker=person) | Q(need__created_by=person)),
            Organisation: Organisation.objects.filter(houses),
            Round: Round.objects.filter(
                pk__in=RoundAnswer.objects.filter(person=person).values("round")
            ),
            Gathering: Gathering.objects.filter(
                pk__in=Attendance.objects.filter(person=person).values("gathering")
            ),
        }

    def others(self) -> set[tuple[str, str]]:
        """Who else is spoken of there (first name, last name): who asks, comes, writes, or belongs to one of the organisations."""
        needs, threads = self.things[Need].values("pk"), self.things[Thread].values("pk")
        asking = Need.objects.filter(pk__in=needs)
        mine = Q(organisation__in=self.things[Organisation].values("pk"))
        members = Membership.objects.filter(
            mine | Q(organisation__in=asking.values("organisation"))
        )
        coming = Offer.objects.filter(proposals__in=self.things[Proposal].values("pk"))
        there = (
            asking.values("created_by"), coming.values("person"), members.values("user"),
            Message.objects.filter(thread__in=threads).values("author"),
        )  # fmt: skip
        asked = reduce(or_, (Q(pk__in=one.order_by()) for one in there))
        people = User.objects.filter(asked).exclude(Q(pk=self.person) | Q(last_name=""))
        return set(people.values_list("first_name", "last_name"))

    def among(self, model: type[Model], pks: list[int]) -> set[int]:
        """Which of these rows are around the person."""
        if model is Notification:
            return self._letters(pks)
        if model is FormDraft:
            return self._drafts(pks)
        rows: QuerySet[Any] = model._base_manager.filter(pk__in=pks)
        found: set[int] = set()
        if model in self.things:
            mine = self.things[model].filter(pk__in=pks)
            found |= set(mine.values_list("pk", flat=True))
        asked = [Q(**{way: self.person}) for way in _to_people(model)]
        asked += [
            Q(**{f"{way}__in": self.things[thing].values("pk")}) for way, thing in _to_things(model)
        ]
        if asked:
            found |= set(rows.filter(reduce(or_, asked)).values_list("pk", flat=True))
        return found

    def _letters(self, pks: list[int]) -> set[int]:
        """Letters to them, and those about something that is around them: its word and its number stand beside the letter."""
        found, by_noun = set(), defaultdict(list)
        letters = Notification.objects.filter(pk__in=pks)
        for pk, reader, matter in letters.values_list("pk", "recipient", "matter"):
            noun, _colon, number = matter.partition(":")
            if reader == self.person:
                found.add(pk)
            elif number.isdigit():
                by_noun[noun].append((int(number), pk))
        for noun, told in by_noun.items():
            near = self._of_noun(noun, [number for number, _pk in told])
            found |= {pk for number, pk in told if number in near}
        return found

    def _drafts(self, pks: list[int]) -> set[int]:
        """Forms that they had begun, and those about something that is around them: their place says what that is."""
        drafts = FormDraft.objects.filter(pk__in=pks)
        found = set(drafts.filter(user=self.person).values_list("pk", flat=True))
        by_noun = defaultdict(list)
        for pk, place in drafts.values_list("pk", "place"):
            noun, _colon, rest = place.partition(":")
            number = rest.partition(":")[0]
            if noun in DRAFTED and number.isdecimal():
                by_noun[noun].append((int(number), pk))
        for noun, begun in by_noun.items():
            near = self.among(DRAFTED[noun], [number for number, _pk in begun])
            found |= {pk for number, pk in begun if number in near}
        return found

    def _of_noun(self, noun: str, numbers: list[int]) -> set[int]:
        if noun == "organisation":
            mine = self.things[Organisation].filter(pk__in=numbers)
            return set(mine.values_list("pk", flat=True))
        models = {
            one._meta.model_name: one for one in apps.get_app_config("marketplace").get_models()
        }
        return self.among(models[noun], numbers) if noun in models else set()


@cache
def _to_people(model: type[Model]) -> tuple[str, ...]:
    """By which columns a row leads to a person."""
    parts = [part for chapter in chapters.CHAPTERS for part in chapter.people]
    given = [way for part in parts if part.model is model for way in part.ways]
    own = [one.name for one in _relations(model) if one.related_model is User]
    return tuple(dict.fromkeys((*own, *given)))


@cache
def _to_things(model: type[Model]) -> tuple[tuple[str, type[Model]], ...]:
    """By which columns a row hangs on one of the nouns, itself or over one row between."""
    return tuple(dict.fromkeys(_found(model)))


def _found(model: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    for near in _relations(model):
        target: Any = near.related_model
        if target in NOUNS:
            yield near.name, target
        elif target is not User:
            for far in _relations(target):
                beyond: Any = far.related_model
                if beyond in NOUNS:
                    yield f"{near.name}__{far.name}", beyond


def _relations(model: type[Model]) -> "list[Field[Any, Any]]":
    return [one for one in model._meta.concrete_fields if one.is_relation]
