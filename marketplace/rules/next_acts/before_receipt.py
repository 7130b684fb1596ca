"""What stands before a receipt, for a mission that comes from `with_course`: the structure says whether it may give
one, and a coordinator checks it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.models import Eligibility, Mission
from marketplace.rules.mission_roles import COORDINATION, RECEIPTS
from marketplace.rules.next_acts.act import receiver


def is_time_for_the_value(mission: Mission) -> bool:
    """Whether its legal frame knows a receipt, hours are confirmed, none waits to be, and whoever had left has no more days
    in which to write theirs."""
    if getattr(mission, "leaver_writes", False):
        return False
    ready = mission.gives_a_receipt and getattr(mission, "has_confirmed_hours", False)
    return bool(ready) and not getattr(mission, "hours_since", None)


def asks_for_the_value(mission: Mission) -> tuple[str, str, str]:
    """What the company is asked, the button, and the task as said of it."""
    words = _("Declare the value of what was given.")
    if of(mission) is None:
        words = _("Declare the value of what was given: the structure can then give a receipt.")
    return words, _("Declare the value"), _("declare the value of what was given")


def never_comes(mission: Mission) -> bool:
    """Whether it is known that the structure may give no receipt."""
    return getattr(mission, "before_receipt", None) == Eligibility.Before.NEVER


def of(mission: Mission) -> tuple[str, str, str, str, str] | None:
    """Who has to act, the words for them, the button, the task as said of them, and the page; None when nothing
    stands before the receipt."""
    page = reverse("eligibility", args=[mission.structure_id])
    match getattr(mission, "before_receipt", None):
        case Eligibility.Before.NOTHING:
            return None
        case Eligibility.Before.CHECK:
            words = _("The structure has answered about its tax receipts: check it.")
            task = _("check whether the structure may give tax receipts")
            return COORDINATION, words, _("Check it"), task, page
        case Eligibility.Before.NEVER:
            words = _(
                "%(structure)s may give no tax receipts: close the mission without one of its own."
            ) % {"structure": mission.structure}
            label, task = _("Close without a receipt"), _("close the mission without a receipt")
            return RECEIPTS, words, label, task, reverse("mission-close", args=[mission.pk])
    words = _(
        "The value is declared. Before the receipt, an administrator of your structure says whether it may give tax receipts."
    )
    task = _("say whether the structure may give tax receipts")
    return receiver(mission), words, _("Tax receipts"), task, page
