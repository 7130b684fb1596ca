"""Follow-ups without an answer, as long as somebody may still answer: nobody chases the silence of an old mission."""

from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.desk import nouns
from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Help, Words, in_charge, within
from marketplace.desk.ranks import OTHERS, by_age
from marketplace.desk.scope import Scope
from marketplace.models import FollowUp
from marketplace.states import LIVE, MissionStatus

SILENCE = timedelta(days=5)
ASKABLE = (*LIVE, MissionStatus.DELIVERED)


def _rows(scope: Scope) -> QuerySet[FollowUp]:
    silent = nouns.unsettled(scope).silent_since((scope.now - SILENCE).date())
    return silent.filter(mission__status__in=ASKABLE)


def _rank(scope: Scope) -> Combinable:
    return by_age("created_at", scope) + OTHERS


def _say(follow_up: FollowUp) -> Words:
    mission = follow_up.mission
    question = _("Your review") if follow_up.asks_a_review else _("How is it going?")
    return Words(
        what=mission.need.title,
        why=_("%(who)s hasn’t answered “%(question)s”")
        % {"who": follow_up.asked, "question": question},
        since=follow_up.created_at,
        url=mission.get_absolute_url(),
        act=_("Get in touch"),
        expected=within(SILENCE),
        who=mission.need.organisation.name,
        story=reverse("organisation-story", args=[mission.need.organisation_id]),
        **in_charge(mission),
    )


KIND = Kind(
    code="silence",
    label=gettext_lazy("Silent missions"),
    help=Help(
        wants=gettext_lazy("Ring the person up and ask how it goes."),
        because=gettext_lazy("They haven’t answered a question about their mission for five days."),
        otherwise=gettext_lazy(
            "A case opens by itself if nobody answers, and what is going wrong may be found too late."
        ),
    ),
    among=None,
    rows=_rows,
    number="pk",
    since="created_at",
    rank=_rank,
    communes=("mission__need__commune",),
    followed=through("mission__"),
    read=nouns.follow_ups,
    say=_say,
    charge=nouns.THE_MISSION_ASKED_ABOUT,
    silent=None,
)
