"""The pages of hours, a week at a time: the person who comes writes them, the structure confirms them in one click."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import drafts
from accounts.drafts import Typing
from accounts.models import Organisation, User
from accounts.requests import SignedInRequest
from common.among import among
from marketplace.actions.missions import hours
from marketplace.actions.refusals import NotYet
from marketplace.forms.missions.hours import ContestForm, WeekForm
from marketplace.forms.missions.hours import shown as shown_hours
from marketplace.models import HoursEntry, Mission
from marketplace.models.missions.hours import HoursQuerySet
from marketplace.rules import permissions, receipt_shares, served, teams
from marketplace.rules.team_hours import days_out
from marketplace.states import MissionStatus
from marketplace.views.missions.missions import led_to_what_stays, one_of

WEEK = timedelta(days=7)
SHOWN = 40  # lines on a page, or nearly: its days are whole


def monday_of(written: str, mission: Mission, today: date) -> date:
    """The Monday of the week in the address; otherwise of the present week, or of the mission's week nearest to it."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = min(max(today, mission.starts_on), mission.ends_on)
    if not date(2000, 1, 8) <= day <= date(2100, 1, 1):
        day = today
    return day - timedelta(days=day.weekday())


@led_to_what_stays
def week(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    can_log = permissions.can_log_hours(request.user, mission)
    today = timezone.localdate()
    monday = monday_of(request.GET.get("semaine", ""), mission, today)
    left_by = _left_by(mission)
    person = left_by or request.user
    typing = typed_week(request, mission, monday, person=person)
    if can_log and typing.answers:
        return typing.answer()
    form = hours_form(request, mission, monday, person=person) if can_log else None
    if request.method == "POST":
        permissions.require(can_log)
        if form and form.is_valid() and save_week(request, mission, form, typing, person=person):
            week_of = f"{reverse('mission-hours', args=[pk])}?semaine={monday}"
            return redirect(week_of + here(mission, for_whom(request, mission))["pour"])
    if form:
        typing.fill(form)
    context = _page(request, mission, form, monday) | {"typing": typing, "whose": left_by}
    return render(request, "marketplace/missions/mission_hours.html", context)


def _left_by(mission: Mission) -> User | None:
    """Whose hours the company writes: those of somebody who has left; None where each writes their own."""
    return mission.offer.person if mission.is_left_to_the_company else None


def for_whom(request: SignedInRequest, mission: Mission) -> Organisation | None:
    """The structure that the hours of the page served, where the address names another than the first. Raises Http404 for
    one that the mission doesn't serve."""
    asked = request.GET.get("pour", "")
    if not asked or asked == str(mission.structure_id):
        return None
    number = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
    row = mission.served.select_related("organisation").filter(organisation=number)
    return get_object_or_404(row).organisation


def here(mission: Mission, whom: Organisation | None, when: str = "") -> dict:
    """What the page says of the structures that the mission serves, and in whose name its hours are written; `when` is
    the rest of its address."""
    structures = served.structures(mission)
    chosen = whom or structures[0]
    chips = [
        {"label": str(one), "url": f"?{when}&pour={one.pk}", "active": one == chosen, "count": None}
        for one in structures
    ]
    return {
        "structures": chips if len(structures) > 1 else [],
        "for_whom": whom,
        "pour": f"&pour={whom.pk}" if whom else "",
    }


def typed_week(request: SignedInRequest, mission: Mission, monday: date, *, person: User) -> Typing:
    whom = for_whom(request, mission)
    place = f"hours:{mission.pk}:{person.pk}:{monday}" + (f":{whom.pk}" if whom else "")
    return drafts.of(request, place, anew=bool(request.GET.get("copier")))


def hours_form(
    request: SignedInRequest, mission: Mission, monday: date, *, person: User
) -> WeekForm:
    mine = HoursEntry.objects.filter(mission=mission, person=person)
    mine = mine.filter(served=for_whom(request, mission))
    entries = {entry.day: entry for entry in mine.between(monday, monday + timedelta(days=6))}
    initial = {}
    if request.GET.get("copier"):
        initial = _last_week(mine, monday, entries)
    return WeekForm(
        request.POST or None,
        mission=mission,
        monday=monday,
        entries=entries,
        today=timezone.localdate(),
        initial=initial,
        gone=days_out(mission, person),
    )


def _last_week(mine: HoursQuerySet, monday: date, entries: dict) -> dict:
    """Initial values from the week before, for the days where nothing is written yet: to be read, then saved."""
    from_last = mine.between(monday - WEEK, monday - timedelta(days=1))
    copied = {}
    for entry in from_last:
        day = entry.day + WEEK
        if day not in entries:
            copied[f"hours_{day:%Y%m%d}"] = shown_hours(entry.hours)
            copied[f"what_{day:%Y%m%d}"] = entry.what
    return copied


def save_week(
    request: SignedInRequest,
    mission: Mission,
    form: WeekForm,
    typing: Typing,
    *,
    person: User,
) -> bool:
    """Save the week. False when a day is refused; its sentence is then beside the day."""
    by = None if person == request.user else request.user
    today = timezone.localdate()
    try:
        with typing.sending():
            changed = hours.write(
                mission, form.written, person=person, today=today, by=by,
                served=for_whom(request, mission),
            )  # fmt: skip
    except hours.WrongDay as refusal:
        form.add_error(f"hours_{refusal.day:%Y%m%d}", str(refusal))
        return False
    except NotYet as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, what_follows(mission, changed))
    return True


