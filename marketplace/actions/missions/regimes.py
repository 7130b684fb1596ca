"""Chooses the law under which a mission is done, from three answers that may change until all have signed a paper, or it
begins. A paper that one side alone has signed is void with a change."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from marketplace import letters
from marketplace.actions.documents import documents
from marketplace.actions.missions import agreements, below_cost
from marketplace.actions.refusals import NotYet
from marketplace.law import regimes
from marketplace.models import Mission, RegimeChoice, Time, reasons
from marketplace.rules import lenders, served, teams
from marketplace.rules.documents import is_signed
from marketplace.states import BEFORE_IT_RUNS, MissionStatus

ASKED_OF_RECEIPTS = (regimes.COMPANY, regimes.PUBLIC)  # on whose time the third question is asked


def too_late(mission: Mission) -> str:
    """Why the legal frame can't change any more, as a sentence for the reader; empty when it can."""
    if mission.status not in BEFORE_IT_RUNS:
        return _("The mission has begun, or stands still: its legal frame can’t change.")
    if is_signed(mission):
        return _(
            "The papers of this legal frame are signed by all: it can’t change any more. A coordinator may void them, with a reason."
        )
    return ""


@transaction.atomic
def choose(
    mission: Mission,
    *,
    whose: str,
    directs: str = "",
    receipt: str = "",
    large_lender: bool = False,
    small_user: bool = False,
    by: User,
) -> RegimeChoice:
    """Choose the legal frame from the three answers. Raises NotYet with a sentence when the law knows no such
    mission, or when it is too late."""
    mission = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    if late := too_late(mission):
        raise NotYet(late)
    if (whose == RegimeChoice.Whose.OWN) != (mission.offer.time == Time.OWN):
        raise NotYet(str(regimes.OFFER_SAYS_OTHERWISE))
    if why := lenders.why_not_for(mission.offer, timezone.localdate()):
        raise NotYet(why)
    if whose in ASKED_OF_RECEIPTS:
        receipt = _receipt(mission.structure, receipt)
    try:
        found = regimes.found(
            whose,
            directs,
            receipt,
            lender=lenders.lends_as(mission.offer.employer),
            large_lender=large_lender,
            small_user=small_user,
        )
    except regimes.NoRegime as refusal:
        raise NotYet(str(refusal)) from refusal
    if teams.awaits_a_name(mission):
        raise NotYet(str(regimes.FIRST_A_NAME))
    if mission.offer.person_id is None and (why := regimes.why_no_team(found)):
        raise NotYet(why)
    before, mission.regime = mission.regime, found
    mission.save(update_fields=["regime"])
    choice = RegimeChoice.objects.create(
        mission=mission, regime=found, whose=whose, directs=directs, receipt=receipt, by=by
    )
    if before != found:
        _start_over(mission, by=by)
        letters.regime_chosen(choice)
        below_cost.ask(mission, by=by)
    return choice


def _receipt(structure: Organisation, answer: str) -> str:
    """The answer about receipts. Nobody has to know it of a structure that has said that it gives none, nor of a form that
    article 238 bis doesn't name. Raises NotYet for a yes there."""
    if served.gives(structure) != regimes.NO:
        return answer
    if answer == regimes.YES and not served.gives_none_by_its_form(structure):
        raise NotYet(
            _(
                "As things stand, %(structure)s may give no tax receipts: answer “no”, or have its declaration changed first."
            )
            % {"structure": structure}
        )
    if answer == regimes.YES:
        raise NotYet(
            _(
                "As a rule, article 238 bis doesn’t name the legal form of %(structure)s, %(form)s: no tax receipts are given, unless the structure declares what the tax office has written (rescrit). Answer “no”; if this form is wrong, ask the coordinators to correct it."
            )
            % {"structure": structure, "form": structure.get_legal_form_display()}
        )
    return regimes.NO if answer == regimes.UNKNOWN else answer


def _start_over(mission: Mission, *, by: User) -> None:
    """The legal frame has changed, and with it the papers and the people who agree: void both, and go back to the
    framing."""
    agreements.void(mission)
    for document in mission.documents.standing():
        documents.void(document, reason=reasons.coded("paper-other-frame"), by=by)
    Mission.objects.filter(pk=mission.pk).update(agreed_version=None, agreed_hours=None)
    mission.served.ask_again()
    if mission.status != MissionStatus.FRAMING:
        mission.move(MissionStatus.FRAMING, by=by, reason=reasons.coded("regime-changed"))
