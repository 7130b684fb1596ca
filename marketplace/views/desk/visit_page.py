"""The page of one visit, for both sides, signed in or by the link of a letter: chosen, moved, cancelled, and how it was."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import ForbiddenMove, User
from accounts.permissions import require
from accounts.requests import OurRequest, SignedInRequest
from marketplace.actions.desk import visit_links
from marketplace.actions.desk import visits as acts
from marketplace.actions.refusals import NotYet
from marketplace.desk import calendar_feed
from marketplace.forms.desk.visits import MoveForm, TookPlaceForm, WordForm
from marketplace.models import Side, Visit, VisitTime
from marketplace.rules import permissions, visits
from marketplace.states import VisitStatus
from marketplace.views.links import link_cut, link_over, somebody_else
from marketplace.views.missions.agreements import unindexed
from marketplace.views.timeline import events

type Data = QueryDict | None


@dataclass(frozen=True)
class Reader:
    """Who reads the page, for which side (none for one who may only read), and at what moment."""

    visit: Visit
    side: str | None
    user: User | None
    now: datetime

    @property
    def comes(self) -> bool:
        return self.side == Side.OFFER

    @property
    def answers(self) -> bool:
        return self.side == Side.NEED

    @property
    def acts(self) -> set[str]:
        """What they may do with it today."""
        visit, begun = self.visit, self.visit.has_begun(self.now)
        mine = visit.coordinator_id == (self.user.pk if self.user else None)
        may = {
            "choose": visit.is_held and self.side is not None,
            "none": visit.is_held and self.answers,
            "move": visit.is_agreed and not begun and visit.coordinator and self.side,
            "cancel": self.comes
            and visit.may(VisitStatus.CANCELLED)
            or self.answers
            and visit.is_agreed
            and not begun,
            "take": self.comes and not mine and (visit.is_held or visit.is_agreed and not begun),
            "took-place": self.comes and begun,
            "set-aside": self.comes and visit.waits_for_the_pole,
        }
        return {act for act, allowed in may.items() if allowed}


def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = Visit.objects.visible_to(request.user).with_what_pages_show()
    visit = get_object_or_404(rows, pk=pk)
    side = permissions.side_in_visit(request.user, visit)
    reader = Reader(visit, side, request.user, timezone.now())
    return _page(request, reader, by_link=False)


@login_not_required
@never_cache
def by_link(request: OurRequest, token: str) -> HttpResponse:
    """From a letter, without signing in. Opening it changes nothing, since mail scanners open links: its buttons act."""
    reader = _of_link(request, token)
    if isinstance(reader, HttpResponse):
        return reader
    with translation.override(_language(reader)):
        return unindexed(_page(request, reader, by_link=True))


def _of_link(request: OurRequest, token: str) -> Reader | HttpResponse:
    """Who reads by the link, or the page that says why it opens nothing."""
    try:
        found = visit_links.from_token(token)
    except NotYet as over:
        return link_over(request, str(over))
    if found is None:
        return link_cut(request)
    visit, person = found
    if person is not None and (refusal := somebody_else(request, person)) is not None:
        return refusal
    return Reader(visit, Side.NEED, person, timezone.now())


def _language(reader: Reader) -> str | None:
    return reader.user.language if reader.user else translation.get_language()


# --- its date, for a calendar program ------------------------------------------------------
@never_cache
@require_safe
def date_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The date of a visit that was agreed, as a file; 404 where there is none."""
    rows = Visit.objects.visible_to(request.user).exclude(begins_at=None)
    visit = get_object_or_404(rows.with_what_pages_show(), pk=pk)
    return _date_file(visit, url=visit.get_absolute_url())


@login_not_required
@never_cache
@require_safe
def date_file_by_link(request: OurRequest, token: str) -> HttpResponse:
    reader = _of_link(request, token)
    if isinstance(reader, HttpResponse):
        return reader
    if reader.visit.begins_at is None:
        raise Http404
    with translation.override(_language(reader)):
        return _date_file(reader.visit, url=reverse("visit-link", args=[token]))


def _date_file(visit: Visit, *, url: str) -> HttpResponse:
    body = calendar_feed.of_visit(visit, now=timezone.now(), url=url)
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="visite-{visit.pk}.ics"'
    return unindexed(answer)


def _page(request: OurRequest, reader: Reader, *, by_link: bool) -> HttpResponse:
    asked = request.POST.get("act", "") if request.method == "POST" else ""
    forms = {act: _form(act, reader, request, asked) for act in reader.acts if act in FORMS}
    refusal = ""
    if asked:
        require(asked in ACTS)
        form = forms.get(asked)
        if asked not in reader.acts:
            refusal = _("Too late: this visit is now “%(state)s”.") % {
                "state": reader.visit.get_status_display()
            }
        elif form is None or form.is_valid():
            try:
                messages.success(request, ACTS[asked](reader, form, request))
            except (ForbiddenMove, NotYet) as sentence:
                refusal = str(sentence)
            else:
                return redirect(request.path)
    return _show(request, reader, forms, refusal, by_link=by_link)


