"""A change to what was signed: proposed, declined, withdrawn. One verb, one transaction."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from common.dates import spoken
from marketplace import letters
from marketplace.actions.documents import documents, ledger
from marketplace.actions.missions import agreements, amendment_limits, sheet_versions
from marketplace.actions.missions.amendment_effect import fall, open_of, signed_kinds
from marketplace.actions.refusals import NotYet
from marketplace.documents import changes as facts
from marketplace.models import Amendment, Document, Mission
from marketplace.models.documents.documents import CHANGED_BY
from marketplace.models.missions.amendments import WHAT_EMPLOYERS_AGREE_TO, as_json
from marketplace.models.missions.sheets import DATES
from marketplace.rules.documents import in_force, is_signed
from marketplace.states import AmendmentStatus, MissionStatus
from notifications.faults import each_row

# On own time the letter may be signed before the mission begins: it waits for no paper then (`may_be_amended`).
OPEN_TO_AMENDMENT = (
    MissionStatus.FRAMING, MissionStatus.DOCUMENTS, MissionStatus.RUNNING, MissionStatus.SUSPENDED,
)  # fmt: skip


def draft(mission: Mission, values: dict[str, Any]) -> Amendment:
    """The amendment as it would be, not saved: its values, what changes in the reader's words, and whether the
    employer is asked. `values` gives a new value for a field of the sheet or a date; the other fields stay as
    they are."""
    said = {
        name: as_json(value)
        for name, value in values.items()
        if as_json(getattr(mission if name in DATES else mission.sheet, name)) != as_json(value)
    }
    amendment = Amendment(mission=mission, values=said, from_version=mission.sheet.number)
    before = sheet_versions.snapshot(mission.sheet)
    amendment.changes = sheet_versions.changes(
        before, sheet_versions.snapshot(amendment.amended().sheet)
    )
    touched = WHAT_EMPLOYERS_AGREE_TO & said.keys()
    amendment.asks_employer = bool(touched) and mission.has_employer
    return amendment


@transaction.atomic
def propose(
    mission: Mission,
    values: dict[str, Any],
    *,
    why: str,
    read: int,
    side: str,
    by: User,
    now: datetime,
) -> Amendment:
    """Propose a change of the sheet or the dates, to be signed by those who signed. Until
    then what was signed stands.

    `read` is the version of the sheet that the writer had on the screen. Raises NotYet
    with a sentence: nothing is signed yet, an amendment already waits, nothing changes,
    or the law or the hours given forbid it. Raises quotas.OverQuota when the
    company's programme doesn't give that many hours.
    """
    mission = _locked(mission)
    amendment = check(mission, values, read=read)
    with override("fr"):  # the language of the papers
        amendment.changes = draft(mission, values).changes
    amendment.why, amendment.side, amendment.proposed_by = why, side, by
    amendment.proposed_at = now
    amendment.ordinal = mission.amendments.count() + 1
    amendment.save()
    amendment.begin(by=by)
    for kind in signed_kinds(mission):
        _write_document(amendment, in_force(mission).get(kind=kind), by=by, now=now)
    if amendment.asks_employer:
        agreements.ask_anew(amendment, by=by, now=now)
    letters.amendment_proposed(amendment)
    return amendment


def check(mission: Mission, values: dict[str, Any], *, read: int) -> Amendment:
    """The amendment as it would be, not saved. Raises NotYet with the sentence of what is in the way."""
    require_amendable(mission)
    if read != mission.sheet.number:
        raise NotYet(
            _(
                "Somebody has changed the sheet while you were writing: read the new version, then change yours."
            )
        )
    amendment = draft(mission, values)
    if not amendment.changes:
        raise NotYet(_("Nothing changes: there is nothing to propose."))
    amendment_limits.require_possible(amendment)
    return amendment


def may_be_amended(mission: Mission) -> bool:
    """Whether what all have signed, if anything is, may change by an amendment."""
    is_framed = mission.status != MissionStatus.FRAMING or mission.is_own_time
    return mission.status in OPEN_TO_AMENDMENT and is_framed


def why_not_now(mission: Mission) -> str:
    """What a change has to wait for, as a sentence; "" where it waits for nothing, or comes too late."""
    if mission.status == MissionStatus.LEFT:
        return _("The mission is suspended: an amendment is proposed once it has resumed.")
    if mission.status != MissionStatus.DISPUTED:
        return ""
    if mission.delivered_at:
        return _("The work is said to be done: no amendment is proposed any more.")
    return _("The two sides disagree: an amendment is proposed once that is settled.")


def require_amendable(mission: Mission) -> None:
    """Raises NotYet unless something is signed by all, no amendment waits, and the work isn't over."""
    if not may_be_amended(mission):
        before = _("An amendment is proposed while the mission is to be done: before its delivery.")
        raise NotYet(why_not_now(mission) or before)
    if not is_signed(mission):
        raise NotYet(_("Nothing is signed by all yet: change the sheet itself."))
    if waiting := open_of(mission):
        raise NotYet(
            _(
                "%(amendment)s, proposed by %(who)s on %(day)s, waits for its signatures: it is signed, declined or withdrawn first."
            )
            % {
                "amendment": waiting,
                "who": waiting.proposed_by,
                "day": spoken(timezone.localdate(waiting.proposed_at), "j F Y"),
            }
        )
    signed_kinds(mission)


def _write_document(amendment: Amendment, amended: Document, *, by: User, now: datetime) -> None:
    kind, on = CHANGED_BY[amended.kind], timezone.localdate(now)
    register = ledger.lock(amended.organisation)
    ledger.write(
        register, kind, facts.of_amendment(kind, amendment, amended, on=on), letter="D", on=on,
        by=by, mission=amendment.mission, amendment=amendment, made_at=now,
    )  # fmt: skip


@transaction.atomic
def decline(amendment: Amendment, *, reason: str, by: User) -> None:
    """One of those who have to sign says no. Raises ForbiddenMove when the amendment isn't open any more."""
    _locked(amendment.mission)
    fall(_fresh(amendment), AmendmentStatus.DECLINED, reason=reason, by=by)


@transaction.atomic
def withdraw(amendment: Amendment, *, reason: str, by: User) -> None:
    """Whoever proposed the amendment, or a coordinator, takes it back. Raises ForbiddenMove when it isn't open any
    more."""
    _locked(amendment.mission)
    fall(_fresh(amendment), AmendmentStatus.WITHDRAWN, reason=reason, by=by)


def tell_overdue(today: date, now: datetime) -> int:
    """When the end date in force has passed while an amendment with a later one waits, tell everybody, once, that
    hours stop."""
    overdue = Amendment.objects.open().filter(
        mission__ends_on__lt=today, mission__status__in=OPEN_TO_AMENDMENT, overdue_told_at=None,
        values__has_key="ends_on",
    )  # fmt: skip

    def tell(amendment: Amendment) -> bool:
        mine = Amendment.objects.open().filter(pk=amendment.pk, overdue_told_at=None)
        if not amendment.is_overdue or not mine.update(overdue_told_at=now):
            return False
        letters.amendment_overdue(amendment)
        return True

    found = overdue.select_related("mission__need", "mission__offer", "proposed_by")
    return each_row("amendments", found, tell)


def _locked(mission: Mission) -> Mission:
    return (
        Mission.objects.select_for_update(no_key=True, of=("self",))
        .select_related(*documents.RELATED)
        .get(pk=mission.pk)
    )


def _fresh(amendment: Amendment) -> Amendment:
    return Amendment.objects.select_related("mission__need__organisation", "mission__offer").get(
        pk=amendment.pk
    )
