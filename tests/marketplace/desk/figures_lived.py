"""Months of a pôle, drawn by a seed, for the figures that are recounted."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from marketplace.models import (
    HoursEntry,
    Mission,
    MissionStep,
    Need,
    NeedStep,
    Proposal,
    ProposalStep,
    Review,
    Valuation,
)
from marketplace.states import NeedStatus
from tests.factories import (
    make_carrier,
    make_commune,
    make_mission,
    make_need,
    make_organisation,
    make_skill,
    make_user,
)

NOW = timezone.make_aware(datetime(2026, 11, 24, 12))


def put(model, pk, **fields):
    model.objects.filter(pk=pk).update(**fields)


def lived(pole, *, seed: int, needs: int = 14, now=NOW) -> None:
    """Months of a pôle, written as the acts write them: rows, and the step of each move."""
    chance = random.Random(seed)
    places = [
        make_commune(),
        make_commune("62041", "Arras", epci_code="200033579", epci_name="CUA"),
    ]
    structures = [make_organisation(pole=pole, member=make_user()) for _ in range(4)]
    skills = ("site-web", "compta", "logo")
    for skill in skills:
        make_skill(skill)
    for n in range(needs):
        posted = now - timedelta(days=chance.randrange(1, 500), hours=chance.randrange(24))
        structure = chance.choice(structures)
        skill = chance.choice(skills)
        commune = chance.choice(places)
        how_far = chance.randrange(5)
        if how_far < 3:
            need = make_need(structure, skills=(skill,), commune=commune)
        else:
            mission = make_mission(need=make_need(structure, skills=(skill,), commune=commune))
            need = mission.need
        if n % 3 == 0 and structures[n % 4] != structure:
            make_carrier(need, structures[n % 4], ranked=False)
        NeedStep.objects.filter(need=need).delete()
        need.steps.create(before="", after="SUBMITTED", at=posted)
        if how_far:
            need.steps.create(before="SUBMITTED", after="PUBLISHED", at=posted + timedelta(days=2))
        if how_far == 1:
            after, at = (
                NeedStatus.SERVED_BY_GATHERING,
                posted + timedelta(days=chance.randrange(5, 60)),
            )
            need.steps.create(before="PUBLISHED", after=after, at=at)
            put(Need, need.pk, status=after)
        if how_far >= 3:
            _agreed(mission, posted + timedelta(days=chance.randrange(3, 30)), chance)


def _agreed(mission: Mission, at: datetime, chance: random.Random) -> None:
    ProposalStep.objects.filter(proposal=mission.proposal).delete()
    asked = at - timedelta(days=1)
    put(Proposal, mission.proposal_id, created_at=asked)
    mission.proposal.steps.create(before="", after="OPEN", at=asked)
    mission.proposal.steps.create(before="OPEN", after="AGREED", at=at)
    put(Mission, mission.pk, created_at=at, regime=chance.choice(["", "LOAN", "VOLUNTEERING"]))
    for day in range(chance.randrange(4)):
        HoursEntry.objects.create(
            mission=mission,
            person=mission.offer.person,
            day=(at + timedelta(days=day)).date(),
            hours=Decimal("3.5"),
            confirmed_at=at if chance.random() < 0.7 else None,
        )
    if chance.random() < 0.6:
        author = mission.offer.person
        MissionStep.objects.create(mission=mission, before="RUNNING", after="DELIVERED", at=at)
        Valuation.objects.create(
            mission=mission, amount="812.40", hours=14, declared_by=author, declared_at=at
        )
        Review.objects.create(
            mission=mission,
            side="NEED",
            author=author,
            rating=chance.randrange(1, 6),
            again=chance.random() < 0.5,
            created_at=at,
        )
