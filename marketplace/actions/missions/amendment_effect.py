"""How an amendment ends: it comes into force once nothing is left to sign, or it falls. Each act is in one
transaction, with the mission locked."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import letters, ranking
from marketplace.actions.documents import documents, ledger
from marketplace.actions.missions import sheet_versions
from marketplace.actions.refusals import NotYet
from marketplace.models import Amendment, Mission
from marketplace.models.documents.documents import Kind, kinds_before
from marketplace.models.missions.sheets import DATES, SHEET_FIELDS
from marketplace.rules import below_cost
from marketplace.rules.documents import in_force
from marketplace.states import AmendmentStatus, DocumentStatus


def open_of(mission: Mission) -> Amendment | None:
    """The mission's amendment that waits, or None: there is never a second one."""
    return mission.amendments.open().select_related("proposed_by").first()


def settle(amendment: Amendment, *, by: User | None) -> bool:
    """Put the amendment in force if all its papers are signed by all, and the employer agrees where it is asked.
    True when it has just come into force. The mission has to be locked. Raises NotYet when the sheet has
    changed."""
    unsigned = amendment.documents.filter(status=DocumentStatus.TO_SIGN)
    if not amendment.is_open or amendment.waits_for_employer or unsigned.exists():
        return False
    mission = Mission.objects.select_related("sheet").get(pk=amendment.mission_id)
    if mission.sheet.number != amendment.from_version:
        raise NotYet(
            _("The sheet isn’t the one that this amendment changes any more: withdraw it.")
        )
    if why := below_cost.refusal_of_amended(amendment.amended()):
        raise NotYet(why)
    _write(amendment, mission)
    step = amendment.move(AmendmentStatus.IN_FORCE, by=by)
    letters.amendment_in_force(step)
    if amendment.values.keys() & set(DATES):
        letters.team_dates(Mission.objects.select_related("sheet").get(pk=mission.pk))
    if "hours" in amendment.values:
        ranking.changed(mission.offer)
    return True


def _write(amendment: Amendment, mission: Mission) -> None:
    """Write the amended sheet as its next version; all have agreed to it by signing."""
    agreed_before = mission.agreed_version == mission.sheet.number
    sheet = amendment.write_on(mission).sheet
    sheet.number = sheet.need_agreed = sheet.offer_agreed = amendment.version
    sheet.save(update_fields=[*SHEET_FIELDS, "number", "need_agreed", "offer_agreed"])
    if amendment.employer_agreed_at:
        mission.agreed_version, mission.agreed_hours = sheet.number, sheet.hours
    elif agreed_before:  # what the employer agreed to is as it was
        mission.agreed_version = sheet.number
    mission.save(update_fields=[*DATES, "agreed_version", "agreed_hours"])
    sheet_versions.record(sheet, side=amendment.side, by=amendment.proposed_by)


def fall(amendment: Amendment, to: str, *, reason: str, by: User | None) -> None:
    """End an amendment that was declined or withdrawn: its papers are voided, and what was signed before stands.
    The mission has to be locked."""
    step = amendment.move(to, by=by, reason=reason)
    register = ledger.lock(amendment.mission.structure)
    for document in amendment.documents.standing():
        documents.void_with(document, register, reason=reason, by=by)
    amendment.agreements.current().update(voided_at=timezone.now())
    letters.amendment_fell(step)


def fall_with(mission: Mission, *, reason: str, by: User | None) -> None:
    """Withdraw the amendment that waits, if there is one, since its mission ends."""
    if amendment := open_of(mission):
        fall(amendment, AmendmentStatus.WITHDRAWN, reason=reason, by=by)


def signed_kinds(mission: Mission) -> list[Kind]:
    """The kinds of paper that an amendment changes. Raises NotYet while one of the mission's papers isn't signed by
    all: what isn't in force can't be amended."""
    standing = set(in_force(mission).values_list("kind", flat=True))
    left = documents.left_to_sign(mission, standing)
    if left:
        names = ", ".join(str(kind.label) for kind in left)
        raise NotYet(
            _(
                "These papers aren’t signed by all yet: %(names)s. What isn’t in force can’t be amended: have them signed first."
            )
            % {"names": names}
        )
    return [kind for kind in kinds_before(mission.regime) if kind in standing]
