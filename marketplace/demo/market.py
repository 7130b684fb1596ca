"""The invented needs, as rows; and a need and an offer through the acts, for the stories."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.models import Membership, Organisation, Pole, User
from common.second_text import SECOND
from common.spoken import BY_TAG, FIRST
from marketplace.actions.market import needs, offers
from marketplace.demo import ages, clock
from marketplace.demo.files import read
from marketplace.demo.people import suffix
from marketplace.forms.market import questions
from marketplace.forms.market.needs import NeedForm
from marketplace.forms.market.skills import Chosen
from marketplace.forms.market.volume import SHAPES
from marketplace.models import (
    Beneficiary,
    Cause,
    Need,
    NeedSkill,
    NeedStep,
    Offer,
    OfferSkill,
    Skill,
    Welcome,
)
from marketplace.rules.working_days import worked_from
from marketplace.states import NeedStatus

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
ON_THEIR_WAY = [NeedStatus.SUBMITTED, NeedStatus.PUBLISHED]


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
    yield clock.at(worked_from(day + timedelta(days=1 + by_whom % 2)), 14, 20)
    needs.publish(need, by=cast.coordinators[by_whom % len(cast.coordinators)])
    return need


def drafted(cast: Cast, item: dict, of: str, day: date) -> Generator[datetime, None, Need]:
    """Written by the form that its structure fills in, with the questions it asks, if any."""
    structure = cast.organisations[of]
    by = cast.author(structure)
    yield clock.at(worked_from(day), 10, 30)
    need = Need(pole=structure.pole, organisation=structure, created_by=by)
    form = NeedForm(_typed(structure, item, of, worked_from(day + BEFORE_IT_STARTS)), instance=need)
    assert form.is_valid(), form.errors
    return needs.write(form.kept(), form, [*_chosen(item["skills"])], by=by)


def _typed(structure: Organisation, item: dict, of: str, starts_on: date) -> dict[str, Any]:
    cause, served = _causes_of_structures()[of]
    asked = zip(questions.NAMES, item.get("questions", ()), strict=False)
    return {
        **{name: item[name] for name in WRITTEN}, **dict(asked),
        "commune": structure.commune.name, "commune-choice": structure.commune.insee,
        "cause": cause.pk, "beneficiaries": [one.pk for one in served],
        "starts_on": starts_on, "ends_on": starts_on + timedelta(weeks=item["weeks"] + 3),
        "volume": item["hours"], "unit": NeedForm.HOURS, "time": Welcome.BOTH,
        "places": 2 if item.get("in_pair") else 1, "in_pair": "on" if item.get("in_pair") else "",
    }  # fmt: skip


def _chosen(wanted: list[str]) -> Iterator[Chosen]:
    for text in wanted:
        code, level, *welcome = text.split()
        yield Chosen(Skill.objects.get(code=code), int(level), not welcome)


BEFORE_IT_STARTS = timedelta(days=38)
WRITTEN = ("title", "context", "deliverable", "place", "format")


def offered(cast: Cast, need: Need, who: str, day: date) -> Generator[datetime, None, Offer]:
    """An offer of what that need asks for, by this person, for their company if they have one."""
    person = cast.persons[who]
    membership = person.memberships.select_related("organisation__commune").first()
    company = membership.organisation if membership else None
    home = company.commune if company else person.commune
    assert home is not None, "everybody here lives somewhere"
    yield clock.at(worked_from(day), 9, 30)
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
    if waits:
        ago = 1  # what is handed in is read within two days
    else:
        ago = 4 + (number % 9 if status == NeedStatus.DRAFT else ages.days_ago(number, ages.NEEDS))
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
        languages=spoken(item),
        **{name: item.get(name, "").strip() for name in SECOND},
    )
    again = ages.said_again(number, ago) if status == NeedStatus.PUBLISHED else None
    need.confirmed_at = None if again is None else clock.at(today - timedelta(days=again), 16)
    need.freshen(timezone.localdate(need.confirmed_at or need.published_at or submitted))
    return need


def spoken(item: dict) -> int:
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
    rest = Need.objects.exclude(status__in=ON_THEIR_WAY)  # drafts, and what is over
    rest.filter(pole=needs[0].pole).update(updated_at=Subquery(last))
