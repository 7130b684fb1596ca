"""Who is charged with what in an organisation."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import memberships
from accounts.actions.refusals import Refusal
from accounts.models import Membership, Organisation, User
from marketplace.actions.refusals import NotYet
from marketplace.models import Duty


@transaction.atomic
def give(membership: Membership, *, kind: str, capacity: str = "", by: User) -> Duty:
    """Charge somebody with something. Whoever isn't only the manager of a team speaks for the organisation from then on:
    their role is read again under the lock of the organisation, which another administrator may change meanwhile.
    Raises NotYet, or Refusal."""
    memberships.lock(Organisation.objects.filter(pk=membership.organisation_id))
    there = Membership.objects.select_related("organisation", "user").filter(pk=membership.pk)
    if (fresh := there.first()) is None:
        raise Refusal(_("This person has already left the organisation."))
    membership = fresh
    if kind not in Duty.kinds_of(membership.organisation):
        raise NotYet(_("This duty doesn’t exist in that kind of organisation."))
    if kind != Duty.Kind.MANAGER and not membership.represents:
        memberships.change_role(membership, Membership.Role.REPRESENTATIVE, by=by)
    duty, _created = Duty.objects.update_or_create(
        membership=membership, kind=kind, defaults={"capacity": capacity, "given_by": by}
    )
    return duty


def take_back(duty: Duty) -> None:
    duty.delete()
