"""The invented offers, as rows: what is offered today, and what some had offered last year."""

from collections.abc import Iterator
from copy import copy as copied
from datetime import date, datetime, timedelta
from itertools import cycle

from django.db.models import Model, OuterRef, Subquery
from django.utils import timezone

from accounts.models import Organisation, Pole, User
from marketplace.demo import ages, clock
from marketplace.demo.market import spoken
from marketplace.demo.people import suffix
from marketplace.models import (
    Consent,
    ConsentKind,
    Offer,
    OfferSkill,
    OfferStep,
    Skill,
)
from marketplace.models.market.consents import WORDS
from marketplace.rules import own_yes
from marketplace.states import OfferStatus

# The road that an offer has taken to where it stands.
ROADS = {
    OfferStatus.DRAFT: ["DRAFT"],
    OfferStatus.PUBLISHED: ["DRAFT", "PUBLISHED"],
    OfferStatus.PAUSED: ["DRAFT", "PUBLISHED", "PAUSED"],
    OfferStatus.EXPIRED: ["DRAFT", "PUBLISHED", "EXPIRED"],
}
CAPACITIES = cycle([1, 1, 2, 1, 3])
REACH = cycle([0, 0, 3, 0, -10, 0, 6, 0])  # weeks: some offers start later, some have begun
YOUNG = 60  # days: what is older begins with its writing
# What those of a copy add about themselves.
MORE = (
    "Plutôt le matin.",
    "Je me déplace volontiers.",
    "Une première visite ne vous engage à rien.",
    "Je préfère commencer par une heure de questions.",
    "Je travaille bien à deux.",
    "Les petites équipes me vont bien.",
    "Je laisse toujours un mode d’emploi.",
)


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
            item = item if copy == 1 else _varied(item, copy)
            for by in item["by"]:
                who, key = by.split(":")
                person = persons[key + suffix(copy)] if who == "p" else None
                company = company_of.get(person.pk) if person else organisations[key + suffix(copy)]
                made.append(_offer(item, pole, person, company, len(made), who))
                skills.append(item["skills"])
    before = {number: _of_last_year(made[number], number) for number in _repeated(made)}
    skills += [skills[number] for number in before]
    made += before.values()
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
    OfferStep.objects.bulk_create(_walked(made), batch_size=1000)
    last = OfferStep.objects.filter(offer=OuterRef("pk")).order_by("-at").values("at")[:1]
    rest = Offer.objects.filter(pole=pole).exclude(status=OfferStatus.PUBLISHED)
    rest.update(updated_at=Subquery(last))
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
    status = _status(number) if company is None or company.is_accepted else OfferStatus.DRAFT
    author = person or _first_of(company)
    home = company.commune if company else author.commune
    ago = 3 + ages.days_ago(number, ages.OFFERS)
    created = clock.at(today - timedelta(days=ago))
    if company is not None:  # one that has just been registered writes after that
        created = max(created, company.created_at + timedelta(hours=1))
    starts_on, ends_on = _period(created.date(), ago, number, status)
    again = ages.said_again(number, ago) if status == OfferStatus.PUBLISHED else None
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
        ends_on=ends_on,
        weekdays=0b0011111 if company else (0b1111111, 0b0010100, 0b1100000)[number % 3],
        hours=item["hours"],
        languages=spoken(item),
        capacity=next(CAPACITIES) if who != "p" else 1,
        status=status,
        created_by=author,
        created_at=created,
        published_at=None if status == OfferStatus.DRAFT else created,
        confirmed_at=None if again is None else clock.at(today - timedelta(days=again), 16),
    )


def _period(written: date, ago: int, number: int, status: str) -> tuple[date, date]:
    """From when to when: what is published isn't over, and what is expired is."""
    today, lasts = timezone.localdate(), timedelta(days=150 + 10 * (number % 8))
    reach = timedelta(weeks=next(REACH))
    if status == OfferStatus.EXPIRED:
        return written, max(written, today - timedelta(days=1 + number % 9))
    starts_on = today + reach if ago <= YOUNG else written + abs(reach)
    return starts_on, max(starts_on + lasts, today + lasts / 2)


def _varied(item: dict, copy: int) -> dict:
    """The item as a copy has it: a few hours more or less, another radius, a sentence more, and every third without what
    it named last."""
    hours = max(1, item["hours"] * (7 + copy % 7) // 10)
    radius = item["radius"] and max(5, item["radius"] + 5 * (copy % 5 - 2))
    skills = item["skills"][:-1] if copy % 3 == 0 and len(item["skills"]) > 1 else item["skills"]
    about = f"{item['about']} {MORE[copy % len(MORE)]}"
    return item | {"hours": hours, "radius": radius, "skills": skills, "about": about}


# --- last year -------------------------------------------------------------------------------
def _repeated(offers: list[Offer]) -> list[int]:
    """The places of those that had been offered before: some of the people's own."""
    own = [number for number, one in enumerate(offers) if one.person and one.published_at]
    return own[3::5]


def _of_last_year(offer: Offer, number: int) -> Offer:
    """The same, offered for three months some time before: it has expired."""
    before = copied(offer)
    before.created_at = clock.at(timezone.localdate() - timedelta(days=190 + number * 53 % 170), 10)
    if offer.organisation is not None:
        before.created_at = max(before.created_at, offer.organisation.created_at)
    before.published_at, before.confirmed_at = before.created_at, None
    before.starts_on = timezone.localdate(before.created_at)
    before.ends_on = before.starts_on + timedelta(days=90)
    before.status = OfferStatus.EXPIRED
    return before


def _walked(offers: list[Offer]) -> Iterator[OfferStep]:
    """The steps that led each offer to its state: written and published at once, paused or expired since."""
    now = timezone.now()
    for offer in offers:
        before, at = "", offer.created_at
        for after in ROADS[OfferStatus(offer.status)]:
            by: User | None = offer.created_by
            if after == OfferStatus.EXPIRED:
                at, by = clock.at(offer.ends_on + timedelta(days=1), 9), None
            elif after == OfferStatus.PAUSED:
                at = clock.by_day(min(now, at + timedelta(days=2)))
            yield OfferStep(offer=offer, before=before, after=after, by=by, at=at)
            before = after


def _status(number: int) -> str:
    """The state of an offer: most are published; a few are drafts, paused or expired."""
    odd = {
        17: OfferStatus.PAUSED,
        41: OfferStatus.DRAFT,
        67: OfferStatus.EXPIRED,
        93: OfferStatus.PAUSED,
    }
    return odd.get(number, OfferStatus.PUBLISHED)
