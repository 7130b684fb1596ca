"""What a mission of a team waits for, where its people are named one by one. Reads only."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.models import Mission
from marketplace.rules import teams
from marketplace.rules.mission_roles import COMES, COMPANY, MANAGER, OFFER, TEAM
from marketplace.rules.next_acts.act import Act
from marketplace.rules.next_acts.patience import answered_by, due_on
from marketplace.states import MissionStatus


def own_name(mission: Mission) -> Iterator[Act]:
    """Of a house whose people come one by one: no legal frame is chosen before whoever comes is named, which only they
    say."""
    words = _(
        "Say who comes: whoever it is opens the offer and chooses their own name there, as a representative. The legal frame is chosen next."
    )
    task = _("say who comes: whoever it is puts their own name to the offer")
    url = reverse("offer-edit", args=[mission.offer_id])
    yield Act(OFFER, words, task, url, _("Open the offer"), due_on(mission))


def asked_by_name(mission: Mission) -> Iterator[Act]:
    """Before the employer is asked: somebody is named, each says yes, each one's manager agrees."""
    if not teams.in_it(mission):
        words = _("Name who comes: each is asked, then their manager.")
        yield from _theirs(mission, words, _("Name who comes"), _("name who comes"))
        return
    if teams.too_many_hours(mission):
        words = _("The hours of the team are more than the sheet’s: share them out anew.")
        yield from _theirs(mission, words, _("Share the hours"), _("share the team’s hours out"))
    team = teams.standing(mission, timezone.now())
    if team.awaited:
        task = _("say whether they come")
        yield Act(TEAM, task, task)
    if team.unasked:
        task = _("say who their manager is")
        yield Act(TEAM, task, task)
    if team.asked:
        task = _("agree, refuse, or suggest other dates")
        days = [day for one in team.asked if (day := answered_by(mission, one))]
        yield Act(MANAGER, task, task, due_on=min(days, default=None))
    if team.expired:
        words = _("A manager hasn’t answered in two weeks: write again, or to somebody else.")
        task = _("write to a manager again")
        yield from _theirs(mission, words, _("See the team"), task)


def deserted(mission: Mission) -> Iterator[Act]:
    """Nobody is left of those who came."""
    if mission.status != MissionStatus.AGREEMENT and teams.is_deserted(mission):
        words = _("Nobody is left who comes: name somebody, or stop the mission.")
        task = _("name somebody, or stop the mission")
        yield from _theirs(mission, words, _("See the team"), task)


def _theirs(mission: Mission, words: str, label: str, task: str) -> Iterator[Act]:
    url = reverse("mission-team", args=[mission.pk])
    for who in (COMES, COMPANY):
        yield Act(who, words, task, url, label, due_on(mission), either=True)
