"""Who speaks for an organisation, and who is one of its people alone."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import memberships
from accounts.actions.refusals import Refusal
from accounts.models import Membership, Organisation, User
from marketplace.models import Duty


@transaction.atomic
def change(membership: Membership, role: str, *, by: User) -> None:
    """An administrator gives somebody another role. Raises Refusal when it can't be: a plain employee is charged with
    nothing but managing a team."""
    memberships.lock(Organisation.objects.filter(pk=membership.organisation_id))
    charged = Duty.objects.filter(membership=membership).exclude(kind=Duty.Kind.MANAGER)
    if role == Membership.Role.EMPLOYEE and (first := charged.first()):
        raise Refusal(
            _("%(person)s is charged with something (%(duty)s): take that back first.")
            % {"person": membership.user, "duty": first.words}
        )
    memberships.change_role(membership, role, by=by)


def change_several(changes: Iterable[tuple[Membership, str]], *, by: User) -> dict[int, str]:
    """Change several roles at once, or none. Returns what refuses, as a sentence, by the number of the membership."""
    refused: dict[int, str] = {}
    with transaction.atomic():
        for membership, role in sorted(changes, key=lambda one: _rank(one[0], one[1], by)):
            try:
                change(membership, role, by=by)
            except Refusal as refusal:
                refused[membership.pk] = str(refusal)
        if refused:
            transaction.set_rollback(True)
    return refused


def _rank(membership: Membership, role: str, by: User) -> tuple[bool, bool]:
    """New administrators first, or the last one couldn't step down; oneself last, or one would have no right to the
    rest."""
    return role != Membership.Role.ADMINISTRATOR, membership.user_id == by.pk