def _show(
    request: OurRequest, reader: Reader, forms: dict[str, Form], refusal: str, *, by_link: bool
) -> HttpResponse:
    visit = reader.visit
    if refusal:  # somebody was first: what may be done now is something else
        visit.refresh_from_db()
        forms = {act: _form(act, reader, request, "") for act in reader.acts & FORMS.keys()} | forms
    held = list(visit.times.filter(is_held=True, begins_at__gt=reader.now))
    chosen = request.GET.get("creneau", "")
    context = {
        "visit": visit,
        "reader": reader,
        "forms": {act.replace("-", "_"): form for act, form in forms.items()},
        "may": {act.replace("-", "_"): True for act in reader.acts},
        "times": [(time.pk, visits.in_words(time.begins_at)) for time in held],
        "chosen": next((time.pk for time in held if str(time.pk) == chosen), None),
        "chose_none": chosen == "aucun",
        "refusal": refusal,
        "by_link": by_link,
        "date_url": _date_url(request, visit, by_link=by_link),
        "events": events(visit.steps.select_related("by"), discreet=False),
        "noun": visit.subject._meta.model_name,
    }
    return render(request, "marketplace/desk/visit.html", context, status=409 if refusal else 200)


def _date_url(request: OurRequest, visit: Visit, *, by_link: bool) -> str:
    """Where its date is, as long as it is agreed."""
    if not visit.is_agreed:
        return ""
    return f"{request.path}date.ics" if by_link else reverse("visit-date", args=[visit.pk])


# --- what may be typed ---------------------------------------------------------------------
def _form(act: str, reader: Reader, request: OurRequest, asked: str) -> Form:
    return FORMS[act](reader, request.POST if asked == act else None)


def _word(reader: Reader, data: Data) -> Form:
    return WordForm(data, auto_id="word-%s")


def _move_form(reader: Reader, data: Data) -> Form:
    visit = reader.visit
    assert visit.coordinator is not None, "nobody else may move it"
    free = visits.free_times(visit.coordinator, visit.minutes, now=reader.now, but=visit)
    if data is None:  # a second click is still told that it is done
        free = [time for time in free if time != visit.begins_at]
    return MoveForm(data, free=free, by_hand=reader.comes)


def _took_place_form(reader: Reader, data: Data) -> Form:
    need, user = reader.visit.need, reader.user
    may_read = bool(need and user and permissions.can_qualify_need(user, need))
    return TookPlaceForm(data, may_read=may_read)


FORMS: dict[str, Callable[[Reader, Data], Form]] = {
    "none": _word,
    "cancel": _word,
    "move": _move_form,
    "took-place": _took_place_form,
}


# --- what may be done ----------------------------------------------------------------------
def _choose(reader: Reader, form: Form | None, request: OurRequest) -> str:
    said = request.POST.get("time", "")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 18 else 0
    time = VisitTime.objects.filter(visit=reader.visit, pk=number).first()
    if time is None:
        raise NotYet(_("This time isn’t one of the three."))
    acts.choose(reader.visit, time, by=reader.user, now=reader.now)
    return _("It is agreed: %(time)s. The other side is told.") % {
        "time": visits.in_words(time.begins_at)
    }


def _none(reader: Reader, form: Form | None, request: OurRequest) -> str:
    assert form is not None
    acts.none_suits(reader.visit, word=form.cleaned_data["word"], by=reader.user)
    return _("Thank you for having answered. The coordination reads it and comes back to you.")


def _move(reader: Reader, form: Form | None, request: OurRequest) -> str:
    assert isinstance(form, MoveForm)
    if not acts.move(reader.visit, to=form.to, by=reader.user, now=reader.now):
        return _("It is at that time already: nothing has changed.")
    return _("Moved. The other side is told.")


def _cancel(reader: Reader, form: Form | None, request: OurRequest) -> str:
    assert form is not None
    acts.cancel(reader.visit, word=form.cleaned_data["word"], by=reader.user)
    return _("Cancelled. The other side is told.")


def _take(reader: Reader, form: Form | None, request: OurRequest) -> str:
    assert reader.user is not None
    goes, seen = reader.visit.coordinator, request.POST.get("instead")
    if seen is not None and goes and str(goes.pk) not in {seen, str(reader.user.pk)}:
        raise NotYet(_("%(who)s has just taken it.") % {"who": goes})
    acts.take(reader.visit, by=reader.user, now=reader.now)
    return _("This visit is yours.")


def _took_place(reader: Reader, form: Form | None, request: OurRequest) -> str:
    assert form is not None
    assert reader.user is not None
    said = form.cleaned_data
    acts.took_place(
        reader.visit,
        note=said["note"],
        is_read=said.get("is_read", False),
        by=reader.user,
        now=reader.now,
    )
    return _("Noted.")


def _set_aside(reader: Reader, form: Form | None, request: OurRequest) -> str:
    assert reader.user is not None
    acts.set_aside(reader.visit, by=reader.user)
    return _("Set aside: it no longer waits on the desk.")


ACTS: dict[str, Callable[[Reader, Form | None, OurRequest], str]] = {
    "choose": _choose,
    "none": _none,
    "move": _move,
    "cancel": _cancel,
    "take": _take,
    "took-place": _took_place,
    "set-aside": _set_aside,
}
