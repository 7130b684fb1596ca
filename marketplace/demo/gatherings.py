"""The gatherings of the invented pôle: to come, one with a waiting list, one led by a volunteer whose hours count, one with
seats left; and one that took place and served."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Membership, User
from marketplace.actions.gatherings import (
    attendances,
    gathering_clock,
    gatherings,
    leading,
    minutes,
    presence,
    serving,
    unannounced,
)
from marketplace.actions.market import learnings, proposals
from marketplace.demo.clock import Story, at
from marketplace.demo.market import Cast, posted
from marketplace.models import Attendance, Gathering, Offer, Side, Skill
from marketplace.rules.working_days import worked_from
from marketplace.states import AttendanceStatus, OfferStatus

SHEETS = {
    "kind": "TRAINING",
    "title": "Tableur : les bases pour suivre son budget",
    "about": "Un tableau de suivi prêt à servir, fait avec vos propres chiffres, et trois formules que l’on comprend. Venez avec un ordinateur portable et votre dernier budget.",
    "seats": 6,
    "seats_each": 2,
    "takes_currency": True,
}
CLUB = {
    "kind": "MEETING",
    "title": "Le club des trésorières et trésoriers",
    "about": "Deux heures entre pairs : ce qui marche, ce qui coince, un contrat relu ensemble.",
    "seats": 20,
    "link": "https://visio.example.org/club-tresorerie",
}
ADVICE = {
    "kind": "ADVICE",
    "title": "Le premier contrat de travail, sans jargon",
    "about": "Les réponses à vos questions sur le premier contrat de travail, et la liste de ce qu’il faut préparer.",
    "seats": 8,
}
HIRING = {
    "kind": "TRAINING",
    "title": "Recruter sans se tromper : une matinée pour s’exercer",
    "about": "Une annonce réécrite, une grille d’entretien à soi, et une heure de jeux de rôle avec quelqu’un du métier.",
    "seats": 12,
    "seats_each": 2,
}
BALANCE = {
    "kind": "TRAINING",
    "title": "Clore ses comptes sans nuit blanche",
    "about": "Une matinée avec vos propres comptes : ce que l’on vérifie, dans quel ordre, et ce que l’on garde. Venez avec votre balance.",
    "seats": 12,
    "takes_currency": True,
}
SERVED = "epicerie"
TAUGHT = {
    "title": "Préparer la clôture de nos comptes",
    "context": "Notre trésorière la fait seule, chaque hiver, sans être sûre de l’ordre.",
    "deliverable": "La liste de ce qu’il faut vérifier, et quelqu’un à qui la montrer.",
    "place": "BOTH", "format": "ONE_DAY", "hours": 7, "weeks": 10, "skills": ["cloture-comptes 1"],
}  # fmt: skip
LEADS = "Demol"
MINUTES = "Six structures autour de la table. Le modèle de contrat et la liste des démarches sont à demander à la coordination."


def stories(cast: Cast) -> list[Story]:
    return [_full(cast), _led(cast), _open(cast), _over(cast), _held(cast)]


def _host(cast: Cast, key: str) -> tuple[User, dict]:
    house = cast.organisations[key]
    by = house.memberships.representing().order_by("pk")[0].user
    said = {"host": house, "pole": house.pole, "created_by": by, "commune": house.commune}
    return by, said | {"address": house.address}


def _made(said: dict, starts_at: datetime, *, by: User, words: str, hours: int = 3) -> Gathering:
    gathering = Gathering.objects.create(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), **said
    ).begin(by=by)
    gathering.skills.set(Skill.objects.current().filter(label_fr__icontains=words)[:2])
    gatherings.announce(gathering, by=by, now=timezone.now())
    return gathering


def _people(cast: Cast, but: Gathering) -> list[Membership]:
    """Of each structure but the host one who speaks for it."""
    rows = Membership.objects.representing().filter(organisation__pole=cast.pole)
    rows = rows.exclude(organisation=but.host).order_by("organisation", "pk")
    seen: dict[int, Membership] = {}
    for row in rows.select_related("user", "organisation"):
        if row.organisation.is_accepted and row.organisation.may_ask:
            seen.setdefault(row.organisation_id, row)
    return list({row.user_id: row for row in seen.values()}.values())


def _come(gathering: Gathering, rows: list[Membership]) -> None:
    for row in rows:
        attendances.put_down(gathering, row.organisation, by=row.user, now=timezone.now())


def _full(cast: Cast) -> Story:
    today = timezone.localdate()
    yield at(today - timedelta(days=20), 10)
    by, said = _host(cast, "informatique")
    starts_at = at(worked_from(today + timedelta(days=12)), 14, 0)
    gathering = _made(said | SHEETS, starts_at, by=by, words="tableur")
    yield at(today - timedelta(days=12), 11)
    _come(gathering, _people(cast, gathering)[:9])
    yield at(today - timedelta(days=1), 15)
    first = gathering.attendances.confirmed().order_by("pk")[0]
    attendances.give_up(first, by=first.person, now=timezone.now())


def _led(cast: Cast) -> Story:
    """A training with seats left, led by a volunteer whose hours are those of a mission."""
    today = timezone.localdate()
    yield at(today - timedelta(days=16), 10)
    by, said = _host(cast, "ressourcerie")
    person = cast.persons[LEADS]
    offer = Offer.objects.filter(person=person, status=OfferStatus.PUBLISHED).order_by("pk").first()
    starts_at = at(worked_from(today + timedelta(days=20)), 9, 30)
    trainer = {"trainer": offer} if offer else {}
    gathering = _made(said | HIRING | trainer, starts_at, by=by, words="recrut")
    yield at(today - timedelta(days=14), 17)
    if offer is None:
        return
    gatherings.answer_as_trainer(gathering, yes=True, by=person, now=timezone.now())
    yield at(today - timedelta(days=13), 9)
    proposal = leading.count_hours(gathering, hours=5, cause=None, by=by, now=timezone.now())
    yield at(today - timedelta(days=12), 18)
    proposals.accept(proposal, side=Side.OFFER, by=person)
    yield at(today - timedelta(days=6), 11)
    _come(gathering, _people(cast, gathering)[4:9])


def _open(cast: Cast) -> Story:
    today = timezone.localdate()
    yield at(today - timedelta(days=8), 16)
    by, said = _host(cast, "passeurs")
    starts_at = at(worked_from(today + timedelta(days=26)), 18, 0)
    gathering = _made(said | CLUB, starts_at, by=by, words="comptab", hours=2)
    learnings.write(cast.persons["Lambert"], kept=[], added=gathering.skills.first())
    yield at(today - timedelta(days=4), 9)
    _come(gathering, _people(cast, gathering)[3:8])


def _over(cast: Cast) -> Story:
    today = timezone.localdate()
    yield at(today - timedelta(days=50), 10)
    by, said = _host(cast, "avocats")
    starts_at = at(worked_from(today - timedelta(days=20)), 9, 0)
    gathering = _made(said | ADVICE, starts_at, by=by, words="droit du travail")
    yield at(today - timedelta(days=45), 10)
    _come(gathering, _people(cast, gathering)[2:8])
    yield starts_at + timedelta(hours=4)
    gathering_clock.sweep(timezone.now())
    seats = list(gathering.attendances.expected().order_by("pk"))
    said_of = {one.pk: AttendanceStatus.CAME for one in seats[:-1]}
    said_of[seats[-1].pk] = AttendanceStatus.MISSED
    presence.say(gathering, said_of, by=by, now=timezone.now())
    now = timezone.now()
    minutes.write(gathering, text=MINUTES, sent=None, drop=(), by=by, now=now)
    unannounced.count(gathering, cast.organisations["maraude"], people=2, by=by, now=now)
    yield starts_at + timedelta(days=2)
    for one in gathering.attendances.came().select_related("gathering", "person")[:4]:
        serving.say(one, serves=True, by=one.person, now=timezone.now())


def _held(cast: Cast) -> Story:
    """A training of twelve places, in the season of the accounts: eleven put their names down, eight came, and a need ended by
    it. Three months later some say whether they use it."""
    today = timezone.localdate()
    need = yield from posted(cast, TAUGHT, SERVED, today - timedelta(days=128))
    yield at(worked_from(today - timedelta(days=122)), 10)
    by, said = _host(cast, "compta")
    starts_at = at(worked_from(today - timedelta(days=106)), 9, 0)
    gathering = _made(said | BALANCE, starts_at, by=by, words="comptes")
    yield at(today - timedelta(days=117), 15)
    rows = _people(cast, gathering)
    _come(gathering, [row for row in rows if row.organisation_id == need.organisation_id])
    _come(gathering, [row for row in rows if row.organisation_id != need.organisation_id][:11])
    yield starts_at - timedelta(days=1)
    last = gathering.attendances.confirmed().order_by("pk").last()
    if last is not None:
        attendances.give_up(last, by=last.person, now=timezone.now())
    yield starts_at + timedelta(hours=5)
    gathering_clock.sweep(timezone.now())
    seats = list(gathering.attendances.expected().order_by("pk"))
    came = {one.pk: AttendanceStatus.CAME for one in seats[:8]}
    missed = {one.pk: AttendanceStatus.MISSED for one in seats[8:]}
    presence.say(gathering, came | missed, by=by, now=timezone.now())
    yield starts_at + timedelta(days=3)
    served = list(gathering.attendances.came().select_related("gathering", "person").order_by("pk"))
    for one in served[:6]:
        serving.say(one, serves=True, by=one.person, now=timezone.now())
    yield starts_at + timedelta(days=4)
    need.refresh_from_db()
    serving.end_need(need, served[0], by=cast.author(need.organisation))
    yield starts_at + timedelta(days=95)
    for one in served[:4]:
        serving.say_use(one, uses=Attendance.Use.YES, by=one.person, now=timezone.now())
