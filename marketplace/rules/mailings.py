"""To whom a letter to several goes, and to whom it doesn't and why. Reads only, and asks as many questions for one as for
thousands."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Membership, Organisation, Pole, User
from accounts.states import OrganisationStatus
from marketplace.models import Addressee, Block, Consent, ConsentKind, Mission, Need, Offer, Time
from marketplace.rules import letter_words
from notifications.models import Habits, Pace, SuppressedAddress

FAMILY = "pole"  # of the letters that a person chooses together (letters.families.POLE)
MOST = 5000  # lines, or people, of one mailing
Ground, LeftOut = Addressee.Ground, Addressee.LeftOut
type Thing = Need | Offer | Mission


@dataclass
class Candidate:
    """Why somebody might be written to: for one row of the list, or (without a thing) as themselves."""

    ground: str
    thing: Thing | None = None
    organisation: Organisation | None = None
    values: dict[str, list[str]] = field(default_factory=dict)

    def says(self, **values: str) -> "Candidate":
        for name, value in values.items():
            known = self.values.setdefault(name, [])
            if value and value not in known:
                known.append(value)
        return self


THEMSELVES = [Candidate(Ground.YES)]


class Who(NamedTuple):
    """What is read of each person: of thousands, a row costs much less than a person does."""

    number: int
    first_name: str
    last_name: str
    email: str
    is_closed: str
    agreed: str
    why: str  # not to write to them, on whatever ground

    @property
    def person(self) -> User:
        read = {
            "id": self.number,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "closed_at": timezone.now() if self.is_closed else None,
        }
        names = [one.attname for one in User._meta.concrete_fields if one.attname in read]
        return User.from_db(DEFAULT_DB_ALIAS, names, [read[name] for name in names])


@dataclass(slots=True)
class Receiver:
    """What is said to them is asked for as it is used: a draft shows three of thousands."""

    who: Who
    kept: list[Candidate]
    house: dict[str, str]  # what is the same for everybody

    @property
    def person(self) -> User:
        return self.who.person

    @property
    def ground(self) -> str:
        return self.kept[0].ground

    @property
    def thing(self) -> Thing | None:
        return self.kept[0].thing

    @property
    def values(self) -> dict[str, str]:
        found = {}
        for name in letter_words.VARIABLES:
            said = [value for one in self.kept for value in one.values.get(name, [])]
            found[name] = ", ".join(dict.fromkeys(said))
        return found | {letter_words.FIRST_NAME: self.who.first_name} | self.house

    def lacks(self, name: str) -> bool:
        """Whether no row says anything for this variable."""
        return not [1 for one in self.kept if name in one.values and one.values[name]]


class NotTold(NamedTuple):
    """A name of the list to whom nothing is sent, and the code of why."""

    name: str
    why: str

    @property
    def words(self) -> Any:
        return LeftOut(self.why).label


@dataclass(frozen=True)
class Addressed:
    """`too_many`: how many lines were chosen, where that is more than one letter is written to."""

    receivers: list[Receiver]
    not_told: list[NotTold]
    too_many: int = 0

    def without(self, names: Iterable[str]) -> dict[str, int]:
        """How many of those who receive it have no value for each of these variables, where some have none."""
        counts = {name: self._without(name) for name in names}
        return {name: count for name, count in counts.items() if count}

    def _without(self, name: str) -> int:
        told = self.receivers
        if name == letter_words.FIRST_NAME:
            return len([one for one in told if not one.who.first_name])
        if told and name in told[0].house:
            return 0 if told[0].house[name] else len(told)
        return len([one for one in told if one.lacks(name)])


class Standing:
    """What stands today between a pôle and these people, asked once for all of them."""

    def __init__(self, people: QuerySet[User], *, pole: Pole, by: User | None) -> None:
        self.people = {row[0]: Who._make(row) for row in _read(people, pole)}
        self.blocked = Block.objects.facing(_ends_of(by, pole)) if by else set()

    def why_not(self, who: Who, one: Candidate) -> str:
        """Why this person isn't written to today, as a code; "" for who is."""
        if why := why_not_house(one.organisation) if one.organisation else "":
            return why
        if one.ground == Ground.YES and not who.agreed and who.why != LeftOut.LEFT:
            return LeftOut.NO
        if who.why or not self.blocked:
            return who.why
        ends = {who.number} | ({-one.organisation.pk} if one.organisation else set())
        return LeftOut.BLOCKED if self.blocked & ends else ""


