"""A need in three short steps: what, when and how much, where and how. Each step keeps what it asks; anything may lack until
the need is sent."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override
from django.views.decorators.http import require_safe

from accounts import coming, drafts
from accounts.coming import Said
from accounts.drafts import Typing
from accounts.models import Coming, Commune, ForbiddenMove
from accounts.requests import SignedInRequest
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.forms.market import skills, suggested
from marketplace.forms.market.needs import NeedForm
from marketplace.forms.market.skills import Picker
from marketplace.models import MissionTemplate, Need
from marketplace.rules import deductions, permissions, readings
from marketplace.rules.next_acts.needs import LACKING
from marketplace.states import NeedStatus
from marketplace.views import opened_for
from marketplace.views.market import need_standing
from marketplace.views.market.needs import need_or_404
from marketplace.views.market.skills import as_typed, posted_picker, texts_of

TITLES = {
    deductions.WHAT: gettext_lazy("What"),
    deductions.WHEN: gettext_lazy("When and how much"),
    deductions.WHERE: gettext_lazy("Where and how"),
}
STEPS = deductions.STEPS
MOST_OF_TITLE = 120
STEP, BACK, LATER, WHO = "step", "back", "later", "who"  # in the form


def begins_here(request: SignedInRequest, template: MissionTemplate | None) -> bool:
    """Whether a new need begins with its first step, rather than with all of it on one page."""
    if request.method == "POST":
        return STEP in request.POST
    return template is None and "tout" not in request.GET


def step(request: SignedInRequest, pk: int, part: str) -> HttpResponse:
    need = need_or_404(request, pk)
    if part not in STEPS:
        raise Http404
    permissions.require(permissions.answers_for_need(request.user, need))
    if _is_sent_again(request, need, part):
        messages.info(request, said_sent(request, need))
        return redirect(need)
    if not (need.is_draft and permissions.can_edit_need(request.user, need)):
        # 307: what was typed goes along, to be given back there.
        return HttpResponseRedirect(reverse("need-edit", args=[pk]), preserve_request=True)
    return write(request, need, part)


def _is_sent_again(request: SignedInRequest, need: Need, part: str) -> bool:
    """Whether somebody has sent the same twice, or comes back to what they have sent: nothing is too late then."""
    if need.status != NeedStatus.SUBMITTED or not permissions.speaks_for_need(request.user, need):
        return False
    if request.method != "POST" or "submit" not in request.POST:
        return request.method != "POST"
    changed = NeedForm(request.POST, instance=need, part=part).changed_data
    return not set(changed) & set(request.POST)


@require_safe
def resume(request: SignedInRequest, pk: int) -> HttpResponse:
    """To what they have typed and not sent, else to the step that lacks something, or to the need when nothing does."""
    need = need_or_404(request, pk)
    permissions.require(permissions.answers_for_need(request.user, need))
    if typed := typed_page(request, need):
        return redirect(typed)
    lacks = deductions.lacking(need) if need.is_draft else ""
    return redirect("need-step", pk, lacks) if lacks else redirect(need)


def typed_page(request: SignedInRequest, need: Need) -> str:
    """The form of this draft in which they have typed something that isn't sent: its first step, else the page of all of
    it unless the need was saved since; "" when there is none."""
    whole = f"need:{need.pk}"
    begun = _begun_in(request, need, whole)
    if step_of := _first_begun(need, begun):
        return step_of
    return reverse("need-edit", args=[need.pk]) if _is_newer(begun.get(whole), need) else ""


def typed_step(request: SignedInRequest, need: Need) -> str:
    """The address of the first step of this draft in which they have typed something that isn't sent; "" when there is none."""
    return _first_begun(need, _begun_in(request, need))


def _begun_in(request: SignedInRequest, need: Need, *others: str) -> dict[str, datetime]:
    if need.pk is None or not need.is_draft:
        return {}
    steps = [place_of(need, name) for name in STEPS]
    return drafts.begun_in(request.user, [*steps, *others])


def _first_begun(need: Need, begun: dict[str, datetime]) -> str:
    for name in STEPS:
        if place_of(need, name) in begun:
            return reverse("need-step", args=[need.pk, name])
    return ""


def _is_newer(typed_at: datetime | None, need: Need) -> bool:
    return typed_at is not None and typed_at >= need.updated_at


def read_first(request: SignedInRequest, need: Need) -> HttpResponse | None:
    """Where a need isn't sent without what was typed for it: to that form, with a sentence."""
    if not (typed := typed_page(request, need)):
        return None
    messages.warning(
        request,
        _("Not sent yet: what you typed here isn’t in your need. Read it, keep it, then send."),
    )
    return redirect(typed)


