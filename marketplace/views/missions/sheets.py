"""The pages of the legal frame, of the mission sheet, and of its versions side by side."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import ForbiddenMove, User
from accounts.requests import SignedInRequest
from marketplace.actions.missions import amendments, missions, regimes, sheets
from marketplace.actions.missions.sheet_versions import changes, snapshot
from marketplace.actions.refusals import NotYet
from marketplace.forms.missions.missions import DatesForm
from marketplace.forms.missions.regimes import RegimeForm
from marketplace.forms.missions.sheets import SheetForm
from marketplace.law import groups as law_of_groups
from marketplace.law.regimes import WHOSE, own_time_first
from marketplace.law.words import numbers
from marketplace.models import (
    ConsentKind,
    Eligibility,
    Mission,
    MissionSheet,
    Origin,
    RegimeChoice,
)
from marketplace.models.market.consents import WORDS
from marketplace.models.missions.amendments import in_words, label_of
from marketplace.rules import (
    documents,
    going_on,
    half_yeses,
    lenders,
    own_yes,
    parties,
    permissions,
    served,
    sheet_yeses,
)
from marketplace.rules.audience import other_side
from marketplace.rules.next_acts import employer_refusal
from marketplace.states import OPEN_TO_CHANGE, MissionStatus
from marketplace.views.missions.missions import led_to_what_stays, one_of


@led_to_what_stays
def regime(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_steer_mission(request.user, mission))
    form = RegimeForm(request.POST or None, mission=mission, initial=_last_answers(mission))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            choice = regimes.choose(mission, by=request.user, **form.cleaned_data)
        except NotYet as why:
            refusal = str(why)
        else:
            messages.success(
                request, _("Legal frame: %(regime)s.") % {"regime": choice.get_regime_display()}
            )
            return redirect(mission)
    law, tied = numbers(timezone.localdate()), parties.of_the_lenders_group(mission)
    context = {
        "mission": mission,
        "form": form,
        "refusal": refusal,
        "too_late": regimes.too_late(mission),
        "falls": documents.half_signed(mission).prefetch_related("signatures"),
        "eligibility": Eligibility.objects.current_of(mission.structure),
        "beside": ", ".join(served.names(mission)),
        "means": mission.frame.explained(law) if mission.frame else "",
        "group_law": law_of_groups if tied else None,
        "tied": ", ".join(map(str, tied)),
        "lender": lenders.lends_as(mission.offer.employer) if mission.offer.employer else "",
        "frames": [(frame, frame.explained(law)) for frame in own_time_first()],
    }
    return render(request, "marketplace/missions/mission_regime.html", context)


def _last_answers(mission: Mission) -> dict[str, str]:
    """The answers given before; the first time, those that the offer and the structure already tell. A form that gives
    no receipts isn't unknown, whatever was answered of it."""
    last = mission.regime_choices.last()
    if last:
        told = {"whose": last.whose, "directs": last.directs, "receipt": last.receipt}
        if last.receipt and served.gives(mission.structure) == RegimeChoice.Receipt.NO:
            told["receipt"] = RegimeChoice.Receipt.NO
        return told
    open_to = WHOSE[lenders.lends_as(mission.offer.employer)]
    whose = RegimeChoice.Whose.OWN if mission.is_own_time else open_to[-1]
    return {"whose": whose, "receipt": served.gives(mission.structure)}


