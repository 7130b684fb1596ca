"""Who answers while a coordinator is away: the colleague who stands in, or whoever stands in for that one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Pole, User
from common import prepared
from common.dates import spoken
from marketplace.models import Absence

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Away:
    """An absence of today. `answers` is None where nobody stands in who coordinates the pôle and is there."""

    absence: Absence
    answers: User | None

    @property
    def words(self) -> str:
        """For instance “away until 12 March, Karim Benali answers”."""
        last = spoken(self.absence.last_day, "j F")
        if self.answers is None:
            return _("away until %(day)s, nobody answers meanwhile") % {"day": last}
        return _("away until %(day)s, %(who)s answers") % {"day": last, "who": self.answers}


type AwayIn = dict[tuple[int, int], Away]


def away_in(poles: Iterable[int], *, day: date | None = None) -> AwayIn:
    """Those who are away from these pôles on this day (today), by the numbers of the person and the pôle. One question
    where nobody is away, and one more a pôle where somebody is."""
    found: AwayIn = {}
    for pole, absences in _by_pole(poles, day).items():
        ours = _coordinating(pole)
        for person, absence in absences.items():
            if person in ours:
                found[person, pole] = Away(absence, _answers(absence, absences, ours))
    return found


def _by_pole(poles: Iterable[int], day: date | None = None) -> dict[int, dict[int, Absence]]:
    found: dict[int, dict[int, Absence]] = {}
    for absence in prepared.rows(_on, day or timezone.localdate(), list(poles)):
        found.setdefault(absence.pole_id, {})[absence.person_id] = absence
    return found


def _on(day: date, poles: list[int]) -> QuerySet[Absence]:
    """Prepared (common/prepared.py): whoever is told anything of a need asks it."""
    here = Absence.objects.on(day).filter(pole__in=poles)
    return here.select_related("person", "stand_in", "pole").order_by("-pk")


def answers_for(absence: Absence) -> User | None:
    """Who answers on the first of its days that isn't over."""
    day = max(absence.first_day, timezone.localdate())
    rows = Absence.objects.on(day).filter(pole=absence.pole_id).select_related("stand_in")
    others = {one.person_id: one for one in rows} | {absence.person_id: absence}
    return _answers(absence, others, _coordinating(absence.pole_id))


def goes_on(absence: Absence) -> bool:
    """Whether the person is away again on the very next day."""
    return _of_the_same(absence).filter(first_day=absence.last_day + DAY).exists()


def first_day_of_all(absence: Absence) -> date:
    """From when the person has been away without a day between: an absence may follow another."""
    first = absence.first_day
    while before := _of_the_same(absence).filter(last_day=first - DAY).first():
        first = before.first_day
    return first


def _of_the_same(absence: Absence) -> QuerySet[Absence]:
    return Absence.objects.standing().filter(person=absence.person_id, pole=absence.pole_id)


def _coordinating(pole: int) -> set[int]:
    return set(Membership.objects.coordinating(pole).people().values_list("pk", flat=True))


def _answers(absence: Absence, others: dict[int, Absence], ours: set[int]) -> User | None:
    passed = {absence.person_id}
    while (who := absence.stand_in) and who.pk in ours and who.pk not in passed:
        if who.pk not in others:
            return who
        passed.add(who.pk)
        absence = others[who.pk]
    return None


def away_from(person: User, pole: Pole) -> Away | None:
    """Whether this person is away from the pôle today. Where only others are said to be, nothing more is asked."""
    absences = _by_pole([pole.pk]).get(pole.pk, {})
    if not (absence := absences.get(person.pk)):
        return None
    ours = _coordinating(pole.pk)
    return Away(absence, _answers(absence, absences, ours)) if person.pk in ours else None


def in_place_of(person: User, pole: Pole) -> list[User]:
    """Who is told what concerns this coordinator of the pôle: they, or who answers while they are away; nobody where
    nobody stands in."""
    away = away_from(person, pole)
    if away is None:
        return [person]
    return [away.answers] if away.answers else []


def with_who_answers(person: User, pole: Pole) -> list[User]:
    """The person to whom something is handed, whose it is on their return, and who answers until then."""
    return [person, *(one for one in in_place_of(person, pole) if one != person)]


def stood_in_by(person: int, away: AwayIn) -> list[Away]:
    """Of those who are away, the ones for whom this person answers."""
    return [one for one in away.values() if one.answers and one.answers.pk == person]
