"""The organisations of a pôle, whatever their state."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from common.spreadsheets import Cell
from common.word_search import called, says
from marketplace.desk.lists import columns, filters, missions, needs
from marketplace.desk.lists.kind import Column, ListKind, Reader
from marketplace.models import Need
from marketplace.rules import readings
from marketplace.states import NeedStatus


def _rows(reader: Reader) -> QuerySet[Organisation]:
    return Organisation.objects.filter(pole__in=reader.poles)


def _saying(text: str) -> Q:
    return says(Organisation, text) | called(Organisation, text)


def _promise(value: str, reader: Reader) -> Q:
    """Those that wait to be verified: whether the days promised are over."""
    today, late = timezone.localdate(reader.now), Q(pk=None)
    for pole, days in readings.days_of(reader.poles).items():
        over = readings.Bounds.of(days, today).late
        late |= Q(pole=pole, handed_in_at__lte=over)
    waiting = Organisation.objects.waiting().with_handing_in()
    theirs = waiting.filter(late) if value == needs.LATE else waiting.exclude(late)
    return Q(Exists(theirs.filter(pk=OuterRef("pk"))))


def _kind(kind: str, level: str, form: str) -> Cell:
    return capfirst(str(Organisation(kind=kind, level=level, legal_form=form).kind_label))


def _needs(_reader: Reader) -> dict[str, Any]:
    handed_in = Need.objects.exclude(status=NeedStatus.DRAFT, submitted_at=None)
    return {
        "needs_said": columns.counted(handed_in.filter(organisation=OuterRef("pk")), "organisation")
    }


def _missions(reader: Reader) -> dict[str, Any]:
    theirs = missions.shown_to(reader).filter(need__organisation=OuterRef("pk"))
    return {"missions_said": columns.counted(theirs, "need__organisation")}


KIND = ListKind(
    code="organisations",
    label=_("Organisations"),
    count=lambda n: ngettext("%(n)s organisation", "%(n)s organisations", n),
    seen_by=_rows,
    saying=_saying,
    columns=(
        Column(name="nom", label=_("Name"), fields=("name",), order=("search_name",)),
        Column(name="nature", label=_("Kind"), fields=("kind", "level", "legal_form"), say=_kind),
        Column(
            name="etat", label=_("State"), fields=("status",), say=columns.words_of(OrganisationStatus)
        ),
        Column(name="commune", label=_("Commune"), fields=("commune__name",)),
        Column(name="siret", label=_("SIRET"), fields=("siret", "siren"), usual=False),
        Column(name="rna", label=_("RNA"), fields=("rna",), usual=False),
        Column(name="site", label=_("Website"), fields=("website",), usual=False),
        columns.in_charge("referent__"),
        Column(name="besoins", label=_("Needs"), fields=("needs_said",), annotated=_needs),
        Column(
            name="missions", label=_("Missions received"), fields=("missions_said",), annotated=_missions
        ),
        columns.day("creation", _("Registered on"), "created_at", is_sorted=True),
        columns.tagged("organisation"),
    ),
    filters=(
        filters.one_of("nature", _("Kind"), Organisation.Kind, "kind"),
        filters.one_of("etat", _("State"), OrganisationStatus, "status"),
        filters.followed("referent__"),
        needs.promise(_promise),
        filters.pole(),
        filters.department(),
        filters.intercommunality(),
        filters.operator("referent__"),
        filters.unchanged(_("Registered for"), "created_at"),
        filters.tag("organisation"),
    ),
    order="nom",
    url="organisation",
    subject="organisation",
)  # fmt: skip
