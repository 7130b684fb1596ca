"""Doubts and calls for help, in answer to a follow-up, that nobody has settled."""

from django.db.models import Case as If
from django.db.models import QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.desk import nouns
from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Help, Words, in_charge
from marketplace.desk.ranks import ANSWER, CALLED, first_of
from marketplace.desk.scope import Scope
from marketplace.models import FollowUp


def _rows(scope: Scope) -> QuerySet[FollowUp]:
    worries = [FollowUp.Answer.DOUBT, FollowUp.Answer.HELP]
    return nouns.unsettled(scope).filter(answer__in=worries)


def _rank(scope: Scope) -> If:
    return first_of(When(answer=FollowUp.Answer.HELP, then=Value(CALLED)), otherwise=ANSWER + 1)


def _say(follow_up: FollowUp) -> Words:
    mission = follow_up.mission
    return Words(
        what=mission.need.title,
        why=_("%(who)s answered: %(answer)s")
        % {"who": follow_up.asked, "answer": follow_up.get_answer_display()},
        since=follow_up.answered_at,
        url=mission.get_absolute_url(),
        act=_("Step in"),
        who=mission.need.organisation.name,
        story=reverse("organisation-story", args=[mission.need.organisation_id]),
        **in_charge(mission),
    )


KIND = Kind(
    code="help",
    label=gettext_lazy("Calls for help"),
    help=Help(
        wants=gettext_lazy("Call the person, then open a case if it isn’t settled by that call."),
        because=gettext_lazy(
            "They answered a question about their mission by a doubt or a call for help."
        ),
        otherwise=gettext_lazy(
            "The mission goes on as it is and the person hears nothing: at once for a call for help, this week for a doubt."
        ),
    ),
    among=None,
    rows=_rows,
    number="pk",
    since="answered_at",
    rank=_rank,
    communes=("mission__need__commune",),
    followed=through("mission__"),
    read=nouns.follow_ups,
    say=_say,
    charge=nouns.THE_MISSION_ASKED_ABOUT,
    silent=None,
)
