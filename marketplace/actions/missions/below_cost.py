"""A loan that is billed below its cost: asked of the coordination, which says yes or no before any paper is made."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import letters
from marketplace.actions.documents import documents
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, reasons
from marketplace.models.documents.documents import kinds_before
from marketplace.models.missions.sheets import AT_COST
from marketplace.rules.documents import is_signed

KEPT = ["least_share", "refused_share"]


def ask(mission: Mission, *, by: User) -> None:
    """Ask the coordination, where the sheet bills less than it has agreed to; called whenever the sheet or the legal
    frame changes. What it has said no to isn't asked again."""
    sheet = mission.sheet
    if not (mission.is_billed and sheet.waits_for_coordination):
        return
    sheet.share_asked_at = timezone.now()
    sheet.save(update_fields=["share_asked_at"])
    mission.note(by=by, reason=reasons.coded("below-cost-asked", share=sheet.billed_share))
    letters.below_cost_asked(mission)


@transaction.atomic
def answer(mission: Mission, *, share: int, agrees: bool, words: str, by: User) -> None:
    """Say whether the loan may be billed at this share of its cost, in percent; the last answer counts. Raises NotYet
    where nothing is billed, or once the papers are signed for less."""
    mission = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    sheet = mission.sheet
    if not mission.is_billed:
        raise NotYet(_("Nothing is billed under the legal frame of this mission."))
    if not mission.is_live:
        raise NotYet(_("The mission is over or was stopped: nothing is billed any more."))
    if not agrees and share >= sheet.billed_share and is_signed(mission):
        raise NotYet(_("What was signed by all stands, the share that is billed with it."))
    if agrees:
        sheet.least_share = min(sheet.least_share, share)
        if sheet.refused_share is not None and sheet.refused_share >= share:
            sheet.refused_share = share - 1 if share else None
    else:
        sheet.refused_share = max(sheet.refused_share or 0, share)
        sheet.least_share = min(max(sheet.least_share, share + 1), AT_COST)
    sheet.save(update_fields=KEPT)
    said = {"share": share, "words": words}
    yes, no = reasons.coded("below-cost-yes", **said), reasons.coded("below-cost-no", **said)
    step = mission.note(by=by, reason=yes if agrees else no)
    if sheet.is_refused_below_cost:
        _void_what_waits(mission, reason=no, by=by)
    letters.below_cost_answered(mission, step=step, agrees=agrees, share=share, words=words)


def _void_what_waits(mission: Mission, *, reason: str, by: User) -> None:
    """The papers that wait for signatures say a share that isn't agreed to any more."""
    for document in mission.documents.standing().filter(kind__in=kinds_before(mission.regime)):
        documents.void(document, reason=reason, by=by)
