"""Whether the structure may give tax receipts: it declares so, a coordinator checks, and each answer is kept."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import files
from marketplace.models import Eligibility
from marketplace.rules import letters_a_day
from marketplace.uploads import Clean

NEEDS_A_PROOF = (Eligibility.Status.RESCRIT,)
DECLARED_A_DAY = 5


@transaction.atomic
def declare(
    organisation: Organisation,
    *,
    status: str,
    category: str = "",
    reference: str = "",
    note: str = "",
    proof: Clean | None = None,
    by: User,
) -> Eligibility:
    """The structure says whether it may give tax receipts. It counts once a coordinator has checked it. A second click
    returns what the first one said. Raises NotYet without a proof where one is needed, and beyond those of a day."""
    if status in NEEDS_A_PROOF and not (proof or reference):
        raise NotYet(
            _("Give the date and number of the tax office’s letter, or the letter itself.")
        )
    fresh = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    words = {"status": status, "reference": reference, "note": note}
    words["category"] = category if status in Eligibility.ELIGIBLE else ""
    current = Eligibility.objects.current_of(organisation)
    words["legal_form"] = fresh.legal_form
    if current and proof is None and current.waits_with(words):
        return current
    _require_calm(organisation)
    kept = files.store(proof, by=by, organisation=organisation) if proof else None
    said = Eligibility.objects.create(
        organisation=organisation, proof=kept, declared_by=by, **words
    )
    letters.eligibility_declared(said)
    return said


def _require_calm(organisation: Organisation) -> None:
    """Each declaration has a letter to every coordinator of the pôle. Raises NotYet."""
    today = organisation.eligibilities.filter(
        verified_at=None, declared_at__gt=timezone.now() - letters_a_day.A_DAY
    )
    if why := letters_a_day.why_no_more(today.count(), most=DECLARED_A_DAY):
        raise NotYet(why)


@transaction.atomic
def verify(
    eligibility: Eligibility,
    *,
    status: str,
    valid_until: date | None,
    note: str = "",
    by: User,
    now: datetime,
) -> Eligibility:
    """A coordinator checks the structure's last declaration; their answer is a new row, the declaration stays as it
    was. Raises NotYet when the structure has declared something else meanwhile."""
    locked = Organisation.objects.select_for_update(no_key=True)
    fresh = locked.get(pk=eligibility.organisation_id)
    current = Eligibility.objects.current_of(eligibility.organisation)
    if current is None or current.pk != eligibility.pk:
        raise NotYet(_("The structure has declared something else meanwhile: read that first."))
    if by.pk == current.declared_by_id:  # they were of the structure then
        raise NotYet(_("You declared this for the structure: another coordinator checks it."))
    if status in Eligibility.ELIGIBLE and current.status not in Eligibility.ELIGIBLE:
        raise NotYet(
            _(
                "The structure hasn’t said as which kind of body it may give receipts, which they print: choose “to be checked”, and write to it what it has to declare."
            )
        )
    checked = Eligibility.objects.create(
        organisation=eligibility.organisation,
        legal_form=fresh.legal_form,
        status=status,
        category=current.category if status in Eligibility.ELIGIBLE else "",
        reference=current.reference,
        proof=current.proof,
        note=note,
        declared_by=current.declared_by,
        declared_at=current.declared_at,
        verified_by=by,
        verified_at=now,
        valid_until=valid_until,
    )
    letters.eligibility_checked(checked)
    return checked
