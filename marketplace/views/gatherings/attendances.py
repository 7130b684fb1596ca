"""One's own seats: put one's name down, take a seat that is kept, give it up, say whether it served; signed in or by the link
of a letter."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import coming
from accounts.coming import Said
from accounts.models import Coming, ForbiddenMove, User
from accounts.permissions import require
from accounts.requests import OurRequest, SignedInRequest
from marketplace.actions.gatherings import attendances as acts
from marketplace.actions.gatherings import serving, unannounced
from marketplace.actions.refusals import NotYet, require_mailbox
from marketplace.models import Attendance, Gathering, Offer
from marketplace.rules import attendance_links as links
from marketplace.rules import gatherings as rules
from marketplace.states import GatheringStatus
from marketplace.views.gatherings import gatherings as pages
from marketplace.views.links import link_cut, link_over, somebody_else
from marketplace.views.long_lists import keyset_page
from marketplace.views.missions.agreements import unindexed

PAGE = 20


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """Where one comes, waits or was, and what one leads or is asked to: what is to come first."""
    now, rows = timezone.now(), Attendance.objects.open_to(request.user)
    rows = rows.select_related("gathering__host", "gathering__commune", "organisation")
    announced = Gathering.objects.to_come(now).order_by().values("pk")
    to_come = rows.standing().filter(gathering__in=announced)
    past = rows.exclude(pk__in=to_come.order_by().values("pk"))
    page = keyset_page(past, ("-pk",), PAGE, request.GET)
    context = {
        "to_come": to_come.order_by("gathering__starts_at", "pk")[:100],
        "led": _led_by(request.user, now),
        "page": page,
        "now": now,
    }
    return render(request, "marketplace/gatherings/attendances.html", context)


def _led_by(user: User, now: datetime) -> list[Gathering]:
    """What is to come that they lead or are asked to lead, also in preparation."""
    rows = Gathering.objects.filter(Offer.with_coming(user, at="trainer__"), starts_at__gt=now)
    rows = rows.exclude(status=GatheringStatus.CANCELLED).with_what_pages_show()
    return list(rows.order_by("starts_at", "pk")[:100])


@login_not_required
@require_POST
def come(request: OurRequest, pk: int) -> HttpResponse:
    """A visitor wants a seat: kept for when they have an account, in whatever browser that is confirmed."""
    found = Gathering.objects.visible_to(request.user).filter(pk=pk).first()
    way_on = reverse("gathering-page", args=[pk])
    if request.reader is not None:
        return redirect(way_on)
    if found is not None and found.is_to_come(timezone.now()):
        coming.keep(request, Said(Coming.Kind.ATTEND, about=found.pk))
    way = "account_signup" if "new" in request.POST else "account_login"
    return redirect(f"{reverse(way)}?{urlencode({'next': way_on})}")


@require_POST
def put_down(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put one's name down."""
    gathering = pages.gathering_or_404(request, pk)
    form = pages.attend_form(request.user, gathering, request.POST)
    if not form.is_valid():
        return pages.page(request, gathering, form)
    try:
        attendance = acts.put_down(
            gathering, form.organisation, by=request.user, now=timezone.now()
        )
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _where_one_stands(attendance))
        pages.no_longer_comes_for(request, gathering)
    return redirect(gathering)


def _where_one_stands(attendance: Attendance) -> str:
    if attendance.waits:
        return _("You are number %(n)s on the waiting list. A letter tells you of a seat.") % {
            "n": rules.turn_of(attendance)
        }
    return _("You have a seat. A letter confirms it, with the date for your calendar.")


# --- what one may do with one's own seat -----------------------------------------------------
def _take(attendance: Attendance, by: User, now: datetime, _name: str) -> str:
    acts.take(attendance, by=by, now=now)
    return _("The seat is yours. A letter confirms it, with the date for your calendar.")


def _give_up(attendance: Attendance, by: User, now: datetime, _name: str) -> str:
    acts.give_up(attendance, by=by, now=now)
    return _("Noted: you don’t come. The seat goes to the first who waits.")


def _comes(attendance: Attendance, by: User, now: datetime, _name: str) -> str:
    acts.still_comes(attendance, by=by, now=now)
    return _("Noted: you come. See you there.")


def _served(attendance: Attendance, by: User, now: datetime, _name: str) -> str:
    serving.say(attendance, serves=True, by=by, now=now)
    return _("Thank you: it is good to know.")


def _not_served(attendance: Attendance, by: User, now: datetime, _name: str) -> str:
    serving.say(attendance, serves=False, by=by, now=now)
    return _("Thank you for having said so: the host reads how many it served, without names.")


def _uses(attendance: Attendance, by: User, now: datetime, _name: str) -> str:
    serving.say_use(attendance, uses=Attendance.Use.YES, by=by, now=now)
    return _("Thank you: it is good to know.")


