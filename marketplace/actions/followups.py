"""Questions that come by themselves, found from what is true and never from what time it is."""

from datetime import date, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace import audience, notify
from marketplace.actions.refusals import NotYet
from marketplace.models import FollowUp, Mission, Review, Side
from marketplace.states import MissionStatus

FIRST_WEEK = timedelta(days=7)
LONG = timedelta(days=60)  # long enough for a word half way
LATER = timedelta(days=90)  # does what was made still serve?
SALT = "follow-up"
SILENCE = timedelta(days=5)  # then a coordinator sees it


def ask_due(today: date) -> int:
    """Ask whatever is due and has not been asked yet: a missed day is never a missed person."""
    asked = 0
    for kind, missions in _due(today).items():
        for side in Side:
            unasked = missions.exclude(
                pk__in=FollowUp.objects.filter(kind=kind, side=side).values("mission")
            )
            if kind == FollowUp.Kind.REVIEW:
                unasked = unasked.exclude(pk__in=Review.objects.filter(side=side).values("mission"))
            for mission in unasked.select_related("need", "offer"):
                asked += _ask(mission, kind, side, today)
    return asked


def _due(today: date) -> dict[str, QuerySet[Mission]]:
    """A mission still being framed a week after its date is asked too: silence there loses people."""
    half_way = [
        mission.pk
        for mission in Mission.objects.running().filter(starts_on__lte=today - LONG / 2)
        if mission.ends_on - mission.starts_on >= LONG
        and mission.starts_on + (mission.ends_on - mission.starts_on) / 2 <= today
    ]
    return {
        FollowUp.Kind.FIRST_WEEK: Mission.objects.live().filter(starts_on__lte=today - FIRST_WEEK),
        FollowUp.Kind.MIDWAY: Mission.objects.filter(pk__in=half_way),
        FollowUp.Kind.REVIEW: Mission.objects.filter(status=MissionStatus.DELIVERED),
        FollowUp.Kind.LATER: Mission.objects.filter(
            interrupted_at=None, delivered_at__date__lte=today - LATER
        ),
    }


@transaction.atomic
def _ask(mission: Mission, kind: str, side: str, today: date) -> bool:
    """One question to one person of that side; the unique key makes two sweeps ask once."""
    people = list(audience.of_side(mission.proposal, side))
    if not people:
        return False
    follow_up, created = FollowUp.objects.get_or_create(
        mission=mission, kind=kind, side=side, defaults={"asked": people[0], "asked_on": today}
    )
    if created:
        notify.follow_up_asked(follow_up, url=link(follow_up), answers=answers(follow_up))
    return created


def link(follow_up: FollowUp) -> str:
    """The page that answers without login: signed, for this question alone."""
    return reverse("follow-up", args=[signing.Signer(salt=SALT).sign(str(follow_up.pk))])


def answers(follow_up: FollowUp) -> list[dict]:
    """The one-click answers of the letter: label and full address."""
    page = settings.SITE_URL + link(follow_up)
    return [
        {"label": answer.label, "url": f"{page}?answer={answer.value}"}
        for answer in FollowUp.Answer
    ]


def from_token(token: str) -> FollowUp | None:
    """The question behind a link, or None for a forged one."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return (
        FollowUp.objects.select_related("mission__need__organisation", "asked")
        .filter(pk=pk)
        .first()
    )


@transaction.atomic
def answer(follow_up: FollowUp, *, answer: str, words: str) -> None:
    """Once; a doubt or a call for help reaches a coordinator."""
    now = timezone.now()
    changed = FollowUp.objects.filter(pk=follow_up.pk, answered_at=None).update(
        answer=answer, words=words, answered_at=now
    )
    follow_up.refresh_from_db()
    if not changed:
        raise NotYet(_("You have already answered: thank you."))
    if answer != FollowUp.Answer.GOOD:
        notify.help_asked(follow_up)


def settle(follow_up: FollowUp) -> bool:
    """A coordinator has dealt with it."""
    return bool(
        FollowUp.objects.filter(pk=follow_up.pk, settled_at=None).update(settled_at=timezone.now())
    )
