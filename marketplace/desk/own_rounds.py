"""The rounds of their house for somebody's first page: those to answer, and those to which they come. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from accounts.models import Membership, User
from marketplace.models import Round, RoundAnswer, RoundTeam
from marketplace.rules import rounds as rules

COMES = Q(answers__answer=RoundAnswer.Answer.COMES)


@dataclass(frozen=True)
class OwnRound:
    """`mine` is None while they haven't answered; `team` is there once teams have been told."""

    round: Round
    mine: RoundAnswer | None
    free: int

    @property
    def team(self) -> RoundTeam | None:
        return self.mine.team if self.mine and self.round.teams_told_at else None

    @property
    def waits(self) -> bool:
        return self.mine is not None and self.mine.waits


def of(user: User, memberships: Iterable[Membership], *, today: date) -> list[OwnRound]:
    """Those that wait for an answer of theirs first, then those to which they come or hope to; the nearest first."""
    houses = [
        row.organisation_id
        for row in memberships
        if row.organisation.is_active and row.organisation.may_offer
    ]
    if not houses:
        return []
    standing = Round.objects.standing_on(today).filter(organisation__in=houses)
    rounds = list(
        standing.select_related("organisation__commune", "programme")
        .annotate(coming=Count("answers", filter=COMES))
        .order_by("starts_on", "pk")
    )
    if not rounds:
        return []
    answers = RoundAnswer.objects.filter(person=user, round__in=rounds).select_related("team")
    mine = {one.round_id: one for one in answers}
    found = [OwnRound(one, mine.get(one.pk), max(0, one.places - one.coming)) for one in rounds]
    asked = [one for one in found if one.mine is None and rules.may_answer(user, one.round, today)]
    stands = [one for one in found if one.mine and one.mine.stands]
    return asked + stands