def write(request: SignedInRequest, need: Need, name: str) -> HttpResponse:
    """One step of the form. Its buttons go on, back, or keep for later; those of the skills change the list alone."""
    posted = request.method == "POST"
    said = _came_for(request, need)
    typing = _typing(request, need, name, said)
    if typing.answers:
        return typing.answer()
    if typing.is_beside:
        said = None
    form = NeedForm(
        request.POST if posted else None,
        instance=need,
        initial=_initial(need, name, said),
        part=name,
        is_draft=bool({BACK, LATER} & set(request.POST)),
    )
    typing.fill(form)
    picker = _picker(request, need, typing, said) if name == deductions.WHAT else None
    if picker and picker.chosen:
        with override(settings.LANGUAGE_CODE):  # kept so, and read by everybody
            what = str(picker.chosen[0].skill)
        form.named = f"{what} ({need.organisation.commune.name})"[:MOST_OF_TITLE]
    if posted and need.pk is None:
        opened_for.refuse_another(request, form, need.organisation)
    if WHO in request.POST:
        return _counted(request, need, name, picker, typing)
    if posted and skills.is_picking(request.POST):
        form = NeedForm(instance=need, initial=as_typed(form), part=name)
    elif posted and _has_skills(request, form, picker) and form.may_be_kept:
        return _kept(request, need, form, picker, typing)
    page = _page(need, name, form, picker, typing)
    if need.pk is None and not posted:
        page["begun"] = _begun(request, need)
    answer = render(request, "marketplace/market/need_step.html", page)
    if need.pk is None:
        add_never_cache_headers(answer)  # “back” shows that it is kept
    return answer


def _typing(request: SignedInRequest, need: Need, name: str, said: Said | None) -> Typing:
    """What they had begun here: beside what they have just said on the front page, where that is another text."""
    is_filled = need.pk is None and bool(set(request.GET) - {drafts.WORDS})
    if said and not is_filled:
        return drafts.beside(request, place_of(need, name), coming.held_since(request))
    return drafts.of(request, place_of(need, name), anew=is_filled)


def _begun(request: SignedInRequest, need: Need) -> Need | None:
    """What they have begun to write for this structure today, and not sent."""
    since = timezone.now() - timedelta(days=1)
    mine = Need.objects.of(need.organisation).filter(created_by=request.user, created_at__gte=since)
    return mine.filter(status=NeedStatus.DRAFT).order_by("-pk").first()


def _counted(
    request: SignedInRequest, need: Need, name: str, picker: Picker | None, typing: Typing
) -> HttpResponse:
    """Who could help with what is typed; nothing is saved."""
    form = NeedForm(request.POST, instance=need, part=name, is_draft=True)
    form.is_valid()
    shown = {"standing": need_standing.asked(request, form.kept(), picker)}
    if request.htmx:
        return render(request, "marketplace/market/_need_standing.html", shown)
    again = NeedForm(instance=need, initial=as_typed(form), part=name)
    page = _page(need, name, again, picker, typing) | shown
    return render(request, "marketplace/market/need_step.html", page)


def place_of(need: Need, name: str) -> str:
    """Which form it is that is typed: a step of this need, or of a new one of this structure."""
    return f"need:{need.pk}:{name}" if need.pk else f"need:new:{need.organisation_id}:{name}"


def _came_for(request: SignedInRequest, need: Need) -> Said | None:
    """What a newcomer said in the box of the front page, with which a new need begins."""
    said = coming.held(request) if need.pk is None and request.method != "POST" else None
    return said if said and said.kind == Coming.Kind.NEED else None


def _initial(need: Need, name: str, said: Said | None) -> dict:
    if said:
        return {"context": said.text}
    if read := _read(need, name):
        return read
    asks = name == deductions.WHERE and deductions.CAUSE in need.unsaid
    if asks and (known := deductions.begins_with(need)):
        return {"cause": known[0], "beneficiaries": known[1]}
    return {}


def _read(need: Need, name: str) -> dict:
    """The day and the hours that the words of the need say, offered until they are said in their fields."""
    if name != deductions.WHEN or deductions.HOURS not in need.unsaid or not need.is_undated:
        return {}
    return deductions.read_in(f"{need.context} {need.deliverable}", timezone.localdate())


def _picker(request: SignedInRequest, need: Need, typing: Typing, said: Said | None) -> Picker:
    """The skills chosen, and those that are read in the words."""
    if request.method == "POST":
        return posted_picker(request)
    if typing.data is not None:
        return skills.from_post(typing.data, texts_of(typing.data))
    picker = skills.from_rows(need.wanted.select_related("skill") if need.pk else [])
    if said and (codes := said.words.get("skills")):
        picker = skills.from_codes(codes)
    suggested.skills(request.GET, picker)
    texts = [said.text] if said else [need.title, need.context, need.deliverable]
    skills.read_into(picker, texts)
    return picker


def _has_skills(request: SignedInRequest, form: NeedForm, picker: Picker | None) -> bool:
    """Going on takes a skill: nobody could be found without. It is said with what else is to be put right, at the top."""
    if picker is None or picker.chosen or {BACK, LATER} & set(request.POST):
        return True
    picker.error = _(
        "Tick at least one skill, or search for it by its name: nobody can be found without."
    )
    form.add_error(None, format_html('<a href="#skills-picker">{}</a>', picker.error))
    return False


