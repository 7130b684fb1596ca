"""Organisations that wait to be verified."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from marketplace.desk import nouns
from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Help, Words, in_charge
from marketplace.desk.ranks import ANSWER, by_promise
from marketplace.desk.scope import Scope


def _rows(scope: Scope) -> QuerySet[Any]:
    """Without those that the reader leaves to another coordinator."""
    waiting = Organisation.objects.waiting().verified_by(scope.reader)
    return waiting.with_handing_in().filter(pole__in=scope.poles)


def _rank(scope: Scope) -> Combinable:
    return by_promise("handed_in_at", scope) + ANSWER


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
    help=Help(
        wants=gettext_lazy(
            "Compare what it says with the public register, then accept it or ask for what is missing."
        ),
        because=gettext_lazy("It has registered, and nothing of it is public before that."),
        otherwise=gettext_lazy(
            "It can do nothing, and its needs wait with it: whoever follows it is reminded on the last day your pôle promises, and all its coordinators are once that has passed."
        ),
    ),
    among=None,
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
