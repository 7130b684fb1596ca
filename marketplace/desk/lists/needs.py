"""The needs of a pôle, but for drafts, which are their structure's alone."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from common.spreadsheets import Cell
from common.word_search import called, says
from marketplace.desk.lists import columns, filters
from marketplace.desk.lists.kind import Column, Filter, ListKind, Reader
from marketplace.models import Format, Need, NeedSkill, Proposal, Welcome
from marketplace.rules import readings
from marketplace.states import NeedStatus

LATE, IN_TIME = "depassee", "tenue"
NOBODY, SOMEBODY = "personne", "quelqu-un"


def _rows(reader: Reader) -> QuerySet[Need]:
    """Drafts are few, and left out by their numbers: of the others an index then says all that is asked."""
    ours = Need.objects.filter(pole__in=reader.poles)
    drafts = ours.filter(status=NeedStatus.DRAFT, submitted_at=None).order_by()
    return ours.exclude(pk__in=drafts.values("pk"))


def saying(text: str) -> Q:
    """Needs that say every word, or whose structure is called so."""
    structures = Organisation.objects.filter(called(Organisation, text))
    return says(Need, text) | Q(organisation__in=structures.order_by().values("pk"))


def _promise(value: str, reader: Reader) -> Q:
    """Those that wait to be read: whether the days promised are over."""
    today, late = timezone.localdate(reader.now), Q(pk=None)
    for pole, days in readings.days_of(reader.poles).items():
        over = readings.Bounds.of(days, today).late
        late |= Q(pole=pole, handed_in_at__lte=over)
    waiting = readings.with_handing_in(Need.objects.to_qualify().filter(submitted_at__isnull=False))
    theirs = waiting.filter(late) if value == LATE else waiting.exclude(late)
    return Q(Exists(theirs.filter(pk=OuterRef("pk"))))


def promise(narrow: Any) -> Filter:
    said = {LATE: _("late"), IN_TIME: _("still in time")}
    return Filter(
        name="promesse", label=_("Promise to read"), choices=lambda _reader: said, narrow=narrow
    )


def _answers(value: str, reader: Reader) -> Q:
    """Whether somebody has offered their help, or is asked, today."""
    going_on = Q(Exists(Proposal.objects.going_on().filter(need=OuterRef("pk"))))
    return going_on if value == SOMEBODY else ~going_on


def _answered() -> Filter:
    said = {NOBODY: _("nobody yet"), SOMEBODY: _("somebody")}
    return Filter(
        name="reponse", label=_("Who answers"), choices=lambda _reader: said, narrow=_answers
    )


def _begins(day: date, is_undated: bool) -> Cell:
    return gettext("whenever suits you") if is_undated else day


KIND = ListKind(
    code="besoins",
    label=_("Needs"),
    count=lambda n: ngettext("%(n)s need", "%(n)s needs", n),
    seen_by=_rows,
    saying=saying,
    columns=(
        Column(name="titre", label=_("Title"), fields=("title",), order=("search_name",)),
        Column(name="structure", label=_("Structure"), fields=("organisation__name",)),
        Column(name="etat", label=_("State"), fields=("status",), say=columns.words_of(NeedStatus)),
        Column(name="commune", label=_("Commune"), fields=("commune__name",)),
        columns.in_charge(),
        columns.skills(NeedSkill, "need"),
        Column(
            name="debut", label=_("From"), fields=("starts_on", "is_undated"), order=("starts_on",),
            say=_begins,
        ),
        Column(
            name="fin", label=_("Until"), fields=("ends_on", "is_undated"), usual=False,
            say=lambda day, is_undated: "" if is_undated else day,
        ),
        Column(name="heures", label=_("Hours"), fields=("hours",), usual=False),
        columns.languages(),
        Column(name="places", label=_("People wanted"), fields=("places",), usual=False),
        Column(
            name="format", label=_("Format"), fields=("format",), usual=False,
            say=columns.words_of(Format),
        ),
        Column(
            name="temps", label=_("On whose time"), fields=("time",), usual=False,
            say=columns.words_of(Welcome),
        ),
        columns.day("depot", _("Handed in on"), "submitted_at", usual=False),
        columns.day("publication", _("Published on"), "published_at", usual=False),
        columns.day("creation", _("Written on"), "created_at", is_sorted=True, usual=False),
        columns.day("change", _("Last change"), "updated_at", is_sorted=True),
        columns.tagged("need"),
    ),
    filters=(
        filters.one_of("etat", _("State"), NeedStatus, "status"),
        filters.followed(),
        promise(_promise),
        _answered(),
        filters.pole(),
        filters.department(),
        filters.intercommunality(),
        filters.operator(),
        filters.skill(NeedSkill, "need"),
        filters.one_of("temps", _("On whose time"), Welcome, "time"),
        filters.unchanged(_("Unchanged for"), "updated_at"),
        filters.moved("updated_at"),
        filters.language(),
        filters.tag("need"),
    ),
    order="-change",
    url="desk-need",
    subject="need",
)  # fmt: skip
