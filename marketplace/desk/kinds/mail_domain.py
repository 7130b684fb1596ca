"""Domains of which an organisation asks that people join it by their address, without an administrator's yes."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import MailDomain, Organisation
from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Help, Words, in_charge, within
from marketplace.desk.ranks import ANSWER, LATE, by_age
from marketplace.desk.scope import Scope


def _among(_scope: Scope) -> QuerySet[MailDomain]:
    return MailDomain.objects.waiting()


def _rows(scope: Scope) -> QuerySet[Any]:
    """Without those of organisations that the reader leaves to another coordinator."""
    theirs = Organisation.objects.verified_by(scope.reader).filter(pole__in=scope.poles)
    return _among(scope).filter(organisation__in=theirs.values("pk"))


def _rank(scope: Scope) -> Combinable:
    return by_age("asked_at", scope) + ANSWER


def _read(numbers: Collection[int], _scope: Scope) -> QuerySet[Any]:
    return MailDomain.objects.filter(pk__in=numbers).select_related(
        "organisation__referent__coordinator", "organisation__referent__operator"
    )


def _say(row: Any) -> Words:
    return Words(
        what=row.organisation.name,
        why=_("May people join by an address at %(domain)s?") % {"domain": row.shown},
        since=row.asked_at,
        url=reverse("mail-domain-answer", args=[row.pk]),
        act=_("Answer"),
        expected=within(LATE),
        who=row.organisation.kind_label,
        story=reverse("organisation-story", args=[row.organisation_id]),
        **in_charge(getattr(row.organisation, "referent", None)),
    )


KIND = Kind(
    code="mail_domain",
    label=gettext_lazy("E-mail domains"),
    help=Help(
        wants=gettext_lazy(
            "Say whether people with an address at this domain may join without an administrator’s yes."
        ),
        because=gettext_lazy(
            "An organisation has proven that the domain is its own and asks for this."
        ),
        otherwise=gettext_lazy(
            "An administrator goes on letting people in one by one, and waits for your answer."
        ),
    ),
    among=_among,
    rows=_rows,
    number="pk",
    since="asked_at",
    rank=_rank,
    communes=("organisation__commune",),
    followed=through("organisation__referent__"),
    read=_read,
    say=_say,
    charge=None,  # it goes with its organisation
    silent=None,
)
