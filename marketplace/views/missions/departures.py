"""The pages after somebody has left the company: how the mission goes on, and what they may still read."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import ForbiddenMove
from accounts.requests import SignedInRequest
from common.dates import spoken
from marketplace.actions.market import before_yes
from marketplace.actions.missions import departures, hours, succession
from marketplace.actions.refusals import NotYet
from marketplace.forms.missions.departures import ColleagueForm, TransferAnswerForm
from marketplace.models import (
    CompanyProgramme,
    ConsentKind,
    Departure,
    Document,
    Message,
    Mission,
    Proposal,
    Transfer,
)
from marketplace.models.market.consents import WORDS
from marketplace.rules import mission_days, permissions
from marketplace.states import MissionStatus
from marketplace.views.missions.hours import (
    for_whom,
    here,
    hours_form,
    monday_of,
    save_week,
    typed_week,
    week_facts,
)
from marketplace.views.missions.missions import one_of
from marketplace.words.markdown import as_html

PER_PAGE = 50


# --- how it goes on ------------------------------------------------------------------------
def _to_settle(request: SignedInRequest, pk: int) -> Mission:
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_steer_mission(request.user, mission))
    return mission


@require_safe
def left(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _to_settle(request, pk))


def _page(
    request: SignedInRequest, mission: Mission, form: ColleagueForm | None = None
) -> HttpResponse:
    departure = mission.departures.open().select_related("person").first()
    if departure is None or not mission.has_been_left:
        messages.info(request, _("Nothing is left to settle here."))
        return redirect(mission)
    may_transfer = permissions.can_hand_over(request.user, mission)
    colleagues = succession.colleagues(mission)
    context = {
        "mission": mission,
        "departure": departure,
        "company": mission.offer.organisation,
        "confirms": permissions.can_confirm_hours(request.user, mission),
        "is_back": not mission.offer.person_has_left,
        "asks_anew": departure.before == MissionStatus.AGREEMENT,
        "may_transfer": may_transfer,
        "may_replace": succession.may_replace(mission),
        "form": form or ColleagueForm(colleagues=colleagues),
        "has_colleagues": colleagues.exists(),
        "hours_left": succession.hours_left(mission),
        "unwritten": succession.hours_unwritten(mission),
        "transfers": may_transfer and departure.transfers.select_related("colleague", "proposal"),
        "going_on": succession.going_on(departure),
        "proposed": Proposal.objects.open().filter(transfer__departure=departure).first(),
    }
    return render(request, "marketplace/missions/mission_left.html", context)


def _do(
    request: SignedInRequest, mission: Mission, act: Callable[[], object], done: str
) -> HttpResponse:
    try:
        act()
    except (NotYet, ForbiddenMove) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(mission)


@require_POST
def replace(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = _to_settle(request, pk)
    done = _("The mission ends here and its place is free. Everyone concerned is being told.")
    return _do(
        request,
        mission,
        lambda: succession.replace(mission, by=request.user, now=timezone.now()),
        done,
    )


@require_POST
def back(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = _to_settle(request, pk)
    return _do(
        request,
        mission,
        lambda: departures.resume(mission, by=request.user, now=timezone.now()),
        _("The mission goes on. The others are being told."),
    )


@require_POST
def ask_colleague(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = _to_settle(request, pk)
    permissions.require(permissions.can_hand_over(request.user, mission))
    form = ColleagueForm(request.POST, colleagues=succession.colleagues(mission))
    if not form.is_valid():
        return _page(request, mission, form)
    asked = form.cleaned_data
    try:
        succession.ask(mission, by=request.user, now=timezone.now(), **asked)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("%(who)s is asked, and answers for themselves.") % {"who": asked["colleague"]},
        )
    return redirect("mission-left", pk=pk)


def transfer(request: SignedInRequest, pk: int) -> HttpResponse:
    """The colleague's page: what the mission is about, and their own answer."""
    asked = get_object_or_404(
        Transfer.objects.visible_to(request.user).select_related(
            "departure__person", "departure__mission__need__organisation",
            "departure__mission__offer__organisation", "departure__mission__sheet",
            "asked_by", "proposal",
        ),
        pk=pk,
    )  # fmt: skip
    form = TransferAnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            succession.answer(asked, by=request.user, now=timezone.now(), **form.cleaned_data)
        except NotYet as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Thank you. Those concerned are being told."))
        return redirect(asked)
    context = {
        "transfer": asked,
        "mission": asked.mission,
        "company": asked.mission.offer.organisation,
        "form": form,
        "hours_left": succession.hours_left(asked.mission),
        "unwritten": succession.hours_unwritten(asked.mission),
        "days_are_said": mission_days.of_take_over(asked.mission)[2],
        "own_words": WORDS[ConsentKind.MISSION],
        "short": _short(asked) if asked.is_waiting else [],
    }
    return render(request, "marketplace/missions/transfer.html", context)


def _short(asked: Transfer) -> list[tuple[CompanyProgramme, str]]:
    """The programmes of the house that don't give the colleague the hours that are left, each with a sentence."""
    mission, house = asked.mission, asked.mission.offer.organisation
    assert house is not None, "working time is a company's"
    days = mission_days.of_take_over(mission)[:2]
    quotas = before_yes.quotas_of(house, asked.colleague, succession.hours_left(mission), *days)
    return [
        (programme, " ".join(year.said for year in years))
        for programme, years, is_too_much in quotas
        if is_too_much
    ]


