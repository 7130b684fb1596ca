"""Whom something is about, and who is told in the journal that others read it: people, and organisations."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import BigIntegerField, Case, F, Model, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from accounts.models import Membership, Organisation, PastMembership, User
from marketplace.models import (
    Addressee,
    Amendment,
    Behalf,
    Carrier,
    Deliverable,
    Document,
    FollowUp,
    HoursEntry,
    Joining,
    Message,
    MessageReport,
    Milestone,
    Mission,
    Need,
    Offer,
    Proposal,
    Served,
    StoredFile,
    TeamMember,
    Thread,
    Time,
    Transfer,
    Visit,
    Waiter,
)
from marketplace.models import Case as DeskCase

# Of each line: (organisation in whose name, pôle, person, organisation that it is about, number).
type Lines = QuerySet[Any, tuple[int, int | None, int | None, int | None, int]]
type Parties = Callable[[QuerySet[Any], Reader], Iterator[Lines]]

NUMBER: "BigIntegerField[int, int]" = BigIntegerField()


@dataclass(frozen=True)
class Reader:
    """Who reads: by which operator they coordinate each pôle, for which organisations they speak, and which of these lend
    their people."""

    number: int
    operators: Mapping[int, int]
    houses: frozenset[int]
    employers: frozenset[int] = frozenset()

    @classmethod
    def of(cls, number: int, memberships: Iterable[Membership]) -> Self:
        rows = list(memberships)
        operators = {pole: row.organisation_id for row in rows for pole in row.poles}
        spoken = [row for row in rows if row.represents]
        return cls(
            number,
            operators,
            frozenset(row.organisation_id for row in spoken),
            frozenset(row.organisation_id for row in spoken if row.organisation.may_offer),
        )

    @classmethod
    def of_user(cls, user: User) -> Self:
        """The same where there is no page: of a task, or an act."""
        mine = Membership.objects.of(user).with_poles().select_related("organisation")
        return cls.of(user.pk, mine if user.is_active else [])

    @classmethod
    def for_employer(cls, user: User, organisation: Organisation) -> Self:
        """Of what leaves, or is looked for, in the name of this employer: as nothing else that the person may be."""
        lends = {organisation.pk} if organisation.may_offer else set()
        return cls(user.pk, {}, frozenset(), frozenset(lends))

    @property
    def looks_on(self) -> bool:
        """Whether this person may read others as a coordinator or for their employer: of anybody else nothing is told."""
        return bool(self.operators or self.employers)


def _none() -> Cast:
    return Cast(Value(None), NUMBER)


def _operator(reader: Reader, pole: str) -> Case:
    """The operator by which this person coordinates the pôle at the end of that path."""
    return Case(
        *(When(**{pole: one}, then=Value(by)) for one, by in reader.operators.items()),
        output_field=NUMBER,
    )


def _lines(rows: QuerySet[Any], *columns: Combinable) -> Lines:
    return rows.order_by().values_list(*columns)


def _followed(rows: QuerySet[Any], pole: str, sides: Q, reader: Reader) -> QuerySet[Any]:
    """Those that this person reads as their coordinator: of the pôle, and on no side."""
    return rows.filter(**{f"{pole}__in": list(reader.operators)}).exclude(sides)


def _employer(at: str) -> Case:
    """The organisation that offers: of somebody's own time it learns nothing, not even where it is noted beside it."""
    work = When(**{f"{at}time": Time.WORK}, then=F(f"{at}organisation"))
    return Case(work, output_field=NUMBER)


def _of_offers(at: str, reader: Reader) -> Q:
    """A condition: this person is on the offer's side."""
    works = Q(**{f"{at}time": Time.WORK, f"{at}organisation__in": reader.houses})
    return works | Q(**{f"{at}person": reader.number})


def _is_somebodys(at: str) -> Q:
    """A condition: the offer names a person, or the organisation whose time it is."""
    return Q(**{f"{at}person__isnull": False}) | Q(**{f"{at}time": Time.WORK})


