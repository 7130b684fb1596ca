"""The structures that a mission serves: which they are, whether each may give receipts, and what the law says of the
hours of each. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation
from common.prepared import rows
from marketplace.law import carried, regimes
from marketplace.law.carried import Fit
from marketplace.models import Eligibility, Mission, Served
from marketplace.states import BEFORE_IT_RUNS


def structures(mission: Mission) -> list[Organisation]:
    """All of them, the one that its papers name first at the head. A mission that comes from `with_course` says itself
    whether there are others."""
    if not (mission.apart_for_id or getattr(mission, "serves_several", True)):
        return [mission.structure]
    found = [row.organisation for row in mission.served.select_related("organisation__commune")]
    first = mission.structure
    return [first, *(one for one in found if one.pk != first.pk)]


def others(mission: Mission) -> list[Served]:
    """Those that its papers name after the first: their own people answer for their hours, and give it a mandate. Of a mission
    that says itself that it serves the lead alone, nothing is asked."""
    if not (mission.apart_for_id or getattr(mission, "serves_several", True)):
        return []
    found = rows(_rows_of, mission.pk)
    return [row for row in found if row.organisation_id != mission.structure_id]


def _rows_of(mission: int) -> QuerySet[Served]:
    """Prepared (common/prepared.py): each letter and each paper of a mission asks it."""
    beside = "organisation__commune", "organisation__pole"
    return Served.objects.filter(mission=mission).select_related(*beside)


def names(mission: Mission) -> list[str]:
    return [str(row) for row in others(mission)]


def declared(structure: Organisation) -> str:
    """What it has said of its receipts, as the law's answers say it."""
    return _said(Eligibility.objects.current_of(structure))


def _said(current: Eligibility | None) -> str:
    if current is None or current.is_of_another_form:
        return regimes.UNKNOWN
    if current.is_a_no:
        return regimes.NO
    return regimes.YES if current.is_eligible else regimes.UNKNOWN


def gives(structure: Organisation) -> str:
    return carried.gives(structure.legal_form, declared(structure))


def gives_none_by_its_form(structure: Organisation) -> bool:
    """Whether its legal form alone says that it gives no receipts: it hasn't declared otherwise."""
    return structure.legal_form in carried.GIVES_NONE and gives(structure) == regimes.NO


def each_gives(several: Iterable[Organisation]) -> dict[int, str]:
    """The same of several, in one question, by their numbers."""
    there = list(several)
    said = Eligibility.objects.current_of_each(there)
    return {one.pk: carried.gives(one.legal_form, _said(said.get(one.pk))) for one in there}


def fit_of(mission: Mission, structure: Organisation) -> Fit:
    return carried.fit(mission.regime, gives(structure))


@dataclass(frozen=True)
class Unfit:
    """A structure whose hours don't fit the legal frame of the mission."""

    served: Served
    fit: Fit

    @property
    def words(self) -> str:
        said = {"structure": self.served.organisation, "why": self.fit.why}
        return _("The hours for %(structure)s don’t fit this legal frame. %(why)s") % said

    @property
    def can_be_made(self) -> bool:
        """Whether a second mission may be made for it with the same person on the same time."""
        return bool(self.fit.frame) or self.fit.by_loan


def unfit(mission: Mission) -> list[Unfit]:
    """Those whose hours go into a mission of their own, said before anybody signs."""
    if mission.regime not in carried.ANSWERS:
        return []
    found = [(row, fit_of(mission, row.organisation)) for row in others(mission)]
    return [Unfit(row, fit) for row, fit in found if not fit.fits]


def why_none_before(mission: Mission) -> str:
    """Why no paper is made yet that is signed before the start, as a sentence; "" when nothing stands in the way."""
    begins = mission.status in BEFORE_IT_RUNS  # later its frame can't change any more
    if begins and mission.gives_a_receipt and declared(mission.structure) == regimes.NO:
        return _(
            "As things stand, %(structure)s may give no tax receipts, and this legal frame rests on them: answer the questions of the legal frame again."
        ) % {"structure": mission.structure}
    return " ".join(
        _("%(words)s They go into a second mission, or into none, before any paper is made.")
        % {"words": one.words}
        for one in unfit(mission)
    )


def unframed(mission: Mission) -> str:
    """Why nothing is known of a receipt where no legal frame is chosen, as a sentence: it may still be, or never."""
    if mission.was_never_framed:
        return _("It ended before its legal frame was chosen: there is no receipt to give.")
    return _("The legal frame isn’t chosen yet: it says whether there is a receipt to give.")


# --- the mandate ---------------------------------------------------------------------------
def why_no_mandate(row: Served) -> str:
    """Why this structure can't agree yet that the lead signs for it, as a sentence; "" when it can: it knows what law its
    hours are under, and so whether it owes a receipt."""
    mission = row.mission
    if not mission.regime:
        return unframed(mission)
    fit = fit_of(mission, row.organisation)
    return "" if fit.fits else Unfit(row, fit).words


def without_mandate(mission: Mission, *, amends: bool = False) -> list[Served]:
    """Those that haven't agreed yet that the lead signs for them, on the sheet as it is. For what amends a paper the
    mandate of that paper holds, as long as it isn't taken back."""
    number = mission.sheet.number
    rows = others(mission)
    return [
        row
        for row in rows
        if not row.has_mandated or not (amends or row.mandated_version == number)
    ]


def why_not_signed(mission: Mission, *, amends: bool = False) -> str:
    missing = without_mandate(mission, amends=amends)
    if not missing:
        return ""
    return _(
        "Still to say yes before %(lead)s signs for all: %(names)s. Somebody who may sign for each does so on the mission’s page."
    ) % {"lead": mission.structure, "names": ", ".join(map(str, missing))}
