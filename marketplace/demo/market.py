"""The invented needs and offers."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle

from django.db.models import Model, OuterRef, Subquery
from django.utils import timezone

from accounts.models import Membership, Organisation, Pole, User
from common.second_text import SECOND
from common.spoken import BY_TAG, FIRST
from marketplace.actions.market import needs, offers
from marketplace.demo import clock
from marketplace.demo.files import read
from marketplace.demo.people import suffix
from marketplace.forms.market.volume import SHAPES
from marketplace.models import (
    Beneficiary,
    Cause,
    Consent,
    ConsentKind,
    Need,
    NeedSkill,
    NeedStep,
    Offer,
    OfferSkill,
    OfferStep,
    Skill,
    Welcome,
)
from marketplace.models.market.consents import WORDS
from marketplace.rules import own_yes
from marketplace.states import NeedStatus, OfferStatus

# The road that a need has taken to where it stands.
ROADS = {
    NeedStatus.DRAFT: ["DRAFT"],
    NeedStatus.SUBMITTED: ["DRAFT", "SUBMITTED"],
    NeedStatus.PUBLISHED: ["DRAFT", "SUBMITTED", "PUBLISHED"],
    NeedStatus.WITHDRAWN: ["DRAFT", "SUBMITTED", "PUBLISHED", "WITHDRAWN"],
    NeedStatus.REFUSED: ["DRAFT", "SUBMITTED", "REFUSED"],
}
REASONS = {
    NeedStatus.REFUSED: "Ce besoin remplace un poste salarié : un bénévole ne peut pas le tenir. "
    "Parlons ensemble d’un appui ponctuel pour organiser l’accueil.",
    NeedStatus.WITHDRAWN: "La commune s’en charge finalement.",
}
ON_THEIR_WAY = [NeedStatus.DRAFT, NeedStatus.SUBMITTED, NeedStatus.PUBLISHED]
CAPACITIES = cycle([1, 1, 2, 1, 3])
REACH = cycle([0, 0, 3, 0, -10, 0, 6, 0])  # some offers start later, some have begun


def make_needs(
    pole: Pole, organisations: dict[str, Organisation], data: list, scale: int
) -> list[Need]:
    causes = _causes_of_structures()
    coordinators = list(Membership.objects.coordinating(pole).people().order_by("pk"))
    authors = {
        organisation.pk: organisation.memberships.select_related("user")[0].user
        for organisation in organisations.values()
        if organisation.may_ask
    }
    made: list[Need] = []
    skills, serves = [], []
    for copy in range(1, scale + 1):
        for number, item in enumerate(data):
            structure = organisations[item["of"] + suffix(copy)]
            need = _need(item if copy == 1 else _varied(item, copy), structure, number + copy)
            need.pole, need.cause = pole, causes[item["of"]][0]
            need.created_by = authors[structure.pk]
            if need.status not in {"DRAFT", "SUBMITTED"}:
                need.coordinator = coordinators[number % len(coordinators)]
            made.append(need)
            skills.append(item["skills"])
            serves.append(causes[item["of"]][1])
    Need.objects.bulk_create(made, batch_size=500)
    _want(made, skills, serves)
    _walk(made)
    return made


# --- through the acts ----------------------------------------------------------------------
@dataclass(frozen=True)
class Cast:
    """The people and organisations of the stories, by their keys in the files."""

    pole: Pole
    organisations: dict[str, Organisation]
    persons: dict[str, User]
    coordinators: list[User]

    def author(self, structure: Organisation) -> User:
        return structure.memberships.order_by("pk")[0].user


def posted(
    cast: Cast, item: dict, of: str, day: date, *, by_whom: int = 0
) -> Generator[datetime, None, Need]:
    """A need written on this day, and qualified by a coordinator two working days later at the most."""
    need = yield from drafted(cast, item, of, day)
    needs.submit(need, by=need.created_by)
    yield clock.at(clock.working(day + timedelta(days=1 + by_whom % 2)), 14, 20)
    needs.publish(need, by=cast.coordinators[by_whom % len(cast.coordinators)])
    return need


def drafted(cast: Cast, item: dict, of: str, day: date) -> Generator[datetime, None, Need]:
    structure = cast.organisations[of]
    by = cast.author(structure)
    starts_on = clock.working(day + BEFORE_IT_STARTS)
    yield clock.at(clock.working(day), 10, 30)
    need = Need(
        pole=structure.pole, organisation=structure, commune=structure.commune, created_by=by,
        cause=_causes_of_structures()[of][0], starts_on=starts_on,
        ends_on=starts_on + timedelta(weeks=item["weeks"] + 3),
        in_pair=item.get("in_pair", False), places=2 if item.get("in_pair") else 1,
        **{name: item[name] for name in WRITTEN},
    )  # fmt: skip
    need.save()
    need.begin(by=by)
    _want([need], [item["skills"]], [_causes_of_structures()[of][1]])
    return need


BEFORE_IT_STARTS = timedelta(days=38)
WRITTEN = ("title", "context", "deliverable", "place", "format", "hours")


def offered(cast: Cast, need: Need, who: str, day: date) -> Generator[datetime, None, Offer]:
    """An offer of what that need asks for, by this person, for their company if they have one."""
    person = cast.persons[who]
    membership = person.memberships.select_related("organisation__commune").first()
    company = membership.organisation if membership else None
    home = company.commune if company else person.commune
    assert home is not None, "everybody here lives somewhere"
    yield clock.at(clock.working(day), 9, 30)
    offer = Offer.objects.create(
        pole=cast.pole, organisation=company, person=person, title=person.trade or need.title,
        about="Ce que je sais faire, je l’explique volontiers.", time="WORK" if company else "OWN",
        place="BOTH", commune=home, radius_km=100,
        starts_on=day, ends_on=day + timedelta(days=300), weekdays=0b0011111, hours=need.hours,
        capacity=1, created_by=person,
    )  # fmt: skip
    offer.begin(by=person)
    for wanted in need.wanted.all():
        OfferSkill.objects.create(offer=offer, skill_id=wanted.skill_id, level=wanted.level)
    offers.publish(offer, by=person)
    return offer


def _causes_of_structures() -> dict[str, tuple[Cause, list[Beneficiary]]]:
    causes = {cause.code: cause for cause in Cause.objects.all()}
    people = {item.code: item for item in Beneficiary.objects.all()}
    return {
        item["key"]: (causes[item["cause"]], [people[code] for code in item["serves"]])
        for group in ("structures", "authorities")
        for item in read("organisations")[group]
    }


def _varied(item: dict, copy: int) -> dict:
    """The item as a copy has it: a few hours more or less, and some days later."""
    shape, days = SHAPES[item["format"]], item["days"] + 1
    most = min(shape.most, days * shape.a_day)
    hours = max(shape.least, min(most, item["hours"] * (8 + copy % 5) // 10))
    return item | {"hours": hours, "start": item["start"] + 5 * (copy % 9)}


def _need(item: dict, structure: Organisation, number: int) -> Need:
    today = timezone.localdate()
    starts_on = today + timedelta(days=item["start"])
    status = item["status"]
    if not structure.is_accepted:  # nothing of it is public before it is verified
        status = NeedStatus.SUBMITTED
    waits = status == NeedStatus.SUBMITTED
    ago = 1 if waits else 4 + number % 9  # what is handed in is read within two days
    submitted = clock.at(min(today, starts_on) - timedelta(days=ago))
    # One that has just been registered writes its need after that, and sends it at once.
    written = max(submitted - timedelta(days=1), structure.created_at + timedelta(hours=1))
    submitted = max(submitted, written + timedelta(hours=1))
    published = status not in {"DRAFT", "SUBMITTED", "REFUSED"}
    need = Need(
        organisation=structure,
        commune=structure.commune,
        title=item["title"],
        context=item["context"],
        deliverable=item["deliverable"],
        place=item["place"],
        format=item["format"],
        time=item.get("time", Welcome.BOTH),
        hours=item["hours"],
        places=item["places"],
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=item["days"]),
        status=status,
        created_at=written,
        submitted_at=None if status == "DRAFT" else submitted,
        published_at=submitted + timedelta(days=1, hours=3) if published else None,
        is_undated=item.get("undated", False),
        languages=_spoken(item),
        **{name: item.get(name, "").strip() for name in SECOND},
    )
    need.freshen(timezone.localdate(need.published_at or submitted))
    return need


def _spoken(item: dict) -> int:
    return sum(BY_TAG[tag] for tag in item.get("spoken", [FIRST]))


def _want(needs: list[Need], skills: list, serves: list) -> None:
    known = {skill.code: skill for skill in Skill.objects.all()}
    rows = []
    for need, wanted in zip(needs, skills, strict=True):
        for text in wanted:
            code, level, *welcome = text.split()
            rows.append(
                NeedSkill(need=need, skill=known[code], level=int(level), required=not welcome)
            )
    NeedSkill.objects.bulk_create(rows, batch_size=1000)
    through = Need.beneficiaries.through
    through.objects.bulk_create(
        (
            through(need_id=need.pk, beneficiary_id=people.pk)
            for need, served in zip(needs, serves, strict=True)
            for people in served
        ),
        batch_size=1000,
    )


def _walk(needs: list[Need]) -> None:
    """The steps that led each need to its state."""
    steps = []
    for need in needs:
        before, at = "", need.created_at
        for after in ROADS[NeedStatus(need.status)]:
            by = (
                need.created_by
                if after in {"DRAFT", "SUBMITTED", "WITHDRAWN"}
                else need.coordinator
            )
            reason = REASONS.get(NeedStatus(after), "")
            if after == "SUBMITTED" and need.submitted_at:
                at = need.submitted_at
            steps.append(
                NeedStep(need=need, before=before, after=after, by=by, at=at, reason=reason)
            )
            before, at = after, clock.by_day(min(timezone.now(), at + timedelta(hours=27)))
    NeedStep.objects.bulk_create(steps, batch_size=1000)
    last = NeedStep.objects.filter(need=OuterRef("pk")).order_by("-at").values("at")[:1]
    over = Need.objects.exclude(status__in=ON_THEIR_WAY)
    over.filter(pole=needs[0].pole).update(updated_at=Subquery(last))


def make_offers(
    pole: Pole,
    organisations: dict[str, Organisation],
    persons: dict[str, User],
    data: list,
    scale: int,
) -> list[Offer]:
    company_of = {
        membership.user_id: membership.organisation
        for organisation in organisations.values()
        if organisation.may_offer
        for membership in organisation.memberships.select_related("organisation__commune")
    }
    made: list[Offer] = []
    skills: list[list[str]] = []
    for copy in range(1, scale + 1):
        for item in data:
            for by in item["by"]:
                who, key = by.split(":")
                person = persons[key + suffix(copy)] if who == "p" else None
                company = company_of.get(person.pk) if person else organisations[key + suffix(copy)]
                made.append(_offer(item, pole, person, company, len(made), who))
                skills.append(item["skills"])
    Offer.objects.bulk_create(made, batch_size=500)
    known = {skill.code: skill for skill in Skill.objects.all()}
    OfferSkill.objects.bulk_create(
        (
            OfferSkill(offer=offer, skill=known[text.split()[0]], level=int(text.split()[1]))
            for offer, held in zip(made, skills, strict=True)
            for text in held
        ),
        batch_size=1000,
    )
    OfferStep.objects.bulk_create(
        (
            OfferStep(
                offer=offer, before="", after=offer.status, by=offer.created_by, at=offer.created_at
            )
            for offer in made
        ),
        batch_size=1000,
    )
    Consent.objects.bulk_create(_yeses(made), batch_size=1000)
    return made


def _yeses(offers: list[Offer]) -> Iterator[Consent]:
    """Whoever is put forward has agreed to it; one in three lets their field be shown as well."""
    for number, offer in enumerate(offers):
        person = own_yes.named(offer)
        if person is None or offer.published_at is None:
            continue
        yield agreed(person, ConsentKind.OFFER, offer, offer.published_at)
        if number % 3 == 0:
            yield agreed(person, ConsentKind.FAMILY, offer, offer.published_at)


def agreed(person: User, kind: str, thing: Model, at: datetime) -> Consent:
    """A consent, on the French words."""
    words = str(WORDS[ConsentKind(kind)])
    how = Consent.How.ACCOUNT
    return Consent(
        person=person, kind=kind, about=thing.pk, words=words, language="fr", how=how, given_at=at
    )


def _first_of(company: Organisation | None) -> User:
    first = company.memberships.first() if company else None
    assert first is not None, "a company of the demonstration has its people"
    return first.user


def _offer(
    item: dict, pole: Pole, person: User | None, company: Organisation | None, number: int, who: str
) -> Offer:
    today = timezone.localdate()
    starts_on = today + timedelta(days=7 * next(REACH))
    status = _status(number) if company is None or company.is_accepted else OfferStatus.DRAFT
    if status == OfferStatus.EXPIRED:
        starts_on = today - timedelta(days=200)
    author = person or _first_of(company)
    home = company.commune if company else author.commune
    created = clock.at(today - timedelta(days=3 + number % 60))
    if company is not None:  # one that has just been registered writes after that
        created = max(created, company.created_at + timedelta(hours=1))
    return Offer(
        pole=pole,
        organisation=company,
        person=person,
        title=item["title"],
        about=item["about"],
        time="WORK" if company else "OWN",
        place=item["place"],
        commune=home,
        radius_km=item["radius"] or 30,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=150 + 10 * (number % 8)),
        weekdays=0b0011111 if company else (0b1111111, 0b0010100, 0b1100000)[number % 3],
        hours=item["hours"],
        languages=_spoken(item),
        capacity=next(CAPACITIES) if who != "p" else 1,
        status=status,
        created_by=author,
        created_at=created,
        published_at=None if status == OfferStatus.DRAFT else created,
    )


def _status(number: int) -> str:
    """The state of an offer: most are published; a few are drafts, paused or expired."""
    odd = {
        17: OfferStatus.PAUSED,
        41: OfferStatus.DRAFT,
        67: OfferStatus.EXPIRED,
        93: OfferStatus.PAUSED,
    }
    return odd.get(number, OfferStatus.PUBLISHED)
