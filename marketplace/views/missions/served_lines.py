"""What a mission's page says of the structures that it serves, and what its reader may do for each."""

from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from marketplace.actions.missions import served as acts
from marketplace.law import regimes
from marketplace.models import Mission, Served
from marketplace.rules import permissions
from marketplace.rules import served as rules


def theirs(user: User, mission: Mission) -> list[Organisation]:
    """The structures served for which this person answers, beside the lead."""
    return [row.organisation for row in permissions.answers_for_served(user, mission)]


def receipt_words(mission: Mission, row: Served) -> str:
    """What is said of a structure's receipt before anybody signs; "" in a legal frame without receipts."""
    if not mission.gives_a_receipt:
        return ""
    words = {
        regimes.YES: _("Tax receipt: %(structure)s will give one for its own hours."),
        regimes.UNKNOWN: _("Tax receipt: %(structure)s hasn’t said yet whether it may give one."),
        regimes.NO: _("Tax receipt: %(structure)s gives none."),
    }[rules.gives(row.organisation)]
    return words % {"structure": row}


def on_page(user: User, mission: Mission) -> dict:
    """A line for each structure served beside the first, with what this reader may do for it. Of a mission that comes from
    `with_course`, nothing is asked where it serves one."""
    if not getattr(mission, "serves_several", True):
        return {"served": []}
    rows = rules.others(mission)
    unfit = {one.served.pk: one for one in rules.unfit(mission)}
    late, mine = acts.too_late(mission), theirs(user, mission)
    changes = not late and permissions.can_change_served(user, mission)
    signs = {row.pk for row in rules.without_mandate(mission)}
    return {
        "served": [
            {
                "row": row,
                "receipt": receipt_words(mission, row),
                "unfit": unfit.get(row.pk),
                "can_set_apart": changes and row.pk in unfit and unfit[row.pk].can_be_made,
                "can_take_out": changes or (not late and row.organisation in mine),
                "awaits_mandate": row.pk in signs and not late,
                "can_mandate": permissions.can_give_mandate(user, _with(row, mission)),
            }
            for row in rows
        ]
    }


def _with(row: Served, mission: Mission) -> Served:
    row.mission = mission
    return row
