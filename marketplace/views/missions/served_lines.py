"""What a mission's page says of the structures that it serves, and what its reader may do for each."""

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from common.dates import spoken
from marketplace.actions.documents import receipts
from marketplace.actions.missions import served as acts
from marketplace.law import regimes
from marketplace.models import Mission, Served
from marketplace.rules import audience, documents, endings, permissions
from marketplace.rules import served as rules
from marketplace.rules.mission_roles import NEED, RECEIPTS, SIGNS_NEED
from marketplace.rules.next_acts import served as served_acts
from marketplace.rules.next_acts.act import Act
from marketplace.states import OVER, DocumentStatus


def theirs(user: User, mission: Mission) -> list[Organisation]:
    """The structures served for which this person answers, beside the lead."""
    return [row.organisation for row in permissions.answers_for_served(user, mission)]


def receipt_words(mission: Mission, row: Served, given: Collection[int] = ()) -> str:
    """What is said of a structure's receipt; "" in a legal frame without receipts. `given`: the numbers of the structures that
    have given theirs."""
    return _receipt_of(mission, row.organisation, given)


def _receipt_of(mission: Mission, structure: Organisation, given: Collection[int]) -> str:
    if not mission.gives_a_receipt:
        return ""
    if structure.pk in given:
        words = _("Tax receipt: %(structure)s has given one for its own hours.")
        return words % {"structure": structure}
    if mission.status in OVER:
        return ""
    if _received_nothing(mission, structure):
        words = _("Tax receipt: %(structure)s gives none, for it has received no hour.")
        return words % {"structure": structure}
    words = {
        regimes.YES: _("Tax receipt: %(structure)s will give one for its own hours."),
        regimes.UNKNOWN: _("Tax receipt: %(structure)s hasn’t said yet whether it may give one."),
        regimes.NO: _("Tax receipt: %(structure)s gives none."),
    }[rules.gives(structure)]
    return words % {"structure": structure}


def _received_nothing(mission: Mission, structure: Organisation) -> bool:
    """Whether no hour of it is for this structure, once none is added any more."""
    is_over = mission.status in endings.ENDING
    return is_over and not mission.hours.of_structure(mission, structure).exists()


def on_page(user: User, mission: Mission) -> dict:
    """A line for each structure served beside the first, with what this reader may do for it, and its people. Of a mission
    that comes from `with_course`, nothing is asked where it serves the lead alone."""
    if not getattr(mission, "serves_several", True):
        nothing = ("served", "served_names", "served_people", "lead_receipt", "missions_beside")
        return dict.fromkeys(nothing, ())
    rows, receipts = rules.others(mission), mission.documents.receipts().standing()
    given = set(receipts.values_list("organisation", flat=True)) if rows else set()
    beside = mission.served.beside_the_lead().select_related("organisation")
    return {
        "served": [_line(user, mission, row, given) for row in rows],
        "lead_receipt": _receipt_of(mission, mission.structure, given),
        "missions_beside": _missions_beside(user, mission),
        "served_names": [str(row) for row in rows],
        "served_people": [
            {"structure": row, "people": audience.representatives_of(row.organisation)}
            for row in beside
        ],
    }


def _missions_beside(user: User, mission: Mission) -> list[Mission]:
    """What this reader reads of the other hours of the same person for the same need: the missions made for one structure
    alone or, from one of these, the mission for the others."""
    same = Mission.objects.visible_to(user).filter(proposal=mission.proposal_id, renewed_from=None)
    rows = same.filter(apart_for__isnull=mission.apart_for_id is not None)
    return list(rows.select_related("need__organisation", "apart_for").order_by("pk"))


def _line(user: User, mission: Mission, row: Served, given: Collection[int]) -> dict:
    row.mission, late = mission, acts.too_late(mission)
    unfit = next((one for one in rules.unfit(mission) if one.served.pk == row.pk), None)
    changes = not late and permissions.can_change_served(user, mission)
    asked = not (late or rules.why_no_mandate(row))
    awaited = asked and row.mandated_version != mission.sheet.number
    return {
        "row": row,
        "receipt": receipt_words(mission, row, given),
        "unfit": unfit,
        "can_set_apart": changes and unfit is not None and unfit.can_be_made,
        "can_take_out": changes or (not late and row.organisation in theirs(user, mission)),
        "awaits_mandate": awaited,
        "mandate": _mandate_words(row, awaited=awaited),
        "can_mandate": (awaited or row.has_mandated) and permissions.can_give_mandate(user, row),
    }


def _mandate_words(row: Served, *, awaited: bool) -> str:
    """Whether the lead signs for it, where that may be told."""
    said = {"lead": str(row.mission.structure)}
    if awaited:
        return _("Its yes is awaited before %(lead)s signs for all.") % said
    if row.mandated_at is None:
        signs = documents.is_signed(row.mission)  # before, nothing has been signed in its name
        return _("%(lead)s has no mandate to sign anything more for it.") % said if signs else ""
    said["day"] = spoken(timezone.localdate(row.mandated_at))
    return _("It agreed on %(day)s that %(lead)s signs for it too.") % said


def own_acts(user: User, mission: Mission) -> list[Act]:
    """What waits for this reader in the name of a structure served beside the lead."""
    if mission.apart_for_id or not getattr(mission, "serves_several", False):
        return []
    mine = theirs(user, mission)
    return [
        *_hours(mission, mine),
        *_mandate(user, mission, mine),
        *_receipts(user, mission, mine),
    ]


def others_acts(user: User, mission: Mission) -> list[dict]:
    """What waits for the other structures served: this reader's own is said to them as theirs."""
    several = getattr(mission, "serves_several", False)
    return served_acts.mandates(mission, theirs(user, mission)) if several else []


def _hours(mission: Mission, mine: list[Organisation]) -> Iterator[Act]:
    if mine and mission.hours.to_confirm().for_these(mission, mine).exists():
        words, task = _("Hours wait for your confirmation: one click."), _("confirm the hours")
        page = reverse("mission-hours", args=[mission.pk])
        yield Act(NEED, words, task, page, _("Confirm the hours"))


def _mandate(user: User, mission: Mission, mine: list[Organisation]) -> Iterator[Act]:
    waits = any(status == DocumentStatus.TO_SIGN for _kind, status in documents.listed(mission))
    for row in rules.without_mandate(mission) if waits else ():
        row.mission = mission
        if row.organisation in mine and permissions.can_give_mandate(user, row):
            words = _(
                "Papers wait: read the sheet, and say whether %(lead)s signs for %(structure)s."
            )
            said = {"lead": mission.structure, "structure": row}
            page = reverse("served-mandate", args=[row.pk])
            yield Act(SIGNS_NEED, words % said, "", page, _("Read the sheet and say yes"))


def _receipts(user: User, mission: Mission, mine: list[Organisation]) -> Iterator[Act]:
    for one in mine if mission.gives_a_receipt else ():
        gives = permissions.can_give_receipts(user, one)
        if gives and not receipts.refusal_of(mission, timezone.now(), one):
            words = _("The value is declared: give the receipt.")
            page = reverse("mission-receipt", args=[mission.pk]) + f"?pour={one.pk}"
            yield Act(RECEIPTS, words, "", page, _("Give the receipt"))