@led_to_what_stays
def sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read the sheet, change it, say yes to it. A change made on an old version is refused, and shown again as it
    was typed."""
    mission = one_of(request.user, pk)
    if request.method == "POST":
        permissions.require(permissions.can_steer_mission(request.user, mission))
    current = get_object_or_404(MissionSheet, mission=mission)
    form = SheetForm(request.POST or None, instance=current, mission=mission, by=request.user)
    if request.method == "POST" and form.is_valid():
        side = permissions.side_in(request.user, mission) or ""
        try:
            version = sheets.change(
                mission, form.values, read=form.cleaned_data["read"], side=side, by=request.user
            )
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            said = (
                _("Saved: version %(n)s. The other side is being told.") % {"n": version.number}
                if version
                else _("Nothing has changed.")
            )
            messages.success(request, said)
            return redirect("mission-sheet", pk=pk)
    return render(
        request, "marketplace/missions/mission_sheet.html", _sheet_page(request, mission, form)
    )


@led_to_what_stays
def dates(request: SignedInRequest, pk: int) -> HttpResponse:
    """From when to when, where the need had no dates: a version of the sheet that says these two alone."""
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_steer_mission(request.user, mission))
    if mission.has_dates or mission.status not in OPEN_TO_CHANGE:
        return redirect("mission-sheet", pk)
    read_now = {"read": mission.sheet.number}
    form = DatesForm(request.POST or None, initial=read_now, mission=mission)
    if request.method == "POST" and form.is_valid():
        read, side = form.cleaned_data["read"], permissions.side_in(request.user, mission) or ""
        try:
            sheets.change(mission, form.values, read=read, side=side, by=request.user)
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept on the mission sheet. The other side is being told."))
            return redirect(mission)
    context = {"mission": mission, "form": form, "asks_required": True}
    return render(request, "marketplace/missions/mission_dates.html", context)


def _sheet_page(request: SignedInRequest, mission: Mission, form: SheetForm) -> dict:
    side = permissions.side_in(request.user, mission)
    is_signed = documents.is_signed(mission)
    fresh = MissionSheet.objects.select_related(
        "need_referent", "offer_referent", "mission__need", "mission__offer"
    ).get(mission=mission)
    can_change = (
        mission.status in OPEN_TO_CHANGE
        and permissions.can_steer_mission(request.user, mission)
        and not is_signed
    )
    awaited = sheet_yeses.are_awaited(mission)
    why_no_yes = sheet_yeses.why_none(fresh.mission) if awaited else ""
    if fresh.is_agreed and mission.status == MissionStatus.FRAMING:
        why_no_yes = why_no_yes or employer_refusal.of(mission)
    editing = request.method == "POST" or "modifier" in request.GET
    return {
        "mission": mission,
        "sheet": fresh,
        "form": form,
        "lines": lines(fresh),
        "editing": editing,
        "asked_again": sheet_yeses.asked_again(mission) if editing and can_change else "",
        "can_change": can_change,
        "must_date": can_change and not mission.has_dates,
        "must_write": can_change and not fresh.is_written_for_documents,
        "asked_and_given": _asked_and_given(fresh),
        "yes_is_awaited": awaited,
        "has_a_side": bool(side),
        "why_no_yes": why_no_yes,
        "can_agree": bool(side)
        and not fresh.is_agreed_by(side or "")
        and awaited
        and not why_no_yes
        and not half_yeses.of_sheet(request.user, mission, other_side(side or "")),
        "is_signed": is_signed,
        "amendment": amendments.open_of(mission) if is_signed else None,
        "why_no_change": amendments.why_not_now(mission) if is_signed else "",
        "can_propose": is_signed
        and amendments.may_be_amended(mission)
        and permissions.can_propose_amendment(request.user, mission),
        **({} if why_no_yes else _on_from_here(request.user, mission, fresh)),
        "has_agreed": bool(side) and fresh.is_agreed_by(side or ""),
        "versions": fresh.number,
    }


def _on_from_here(user: User, mission: Mission, fresh: MissionSheet) -> dict:
    """Whether this person may move the mission on, and what they say of themselves by it."""
    agreed = fresh.is_agreed and mission.status == MissionStatus.FRAMING and mission.has_employer
    theirs = agreed and going_on.may_say_so(user, mission)
    return {
        "can_go_on": theirs or (agreed and not own_yes.is_awaited_to_go_on(mission)),
        "own_words": WORDS[ConsentKind.RENEWAL] if theirs else "",
    }


def _asked_and_given(sheet: MissionSheet) -> str:
    """The sentence that the first version has fewer hours than the need asks for; "" otherwise. A renewal starts from
    the hours that were typed, and what a colleague takes over from those that are left."""
    goes_on = sheet.mission.renewed_from_id or sheet.mission.proposal.origin == Origin.TRANSFER
    asked, given = sheet.mission.need.hours, sheet.mission.offer.hours
    if goes_on or sheet.number > 1 or sheet.hours != given or given >= asked:
        return ""
    return _(
        "Hours: the need asks for %(asked)s, the offer gives %(given)s. The sheet starts from the fewer; change them together if they don’t suit you."
    ) % {"asked": asked, "given": given}


def lines(current: MissionSheet) -> list[dict[str, str]]:
    """What the sheet says, field by field; of a mission that is remote, no address on site, as on its papers."""
    unsaid = {"address"} if current.is_remote else set()
    return [
        {"label": label_of(name), "words": _in_currency(words) if name == "currency" else words}
        for name, words in snapshot(current).items()
        if words and name not in unsaid
    ]


def _in_currency(name: str) -> str:
    """As the form that was filled in and the papers say it: nobody is paid in it against their will."""
    words = _("%(currency)s, if whoever paid them wishes it; in euros otherwise")
    return words % {"currency": name}


@require_POST
@led_to_what_stays
def agree(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    side = permissions.side_in(request.user, mission)
    permissions.require(side is not None)
    read = request.POST.get("read", "")
    try:
        both = missions.agree(
            mission,
            read=int(read) if read.isdecimal() and len(read) < 6 else 0,
            side=str(side),
            by=request.user,
        )
    except (NotYet, ForbiddenMove) as refusal:
        messages.error(request, str(refusal))
        return redirect("mission-sheet", pk=pk)
    messages.success(request, _said_yes(mission, both=both))
    return redirect(mission)


def _said_yes(mission: Mission, *, both: bool) -> str:
    if both:
        return _("Both sides have said yes to the sheet.")
    if mission.is_volunteering:
        return _("Thank you. The other side is being told; the mission doesn’t wait for their yes.")
    return _("Thank you. The other side is being told: their yes is awaited.")


@require_POST
@led_to_what_stays
def go_on(request: SignedInRequest, pk: int) -> HttpResponse:
    """Move the mission on when both have said yes but something else was missing then, such as the legal frame."""
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_steer_mission(request.user, mission))
    try:
        missions.go_on(mission, by=request.user)
    except (NotYet, ForbiddenMove) as refusal:
        messages.error(request, str(refusal))
    return redirect(mission)


@require_safe
@led_to_what_stays
def versions(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every version, the newest first, each beside the one before: who changed what."""
    mission = one_of(request.user, pk)
    kept = list(mission.sheet.versions.select_related("by"))
    pairs = zip([None, *kept], kept, strict=False)
    shown = [
        {
            "version": after,
            "changes": in_words(changes(before.data, after.data)) if before else [],
        }
        for before, after in pairs
    ]
    context = {"mission": mission, "versions": shown[::-1], "begins_from": _begins_from(mission)}
    return render(request, "marketplace/missions/mission_versions.html", context)


def _begins_from(mission: Mission) -> str:
    """What the first version was drawn from."""
    if mission.renewed_from_id:
        return _("The first version, from the sheet of the mission that this one renews.")
    if mission.apart_for_id or mission.proposal.origin == Origin.TRANSFER:
        return _("The first version, from the sheet of another mission for this need.")
    return _("The first version, from the need and the offer.")
