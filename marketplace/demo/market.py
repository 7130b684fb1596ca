"""The invented needs and offers."""

from datetime import datetime, timedelta
from itertools import cycle

from django.db.models import Model, OuterRef, Subquery
from django.utils import timezone

from accounts.models import Commune, Organisation, Pole, User
from marketplace import own_yes
from marketplace.demo import clock
from marketplace.demo.files import read
from marketplace.demo.people import suffix
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
)
from marketplace.models.consents import WORDS
from marketplace.models.needs import folded
from marketplace.states import NeedStatus, OfferStatus

# The road that a need has taken to where it stands.
ROADS = {
    NeedStatus.DRAFT: ["DRAFT"],
    NeedStatus.SUBMITTED: ["DRAFT", "SUBMITTED"],
    NeedStatus.PUBLISHED: ["DRAFT", "SUBMITTED", "PUBLISHED"],
    NeedStatus.FILLED: ["DRAFT", "SUBMITTED", "PUBLISHED", "FILLED"],
    NeedStatus.CLOSED: ["DRAFT", "SUBMITTED", "PUBLISHED", "CLOSED"],
    NeedStatus.WITHDRAWN: ["DRAFT", "SUBMITTED", "PUBLISHED", "WITHDRAWN"],
    NeedStatus.REFUSED: ["DRAFT", "SUBMITTED", "REFUSED"],
}
REASONS = {
    NeedStatus.REFUSED: "Ce besoin remplace un poste salarié : un bénévole ne peut pas le tenir. "
    "Parlons ensemble d’un appui ponctuel pour organiser l’accueil.",
    NeedStatus.WITHDRAWN: "La commune s’en charge finalement.",
    NeedStatus.CLOSED: "La mission est terminée, merci à toutes et tous.",
}
ON_THEIR_WAY = [NeedStatus.DRAFT, NeedStatus.SUBMITTED, NeedStatus.PUBLISHED]
CAPACITIES = cycle([1, 1, 2, 1, 3])
REACH = cycle([0, 0, 3, 0, -10, 0, 6, 0])  # some offers start later, some have begun


def make_needs(
    pole: Pole, organisations: dict[str, Organisation], data: list, scale: int
) -> list[Need]:
    causes = _causes_of_structures()
    coordinators = list(
        User.objects.filter(memberships__organisation__kind="OPERATOR").order_by("pk")
    )
    authors = {
        organisation.pk: organisation.memberships.select_related("user")[0].user
        for organisation in organisations.values()
        if organisation.kind == Organisation.Kind.ESS
    }
    needs, skills, serves = [], [], []
    for copy in range(1, scale + 1):
        for number, item in enumerate(data):
            structure = organisations[item["of"] + suffix(copy)]
            need = _need(item, structure, number + copy)
            need.pole, need.cause = pole, causes[item["of"]][0]
            need.created_by = authors[structure.pk]
            if item["status"] not in {"DRAFT", "SUBMITTED"}:
                need.coordinator = coordinators[number % len(coordinators)]
            needs.append(need)
            skills.append(item["skills"])
            serves.append(causes[item["of"]][1])
    Need.objects.bulk_create(needs, batch_size=500)
    _want(needs, skills, serves)
    _walk(needs)
    return needs


def _causes_of_structures() -> dict[str, tuple[Cause, list[Beneficiary]]]:
    causes = {cause.code: cause for cause in Cause.objects.all()}
    people = {item.code: item for item in Beneficiary.objects.all()}
    return {
        item["key"]: (causes[item["cause"]], [people[code] for code in item["serves"]])
        for item in read("organisations")["structures"]
    }


