"""Whether the yes of the two sides to the mission sheet is awaited, why nobody gives it, and who is asked again where it
changes. Reads only."""

from django.utils.translation import gettext as _

from marketplace.models import Agreement, Mission, Signature
from marketplace.models.documents.documents import kinds_before
from marketplace.rules import below_cost, lengths
from marketplace.states import OPEN_TO_CHANGE, MissionStatus


def are_awaited(mission: Mission) -> bool:
    """While it is framed; on the way too, when what was signed is about an earlier version."""
    if mission.status == MissionStatus.FRAMING:
        return True
    return mission.has_employer and mission.status in OPEN_TO_CHANGE


def why_none(mission: Mission) -> str:
    """Why neither side says yes to this version of the sheet, nor the mission goes on with it, as a sentence; "" when
    nothing stands in the way. No paper could be made of what it says."""
    sheet = mission.sheet
    if mission.is_billed and sheet.is_refused_below_cost:
        return below_cost.refused(sheet)
    return too_long(mission)


def too_long(mission: Mission) -> str:
    """Why it can't go on with its dates; "" where nobody has said them yet, and once both have agreed to them."""
    if mission.status != MissionStatus.FRAMING or not mission.has_dates:
        return ""
    return lengths.too_long(mission)


def asked_again(mission: Mission) -> str:
    """Whom a change of the sheet asks again, as a sentence; "" where nobody has been asked at work, nor has signed."""
    answers = ["", Agreement.Answer.YES]
    asked = mission.agreements.current().filter(amendment=None, answer__in=answers).exists()
    papers = mission.documents.standing().filter(kind__in=kinds_before(mission.regime))
    signed = Signature.objects.filter(document__in=papers).exists()
    if asked and signed:
        return _(
            "What has been asked, agreed or signed was about the present version: if you change it, all of it is asked for again."
        )
    if asked:
        return _(
            "What was asked at the employer’s was about the present version: if you change it, it is asked again."
        )
    if signed:
        return _(
            "The signatures already given are about the present version: if you change it, they are asked for again."
        )
    return ""
