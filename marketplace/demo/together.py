"""What several structures of the invented pôle do together: a need that three carry, from the question to the hours, and two
needs put together."""

from collections.abc import Generator, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Organisation, User
from marketplace.actions.market import alike, carriers, joinings, needs
from marketplace.actions.missions import hours, missions, served, sheets
from marketplace.demo import market
from marketplace.demo.clock import Story, at
from marketplace.demo.market import Cast
from marketplace.demo.missions import DAY, Told, signed, up_to_the_yes
from marketplace.demo.sentences import AIM, WORK
from marketplace.models import Need, Side
from marketplace.models.documents.documents import kinds_before
from marketplace.rules.joinings import apart
from marketplace.rules.working_days import worked_from

LEAD, BESIDE = "tierslieu", ("ressourcerie", "mairie")
JOINT = {
    "title": "Un seul agenda pour trois lieux",
    "context": "Un tiers-lieu, une recyclerie et la mairie annoncent chacun leurs ateliers de leur côté. Personne ne sait ce qui se passe à cinq kilomètres.",
    "deliverable": "Un agenda commun que chacun tient, et une demi-journée pour apprendre à s’en servir.",
    "place": "BOTH", "format": "SPLIT", "hours": 24, "weeks": 8, "skills": ["site-web 2"],
}  # fmt: skip
WORDS = "Nous avons le même besoin à quelques kilomètres : le porter à trois, c’est une personne et un seul outil."
SIGNS_AS = {"ressourcerie": "présidente", "mairie": "maire"}
CAME = "Piquet"
ALIKE = (
    ("monnaie", "Un fichier d’adhérents à jour", "Mille deux cents adhérents dans quatre tableaux qui ne se parlent pas."),
    ("soutien", "Ranger la liste de nos bénévoles", "Cent vingt bénévoles dans un tableau que personne n’ose plus toucher."),
)  # fmt: skip
SAME = {
    "deliverable": "Un seul tableau propre, et deux personnes qui savent le tenir.",
    "place": "BOTH", "format": "ONE_DAY", "hours": 10, "weeks": 6, "skills": ["tableur 2"],
}  # fmt: skip


def stories(cast: Cast) -> list[Story]:
    return [_joint(cast), _alike(cast)]


# --- a need of three -------------------------------------------------------------------------
def _joint(cast: Cast) -> Story:
    asked = timezone.localdate() - timedelta(days=48)
    need = yield from _carried(cast, asked - 16 * DAY)
    offer = yield from market.offered(cast, need, CAME, asked - 3 * DAY)
    told = Told(need, offer, asked, weeks=4, number=1)
    yield from up_to_the_yes(told)
    yield from _up_to_the_start(cast, told)
    yield from _hours_of_each(cast, told)


def _carried(cast: Cast, day: date) -> Generator[datetime, None, Need]:
    """Written by the lead, carried by two others with their yes, then read and published."""
    need = yield from market.drafted(cast, JOINT, LEAD, day)
    for key in BESIDE:
        other = cast.organisations[key]
        carriers.invite(need, other, word=WORDS, by=need.created_by, now=timezone.now())
    for number, carrier in enumerate(need.carriers.select_related("organisation")):
        yield at(worked_from(day + (1 + number) * DAY), 11, 5)
        carriers.agree(carrier, by=cast.author(carrier.organisation), now=timezone.now())
    yield at(worked_from(day + 4 * DAY), 9, 40)
    needs.submit(need, by=need.created_by)
    yield at(worked_from(day + 5 * DAY), 14, 20)
    needs.publish(need, by=cast.coordinators[0])
    return need


def _up_to_the_start(cast: Cast, told: Told) -> Iterator[datetime]:
    day = worked_from(told.asked + 6 * DAY)
    yield at(day, 14)
    mission = told.again()
    words = {"aim": AIM % mission.need.title, "work": WORK[0]}
    sheets.change(mission, words, read=mission.sheet.number, side=Side.NEED, by=told.host)
    yield at(worked_from(day + DAY), 14)
    mission = told.again()
    missions.agree(mission, read=mission.sheet.number, side=Side.OFFER, by=told.person)
    whose = {cast.organisations[key].pk: words for key, words in SIGNS_AS.items()}
    for row in mission.served.beside_the_lead().select_related("organisation"):
        row.mission = mission
        served.give_mandate(
            row, read=mission.sheet.number, capacity=whose[row.organisation_id],
            by=cast.author(row.organisation), now=timezone.now(),
        )  # fmt: skip
    yield from signed(told, kinds_before(told.again().regime), day + 2 * DAY)
    yield at(worked_from(max(mission.starts_on, day + 7 * DAY)), 9, 5)
    missions.start(told.again(), by=told.host, now=timezone.now())


def _hours_of_each(cast: Cast, told: Told) -> Iterator[datetime]:
    """A day in each house; each confirms its own."""
    first = timezone.localdate()
    for number, structure in enumerate(_structures(cast)):
        day = worked_from(first + (3 + 5 * number) * DAY)
        yield at(day, 17)
        house = None if number == 0 else structure
        said = {day: (Decimal("3.5"), "Atelier avec l’équipe")}
        hours.write(told.again(), said, person=told.person, today=day, served=house)
        yield at(worked_from(day + 2 * DAY), 10)
        last = told.mission.hours.order_by("pk").last()
        if last is not None:
            by = cast.author(structure)
            whose, now = [structure], timezone.now()
            hours.confirm(told.again(), up_to=last.pk, by=by, now=now, of=whose)


def _structures(cast: Cast) -> list[Organisation]:
    return [cast.organisations[key] for key in (LEAD, *BESIDE)]


# --- two needs put together ------------------------------------------------------------------
def _alike(cast: Cast) -> Story:
    day = timezone.localdate() - timedelta(days=30)
    pair: list[Need] = []
    for number, (key, title, context) in enumerate(ALIKE):
        item = SAME | {"title": title, "context": context}
        need = yield from market.posted(cast, item, key, day + 3 * number * DAY, by_whom=number)
        pair.append(need)
    older, younger = pair
    yield at(worked_from(day + 9 * DAY), 10, 15)
    by, now = cast.coordinators[0], timezone.now()
    # As the clock would: it looks at all that is laid out, of which some is of a later day.
    joining = alike.show(older.pk, younger.pk, far=apart(older, younger), now=now)
    joinings.propose(joining, hours=14, places=1, word="", by=by, now=now)
    for number, need in enumerate(pair):
        yield at(worked_from(day + (11 + number) * DAY), 9, 50)
        who: User = need.created_by
        joinings.say_yes(joining, need, by=who, now=timezone.now())
