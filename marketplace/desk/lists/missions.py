"""The missions of a pôle, but for what is done at home under the reader."""

from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.spreadsheets import Cell
from marketplace.desk.lists import columns, filters, needs
from marketplace.desk.lists.kind import Column, Filter, ListKind, Reader
from marketplace.models import Departure, Mission, Need, NeedSkill, Offer, Regime, Time
from marketplace.models.missions.days import last_day
from marketplace.models.missions.departures import STOPPING
from marketplace.models.missions.missions import MissionQuerySet
from marketplace.rules.next_acts.patience import overdue
from marketplace.states import MissionStatus

STUCK = "bloquee"


def shown_to(reader: Reader) -> MissionQuerySet:
    at_home = Offer.at_home_under(reader.user, at="offer__")
    return Mission.objects.filter(~at_home, need__pole__in=reader.poles)


def _saying(text: str) -> Q:
    return Q(need__in=Need.objects.filter(needs.saying(text)).order_by().values("pk"))


def _stuck(_value: str, reader: Reader) -> Q:
    return overdue(reader.now)


def _who(first: str | None, last: str | None, closed_at: datetime | None, team: str | None) -> Cell:
    return columns.name_of(first, last, closed_at) or team or ""


def _until(
    starts_on: date,
    ends_on: date,
    is_said: bool,
    started_at: datetime | None,
    left_on: date | None,
    *over: datetime | None,
) -> Cell:
    """The last day, where it was said: the one on which it ended sooner, and not the one that was planned."""
    over_at, gone = next(filter(None, over), None), [left_on] if left_on else []
    return last_day(starts_on, ends_on, started_at, over_at, gone) if is_said else ""


def _with_who_left(_reader: Reader) -> dict[str, Any]:
    stopping = Departure.objects.filter(mission=OuterRef("pk"), outcome__in=STOPPING)
    return {"left_on": Subquery(stopping.order_by("last_on").values("last_on")[:1])}


UNTIL = (
    "starts_on",
    "ends_on",
    "has_dates",
    "started_at",
    "left_on",
    "interrupted_at",
    "delivered_at",
)
WHO = tuple(f"offer__person__{name}" for name in ("first_name", "last_name", "closed_at"))

KIND = ListKind(
    code="missions",
    label=_("Missions"),
    count=lambda n: ngettext("%(n)s mission", "%(n)s missions", n),
    seen_by=shown_to,
    saying=_saying,
    columns=(
        Column(name="titre", label=_("Title"), fields=("need__title",)),
        Column(name="structure", label=_("Structure"), fields=("need__organisation__name",)),
        Column(name="personne", label=_("Who comes"), fields=(*WHO, "offer__title"), say=_who),
        Column(
            name="organisation", label=_("Employer"), fields=("offer__time", "offer__organisation__name"),
            say=lambda time, name: (name or "") if time == Time.WORK else "",
        ),
        Column(
            name="etat", label=_("State"), fields=("status",), say=columns.words_of(MissionStatus)
        ),
        Column(
            name="regime", label=_("Legal frame"), fields=("regime",), say=columns.words_of(Regime)
        ),
        Column(
            name="temps", label=_("On whose time"), fields=("offer__time",), usual=False,
            say=columns.whose_time,
        ),
        Column(name="commune", label=_("Commune"), fields=("need__commune__name",), usual=False),
        Column(
            name="debut", label=_("From"), fields=("starts_on", "has_dates"), order=("starts_on",),
            say=columns.if_said,
        ),
        Column(name="fin", label=_("Until"), fields=UNTIL, say=_until, annotated=_with_who_left),
        # The day that is sorted is the one that is shown.
        Column(
            name="prevue", label=_("Planned until"), fields=("ends_on", "has_dates"), order=("ends_on",),
            usual=False, say=columns.if_said,
        ),
        Column(name="heures", label=_("Hours agreed"), fields=("agreed_hours",), usual=False),
        columns.in_charge(),
        columns.day("creation", _("Begun on the site on"), "created_at", is_sorted=True, usual=False),
        columns.day("change", _("In this state since"), "moved_at", is_sorted=True),
        columns.tagged("mission"),
    ),
    filters=(
        filters.one_of("etat", _("State"), MissionStatus, "status"),
        filters.followed(),
        Filter(
            name="promesse", label=_("Patience"), narrow=_stuck,
            choices=lambda _reader: {STUCK: _("nobody has moved it for too long")},
        ),
        filters.one_of("regime", _("Legal frame"), Regime, "regime"),
        filters.whose_time("offer__time"),
        filters.pole("need__pole"),
        filters.department("need__commune__department"),
        filters.intercommunality("need__commune__epci_code"),
        filters.operator(),
        filters.skill(NeedSkill, "need__missions"),
        filters.unchanged(_("In this state for"), "moved_at"),
        filters.moved("moved_at"),
        filters.tag("mission"),
    ),
    order="-change",
    url="mission",
    subject="mission",
)  # fmt: skip
