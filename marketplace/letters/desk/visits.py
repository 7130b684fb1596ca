"""The letters about visits: the three times to the structure, and what becomes of the visit to whoever didn't decide it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop, override

from accounts.models import User
from marketplace.models import Behalf, Visit, VisitStep
from marketplace.rules import visits
from marketplace.states import VisitStatus
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rendering import language_for

type Link = Callable[[Visit, User | Behalf], str]


def _answered(letter: Notification, *, visit: int, **_parts: object) -> str:
    waits = Visit.objects.held().filter(pk=visit)
    return "" if waits.exists() else gettext_noop("No longer open")


def _changed_again(letter: Notification, *, step: int, **_parts: object) -> str:
    """Something else has been decided since, and is told."""
    told = VisitStep.objects.filter(pk=step)
    later = VisitStep.objects.filter(visit__in=told.values("visit"), pk__gt=step)
    return gettext_noop("Something in it is no longer true") if later.exists() else ""


# Its links answer in its reader's name.
VISIT_PROPOSED = Letter(
    "visit_proposed", Key("visit:{visit}:{what:word}"), asks=True, secret=True, moot=_answered
)
VISIT_TOLD = Letter("visit_told", Key("visit-step:{step}"), moot=_changed_again)
# To an address that was left when something was written for a structure: it is forgotten with it.
OF_BEHALF_VISIT = Key("behalf-visit:{behalf}:")
VISIT_OFFERED = Letter(
    "visit_offered", OF_BEHALF_VISIT + "{visit}:{what:word}", secret=True, moot=_answered
)
VISIT_SAID = Letter("visit_said", OF_BEHALF_VISIT + "step:{step}", secret=True, moot=_changed_again)


def visit_proposed(visit: Visit, what: str, *, link: Link) -> None:
    """Ask those who answer for the structure for one of the three times: each by a link of their own. `what`: "proposed",
    or "reminded" a few days later."""
    house = visit.organisation
    for person in visits.people_of(house):
        with override(language_for(person.email)):
            said = _asked(visit, link(visit, person))
        VISIT_PROPOSED.tell(
            [person], what=what, again=what == "reminded", organisation=house, **said
        )
    if behalf := visits.written_for(house):
        with override(language_for(behalf.email)):
            said = _asked(visit, link(visit, behalf))
            VISIT_OFFERED.write_to(
                behalf.email,
                behalf=behalf.pk,
                what=what,
                again=what == "reminded",
                structure=house.name,
                **said,
            )


def _asked(visit: Visit, page: str) -> dict[str, Any]:
    times = visit.times.filter(is_held=True)
    return {
        "visit": visit,
        "url": page,
        "times": [
            {
                "words": visits.in_words(time.begins_at),
                "url": f"{settings.SITE_URL}{page}?creneau={time.pk}",
            }
            for time in times
        ],
        "none": f"{settings.SITE_URL}{page}?creneau=aucun",
        "expires_at": visit.ends_at,
    }


def visit_told(step: VisitStep, *, link: Link, among_us: bool = True) -> None:
    """Tell what became of it to all but whoever decided it, or (not `among_us`) to the structure alone. As long as nothing
    is agreed, who comes is told to nobody."""
    visit = step.visit
    if visit.is_held:
        return
    house, facts = visit.organisation, _told(step)
    VISIT_TOLD.tell(
        [*(visits.coordinators_of(visit) if among_us else ()), *visits.people_of(house)],
        url=visit.get_absolute_url(),
        date_url=f"{settings.SITE_URL}{reverse('visit-date', args=[visit.pk])}",
        but=step.by,
        step=step.pk,
        organisation=house,
        **facts,
    )
    behalf = visits.written_for(house)
    if behalf and step.by is not None:
        with override(language_for(behalf.email)):
            page = link(visit, behalf)
            VISIT_SAID.write_to(
                behalf.email,
                url=page,
                date_url=f"{settings.SITE_URL}{page}date.ics",
                behalf=behalf.pk,
                step=step.pk,
                structure=house.name,
                **facts,
            )


def _told(step: VisitStep) -> dict[str, Any]:
    stays = step.before == step.after
    return {
        "visit": step.visit,
        "is_agreed": step.after == VisitStatus.AGREED and not stays,
        "is_cancelled": step.after == VisitStatus.CANCELLED,
        "words": step.said if step.reason else "",
    }
