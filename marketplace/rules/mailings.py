"""To whom a letter to several goes, and to whom it doesn't and why. Reads only, and asks as many questions for one as for
thousands."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

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
    """Somebody who might be written to, for one row of the list or for several."""

    person: User
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


@dataclass(frozen=True)
class Receiver:
    person: User
    ground: str
    thing: Thing | None
    values: dict[str, str]


@dataclass(frozen=True)
class NotTold:
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


class Standing:
    """What stands today between a pôle and these people, asked once for all of them."""

    def __init__(self, people: Collection[User], *, pole: Pole, by: User | None) -> None:
        numbers = [person.pk for person in people]
        yes = Consent.objects.standing(kind=ConsentKind.LETTERS, thing=pole)
        self.agreed = set(yes.filter(person__in=numbers).values_list("person", flat=True))
        habits = Habits.objects.filter(user__in=numbers).values_list("user", "paces")
        self.stopped = {one for one, paces in habits if paces.get(FAMILY) == Pace.OFF}
        self.bounced = SuppressedAddress.objects.among(person.email for person in people)
        self.blocked = Block.objects.facing(_ends_of(by, pole)) if by else set()

    def why_not(self, person: User, ground: str, organisation: Organisation | None = None) -> str:
        """Why this person isn't written to today, as a code; "" for who is."""
        checks = {
            LeftOut.LEFT: not person.is_active,
            LeftOut.NO: ground == Ground.YES and person.pk not in self.agreed,
            LeftOut.STOPPED: person.pk in self.stopped,
            LeftOut.BOUNCED: person.email.lower() in self.bounced,
            LeftOut.BLOCKED: bool(self.blocked & _numbers(person, organisation)),
        }
        return next((code for code, holds in checks.items() if holds), "")


def _numbers(person: User, organisation: Organisation | None) -> set[int]:
    return {person.pk} | ({-organisation.pk} if organisation else set())


def _ends_of(by: User, pole: Pole) -> set[int]:
    """The coordinator, and the operators by which they coordinate, as blocks name them."""
    operators = by.memberships.coordinating(pole).values_list("organisation", flat=True)
    return {by.pk, *(-operator for operator in operators)}


def addressed(code: str, rows: QuerySet, *, pole: Pole, by: User | None) -> Addressed:
    """Of rows of a list, those of this pôle: who receives a letter, and who doesn't. `code` is that of the list."""
    if (count := rows.order_by().count()) > MOST:
        return Addressed([], [], too_many=count)
    found, empty = _GATHER[code](rows, pole)
    merged: dict[int, list[Candidate]] = {}
    for one in found:
        merged.setdefault(one.person.pk, []).append(one)
    standing = Standing([several[0].person for several in merged.values()], pole=pole, by=by)
    receivers: list[Receiver] = []
    not_told = [NotTold(str(organisation), LeftOut.NOBODY) for organisation in empty]
    for several in merged.values():
        whys = [_why_not(one, standing) for one in several]
        kept = [one for one, why in zip(several, whys, strict=True) if not why]
        if kept:
            receivers.append(_receiver(kept, pole, by))
        else:
            not_told.append(NotTold(str(several[0].person), whys[0]))
    return Addressed(receivers, not_told)


def _why_not(one: Candidate, standing: Standing) -> str:
    return why_not_house(one.organisation) or standing.why_not(
        one.person, one.ground, one.organisation
    )


def why_not_house(organisation: Organisation | None) -> str:
    """Why nobody is written to as one of this organisation, as a code; "" otherwise."""
    closed: dict[str, str] = {
        OrganisationStatus.SUSPENDED: LeftOut.SUSPENDED,
        OrganisationStatus.CLOSED: LeftOut.GONE,
    }
    return closed.get(organisation.status, "") if organisation else ""


def _receiver(kept: list[Candidate], pole: Pole, by: User | None) -> Receiver:
    first, values = kept[0], {}
    for name in letter_words.VARIABLES:
        said = [value for one in kept for value in one.values.get(name, [])]
        values[name] = ", ".join(dict.fromkeys(said))
    values[letter_words.FIRST_NAME] = first.person.first_name
    values[letter_words.POLE] = pole.name
    values[letter_words.ME] = by.get_full_name() if by else ""
    return Receiver(first.person, first.ground, first.thing, values)


def why_not_today(it: Addressee) -> str:
    """Why what was to be written to this one person isn't, as a code; "" for who is written to."""
    standing = Standing([it.person], pole=it.mailing.pole, by=it.mailing.by)
    about = it.need or it.offer
    house = about.organisation if about else None
    return why_not_house(house) or standing.why_not(it.person, it.ground, house)