def _uses_a_little(attendance: Attendance, by: User, now: datetime, _name: str) -> str:
    serving.say_use(attendance, uses=Attendance.Use.LITTLE, by=by, now=now)
    return _("Thank you: it is good to know.")


def _uses_not(attendance: Attendance, by: User, now: datetime, _name: str) -> str:
    serving.say_use(attendance, uses=Attendance.Use.NO, by=by, now=now)
    return _("Thank you for having said so: the host reads how many still use it, without names.")


def _came(attendance: Attendance, by: User, now: datetime, name: str) -> str:
    names = rules.names_they_came_under(by, attendance.gathering)
    if name not in names:
        raise NotYet(_("Say in whose name you came."))
    unannounced.answer(attendance, names[name], came=True, by=by, now=now)
    return _("Thank you: you are on the list of those who came.")


def _not_there(attendance: Attendance, by: User, now: datetime, _name: str) -> str:
    unannounced.answer(attendance, None, came=False, by=by, now=now)
    return _("Noted: you aren’t on the list, and the host isn’t told.")


ACTS: dict[str, Callable[[Attendance, User, datetime, str], str]] = {
    links.TAKE: _take,
    links.GIVE_UP: _give_up,
    links.COMES: _comes,
    links.SERVED: _served,
    links.NOT_SERVED: _not_served,
    links.USES: _uses,
    links.USES_A_LITTLE: _uses_a_little,
    links.USES_NOT: _uses_not,
    links.CAME: _came,
    links.NOT_THERE: _not_there,
}


@require_POST
def act(request: SignedInRequest, pk: int) -> HttpResponse:
    """One of them, from the gathering's page or one's own list."""
    rows = Attendance.objects.open_to(request.user).select_related("gathering")
    attendance = get_object_or_404(rows, pk=pk)
    asked = request.POST.get("act", "")
    require(asked in ACTS)
    try:
        name, now = request.POST.get("name", ""), timezone.now()
        messages.success(request, ACTS[asked](attendance, request.user, now, name))
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
    return redirect(attendance.gathering)


# --- by the link of a letter -----------------------------------------------------------------
@login_not_required
@never_cache
def by_link(request: OurRequest, token: str) -> HttpResponse:
    """Opening it changes nothing, since mail scanners open links: its buttons act."""
    found = _of_link(request, token)
    if isinstance(found, HttpResponse):
        return found
    with translation.override(found.person.language or translation.get_language()):
        return unindexed(_page(request, found))


def _of_link(request: OurRequest, token: str) -> Attendance | HttpResponse:
    """What the link is about, or the page that says why it opens nothing."""
    try:
        found = links.read(token)
    except signing.SignatureExpired:
        return link_over(request, _("This link has run out: it lasted five months."))
    if found is None:
        return link_cut(request)
    attendance, sent_to = found
    try:
        require_mailbox(attendance.person, sent_to)
    except NotYet as over:
        return link_over(request, str(over))
    if not attendance.person.is_active:
        return link_over(request, _("This account is closed."))
    return somebody_else(request, attendance.person) or attendance


def _page(request: OurRequest, attendance: Attendance) -> HttpResponse:
    now, refusal = timezone.now(), ""
    if request.method == "POST":
        asked = request.POST.get("act", "")
        require(asked in ACTS)
        try:
            name = request.POST.get("name", "")
            messages.success(request, ACTS[asked](attendance, attendance.person, now, name))
        except (ForbiddenMove, NotYet) as sentence:
            refusal = str(sentence)
        else:
            return redirect(request.path)
    attendance.refresh_from_db(fields=["status", "offered_until", "comes_at", "serves", "uses"])
    chosen = request.GET.get("reponse", "")
    context = {
        "attendance": attendance,
        "gathering": attendance.gathering,
        "may": rules.may_do(attendance, now),
        "names": rules.names_they_came_under(attendance.person, attendance.gathering),
        "chosen": chosen if chosen in ACTS else "",
        "refusal": refusal,
        "called_off_for": rules.called_off_for(attendance.gathering),
        "turn": rules.turn_of(attendance) if attendance.waits else 0,
        "date_url": f"{request.path}date.ics",
    }
    template = "marketplace/gatherings/attendance.html"
    return render(request, template, context, status=409 if refusal else 200)


@login_not_required
@never_cache
@require_safe
def date_by_link(request: OurRequest, token: str) -> HttpResponse:
    found = _of_link(request, token)
    if isinstance(found, HttpResponse):
        return found
    with translation.override(found.person.language or translation.get_language()):
        return pages.dates(
            found.gathering, found.person, found, url=request.path.removesuffix("date.ics")
        )
