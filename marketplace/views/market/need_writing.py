"""The pages on which a need is written, and what happens to it before and after publication."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import drafts, typed
from accounts.drafts import Typing
from accounts.models import ForbiddenMove
from accounts.requests import SignedInRequest
from common.spoken import spoken_in
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.forms.market import questions, skills, suggested
from marketplace.forms.market.needs import NeedForm, QuestionForm, RefusalForm
from marketplace.forms.market.proposals import EarlyReasonForm
from marketplace.forms.missions.missions import OptionalReasonForm
from marketplace.models import MissionTemplate, Need, NeedSkill, TemplateSkill
from marketplace.rules import deductions, permissions
from marketplace.states import NeedStatus
from marketplace.views import opened_for
from marketplace.views.market import need_steps
from marketplace.views.market.needs import need_or_404, too_late
from marketplace.views.market.skills import as_typed, posted_picker, texts_of


def create(request: SignedInRequest) -> HttpResponse:
    """Write a need for the structure in whose name one acts; somebody who has none reads how to register it."""
    organisation = request.acting_for
    if organisation is None or not permissions.can_write_need(request.user, organisation):
        mine = [
            membership.organisation
            for membership in request.memberships
            if membership.organisation.may_ask and membership.represents
        ]
        context = {
            "structures": [structure for structure in mine if structure.is_active],
            "stopped": [structure for structure in mine if structure.is_suspended],
        }
        begun = "" if any(context.values()) else _begun_structure(request)
        if begun:
            return redirect("organisation-new-kind", begun)
        return render(request, "marketplace/market/need_needs_structure.html", context)
    need = Need(organisation=organisation, pole=organisation.pole, created_by=request.user)
    need.commune = organisation.commune
    template = (
        MissionTemplate.objects.current()
        .filter(code=request.GET.get("modele", "").replace("\0", ""))
        .first()
    )
    if need_steps.begins_here(request, template):
        return need_steps.write(request, need, deductions.WHAT)
    said = deductions.begins_with(need)
    initial = {"commune": organisation.commune} | suggested.fields(request.GET)
    if said:
        initial |= {"cause": said[0], "beneficiaries": said[1]}
    return _write(request, need, initial=initial, template=template)


def _begun_structure(request: SignedInRequest) -> str:
    """The kind of structure that they have begun to register, and not sent; "" when there is none."""
    kinds = {f"organisation:new:{kind}": kind for kind in ("structure", "collectivite")}
    begun = drafts.begun_in(request.user, kinds)
    return kinds[max(begun, key=lambda place: begun[place])] if begun else ""


def _from_template(template: MissionTemplate) -> dict:
    """The initial values of the form from a template; its questions are in the context, to be answered there. It takes
    place whenever it suits, until dates are said."""
    return {
        "title": template.title,
        "context": template.context,
        "deliverable": template.deliverable,
        "format": template.format,
        "volume": template.hours,
        "spoken": [one.value for one in spoken_in(template.languages)],
        **dict(zip(questions.NAMES, template.asks, strict=False)),
        "unit": NeedForm.HOURS,
    }


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    need = need_or_404(request, pk)
    if not permissions.can_edit_need(request.user, need):
        permissions.require(permissions.answers_for_need(request.user, need))
        return _too_late(request, need)
    return _write(request, need, initial=suggested.fields(request.GET))


def _too_late(request: SignedInRequest, need: Need) -> HttpResponse:
    """The answer when the need has moved since the form was opened: where it stands, who may change it, and what
    was typed."""
    if need.status == NeedStatus.SUBMITTED and permissions.speaks_for_need(request.user, need):
        return _sent_already(request, need)
    if request.user.speaks_for(need.organisation):
        with_coordinators = need.status in permissions.QUALIFIED_BY_COORDINATORS
        who = _("Only the coordinators can change it now: write to them.")
        then = who if with_coordinators else _("As it stands, it can’t be changed.")
    else:
        in_hand = need.status in permissions.OPEN_TO_EDITING
        who = _("The structure has it in hand: write to them, or wait until they send it.")
        then = who if in_hand else _("As it stands, it can’t be changed.")
    if request.method != "POST":
        messages.info(request, then)
        return too_late(request, need)
    context = {"need": need, "then": then, "typed": typed.words_of(request.POST)}
    return render(request, "marketplace/market/need_too_late.html", context, status=409)


def _sent_already(request: SignedInRequest, need: Need) -> HttpResponse:
    """They come back to what they have sent: it waits to be read and may be corrected until then. What was typed in the
    form of before isn't in it, and is given back."""
    if request.method != "POST":
        messages.info(request, need_steps.said_sent(request, need))
        return redirect(need)
    context = {"need": need, "sent": need_steps.said_sent(request, need)}
    context["typed"] = typed.words_of(request.POST)
    return render(request, "marketplace/market/need_too_late.html", context, status=409)


