"""The acts of a mission: start, pause, disagree, deliver, review, close. Each page asks once, then acts."""

from collections.abc import Callable, Collection

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import drafts
from accounts.models import ForbiddenMove, User
from accounts.requests import SignedInRequest
from common.dates import spoken
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.proposals import ReasonForm
from marketplace.forms.missions.missions import OptionalReasonForm
from marketplace.forms.missions.reviews import ReviewForm
from marketplace.models import Mission
from marketplace.models.market.consents import WORDS
from marketplace.rules import documents, endings, first_question, leading, own_yes, permissions
from marketplace.states import BEFORE_IT_RUNS, MissionStatus
from marketplace.views.missions.missions import led_to_what_stays, one_of

BEGUN = set(MissionStatus) - set(BEFORE_IT_RUNS)


def _ask_then(
    request: SignedInRequest,
    mission: Mission,
    act: Callable[..., object],
    *,
    to: MissionStatus,
    was: Collection[MissionStatus] = tuple(MissionStatus),
    title: str,
    label: str,
    done: str,
    form: forms.Form | None = None,
    **page: object,
) -> HttpResponse:
    """The page that says what will happen, and whose button does it."""
    permissions.require(permissions.can_steer_mission(request.user, mission))
    if request.method == "GET" and (refusal := _refusal_of(mission, to, was=was, by=request.user)):
        messages.error(request, refusal)
        return redirect(mission)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            act(mission, by=request.user, **(form.cleaned_data if form else {}))
        except (ForbiddenMove, NotYet) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
        return redirect(mission)
    context = {
        "title": title,
        "act_label": label,
        "back_url": mission.get_absolute_url(),
        "form": form,
    }
    return render(
        request, "marketplace/missions/mission_act.html", context | page | {"mission": mission}
    )


def _refusal_of(
    mission: Mission, to: MissionStatus, *, was: Collection[MissionStatus], by: User
) -> str:
    """Why the act can't be done now, as a sentence; "" when it can. It is asked before the page is shown, so that
    nobody writes a reason in vain."""
    if not mission.may(to) or mission.status not in was:
        return str(ForbiddenMove(mission, mission.status, to))
    try:
        if to == MissionStatus.RUNNING:
            missions.require_startable(mission, by=by)
    except NotYet as refusal:
        return str(refusal)
    if to == MissionStatus.DELIVERED:
        return endings.why_not_done(mission, timezone.localdate())
    return ""


def _posted(request: SignedInRequest) -> QueryDict | None:
    """The posted data, or None for a GET. (An empty POST counts: a form whose only field is optional may be empty.)"""
    return request.POST if request.method == "POST" else None


def _now(act: Callable[..., object]) -> Callable[..., object]:
    return lambda mission, **told: act(mission, now=timezone.now(), **told)


