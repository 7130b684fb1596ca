"""Organisations that wait to be verified."""

from typing import Any

from django.db.models import Case as If
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from marketplace.desk import nouns
from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Words, in_charge
from marketplace.desk.ranks import by_promise
from marketplace.desk.scope import Scope


def _rows(scope: Scope) -> QuerySet[Any]:
    """Without those that the reader leaves to another coordinator."""
    waiting = Organisation.objects.waiting().verified_by(scope.reader)
    return waiting.with_handing_in().filter(pole__in=scope.poles)


def _rank(scope: Scope) -> If:
    return by_promise("handed_in_at", scope)


def _say(organisation: Any) -> Words:
    return Words(
        what=organisation.name,
        why=_("An organisation to verify"),
        since=organisation.handed_in_at,
        url=reverse("organisation-verify", args=[organisation.pk]),
        act=_("Verify"),
        expected=nouns.promised(organisation),
        who=organisation.kind_label,
        story=reverse("organisation-story", args=[organisation.pk]),
        **in_charge(getattr(organisation, "referent", None)),
    )


KIND = Kind(
    code="organisation",
    label=gettext_lazy("Organisations to verify"),
    rows=_rows,
    number="pk",
    since="handed_in_at",
    rank=_rank,
    communes=("commune",),
    followed=through("referent__"),
    read=nouns.organisations,
    say=_say,
    charge=nouns.AN_ORGANISATION,
    silent=None,
)