# --- what stays one's own ------------------------------------------------------------------
@require_safe
def missions_done(request: SignedInRequest) -> HttpResponse:
    """What somebody may still read of organisations to which they no longer belong: missions at work, documents
    they signed, messages they wrote."""
    left = Departure.objects.filter(mission=OuterRef("pk"), person=request.user).order_by("-pk")
    missions = (
        Mission.objects.left_behind_by(request.user)
        .select_related("need__organisation", "offer__organisation")
        .with_served()
        .annotate(left_on=Subquery(left.values("last_on")[:1]))
        .prefetch_related("departures")
    )
    signed = Document.objects.signed_by(request.user)
    theirs = Mission.objects.filter(pk__in=signed.order_by().values("mission"))
    signed = signed.exclude(mission__in=theirs.visible_to(request.user).order_by().values("pk"))
    written = Message.objects.left_behind_by(request.user).select_related(
        "thread__need", "thread__proposal__need"
    )
    page = Paginator(missions, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        # Delivered or stopped before, it didn't last until the planned end.
        "missions": [
            (one, min(getattr(one, "left_on", None) or one.ends_on, one.lasted_until))
            for one in page
        ],
        "signed": signed,
        "written": Paginator(written, PER_PAGE).get_page(request.GET.get("mots")),
    }
    return render(request, "marketplace/missions/missions_done.html", context)


def mission_done(request: SignedInRequest, pk: int) -> HttpResponse:
    """Of a past mission: their own hours, the documents they signed, and the conversation up to the day they left."""
    theirs = Mission.objects.left_behind_by(request.user).select_related(
        "need__organisation", "offer__organisation", "offer__person", "sheet"
    )
    mission = get_object_or_404(theirs, pk=pk)
    departure = mission.departures.filter(person=request.user).select_related("person").last()
    today = timezone.localdate()
    monday = monday_of(request.GET.get("semaine", ""), mission, _last_day(departure, today))
    form = None
    if departure and departure.is_theirs_to_write and hours.is_counting(mission):
        form = hours_form(request, mission, monday, person=request.user)
    typing = typed_week(request, mission, monday, person=request.user)
    if form and typing.answers:
        return typing.answer()
    if request.method == "POST":
        permissions.require(form is not None)
        if (
            form
            and form.is_valid()
            and save_week(request, mission, form, typing, person=request.user)
        ):
            pour = here(mission, for_whom(request, mission))["pour"]
            return redirect(f"{request.path}?semaine={monday}{pour}")
    mine = mission.hours.filter(person=request.user)
    context = {
        **here(mission, for_whom(request, mission), f"semaine={monday}"),
        "mission": mission,
        "departure": departure,
        "company": mission.offer.organisation,
        "form": typing.fill(form) if form else None,
        "until_when": _until_when(departure, mission) if form else "",
        "typing": typing,
        "entries": mine.select_related("person", "written_by", "served"),
        "documents": Document.objects.signed_by(request.user).filter(mission=mission),
        **_said(request, mission, departure),
        **week_facts(monday),
    }
    if context["later"] > _last_day(departure, today):
        context["later"] = None
    return render(request, "marketplace/missions/mission_done.html", context)


def _until_when(departure: Departure | None, mission: Mission) -> str:
    """Which hours whoever has left may still write, and until when; who writes them then."""
    if departure is None:
        return ""
    theirs = _(
        "You may write your hours up to %(last)s until %(until)s; then the employer does. The structure confirms them."
    )
    alone = _(
        "You may write your hours up to %(last)s until %(until)s; after that day nobody does, for your employer has left the site. The structure confirms them."
    )
    if not hours.is_open(mission):
        theirs = _(
            "Of your hours, those that the structure has contested can be corrected here until %(until)s; then the employer does it. The structure confirms them."
        )
        alone = _(
            "Of your hours, those that the structure has contested can be corrected here until %(until)s; after that day nobody does it, for your employer has left the site. The structure confirms them."
        )
    said = {"last": departure.hours_up_to, "until": departure.own_hours_until}
    days = {name: spoken(day, "j F Y") for name, day in said.items()}
    return (alone if departure.house_has_left else theirs) % days


def _last_day(departure: Departure | None, today: date) -> date:
    return min(today, departure.hours_up_to) if departure else today


def _said(request: SignedInRequest, mission: Mission, departure: Departure | None) -> dict:
    """The messages written before they left, page by page, the latest first."""
    rows = Message.objects.none()
    if departure is not None:
        rows = Message.objects.standing().filter(
            thread__proposal=mission.proposal_id, created_at__lte=departure.left_at
        )
    rows = rows.select_related("author").prefetch_related("attachments__file").order_by("-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    said = [
        {
            "author": _("You") if row.author_id == request.user.pk else row.author.discreet_name,
            "at": row.created_at,
            "body": as_html(row.text),
            "files": [attached.file.original_name for attached in row.attachments.all()],
        }
        for row in page.object_list
    ]
    return {"said": said, "page": page}
