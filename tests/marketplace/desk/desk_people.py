"""The people around a desk: two operators of one pôle, a colleague, a stranger of another pôle."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.desk import LABELS, Scope, read
from marketplace.models import Need, Proposal
from marketplace.states import NeedStatus
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)


def ago(days: float):
    return timezone.now() - timedelta(days=days)


def make_colleague(of, **fields):
    """Somebody else of the same operator."""
    user = make_user(**fields)
    Membership.objects.create(user=user, organisation=of.organisations.get())
    return user


def make_operator(pole, **fields):
    return make_organisation(Organisation.Kind.OPERATOR, pole=pole, **fields)


def elsewhere():
    return make_coordinator(make_pole("Un autre pôle", ["02"]))


def submitted(days: float = 0, **fields) -> Need:
    return make_need(
        fields.pop("organisation", None),
        member=make_user(),
        status=NeedStatus.SUBMITTED,
        submitted_at=ago(days),
        **fields,
    )


def asleep(days: float = 15, need: Need | None = None) -> Proposal:
    need = need or make_need(member=make_user())
    return make_proposal(need, make_offer(), created_at=ago(days))


def scope_of(user, **filters) -> Scope:
    memberships = user.memberships.select_related("organisation__pole")
    return Scope.of(user, memberships, timezone.now()).filtered(filters, LABELS)


def lines_of(user, **filters):
    return read(scope_of(user, **filters)).lines


def key_of(user, row) -> str:
    """The key of the line that speaks of this row, as this person sees it now."""
    return next(line.key for line in lines_of(user) if line.number == row.pk)