def around_both(at: str = "", number: str = "pk") -> Parties:
    """What a structure and who offers have together; `at` leads there from the row, `number` to what is told of."""

    def parties(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
        need, offer = f"{at}need__", f"{at}offer__"
        sides = _of_offers(offer, reader) | Q(**{f"{need}organisation__in": reader.houses})
        found = _followed(rows, f"{need}pole", sides, reader)
        by, pole, what = _operator(reader, f"{need}pole"), F(f"{need}pole"), F(number)
        offered = found.filter(_is_somebodys(offer))
        yield _lines(offered, by, pole, F(f"{offer}person"), _employer(offer), what)
        yield _lines(found, by, pole, _none(), F(f"{need}organisation"), what)

    return parties


def _with_member(rows: QuerySet[Any], path: str, reader: Reader) -> QuerySet[Any]:
    """A row for each person of the team but the reader: by a name of its own, an exclusion is of the row and not of the team."""
    named = rows.alias(told_member=F(path)).filter(told_member__isnull=False)
    return named.exclude(told_member=reader.number)


def around_missions(at: str = "", number: str = "") -> Parties:
    """The same of a mission, with those of its team; and of somebody who does it at work, for their employer's people."""
    what = number or f"{at}pk"

    def parties(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
        yield from around_both(at, what)(rows, reader)
        need, offer, member = f"{at}need__", f"{at}offer__", f"{at}team__person"
        sides = _of_offers(offer, reader) | Q(**{f"{need}organisation__in": reader.houses})
        team = _with_member(_followed(rows, f"{need}pole", sides, reader), member, reader)
        by, pole = _operator(reader, f"{need}pole"), F(f"{need}pole")
        yield _lines(team, by, pole, F("told_member"), _none(), F(what))
        at_work = {f"{offer}time": Time.WORK, f"{offer}organisation__in": reader.employers}
        ours = rows.filter(**at_work).exclude(**{f"{offer}person": reader.number})
        own = {f"{offer}person__isnull": False}
        house = F(f"{offer}organisation")
        yield _lines(ours.filter(**own), house, _none(), F(f"{offer}person"), _none(), F(what))
        named = _with_member(ours, member, reader)
        yield _lines(named, house, _none(), F("told_member"), _none(), F(what))

    return parties


def around_offers(at: str = "") -> Parties:
    def parties(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
        rows = rows.filter(_is_somebodys(at))
        found = _followed(rows, f"{at}pole", _of_offers(at, reader), reader)
        by, pole = _operator(reader, f"{at}pole"), F(f"{at}pole")
        yield _lines(found, by, pole, F(f"{at}person"), _employer(at), F(f"{at}pk"))
        # One of another pôle that was put forward for a need of theirs: they read it too.
        asked = rows.exclude(**{f"{at}pole__in": list(reader.operators)})
        asked = asked.alias(asking=F(f"{at}proposals__need__pole")).exclude(_of_offers(at, reader))
        found = asked.filter(asking__in=list(reader.operators)).distinct()
        by, pole = _operator(reader, "asking"), F("asking")
        yield _lines(found, by, pole, F(f"{at}person"), _employer(at), F(f"{at}pk"))

    return parties


def around_needs(at: str = "", number: str = "") -> Parties:
    def parties(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
        ours = Q(**{f"{at}organisation__in": reader.houses})
        found = _followed(rows, f"{at}pole", ours, reader)
        by, pole = _operator(reader, f"{at}pole"), F(f"{at}pole")
        yield _lines(found, by, pole, _none(), F(f"{at}organisation"), F(number or f"{at}pk"))

    return parties


def around_houses(at: str = "", number: str = "") -> Parties:
    """An organisation; `at` leads to it from the row."""

    def parties(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
        pole, house = f"{at}pole", F(f"{at}pk")
        found = _followed(rows, pole, Q(**{f"{at}pk__in": reader.houses}), reader)
        by = _operator(reader, pole)
        yield _lines(found, by, F(pole), _none(), house, F(number or f"{at}pk"))

    return parties


def around_talk(at: str = "", number: str = "") -> Parties:
    """A conversation: about a proposal or a need, the question of somebody, or that of a pair."""
    what = number or f"{at}pk"

    def parties(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
        yield from around_both(f"{at}proposal__", what)(rows, reader)
        need = f"{at}need__"
        ours = Q(**{f"{need}organisation__in": reader.houses}) | Q(**{f"{at}asker": reader.number})
        found = _followed(rows, f"{need}pole", ours, reader)
        by, pole = _operator(reader, f"{need}pole"), F(f"{need}pole")
        yield _lines(found, by, pole, F(f"{at}asker"), F(f"{need}organisation"), F(what))
        for half in ("work", "own"):
            person = f"{at}pair__{half}__offer__person"
            theirs = found.filter(**{f"{person}__isnull": False}).exclude(**{person: reader.number})
            yield _lines(theirs, by, pole, F(person), _none(), F(what))

    return parties


def around_people(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
    """Somebody's page at the desk, in the first pôle that its reader coordinates: it is about all that is theirs."""
    for pole, operator in list(reader.operators.items())[:1]:
        found = rows.exclude(pk=reader.number)
        yield _lines(found, Value(operator), Value(pole), F("pk"), _none(), F("pk"))


def around_members(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
    """What an employer keeps of somebody, read in its name."""
    found = rows.filter(organisation__in=reader.employers).exclude(user=reader.number)
    yield _lines(found, F("organisation"), _none(), F("user"), _none(), F("pk"))


def around_employees(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
    """Somebody whom their employer has looked for."""
    theirs = Membership.objects.filter(user__in=rows.order_by().values("pk"))
    found = theirs.filter(organisation__in=reader.employers).exclude(user=reader.number)
    yield _lines(found, F("organisation"), _none(), F("user"), _none(), F("user"))


def around_lent(person: str, at: str = "mission__") -> Parties:
    """What an employer has of somebody’s working time, and of nothing else; `person` leads from the row to them."""
    number = at.removesuffix("__") or "pk"

    def parties(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
        offer = f"{at}offer__"
        at_work = {f"{offer}time": Time.WORK, f"{offer}organisation__in": reader.employers}
        named = rows.filter(**at_work, **{f"{person}__isnull": False})
        found = named.exclude(**{person: reader.number})
        yield _lines(found, F(f"{offer}organisation"), _none(), F(person), _none(), F(number))

    return parties


def around_letters(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
    """A letter to several: each to whom it went."""
    pole = "mailing__pole"
    found = _followed(rows, pole, Q(person=reader.number), reader)
    yield _lines(found, _operator(reader, pole), F(pole), F("person"), _none(), F("mailing"))


def around_papers(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
    yield from around_missions("mission__", "pk")(rows, reader)
    yield from around_houses("organisation__", "pk")(rows.filter(mission=None), reader)


def around_files(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
    yield from around_missions("mission__", "pk")(rows, reader)
    yield from around_talk("thread__", "pk")(rows, reader)
    yield from around_houses("organisation__", "pk")(rows, reader)


def around_cases(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
    yield from around_both("mission__")(rows, reader)
    yield from around_both("proposal__")(rows, reader)
    yield from around_houses("organisation__", "pk")(rows, reader)


def around_joinings(rows: QuerySet[Any], reader: Reader) -> Iterator[Lines]:
    for side in ("older__", "younger__"):
        yield from around_needs(side)(rows, reader)


@dataclass(frozen=True)
class Noun:
    """What an address opens, and whom it is about; `key` is the column by which the address finds it."""

    model: type[Model]
    parties: Parties
    key: str = "pk"

    def lines(self, reader: Reader, which: Any) -> list[Lines]:
        """About the rows of that key, or about those of a queryset of numbers."""
        several = isinstance(which, QuerySet | list)
        asked = {f"{self.key}__in" if several else self.key: which}
        return list(self.parties(self.model._default_manager.filter(**asked), reader))


NOUNS: dict[str, Noun] = {
    "person": Noun(User, around_people),
    "organisation": Noun(Organisation, around_houses()),
    "need": Noun(Need, around_needs()),
    "offer": Noun(Offer, around_offers()),
    "proposal": Noun(Proposal, around_both()),
    "mission": Noun(Mission, around_missions()),
    "conversation": Noun(Thread, around_talk()),
    "paper": Noun(Document, around_papers),
    "file": Noun(StoredFile, around_files, "name"),
    "member": Noun(Membership, around_members),
    "past-member": Noun(PastMembership, around_members),
    "employee": Noun(User, around_employees),
    "case": Noun(DeskCase, around_cases),
    "letter": Noun(Addressee, around_letters),
    # What an employer takes out.
    "lent": Noun(Mission, around_lent("offer__person", at="")),
    "lent-part": Noun(TeamMember, around_lent("person")),
    "lent-hours": Noun(HoursEntry, around_lent("person")),
    # Parts of these, told as the whole.
    "behalf": Noun(Behalf, around_needs("need__")),
    "carrier": Noun(Carrier, around_needs("need__")),
    "joining": Noun(Joining, around_joinings),
    "waiter": Noun(Waiter, around_both(number="need")),
    "visit": Noun(Visit, around_houses("organisation__")),
    "message": Noun(Message, around_talk("thread__")),
    "reported": Noun(MessageReport, around_talk("message__thread__")),
    "amendment": Noun(Amendment, around_missions("mission__")),
    "hours": Noun(HoursEntry, around_missions("mission__")),
    "milestone": Noun(Milestone, around_missions("mission__")),
    "deliverable": Noun(Deliverable, around_missions("mission__")),
    "served": Noun(Served, around_missions("mission__")),
    "member-of-team": Noun(TeamMember, around_missions("mission__")),
    "follow-up": Noun(FollowUp, around_missions("mission__")),
    "transfer": Noun(Transfer, around_missions("departure__mission__")),
}
