"""Open cases. What a case is about isn't shown in a line of its own as well."""

from collections.abc import Collection
from typing import Any

from django.db.models import Case as If
from django.db.models import QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.desk.kind import Followed, Kind
from marketplace.desk.line import Help, Words, within
from marketplace.desk.ranks import ANSWER, CALLED, LATE, SOON, first_of
from marketplace.desk.scope import Scope
from marketplace.models import Case
from marketplace.states import MissionStatus


def _rows(scope: Scope) -> QuerySet[Any]:
    ours = Case.objects.open().filter(pole__in=scope.poles)
    return ours.followed_by(scope.reader).with_since()


def _rank(scope: Scope) -> If:
    """A call for help is urgent, and so are two sides that don't agree, whatever their case was opened for; the others
    become late as they grow old."""
    return first_of(
        When(reason=Case.Reason.HELP, then=Value(CALLED)),
        When(mission__status=MissionStatus.DISPUTED, then=Value(CALLED)),
        When(waits_since__lte=scope.now - LATE, then=Value(ANSWER)),
        When(waits_since__lte=scope.now - SOON, then=Value(ANSWER + 1)),
        otherwise=ANSWER + 2,
    )


def _read(numbers: Collection[int], _scope: Scope) -> QuerySet[Any]:
    return Case.objects.with_what_lists_show().with_since().filter(pk__in=numbers)


def _say(case: Any) -> Words:
    person, mission = case.in_charge, case.mission
    disputed = mission is not None and mission.status == MissionStatus.DISPUTED
    reason = _("the two sides don’t agree") if disputed else case.reason_words
    return Words(
        what=case.title,
        why=_("A case: %(reason)s") % {"reason": reason},
        since=case.waits_since,
        url=case.get_absolute_url(),
        act=_("Mediate"),
        expected="" if disputed or case.reason == Case.Reason.HELP else within(LATE),
        who=case.structure.name,
        story=reverse("organisation-story", args=[case.structure.pk]),
        in_charge=person.get_full_name() if person else "",
        person=case.in_charge_id,
    )


KIND = Kind(
    code="case",
    label=gettext_lazy("Open cases"),
    help=Help(
        wants=gettext_lazy(
            "Talk to both sides, write down what was said, then close the case with what came of it."
        ),
        because=gettext_lazy(
            "Somebody called for help, answered badly or not at all, or a colleague opened it."
        ),
        otherwise=gettext_lazy(
            "It stays open and nobody else is asked: a call for help wants you today."
        ),
    ),
    among=None,
    rows=_rows,
    number="pk",
    since="waits_since",
    rank=_rank,
    communes=("mission__need__commune", "proposal__need__commune", "organisation__commune"),
    followed=Followed(people=("in_charge",), operators=()),
    read=_read,
    say=_say,
    charge=None,  # its own page says who is in charge
    silent=None,
)