@led_to_what_stays
def start(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    return _ask_then(
        request,
        mission,
        _now(missions.start),
        to=MissionStatus.RUNNING,
        was=BEFORE_IT_RUNS,
        title=_("Start the mission?"),
        label=_("Yes, the mission starts"),
        done=_running(mission),
        consequences=[
            *_yes_again(mission),
            _("Both sides and the coordinators are told."),
            _early(mission)
            or endings.after_its_end(mission, timezone.localdate())
            or _(
                "Hours can be written from the first day, milestones ticked, deliverables handed over."
            ),
            *documents.before_starting(mission),
            *_of_the_papers(mission),
        ],
    )


def _of_the_papers(mission: Mission) -> tuple[str, str]:
    """What may still change, and what is to be signed."""
    is_signed = documents.is_signed(mission)
    changes = (
        _("What was signed changes by an amendment that all sign.")
        if is_signed or mission.has_employer
        else _("The sheet can still change: each version is kept.")
    )
    to_sign = (
        _("A letter of engagement is proposed on the page of the papers, while the mission lasts.")
        if mission.sheet.is_written_for_documents
        else _(
            "A letter of engagement is proposed on the page of the papers, while the mission lasts: the sheet says the aim and the work entrusted first."
        )
    )
    signed = _("What was signed stays on the page of the papers.")
    return changes, to_sign if mission.is_own_time and not is_signed else signed


def _running(mission: Mission) -> str:
    """What is said once it has started: that it runs, or when it begins, and on which day both sides are asked
    how it goes."""
    began_on = mission.began_on or max(timezone.localdate(), mission.starts_on)
    day = first_question.asked_on(mission, began_on=began_on)
    early = mission.starts_on > timezone.localdate()
    said = {"starts": spoken(mission.starts_on, "l j F")}
    if day is None:
        launched = _("The mission is launched: it begins on %(starts)s.") % said
        return launched if early else _("The mission is running.")
    words = (
        _(
            "The mission is launched: it begins on %(starts)s. On %(day)s we ask both sides how it is going."
        )
        if early
        else _("The mission is running. On %(day)s we ask both sides how it is going.")
    )
    return words % (said | {"day": spoken(day, "l j F")})


def _yes_again(mission: Mission) -> list[str]:
    """The words to which whoever had taken their yes back agrees again, by starting the mission."""
    if not own_yes.has_taken_back(mission):
        return []
    kind, _thing = own_yes.asked_by(mission)
    said = {"words": WORDS[kind]}
    return [_("You had taken your yes back, and give it again: “%(words)s”") % said]


def _early(mission: Mission) -> str:
    """The sentence that hours can't be written before the first day agreed, when the mission begins sooner; ""
    otherwise."""
    if mission.starts_on <= timezone.localdate():
        return ""
    words = (
        _(
            "What is signed says %(day)s: hours can be written from that day on. To begin sooner, it takes an amendment."
        )
        if documents.is_signed(mission)
        else _(
            "The sheet says %(day)s: hours can be written from that day on. To begin sooner, change the sheet first."
        )
    )
    return words % {"day": spoken(mission.starts_on, "j F Y")}


def _leave_disagreements_to_coordinators(user: User, mission: Mission) -> None:
    """403 for a side that would end a disagreement alone, by going on or by delivering, even if one of its people
    coordinates the pôle. Each side may still stop the mission."""
    if mission.status == MissionStatus.DISPUTED:
        permissions.require(permissions.arbitrates(user, mission))


@led_to_what_stays
def deliver(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    _leave_disagreements_to_coordinators(request.user, mission)
    is_again = mission.reviews.exists()
    return _ask_then(
        request,
        mission,
        _now(missions.deliver),
        to=MissionStatus.DELIVERED,
        title=_("Is the work done?"),
        label=_("Yes, the work is done"),
        done=_("The work is delivered. The reviews that are missing are awaited.")
        if is_again
        else _("The work is delivered. We are asking both sides how it went."),
        consequences=[
            _("A review already given stands; those that are missing are awaited.")
            if is_again
            else _("Both sides are asked for their review: two minutes."),
            _("If something is missing, the structure can say so and the mission goes on."),
            _("You can go on writing to each other."),
        ],
    )


@led_to_what_stays
def suspend(request: SignedInRequest, pk: int) -> HttpResponse:
    return _ask_then(
        request,
        one_of(request.user, pk),
        missions.suspend,
        to=MissionStatus.SUSPENDED,
        title=_("Pause the mission?"),
        label=_("Pause the mission"),
        done=_("The mission is paused. The others are being told."),
        text=_("A holiday, a rush at work, an illness: it happens. The place is kept."),
        form=ReasonForm(_posted(request)),
    )


@led_to_what_stays
def resume(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    _leave_disagreements_to_coordinators(request.user, mission)
    if mission.status == MissionStatus.DELIVERED:
        permissions.require(permissions.can_confirm_hours(request.user, mission))
    missing = mission.status == MissionStatus.DELIVERED
    over = endings.after_its_end(mission, timezone.localdate())
    told = _("The mission goes on. The others are being told.")
    return _ask_then(
        request,
        mission,
        missions.resume,
        to=MissionStatus.RUNNING,
        was=BEGUN,
        title=_("Is something missing?") if missing else _("Take the mission up again?"),
        label=_("Say what is missing") if missing else _("The mission goes on"),
        done=f"{told} {over}".strip(),
        form=(ReasonForm if missing else OptionalReasonForm)(_posted(request)),
    )


@led_to_what_stays
def dispute(request: SignedInRequest, pk: int) -> HttpResponse:
    return _ask_then(
        request,
        one_of(request.user, pk),
        missions.dispute,
        to=MissionStatus.DISPUTED,
        title=_("You don’t agree?"),
        label=_("Call the coordinators"),
        done=_("The coordinators have been called: they get in touch with both sides."),
        text=_(
            "Say what is wrong, calmly: the other side reads it too. A coordinator steps in; nothing is lost of what was done."
        ),
        form=ReasonForm(_posted(request)),
    )


def _when_it_stops(mission: Mission) -> str:
    """What follows: a renewal, or a second mission for one structure, has taken no place of its own, so that nothing opens
    again with its end; nor does a need that looks for nobody."""
    for_one, opens = leading.looks_for_nobody(mission.need), mission.offer.opens_again
    has_no_place = mission.renewed_from_id or mission.apart_for_id
    if has_no_place or (for_one and not opens):
        return _("Both sides are told, with your reason. It can’t be undone.")
    if for_one:
        return _(
            "Both sides are told, with your reason. The offer opens again where its dates allow it and nobody waits for a place. It can’t be undone."
        )
    if not opens:
        return _(
            "Both sides are told, with your reason. The need opens again where its dates allow it and nobody waits for a place. It can’t be undone."
        )
    return _(
        "Both sides are told, with your reason. The need and the offer open again where their dates allow it and nobody waits for a place. It can’t be undone."
    )


@led_to_what_stays
def interrupt(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    text = _when_it_stops(mission)
    has_days = mission.started_at and mission.starts_on <= timezone.localdate()
    if has_days and not mission.offer.person_has_left:
        text = f"{text} {endings.until_when_hours_are_written(mission)}"
    return _ask_then(
        request,
        mission,
        _now(missions.interrupt),
        to=MissionStatus.INTERRUPTED,
        title=_("Stop the mission here?"),
        label=_("Stop the mission and tell them"),
        done=_("The mission is stopped. Everyone concerned is being told."),
        text=text,
        form=ReasonForm(_posted(request)),
        danger=True,
    )


@led_to_what_stays
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    declines = endings.lacks_its_receipt(mission)
    permissions.require(
        permissions.can_close_mission(request.user, mission, without_receipt=declines)
    )
    return _ask_then(
        request,
        mission,
        _now(missions.close),
        to=MissionStatus.CLOSED,
        title=_("Close the mission without a receipt?") if declines else _("Close the mission?"),
        label=_("Close the mission"),
        done=_("The mission is closed. Thank you to everyone."),
        text=_(
            "With its receipt it closes by itself. If there will be none, say why: both sides read it."
        )
        if declines
        else "",
        form=(ReasonForm if declines else OptionalReasonForm)(_posted(request)),
        consequences=[
            _("Its story, hours and documents stay here to be read."),
            *_asked_later(mission),
        ],
    )


def _asked_later(mission: Mission) -> list[str]:
    """That both sides are asked one more question; nobody is about a mission that was interrupted."""
    if mission.was_interrupted:
        return []
    return [_("Three months after the delivery we ask both sides whether it still serves.")]


def _why_no_review(mission: Mission) -> str:
    if mission.is_reviewable:
        return _("Your side has given its review: thank you.")
    if mission.was_interrupted:
        return _("The mission was stopped: no review is asked for.")
    if mission.is_live:
        return _("It is said how it went once the work is done.")
    return _("The mission is closed: no review is taken any more.")


@led_to_what_stays
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    voice = permissions.voice_of(request.user, mission)
    if voice is None:
        permissions.own_side(request.user, mission.proposal)
        said = _("Whoever came says how it went; for the company, those in charge of it there.")
        messages.info(request, said)
        return redirect(mission)
    if not permissions.can_review(request.user, mission):
        messages.info(request, _why_no_review(mission))
        return redirect(mission)
    typing = drafts.of(request, f"review:{pk}:{voice}")
    if typing.answers:
        return typing.answer()
    names = permissions.may_name_organisations(request.user, mission, voice)
    form = typing.fill(ReviewForm(_posted(request), mission=mission, voice=voice, names=names))
    if request.method == "POST" and form.is_valid():
        try:
            with typing.sending():
                structure = permissions.speaks_as(request.user, mission, voice)
                missions.review(
                    mission, side=voice, structure=structure, by=request.user, **form.said
                )
        except NotYet as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Thank you: your review helps those who come next."))
        return redirect(mission)
    is_open = mission.has_open_reviews(timezone.now())
    context = {"mission": mission, "form": form, "is_open": is_open, "typing": typing}
    return render(request, "marketplace/missions/mission_review.html", context)