def _kept(
    request: SignedInRequest, need: Need, form: NeedForm, picker: Picker | None, typing: Typing
) -> HttpResponse:
    is_new, name = need.pk is None, form.part
    if is_new:
        _begin(request, need, typing)
    try:
        with typing.sending():
            saved = needs.write(
                form.kept(), form, picker.chosen if picker else None, by=request.user
            )
    except NotYet:  # between the reading of this page and its writing
        return redirect("need-edit", need.pk)
    came = coming.held(request) if is_new and not typing.is_beside else None
    if came and came.kind == Coming.Kind.NEED:
        coming.drop(request)
    if not {BACK, LATER} & set(request.POST) and not form.errors:
        return _go_on(request, saved, name)
    place = place_of(saved, name)
    if BACK in request.POST:
        if form.errors:
            drafts.put(request.user, place, request.POST)
        return redirect("need-step", saved.pk, _beside(name, -1))
    say_kept(request, saved, form, place=place)
    return redirect(saved)


def _begin(request: SignedInRequest, need: Need, typing: Typing) -> None:
    """A new need takes what the address says of it, and the commune that a newcomer named."""
    for field, value in suggested.fields(request.GET).items():
        setattr(need, field, value)
    said = None if typing.is_beside else coming.held(request)
    if said and said.kind == Coming.Kind.NEED and said.commune:
        need.commune = Commune.objects.filter(pk=said.commune).first() or need.organisation.commune


def _go_on(request: SignedInRequest, need: Need, name: str) -> HttpResponse:
    """The next step; after the last one the need is sent, or the step that still lacks something is opened."""
    if name != STEPS[-1]:
        return redirect("need-step", need.pk, _beside(name, 1))
    if lacks := deductions.lacking(need):
        messages.error(request, str(LACKING[lacks]))
        return redirect("need-step", need.pk, lacks)
    if first := read_first(request, need):
        return first
    try:
        needs.submit(need, by=request.user)
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said_sent(request, need))
    return redirect(need)


def said_sent(request: SignedInRequest, need: Need) -> str:
    """What follows, for the structure; or for whoever has written it in its place."""
    if permissions.answers_in_place(request.user, need):
        return _("Sent for %(org)s. One letter tells what was written for it.") % {
            "org": need.organisation
        }
    within = readings.in_words_for([need.pole_id])
    return _("Sent. A coordinator reads it and answers you %(within)s.") % {"within": within}


def say_kept(request: SignedInRequest, need: Need, form: NeedForm, *, place: str) -> None:
    """Say that it is kept, and what of it is to be put right: that is kept as it was typed, for whoever typed it."""
    if need.behind_words:
        messages.warning(request, need.behind_words)
    if not form.errors:
        messages.success(request, _("Kept."))
        return
    drafts.put(request.user, place, request.POST)
    wrong = " ".join(
        f"{form.fields[field].label}\N{NO-BREAK SPACE}: {errors[0]}"
        for field, errors in form.errors.items()
    )
    messages.warning(
        request,
        _("Kept as a draft. To be put right before you send it: %(wrong)s") % {"wrong": wrong},
    )


def _beside(name: str, by: int) -> str:
    return STEPS[STEPS.index(name) + by]


def _page(need: Need, name: str, form: NeedForm, picker: Picker | None, typing: Typing) -> dict:
    at = STEPS.index(name)
    read = {} if form.is_bound or typing.found else _read(need, name)
    states = ["done"] * at + ["current"] + ["later"] * (len(STEPS) - at - 1)
    return {
        "need": need,
        "part": name,
        "form": form,
        "picker": picker,
        "typing": typing,
        "asks_required": True,
        "opened_for": opened_for.key_of(need.organisation),
        "steps": [
            {"label": TITLES[one], "state": state} for one, state in zip(STEPS, states, strict=True)
        ],
        "title": TITLES[name],
        "sentence": "" if need.title == deductions.title_of(need.context) else need.context,
        "standing": None,
        "is_last": name == STEPS[-1],
        "back": _beside(name, -1) if at else "",
        "within": readings.in_words_for([need.pole_id]),
        "asks_cause": deductions.CAUSE in need.unsaid and not form.initial.get("cause"),
        "is_read": bool(read),
        "read_words": _in_words(read),
    }


def _in_words(read: dict) -> str:
    """How long, and by when, as the words of the need say it; "" where they don't say how long: it is asked."""
    if "volume" not in read:
        return ""
    amount = int(read["volume"])
    if read["unit"] == "days":
        time = ngettext("%(n)s day", "%(n)s days", amount) % {"n": amount}
    else:
        time = ngettext("%(n)s hour", "%(n)s hours", amount) % {"n": amount}
    if day := read.get("ends_on"):
        return _("%(time)s in all, by %(day)s") % {"time": time, "day": date_format(day)}
    return _("%(time)s in all") % {"time": time}