def _need(item: dict, structure: Organisation, number: int) -> Need:
    today = timezone.localdate()
    starts_on = today + timedelta(days=item["start"])
    submitted = clock.at(min(today, starts_on) - timedelta(days=4 + number % 9))
    published = item["status"] not in {"DRAFT", "SUBMITTED", "REFUSED"}
    return Need(
        organisation=structure,
        commune=structure.commune,
        title=item["title"],
        context=item["context"],
        deliverable=item["deliverable"],
        place=item["place"],
        format=item["format"],
        hours=item["hours"],
        places=item["places"],
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=item["days"]),
        status=item["status"],
        search_text=folded(
            " ".join([item["title"], item["context"], item["deliverable"], structure.name])
        ),
        created_at=submitted - timedelta(days=1),
        submitted_at=None if item["status"] == "DRAFT" else submitted,
        published_at=submitted + timedelta(days=1, hours=3) if published else None,
    )


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
    """The steps that led each need to where it stands."""
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
            steps.append(
                NeedStep(need=need, before=before, after=after, by=by, at=at, reason=reason)
            )
            before, at = after, clock.by_day(min(timezone.now(), at + timedelta(hours=27)))
    NeedStep.objects.bulk_create(steps, batch_size=1000)
    last = NeedStep.objects.filter(need=OuterRef("pk")).order_by("-at").values("at")[:1]
    over = Need.objects.exclude(status__in=ON_THEIR_WAY)
    over.filter(pole=needs[0].pole).update(updated_at=Subquery(last))


def make_offers(pole, organisations, persons, data: list, scale: int) -> list[Offer]:
    company_of = {
        membership.user_id: membership.organisation
        for organisation in organisations.values()
        if organisation.kind == Organisation.Kind.COMPANY
        for membership in organisation.memberships.select_related("organisation__commune")
    }
    offers: list[Offer] = []
    skills: list[list[str]] = []
    for copy in range(1, scale + 1):
        for item in data:
            for by in item["by"]:
                who, key = by.split(":")
                person = persons[key + suffix(copy)] if who == "p" else None
                company = company_of.get(person.pk) if person else organisations[key + suffix(copy)]
                offers.append(_offer(item, pole, person, company, len(offers), who))
                skills.append(item["skills"])
    Offer.objects.bulk_create(offers, batch_size=500)
    known = {skill.code: skill for skill in Skill.objects.all()}
    OfferSkill.objects.bulk_create(
        (
            OfferSkill(offer=offer, skill=known[text.split()[0]], level=int(text.split()[1]))
            for offer, held in zip(offers, skills, strict=True)
            for text in held
        ),
        batch_size=1000,
    )
    OfferStep.objects.bulk_create(
        (
            OfferStep(
                offer=offer, before="", after=offer.status, by=offer.created_by, at=offer.created_at
            )
            for offer in offers
        ),
        batch_size=1000,
    )
    Consent.objects.bulk_create(
        (
            agreed(person, ConsentKind.OFFER, offer, offer.published_at)
            for offer in offers
            if (person := own_yes.named(offer)) and offer.published_at
        ),
        batch_size=1000,
    )
    return offers


def agreed(person: User, kind: str, thing: Model, at: datetime) -> Consent:
    """In French, as everybody here reads it."""
    words = str(WORDS[ConsentKind(kind)])
    how = Consent.How.ACCOUNT
    return Consent(
        person=person, kind=kind, about=thing.pk, words=words, language="fr", how=how, given_at=at
    )


def _offer(item: dict, pole, person, company, number: int, who: str) -> Offer:
    today = timezone.localdate()
    starts_on = today + timedelta(days=7 * next(REACH))
    status = _status(number)
    if status == OfferStatus.EXPIRED:
        starts_on = today - timedelta(days=200)
    home: Commune = company.commune if company else person.commune
    author = person or company.memberships.first().user
    created = clock.at(today - timedelta(days=3 + number % 60))
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
        capacity=next(CAPACITIES) if who != "p" else 1,
        status=status,
        created_by=author,
        created_at=created,
        published_at=None if status == OfferStatus.DRAFT else created,
    )


def _status(number: int) -> str:
    """Most are published; a few drafts, pauses and expired ones, as in life."""
    odd = {
        17: OfferStatus.PAUSED,
        41: OfferStatus.DRAFT,
        67: OfferStatus.EXPIRED,
        93: OfferStatus.PAUSED,
    }
    return odd.get(number, OfferStatus.PUBLISHED)
