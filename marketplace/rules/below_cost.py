"""What the coordination has said of a loan that is billed below its cost, as sentences; "" where there is nothing to
say."""

from django.utils.translation import gettext as _

from marketplace.models import Mission, MissionSheet


def refusal_of(mission: Mission) -> str:
    """Why no paper of the mission is made yet."""
    sheet = mission.sheet
    if not mission.is_billed:
        return ""
    if sheet.is_refused_below_cost:
        return refused(sheet)
    if sheet.waits_for_coordination:
        return _(
            "A coordinator first says whether it may be billed at %(share)s%% of its cost."
        ) % {"share": sheet.billed_share}
    return ""


def refusal_of_amended(amended: Mission) -> str:
    """Why what was signed isn't amended so, now that the coordination has said what it has said since."""
    sheet = amended.sheet
    less = amended.is_billed and sheet.billed_share < sheet.least_share
    return not_in_an_amendment(sheet) if less else ""


def to_answer() -> tuple[str, str]:
    """What the coordination has to do, as said to it and as said of it."""
    return (
        _("Say whether this loan may be billed below its cost."),
        _("say whether the loan may be billed below its cost"),
    )


def refused(sheet: MissionSheet) -> str:
    """To what the coordination has said no."""
    return _(
        "The coordination has said no to a loan billed at %(share)s%% of its cost or less: raise the share that is billed, or write to them."
    ) % {"share": sheet.refused_share}


def not_in_an_amendment(sheet: MissionSheet) -> str:
    """Why an amendment can't bill less than this sheet's coordination has agreed to."""
    return _(
        "Less than %(share)s%% of the cost asks a coordinator’s yes first: write to them in the conversation of the mission, then propose the amendment."
    ) % {"share": sheet.least_share}
