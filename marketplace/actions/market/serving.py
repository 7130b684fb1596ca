"""What an organisation works for and whom it serves: said on its own page, or by its first need that is public."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.refusals import Refusal
from accounts.models import Organisation, User
from marketplace.models import Beneficiary, Cause, Need, Serving
from marketplace.rules import deductions, permissions


@transaction.atomic
def say(
    organisation: Organisation, *, cause: Cause, served: Iterable[Beneficiary], by: User
) -> Serving:
    """What was said before is replaced; the needs that are written already stay as they are. Raises Refusal."""
    if not permissions.can_write_need(by, organisation):
        raise Refusal(_("Only the people who write its needs say what your organisation works for."))  # fmt: skip
    said, _new = Serving.objects.update_or_create(
        organisation=organisation, defaults={"cause": cause}
    )
    said.beneficiaries.set(served)
    return said


def learn(need: Need) -> None:
    """Where the organisation has said nothing yet, what its need says is kept for those to come."""
    if deductions.CAUSE in need.unsaid or Serving.objects.filter(pk=need.organisation_id).exists():
        return
    said, is_new = Serving.objects.get_or_create(
        organisation=need.organisation, defaults={"cause": need.cause}
    )
    if is_new:
        said.beneficiaries.set(need.beneficiaries.all())