def _write(
    request: SignedInRequest,
    need: Need,
    initial: dict[str, Any] | None = None,
    template: MissionTemplate | None = None,
) -> HttpResponse:
    """The form with its picker of skills: the picker's buttons change the list, the form's button saves."""
    if template:
        initial = {**(initial or {}), **_from_template(template)}
    posted = request.method == "POST"
    picking = posted and skills.is_picking(request.POST)
    is_filled = bool(template or suggested.fields(request.GET))
    typing = drafts.of(request, _place(need), anew=is_filled)
    if typing.answers:
        return typing.answer()
    keeps = need.is_draft and "submit" not in request.POST
    form = NeedForm(
        request.POST if posted else None, instance=need, initial=initial, is_draft=posted and keeps
    )
    typing.fill(form)
    picker = posted_picker(request) if posted else _first_picker(typing, need, template)
    moved = not posted and suggested.skills(request.GET, picker)
    if not (posted or picker.chosen):
        skills.read_into(picker, texts_of(form.initial))
    if posted and need.pk is None:
        opened_for.refuse_another(request, form, need.organisation)
    if picking:
        form = NeedForm(instance=need, initial=as_typed(form))
    elif posted and form.may_be_kept:
        return _saved(request, need, form, picker, typing)
    context = {"form": form, "picker": picker, "need": need, "asks_required": True}
    context |= {"typing": typing, "asks_cause": True}
    context["typed_step"] = "" if posted else need_steps.typed_step(request, need)
    context["opened_for"] = opened_for.key_of(need.organisation)
    context["is_suggested"] = need.pk and not posted and (moved or suggested.fields(request.GET))
    if need.pk is None:
        context |= {"template": template, "templates": MissionTemplate.objects.current()}
    return render(request, "marketplace/market/need_form.html", context)


def _saved(
    request: SignedInRequest, need: Need, form: NeedForm, picker: skills.Picker, typing: Typing
) -> HttpResponse:
    try:
        with typing.sending():
            saved = needs.write(form.kept(), form, picker.chosen, by=request.user)
    except NotYet:  # between the reading of this page and its writing
        return edit(request, need.pk)
    submits = "submit" in request.POST
    if saved is not need and not (submits and saved.may(NeedStatus.SUBMITTED)):
        messages.info(request, _("This need is there already: you wrote it a moment ago."))
        return redirect(saved)
    if submits:
        return submit(request, saved.pk)
    need_steps.say_kept(request, saved, form, place=f"need:{saved.pk}")
    return redirect(saved)


def _place(need: Need) -> str:
    """Which form it is that is typed: of this need, or of a new one of this structure."""
    return f"need:{need.pk}" if need.pk else f"need:new:{need.organisation_id}"


def _first_picker(typing: Typing, need: Need, template: MissionTemplate | None) -> skills.Picker:
    if typing.data is not None:
        return skills.from_post(typing.data, texts_of(typing.data))
    return skills.from_rows(_wanted_at_first(need, template))


def _wanted_at_first(
    need: Need, template: MissionTemplate | None
) -> Iterable[NeedSkill] | Iterable[TemplateSkill]:
    if template:
        return template.wanted.select_related("skill")
    return need.wanted.select_related("skill") if need.pk else []


@require_POST
def submit(request: SignedInRequest, pk: int) -> HttpResponse:
    need = need_or_404(request, pk)
    permissions.require(permissions.speaks_for_need(request.user, need))
    if first := need_steps.read_first(request, need):
        return first
    done = need_steps.said_sent(request, need)
    return _act(request, need, done, needs.submit, need, by=request.user)


@require_POST
def publish(request: SignedInRequest, pk: int) -> HttpResponse:
    need = _to_qualify(request, pk)
    done = _("Published. The structure is told, and the search for people has begun.")
    return _act(request, need, done, needs.publish, need, by=request.user)


@require_POST
def take_charge(request: SignedInRequest, pk: int) -> HttpResponse:
    need = _to_qualify(request, pk)
    permissions.require(permissions.can_take_charge(request.user, need))
    done = _("You are in charge of this need.")
    return _act(request, need, done, needs.take_charge, need, by=request.user)


@require_POST
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    need = need_or_404(request, pk)
    permissions.require(permissions.speaks_for_need(request.user, need))
    done = _("The need is yours again: rework it, then send it.")
    waited = need.status == NeedStatus.SUBMITTED
    answer = _act(
        request, need, done, needs.take_back if waited else needs.reopen, need, by=request.user
    )
    return redirect("need-edit", pk) if waited and need.is_draft else answer


def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    need = _to_qualify(request, pk)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("Your question is on its way to the structure.")
        return _act(request, need, done, needs.ask, need, by=request.user, **form.cleaned_data)
    return render(request, "marketplace/market/need_ask.html", {"need": need, "form": form})


def refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    need = _to_qualify(request, pk)
    form = RefusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("Not retained: the structure is told why.")
        return _act(request, need, done, needs.refuse, need, by=request.user, **form.cleaned_data)
    return render(request, "marketplace/market/need_refuse.html", {"need": need, "form": form})


def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close a need that has had people, or withdraw one that hasn't: it is the same question for the reader."""
    need = need_or_404(request, pk)
    permissions.require(permissions.answers_for_need(request.user, need))
    seen = need.published_at is not None or need.proposals.open().exists()
    asks = EarlyReasonForm if seen else OptionalReasonForm
    form = asks(request.POST if request.method == "POST" else None)
    if form.is_valid():
        engaged = need.missions.taking_a_place().exists() or not need.may(NeedStatus.WITHDRAWN)
        act = needs.close if engaged else needs.withdraw
        told = _("Closed. Those who were waiting for an answer are being told.")
        done = told if seen else _("Withdrawn.")
        return _act(request, need, done, act, need, by=request.user, **form.cleaned_data)
    return render(request, "marketplace/market/need_end.html", {"need": need, "form": form})


def _to_qualify(request: SignedInRequest, pk: int) -> Need:
    need = need_or_404(request, pk)
    permissions.require(permissions.judges_need(request.user, need))
    return need


def _act(
    request: SignedInRequest,
    need: Need,
    done: str,
    act: Callable[..., object],
    *args: Any,
    **kwargs: Any,
) -> HttpResponse:
    """Do the act, and say that it is done or why it can't be."""
    try:
        act(*args, **kwargs)
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(need)
