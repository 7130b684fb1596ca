"""What there is to do where a mission serves several structures. Asked only of those that do, as `with_course` tells."""

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation
from marketplace.models import Mission
from marketplace.rules import documents, served
from marketplace.rules.mission_roles import COORDINATION, NEED
from marketplace.rules.next_acts.act import Act
from marketplace.states import BEFORE_IT_RUNS, DocumentStatus


def unfit(mission: Mission) -> Iterator[Act]:
    """Hours for one of the structures don't fit the legal frame: the lead or the coordination says what becomes of them,
    before anybody signs."""
    if not getattr(mission, "serves_several", False) or mission.status not in BEFORE_IT_RUNS:
        return
    for one in served.unfit(mission):
        task = _("say where the hours for %(structure)s go") % {"structure": one.served}
        page, label = reverse("mission", args=[mission.pk]) + "#served", _("See what is possible")
        if one.can_be_made:
            page = reverse("served-apart", args=[one.served.pk])
            label = _("Make a second mission for it")
        for who in (NEED, COORDINATION):
            yield Act(who, one.words, task, page, label, either=True)


def mandates(mission: Mission, own: Collection[Organisation] = ()) -> list[dict]:
    """The structures whose yes is awaited before papers that wait are signed for all, but the reader's own, as lines of the
    mission's page."""
    waits = any(status == DocumentStatus.TO_SIGN for _kind, status in documents.listed(mission))
    if not waits or not getattr(mission, "serves_several", False):
        return []
    task = _("read the sheet, and say whether it is signed in their name")
    awaited = [one for one in served.without_mandate(mission) if one.organisation not in own]
    names = " · ".join(map(str, awaited))
    return [{"task": task, "due_on": None, "from_on": None, "who": names}] if names else []
