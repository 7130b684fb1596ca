"""The one letter of the end to those who came: thanks, hours, papers, and what could come next."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from common.quotes import labelled
from marketplace.letters.families import MISSIONS
from marketplace.letters.missions.moved import Moved
from marketplace.models import Document, Mission, MissionStep, Side
from marketplace.models.documents.documents import Kind, Party, kinds_after
from marketplace.ranking import once_more
from marketplace.rules import audience
from notifications.letter import Key, Letter
from notifications.rendering import language_of

# What is told of a step is told each reader once, in whichever of its words.
MISSION_STEP = Key("mission-step:{step}")
MISSION_CLOSED = Letter("mission_closed", MISSION_STEP, MISSIONS)


def mission_closed(step: MissionStep) -> None:
    """Tell those of the side that offers; having had it, they are told nothing else of the step."""
    mission = step.mission
    for person in audience.offering(mission.offer):
        with override(language_of(person)):
            facts = _of_the_end(mission, person) | _next(mission, person)
            total = mission.hours.confirmed().filter(person=person).total()
            if not (person.pk == mission.offer.person_id or total):  # somebody else's hours
                facts |= {"papers_of_whom": _("The papers:"), "papers_page": ""}
        MISSION_CLOSED.tell(
            [person],
            url=mission.get_absolute_url(),
            but=step.by,
            mission=mission,
            step=step,
            moved=Moved(step),
            reason=step.said,
            reason_by=step.typed_by,
            total=total,
            **facts,
        )


def _of_the_end(mission: Mission, person: User) -> dict[str, Any]:
    """What the structure says of it, as soon as both have spoken, and the papers of its end: those of the whole mission,
    and a team's person's own."""
    said = mission.reviews.filter(side=Side.NEED).exclude(words="").select_related("author").first()
    if not mission.has_open_reviews(timezone.now()):
        said = None
    kinds = [kind.value for kind in kinds_after(mission.regime)]
    theirs = Q(member=None) | Q(member__person=person)
    made = mission.documents.standing().filter(theirs, kind__in=kinds).order_by("pk")
    seen = Document.objects.visible_to(person).standing().receipts()
    receipts = list(seen.filter(mission=mission).order_by("pk"))
    may_ask = kinds and not made and mission.hours.confirmed().exists()
    return {
        "thanks": said.words if said else "",
        "thanks_by": f"{said.author.first_name}, {mission.need.organisation}" if said else "",
        # A receipt is the employer's: whoever came for it reads it, and has none of their own.
        "papers_of_whom": _("The papers:") if receipts else _("Your papers:"),
        "papers": [
            {
                "words": labelled(Kind(one.kind).label, one.get_status_display()),
                "url": _full(one.get_absolute_url()),
            }
            for one in [*made, *receipts]
        ],
        "awaited": _awaited(made),
        "papers_page": _full(reverse("mission-documents", args=[mission.pk])) if may_ask else "",
    }


def _awaited(papers: Iterable[Document]) -> str:
    """That the structure has still to sign one of them; "" otherwise."""
    waits = [one for one in papers if one.waits_for_signatures]
    if not any(Party.STRUCTURE in one.parties_left() for one in waits):
        return ""
    return _("The structure has still to sign: we write to you as soon as it has.")


def _next(mission: Mission, person: User) -> dict[str, Any]:
    found = once_more.after(mission, person)
    if found is None:
        return {"asks": False, "is_past": False, "needs": []}
    apply = f"?offer={found.offer.pk}"
    return {
        "asks": found.asks,
        "is_past": found.is_past,
        "dates_page": _full(reverse("offer-edit", args=[found.offer.pk])),
        "needs": [
            {
                "words": f"{match.need.title}, {match.need.organisation}",
                "url": _full(reverse("need-apply", args=[match.need_id]) + apply),
            }
            for match in found.matches
        ],
    }


def _full(path: str) -> str:
    return settings.SITE_URL + path