# What is read of each: a need or a person holds much more.
PERSON = ("first_name", "last_name", "email", "is_active", "closed_at")
HOUSE = ("organisation__name", "organisation__status")


def _of(path: str, names: Iterable[str]) -> list[str]:
    return [f"{path}{name}" for name in names]


_MISSION = (
    "proposal",
    *_of("need__", ("title", "pole", *HOUSE)),
    *_of("offer__", ("time", "pole", *HOUSE, *_of("person__", PERSON))),
)
type Gathered = tuple[list[Candidate], list[Organisation]]


def _who_represents(organisations: Iterable[Organisation]) -> dict[int, list[User]]:
    numbers = {organisation.pk for organisation in organisations}
    found: dict[int, list[User]] = {number: [] for number in numbers}
    rows = Membership.objects.representing().filter(organisation__in=numbers)
    read = ("organisation", *_of("user__", PERSON))
    for one in rows.select_related("user").only(*read).order_by("user"):
        found[one.organisation_id].append(one.user)
    return found


def _for(rows: Iterable[tuple[Organisation, Thing | None]], ground: str, **named: str) -> Gathered:
    """Those who represent the organisation of each row."""
    rows = list(rows)
    people = _who_represents(organisation for organisation, _thing in rows)
    found, empty = [], {}
    for organisation, thing in rows:
        for person in people[organisation.pk]:
            one = Candidate(person, ground, thing, organisation)
            title = {name: getattr(thing, way) for name, way in named.items()}
            found.append(one.says(structure=organisation.name, **title))
        if not people[organisation.pk]:
            empty[organisation.pk] = organisation
    return found, list(empty.values())


def _needs(rows: QuerySet, pole: Pole) -> Gathered:
    needs = rows.filter(pole=pole).select_related("organisation").only("title", *HOUSE)
    needs = needs.order_by("pk")
    return _for(((one.organisation, one) for one in needs), Ground.NEED, besoin="title")


def _offers(rows: QuerySet, pole: Pole) -> Gathered:
    """An organisation's offer is its contacts' own; a person's is nobody's but theirs, who are asked for their yes."""
    ours = rows.filter(pole=pole).select_related("organisation", "person")
    read = ("title", "time", *HOUSE, *_of("person__", PERSON))
    offers = list(ours.only(*read).order_by("pk"))
    theirs = [(one.organisation, one) for one in offers if one.organisation and _at_work(one)]
    found, empty = _for(theirs, Ground.OFFER, offre="title")
    own = [(one.person, one.title) for one in offers if one.person and not _at_work(one)]
    return found + [Candidate(one, Ground.YES).says(offre=title) for one, title in own], empty


def _at_work(offer: Offer) -> bool:
    return offer.organisation_id is not None and offer.time == Time.WORK


def _organisations(rows: QuerySet, pole: Pole) -> Gathered:
    ours = rows.filter(pole=pole).only("name", "status").order_by("pk")
    return _for(((one, None) for one in ours), Ground.YES)


def _people(rows: QuerySet, pole: Pole) -> Gathered:
    people = rows.only(*PERSON).order_by("pk")
    return [Candidate(one, Ground.YES) for one in people], []


def _missions(rows: QuerySet, pole: Pole) -> Gathered:
    """Both sides of each mission, as far as each is this pôle's to write to."""
    joined = ("need__organisation", "offer__organisation", "offer__person")
    here = Q(need__pole=pole) | Q(offer__pole=pole)
    missions = list(rows.filter(here).select_related(*joined).only(*_MISSION).order_by("pk"))
    ours = [one for one in missions if one.need.pole_id == pole.pk]
    found, empty = _for(((one.need.organisation, one) for one in ours), Ground.MISSION)
    for one in found:
        assert isinstance(one.thing, Mission)
        one.says(besoin=one.thing.need.title)
    return found + list(_who_come(missions)), empty


def _who_come(missions: list[Mission]) -> Iterator[Candidate]:
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
        told = [offer.person] if offer.person else people.get(offer.organisation_id or 0, [])
        for person in told:
            left = house and offer.person and (house.pk, person.pk) not in still
            if not left:
                it = Candidate(person, Ground.MISSION, one, house)
                yield it.says(structure=one.need.organisation.name, besoin=one.need.title)


def who_wants_them(pole: Pole) -> QuerySet[User]:
    """All who have said yes to the letters of this pôle."""
    yes = Consent.objects.standing(kind=ConsentKind.LETTERS, thing=pole)
    return User.objects.filter(pk__in=yes.order_by().values("person"))


_GATHER = {
    "besoins": _needs,
    "offres": _offers,
    "organisations": _organisations,
    "personnes": _people,
    "missions": _missions,
    "": _people,
}