def _read(people: QuerySet[User], pole: Pole) -> QuerySet[User, tuple]:
    """Each person, with what the database answers for: the first of these that holds."""
    yes = Consent.objects.standing(kind=ConsentKind.LETTERS, thing=pole).order_by()
    off = Habits.objects.filter(user=OuterRef("pk"), **{f"paces__{FAMILY}": Pace.OFF})
    bounced = SuppressedAddress.objects.order_by().filter(address=Lower(OuterRef("email")))
    why = Case(
        When(is_active=False, then=Value(LeftOut.LEFT)),
        When(Exists(off), then=Value(LeftOut.STOPPED)),
        When(Exists(bounced), then=Value(LeftOut.BOUNCED)),
        default=Value(""),
    )
    closed, agreed = Q(closed_at__isnull=False), Exists(yes.filter(person=OuterRef("pk")))
    return people.order_by("pk").values_list(
        "pk", "first_name", "last_name", "email", _said(closed), _said(agreed), why
    )


def _said(condition: Q | Exists) -> Case:
    """As words, which are read as they are; a number or a date is converted for each row."""
    return Case(When(condition, then=Value("yes")), default=Value(""))


def _ends_of(by: User, pole: Pole) -> set[int]:
    """The coordinator, and the operators by which they coordinate, as blocks name them."""
    operators = by.memberships.coordinating(pole).values_list("organisation", flat=True)
    return {by.pk, *(-operator for operator in operators)}


def addressed(code: str, rows: QuerySet, *, pole: Pole, by: User | None) -> Addressed:
    """Of rows of a list, those of this pôle: who receives a letter, and who doesn't. `code` is that of the list."""
    if (count := rows.order_by().count()) > MOST:
        return Addressed([], [], too_many=count)
    if gather := _GATHER.get(code):
        found, empty = gather(rows, pole)
        standing = Standing(User.objects.filter(pk__in=list(found)), pole=pole, by=by)
    else:
        standing, empty = Standing(rows, pole=pole, by=by), []
        found = dict.fromkeys(standing.people, THEMSELVES)
    house = {letter_words.POLE: pole.name, letter_words.ME: by.get_full_name() if by else ""}
    receivers: list[Receiver] = []
    not_told = [NotTold(str(organisation), LeftOut.NOBODY) for organisation in empty]
    for number, several in found.items():
        who = standing.people[number]
        whys = [standing.why_not(who, one) for one in several]
        if "" in whys:
            kept = [one for one, why in zip(several, whys, strict=True) if not why]
            receivers.append(Receiver(who, kept, house))
        else:
            not_told.append(NotTold(_name_of(who), whys[0]))
    return Addressed(receivers, not_told)


def _name_of(who: Who) -> str:
    name = f"{who.first_name} {who.last_name}".strip()
    return str(who.person) if who.is_closed or not name else name


def why_not_house(organisation: Organisation | None) -> str:
    """Why nobody is written to as one of this organisation, as a code; "" otherwise."""
    closed: dict[str, str] = {
        OrganisationStatus.SUSPENDED: LeftOut.SUSPENDED,
        OrganisationStatus.CLOSED: LeftOut.GONE,
    }
    return closed.get(organisation.status, "") if organisation else ""


def why_not_today(it: Addressee) -> str:
    """Why what was to be written to this one person isn't, as a code; "" for who is written to."""
    them = User.objects.filter(pk=it.person_id)
    standing = Standing(them, pole=it.mailing.pole, by=it.mailing.by)
    about = it.need or it.offer
    one = Candidate(it.ground, organisation=about.organisation if about else None)
    return standing.why_not(standing.people[it.person_id], one)


# What is read of each: a need holds much more.
HOUSE = ("organisation__name", "organisation__status")


def _of(path: str, names: Iterable[str]) -> list[str]:
    return [f"{path}{name}" for name in names]


_MISSION = (
    "proposal",
    *_of("need__", ("title", "pole", *HOUSE)),
    *_of("offer__", ("time", "pole", "person", *HOUSE)),
)
type Found = dict[int, list[Candidate]]  # by the number of each person
type Gathered = tuple[Found, list[Organisation]]


def _who_represents(organisations: Iterable[Organisation]) -> dict[int, list[int]]:
    numbers = {organisation.pk for organisation in organisations}
    found: dict[int, list[int]] = {number: [] for number in numbers}
    rows = Membership.objects.representing().filter(organisation__in=numbers)
    for organisation, person in rows.order_by("user").values_list("organisation", "user"):
        found[organisation].append(person)
    return found


