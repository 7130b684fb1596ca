"""The letters about rounds: to those who are called, to those who come, to who runs them, to the coordinators."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import DESK, MISSIONS
from marketplace.models import Round, RoundAnswer, RoundTeam
from marketplace.models.market.rounds import RoundStep
from marketplace.rules import audience
from marketplace.rules import rounds as rules
from marketplace.states import RoundStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _answered(letter: Notification, *, round: int) -> str:
    found = Round.objects.select_related("organisation", "programme").get(pk=round)
    if not rules.is_answered_today(found, timezone.localdate()):
        return gettext_noop("It can’t be answered any more")
    mine = found.answers.filter(person=letter.recipient_id)
    return gettext_noop("They have answered") if mine.exists() else ""


def _no_longer_comes(letter: Notification, *, answer: int, **_parts: int) -> str:
    comes = RoundAnswer.objects.coming().filter(pk=answer, round__status__in=_STANDS)
    return "" if comes.exists() else gettext_noop("They no longer come")


def _teams_formed(letter: Notification, *, step: int) -> str:
    waits = Round.objects.filter(steps=step, status=RoundStatus.CLOSED, teams=None)
    if not waits.exists():
        return gettext_noop("The teams are formed, or it was cancelled")
    to_come = waits.filter(ends_on__gte=timezone.localdate())
    return "" if to_come.exists() else gettext_noop("Its dates are over")


def _another_team(letter: Notification, *, team: int, **_parts: int) -> str:
    there = RoundAnswer.objects.filter(
        team=team, person=letter.recipient_id, round__status__in=_STANDS
    )
    return "" if there.exists() else gettext_noop("They are no longer in this team")


_STANDS = (RoundStatus.OPEN, RoundStatus.CLOSED)
ROUND_CALL = Letter("round_call", Key("round:{round}:call"), MISSIONS, asks=True, moot=_answered)
ROUND_PLACE_GIVEN = Letter(
    "round_place_given", Key("round-answer:{answer}:place:{at}"), MISSIONS, moot=_no_longer_comes
)
ROUND_CLOSED = Letter(
    "round_closed", Key("round-step:{step}:closed"), MISSIONS, asks=True, moot=_teams_formed
)
ROUND_TEAM_TOLD = Letter(
    "round_team_told", Key("round-team:{team}:told:{at}"), MISSIONS, moot=_another_team
)
ROUND_GIVEN_UP = Letter("round_given_up", Key("round-answer:{answer}:given-up:{at}"), MISSIONS)
# Also to those who are no longer of the house as it leaves: they were to come.
ROUND_CANCELLED = Letter(
    "round_cancelled", Key("round-step:{step}:cancelled"), MISSIONS, to_leavers=True
)
ROUND_LOOKS = Letter("round_looks", Key("round:{round}:looks"), DESK)


def round_call(round: Round, people: Iterable[User]) -> None:
    ROUND_CALL.tell(people, url=round.get_absolute_url(), round=round)


def round_place_given(answer: RoundAnswer) -> None:
    """A place has become free, and they were the first who waited; once teams have been told, with a seat in one."""
    seat = answer.team if answer.round.teams_told_at else None
    ROUND_PLACE_GIVEN.tell(
        [answer.person],
        url=answer.round.get_absolute_url(),
        answer=answer.pk,
        at=int(answer.answered_at.timestamp()),  # they may have waited, gone, and waited again
        round=answer.round,
        number=seat.number if seat else "",
    )


def round_given_up(
    answer: RoundAnswer, *, team: RoundTeam | None, instead: Iterable[User], now: datetime
) -> None:
    """Somebody no longer comes, once answers are closed: those who run it are told, and who comes instead."""
    ROUND_GIVEN_UP.tell(
        audience.in_charge_at(answer.round.organisation),
        url=answer.round.get_absolute_url(),
        but=answer.person,
        answer=answer.pk,
        at=int(now.timestamp()),  # they may have come again
        round=answer.round,
        who=answer.person,
        number=team.number if team else "",
        instead=", ".join(map(str, instead)),
    )


def round_closed(round: Round, step: RoundStep) -> None:
    """Teams may be formed."""
    ROUND_CLOSED.tell(
        audience.in_charge_at(round.organisation),
        url=round.get_absolute_url(),
        but=step.by,
        step=step.pk,
        round=round,
        total=round.answers.coming().count(),
        waiting=round.answers.waiting().count(),
    )


def round_team_told(
    round: Round, team: RoundTeam, members: Iterable[User], *, now: datetime
) -> None:
    mission = team.offer.missions.order_by("-pk").first() if team.offer else None
    ROUND_TEAM_TOLD.tell(
        members,
        url=round.get_absolute_url(),
        team=team.pk,
        at=int(now.timestamp()),  # they may be moved, and moved back
        round=round,
        number=team.number,
        total=team.people.count(),
        need_title=mission.need.title if mission else "",
    )


def round_cancelled(round: Round, step: RoundStep) -> None:
    people = User.objects.filter(pk__in=round.answers.standing().values("person"), is_active=True)
    ROUND_CANCELLED.tell(
        people.order_by("pk"),
        url=round.get_absolute_url(),
        but=step.by,
        step=step.pk,
        round=round,
    )


def round_looks(round: Round) -> None:
    """The coordinators are told once that its teams look for needs, as soon as the first does."""
    coming = round.answers.coming().exclude(team=None)
    ROUND_LOOKS.tell(
        audience.who_follows(round.organisation),
        url=round.get_absolute_url(),
        round=round,
        total=coming.values("team").distinct().count(),
    )
