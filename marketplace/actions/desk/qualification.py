"""Qualifying a need: the sheet is kept as it grows, and ends in one of five ways. Each tells the structure."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import ranking
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.models import Need, Qualification
from marketplace.states import NeedStatus

Outcome = Qualification.Outcome


def sheet_of(need: Need, *, by: User) -> Qualification:
    """The need's qualification sheet, or a blank one that isn't saved yet."""
    return Qualification.objects.filter(need=need).first() or Qualification(need=need, by=by)


@transaction.atomic
def save(
    sheet: Qualification, *, read: int, by: User, without: Collection[int] = ()
) -> Qualification:
    """Save the sheet; the need goes on `without` these skills. Raises NotYet when a colleague saved it after this reader had opened it, or the need isn't
    being qualified any more."""
    need = Need.objects.select_for_update(no_key=True).get(pk=sheet.need_id)
    if need.status != NeedStatus.SUBMITTED:
        raise NotYet(
            _("Too late: this need is now “%(state)s”.") % {"state": need.get_status_display()}
        )
    held = Qualification.objects.filter(need=need).select_related("by").first()
    if held is not None and held.version != read:
        raise NotYet(
            _(
                "%(who)s wrote on this sheet after you opened it: read their answers beside yours, "
                "then keep yours if you still want to."
            )
            % {"who": held.by}
        )
    sheet.pk = held.pk if held else None
    sheet.version = read + 1
    sheet.by, sheet.at = by, timezone.now()
    sheet.save()
    _leave_out(need, without)
    if need.coordinator_id is None:
        Need.objects.filter(pk=need.pk).update(coordinator=by, operator=None)
    return sheet


def _leave_out(need: Need, skills: Collection[int]) -> None:
    if not skills:
        return
    if not need.wanted.exclude(skill__in=skills).exists():
        raise NotYet(_("Keep one skill at least: nobody is found for none."))
    need.wanted.filter(skill__in=skills).delete()
    ranking.changed(need)


@transaction.atomic
def conclude(sheet: Qualification, *, outcome: str, words: str, by: User) -> None:
    """Conclude the qualification: publish, propose privately, redirect or refuse. Raises NotYet while one of the
    tests is unanswered."""
    need = sheet.need
    if outcome in Qualification.OPENING:
        _require_ready(sheet)
        needs.publish(need, by=by, listed=outcome == Outcome.PUBLISH, word=words.strip())
    elif outcome == Outcome.REFUSE:
        needs.refuse(need, reason=_said(words), by=by)
    else:
        needs.redirect(need, reason=_said(words), one_hour=outcome == Outcome.ONE_HOUR, by=by)
    Qualification.objects.filter(pk=sheet.pk).update(outcome=outcome, version=F("version") + 1)


def _require_ready(sheet: Qualification) -> None:
    if sheet.missing:
        raise NotYet(
            _("Answer the four questions first. Left: %(tests)s.")
            % {"tests": ", ".join(sheet.missing)}
        )
    if sheet.failed:
        raise NotYet(
            _(
                "You answered “no” for: %(tests)s. Somebody would come for nothing: ask a question, "
                "suggest something else, or change your answer."
            )
            % {"tests": ", ".join(sheet.failed)}
        )


def _said(words: str) -> str:
    if not words.strip():
        raise NotYet(_("Say why, in words that the structure can use."))
    return words