def what_follows(mission: Mission, changed: int) -> str:
    """What is said to whoever has saved: taking days away asks the structure for nothing."""
    if not changed:
        return _("Nothing has changed.")
    if mission.hours.to_confirm().filter(asked_at=None).exists():
        return _("Saved. The structure is asked to confirm tomorrow.")
    return _("Saved.")


def week_facts(monday: date) -> dict[str, date]:
    return {
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "earlier": monday - WEEK,
        "later": monday + WEEK,
    }


def _by_structure(mission: Mission) -> list[dict]:
    """What was written for each structure, and confirmed by it; nothing where the mission serves one."""
    structures = served.structures(mission)
    if len(structures) == 1:
        return []
    written = receipt_shares.hours_by_structure(mission, mission.hours.all())
    confirmed = receipt_shares.hours_of(mission)
    return [
        {
            "structure": one,
            "written": written.get(one.pk, Decimal(0)),
            "confirmed": confirmed[one.pk],
        }
        for one in structures
    ]


def _page(request: SignedInRequest, mission: Mission, form: WeekForm | None, monday: date) -> dict:
    sums = mission.hours.sums()
    entries = mission.hours.select_related("person", "confirmed_by", "written_by", "served")
    mine = permissions.confirms_hours_of(request.user, mission)
    waiting = list(entries.to_confirm().for_these(mission, mine)) if sums["waiting"] else []
    by_structure = _by_structure(mission)
    return {
        **here(mission, for_whom(request, mission), f"semaine={monday}"),
        "by_structure": by_structure,
        "first": str(mission.structure) if by_structure else "",
        "mission": mission,
        "form": form,
        **week_facts(monday),
        "page": _page_of(entries, sums, request.GET.get("page")),
        "contested": list(entries.contested()) if form and sums["contested"] else [],
        "waiting": waiting,
        "waiting_total": sum((entry.hours for entry in waiting), start=0),
        "newest": max((entry.pk for entry in waiting), default=0),
        "total": sums["total"],
        "confirmed": sums["confirmed"],
        "allowed": hours.allowed(mission),
        "refusal": hours.refusal_of(mission),
        "can_log_for_team": permissions.can_log_for_team(request.user, mission),
        "has_names": teams.is_a_team(mission),
        "can_confirm": bool(mine),
        "disagree": mission.status == MissionStatus.DISPUTED,
        "silence_on": hours.silence_confirms_on(mission, timezone.now(), mine) if waiting else None,
    }


def _page_of(entries: HoursQuerySet, sums: dict[str, Any], asked: str | None) -> Page:
    """The last days on the first page, each page in the order of its days. A day of a team, or for several structures, has
    several lines and lies on one page: the more lines a day has, the fewer days."""
    a_page = max(1, SHOWN * sums["days"] // max(1, sums["rows"]))
    days = entries.order_by("-day").values_list("day", flat=True).distinct()
    pages: Paginator[Any] = Paginator(days, a_page)
    pages.count = sums["days"]  # known already
    page = pages.get_page(asked)
    page.object_list = list(entries.filter(day__in=page.object_list).order_by("day", "pk"))
    return page


@require_POST
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    mine = permissions.confirms_hours_of(request.user, mission)
    permissions.require(bool(mine))
    newest = request.POST.get("newest", "")
    up_to = int(newest) if newest.isdecimal() and len(newest) < 19 else 0
    count = hours.confirm(mission, up_to=up_to, by=request.user, now=timezone.now(), of=mine)
    if count:
        said = ngettext(
            "One day confirmed. Thank you.", "%(n)s days confirmed. Thank you.", count
        ) % {"n": count}
        messages.success(request, said)
    else:
        messages.info(request, _("There was nothing left to confirm."))
    return redirect("mission-hours", pk=pk)


def contest(request: SignedInRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(
        HoursEntry.objects.filter(
            among(Mission.objects.visible_to(request.user), "mission")
        ).select_related("mission", "person", "served"),
        pk=pk,
    )
    mission = one_of(request.user, entry.mission_id)
    mine = permissions.confirms_hours_of(request.user, mission)
    permissions.require((entry.served or mission.structure) in mine)
    form = ContestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            hours.contest(entry, by=request.user, now=timezone.now(), **form.cleaned_data)
        except NotYet as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                _("%(who)s is told and can correct the hours.") % {"who": entry.corrected_by},
            )
        return redirect("mission-hours", pk=mission.pk)
    context = {
        "mission": mission,
        "form": form,
        "title": _("These hours aren’t right?"),
        "act_label": _("Say so"),
        "back_url": reverse("mission-hours", args=[mission.pk]),
    }
    return render(request, "marketplace/missions/mission_act.html", context)
