"""Two rounds of an invented company: one that may be answered, and one whose first team looks for a need."""

from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import Membership, User
from marketplace.actions.market import round_teams, rounds
from marketplace.demo.clock import Story, at
from marketplace.demo.market import Cast
from marketplace.demo.people import address
from marketplace.forms.market.rounds import RoundForm, TeamOfferForm
from marketplace.forms.market.skills import Chosen
from marketplace.models import Offer, Round, RoundTeam, Skill
from marketplace.rules.working_days import worked_from

HOUSE = "verrerie"
DAY = timedelta(days=1)
OPEN = (
    "Une journée pour les recycleries",
    "Trier, réparer, ranger, mettre les comptes d’aplomb : chaque équipe aide une recyclerie de la région pendant une journée, et apprend quelque chose à celles et ceux qui y travaillent.",
)
FORMED = (
    "Deux jours pour le numérique des associations",
    "Remettre un site debout, ordonner un fichier d’adhérents, apprendre un tableur : en petites équipes, sur place.",
)
WORDS = ("J’ai mon permis remorque.", "", "Plutôt le matin si possible.", "")
SKILLS = ("site-web", "tableur", "bureautique")
HIRED = (
    ("Inès", "Delobel", "conductrice de four"),
    ("Karim", "Vasseur", "contrôleur de gestion"),
    ("Odile", "Brunet", "assistante de direction"),
    ("Matthieu", "Carpentier", "technicien informatique"),
    ("Soline", "Hautecœur", "acheteuse"),
    ("Yann", "Legrand", "responsable qualité"),
)


def stories(cast: Cast) -> list[Story]:
    today = timezone.localdate()
    _hire(cast)
    return [_open(cast, today), _formed(cast, today)]


def _hire(cast: Cast) -> None:
    """Employees who answer; they have the same password as everybody else."""
    company, claire = cast.organisations[HOUSE], cast.persons["Hermant"]
    people = User.objects.bulk_create(
        User(
            email=address({"first": first, "last": last}, 1), first_name=first, last_name=last,
            trade=trade, commune=company.commune, password=claire.password,
            came_through=company.came_through,
        )
        for first, last, trade in HIRED
    )  # fmt: skip
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in people
    )
    Membership.objects.bulk_create(
        Membership(
            user=one,
            organisation=company,
            role=Membership.Role.EMPLOYEE,
            created_at=company.created_at,
        )
        for one in people
    )


def _written(cast: Cast, said: tuple[str, str], *, places: int, days: int, begins: date) -> Round:
    company, claire = cast.organisations[HOUSE], cast.persons["Hermant"]
    title, about = said
    data = {
        "title": title, "about": about, "programme": company.programmes.earliest("pk").pk,
        "places": places, "days": str(days), "starts_on": begins, "ends_on": begins + 4 * DAY,
        "answer_by": begins - 10 * DAY,
    }  # fmt: skip
    round = Round(organisation=company, created_by=claire)
    form = RoundForm(data, instance=round)
    assert form.is_valid(), form.errors
    return rounds.write(round, form, by=claire)


def _people(cast: Cast) -> list[User]:
    people = cast.organisations[HOUSE].memberships.people().order_by("pk")
    return list(people.exclude(pk=cast.persons["Hermant"].pk))


def _open(cast: Cast, today: date) -> Story:
    yield at(today - 4 * DAY, 10)
    round = _written(cast, OPEN, places=20, days=1, begins=worked_from(today + 35 * DAY))
    rounds.open_to_answers(round, by=cast.persons["Hermant"], now=timezone.now())
    rounds.carry_on(timezone.now())
    for number, person in enumerate(_people(cast)[1:]):
        yield at(today - 3 * DAY, 9 + number)
        word, comes = WORDS[number % len(WORDS)], number != 1
        rounds.answer(round, comes=comes, word=word, by=person, now=timezone.now())


def _formed(cast: Cast, today: date) -> Story:
    claire = cast.persons["Hermant"]
    yield at(today - 12 * DAY, 11)
    round = _written(cast, FORMED, places=5, days=2, begins=worked_from(today + 21 * DAY))
    rounds.open_to_answers(round, by=claire, now=timezone.now())
    # Those who came last first: the others have given their days of the year in missions.
    for number, person in enumerate(reversed(_people(cast))):
        yield at(today - 11 * DAY, 9 + number)
        rounds.answer(round, comes=True, by=person, now=timezone.now())
    yield at(today - 3 * DAY, 16)
    rounds.close(round, by=claire)
    first, *_others = round_teams.form_teams(round, size=3, now=timezone.now())
    round_teams.tell(round, now=timezone.now())
    yield at(today - 2 * DAY, 10)
    _looks(first, cast)


def _looks(team: RoundTeam, cast: Cast) -> None:
    company = cast.organisations[HOUSE]
    data = {
        "about": "Trois personnes, deux jours, avec leurs ordinateurs.", "place": "ON_SITE",
        "commune": company.commune.name, "commune-code": company.commune.insee, "radius_km": 40,
    }  # fmt: skip
    form = TeamOfferForm(data, instance=Offer(organisation=company))
    assert form.is_valid(), form.errors
    chosen = [Chosen(skill) for skill in Skill.objects.current().filter(code__in=SKILLS)]
    chosen = chosen or [Chosen(Skill.objects.current()[0])]
    by = cast.persons["Hermant"]
    round_teams.look_for_a_need(team, form, chosen, by=by, now=timezone.now())