def _for(rows: Iterable[tuple[Organisation, Thing | None]], ground: str, **named: str) -> Gathered:
    """Those who represent the organisation of each row."""
    rows = list(rows)
    people = _who_represents(organisation for organisation, _thing in rows)
    found: Found = {}
    empty = {}
    for organisation, thing in rows:
        for person in people[organisation.pk]:
            one = Candidate(ground, thing, organisation)
            title = {name: getattr(thing, way) for name, way in named.items()}
            found.setdefault(person, []).append(one.says(structure=organisation.name, **title))
        if not people[organisation.pk]:
            empty[organisation.pk] = organisation
    return found, list(empty.values())


def _needs(rows: QuerySet, pole: Pole) -> Gathered:
    needs = rows.filter(pole=pole).select_related("organisation").only("title", *HOUSE)
    needs = needs.order_by("pk")
    return _for(((one.organisation, one) for one in needs), Ground.NEED, besoin="title")


def _offers(rows: QuerySet, pole: Pole) -> Gathered:
    """An organisation's offer is its contacts' own; a person's is nobody's but theirs, who are asked for their yes."""
    ours = rows.filter(pole=pole).select_related("organisation")
    offers = list(ours.only("title", "time", "person", *HOUSE).order_by("pk"))
    theirs = [(one.organisation, one) for one in offers if one.organisation and _at_work(one)]
    found, empty = _for(theirs, Ground.OFFER, offre="title")
    for one in offers:
        if one.person_id and not _at_work(one):
            its = Candidate(Ground.YES).says(offre=one.title)
            found.setdefault(one.person_id, []).append(its)
    return found, empty


def _at_work(offer: Offer) -> bool:
    return offer.organisation_id is not None and offer.time == Time.WORK


def _organisations(rows: QuerySet, pole: Pole) -> Gathered:
    ours = rows.filter(pole=pole).only("name", "status").order_by("pk")
    return _for(((one, None) for one in ours), Ground.YES)


def _missions(rows: QuerySet, pole: Pole) -> Gathered:
    """Both sides of each mission, as far as each is this pôle's to write to."""
    joined = ("need__organisation", "offer__organisation")
    here = Q(need__pole=pole) | Q(offer__pole=pole)
    missions = list(rows.filter(here).select_related(*joined).only(*_MISSION).order_by("pk"))
    ours = [one for one in missions if one.need.pole_id == pole.pk]
    found, empty = _for(((one.need.organisation, one) for one in ours), Ground.MISSION)
    for one in chain.from_iterable(found.values()):
        assert isinstance(one.thing, Mission)
        one.says(besoin=one.thing.need.title)
    for person, one in _who_come(missions):
        found.setdefault(person, []).append(one)
    return found, empty


def _who_come(missions: list[Mission]) -> Iterator[tuple[int, Candidate]]:
    """Who gives their time; where a team comes, those who represent the company."""
    at_work = [one for one in missions if _at_work(one.offer)]
    houses = {one.offer.organisation_id for one in at_work}
    belong = Membership.objects.filter(
        organisation__in=houses, user__in={one.offer.person_id for one in at_work} - {None}
    )
    still = set(belong.values_list("organisation", "user"))
    teams = [one for one in at_work if one.offer.person_id is None]
    people = _who_represents([one.offer.organisation for one in teams if one.offer.organisation])
    for one in missions:
        offer = one.offer
        house = offer.organisation if _at_work(offer) else None
        own = offer.person_id
        for person in [own] if own else people.get(offer.organisation_id or 0, []):
            left = house and own and (house.pk, person) not in still
            if not left:
                it = Candidate(Ground.MISSION, one, house)
                yield person, it.says(structure=one.need.organisation.name, besoin=one.need.title)


def who_wants_them(pole: Pole) -> QuerySet[User]:
    """All who have said yes to the letters of this pôle."""
    yes = Consent.objects.standing(kind=ConsentKind.LETTERS, thing=pole)
    return User.objects.filter(pk__in=yes.order_by().values("person"))


# Of people, each is their own.
_GATHER: dict[str, Callable[[QuerySet, Pole], Gathered]] = {
    "besoins": _needs,
    "offres": _offers,
    "organisations": _organisations,
    "missions": _missions,
}
