"""Gatherings: the list of those to come, and the page of one, for each what they may read of it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import coming
from accounts.models import Coming, Commune, Membership, Organisation, User
from accounts.requests import OurRequest, SignedInRequest
from accounts.scope import scope_of
from accounts.views.organisations import visible
from common.dates import midnight
from common.word_search import says
from marketplace import words
from marketplace.desk import calendar_feed
from marketplace.forms.gatherings.gatherings import AttendForm, GatheringFilter
from marketplace.models import Attendance, Gathering, Minutes, Need, Offer
from marketplace.models.gatherings.attendances import SEATED
from marketplace.models.gatherings.gatherings import GatheringQuerySet
from marketplace.models.market.needs import NEAR_KM
from marketplace.rules import gatherings as rules
from marketplace.rules import leading, permissions
from marketplace.views.gatherings import who_came
from marketplace.views.long_lists import keyset_page
from marketplace.views.missions.agreements import unindexed

PAGE = 12
MOST_ANSWERED = 5  # needs that a gathering is asked to have answered
ORDER = ("starts_at", "pk")


def gathering_or_404(request: OurRequest, pk: int) -> Gathering:
    rows = Gathering.objects.visible_to(request.user).with_what_pages_show()
    return get_object_or_404(rows, pk=pk)


# --- the list --------------------------------------------------------------------------------
@login_not_required
@require_safe
def index(request: OurRequest) -> HttpResponse:
    """Those to come, the next first; the filters and the place in the list are in the URL."""
    form = GatheringFilter(request.GET)
    form.is_valid()  # filters that can't be understood are left out, never an error
    now = timezone.now()
    rows = Gathering.objects.to_come(now).listed_for(request.user)
    found = _filtered(rows, form.cleaned_data).with_what_pages_show()
    page = keyset_page(found, ORDER, PAGE, request.GET)
    context = {
        "form": form,
        "page": page,
        "cards": cards(page.rows, request.reader),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "hosts": _hosts(request.reader),
    }
    return render(request, "marketplace/gatherings/gatherings.html", context)


def _filtered(rows: GatheringQuerySet, wanted: dict[str, Any]) -> GatheringQuerySet:
    if kind := wanted.get("kind"):
        rows = rows.filter(kind=kind)
    if audience := wanted.get("audience"):
        rows = rows.filter(audience=audience)
    if month := wanted.get("month"):
        first = date.fromisoformat(f"{month}-01")
        last = (first + timedelta(days=32)).replace(day=1)
        rows = rows.filter(starts_at__gte=midnight(first), starts_at__lt=midnight(last))
    if near := wanted.get("near"):
        north, east = near.position
        around = Commune.objects.within(north, east, NEAR_KM)
        rows = rows.filter(commune__in=list(around.values_list("pk", flat=True)))
    return _said(rows, wanted.get("q", ""))


def _said(rows: GatheringQuerySet, text: str) -> GatheringQuerySet:
    """Those that teach one of the skills that are meant, or say every word."""
    if not text:
        return rows
    meant = words.suggest(text, top=4, least=words.LIKELY, varied=False)
    codes = [one.code for one in meant]
    teaches = Gathering.skills.through.objects.filter(skill__code__in=codes).values("gathering")
    said = says(Gathering, text)
    return rows.filter(said | Q(pk__in=teaches)) if codes else rows.filter(said)


def cards(rows: Iterable[Gathering], reader: User | None) -> list[dict[str, Any]]:
    """Each with what its card says; the seats of all in one question."""
    rows = list(rows)
    taken = seats_taken(rows)
    return [card(one, max(0, one.seats - taken.get(one.pk, 0))) for one in rows]


def seats_taken(rows: Iterable[Gathering]) -> dict[int, int]:
    held = Attendance.objects.filter(gathering__in=list(rows), status__in=SEATED).order_by()
    return dict(held.values_list("gathering").annotate(Count("pk")))


def card(gathering: Gathering, free: int) -> dict[str, Any]:
    facts = [
        {"icon": "calendar-event", "words": gathering.when},
        {"icon": "geo-alt", "words": gathering.where},
    ]
    if seats := _seats_on_a_card(gathering, free, timezone.now()):
        facts.append({"icon": "people", "words": seats})
    if gathering.audience != Gathering.Audience.ALL:
        facts.append({"icon": "person-check", "words": _for_whom(gathering)})
    if spoken := gathering.language_names:
        facts.append({"icon": "translate", "words": spoken})
    return {"gathering": gathering, "facts": facts, "by": gathering.host.name}


def _seats_on_a_card(gathering: Gathering, free: int, now: datetime) -> str:
    """Nothing is free in what is in preparation, has begun or was called off."""
    if gathering.is_draft:
        return _seats_in_all(gathering)
    if gathering.is_to_come(now):
        return seats_in_words(free)
    if gathering.is_cancelled:
        return ""
    taken = gathering.seats - free
    words = ngettext(
        "%(n)s seat of %(seats)s is taken", "%(n)s seats of %(seats)s are taken", taken
    )
    return words % {"n": taken, "seats": gathering.seats}


def seats_in_words(free: int) -> str:
    if not free:
        return _("full: there is a waiting list")
    return ngettext("%(n)s seat left", "%(n)s seats left", free) % {"n": free}


def _seats_in_all(gathering: Gathering) -> str:
    """Of one in preparation, for its host and for whoever is asked to lead it."""
    said = ngettext("%(n)s seat", "%(n)s seats", gathering.seats) % {"n": gathering.seats}
    if not (each := gathering.seats_each):
        return said
    return _("%(seats)s, %(n)s at the most for each structure") % {"seats": said, "n": each}


def _for_whom(gathering: Gathering) -> str:
    return _("for %(audience)s") % {"audience": gathering.get_audience_display()}


def _hosts(reader: User | None) -> list[Organisation]:
    """The organisations in whose name the reader may host one."""
    if reader is None:
        return []
    mine = Membership.objects.of(reader).acting().representing().select_related("organisation")
    found = [row.organisation for row in mine.order_by("organisation__name", "pk")]
    return [one for one in found if permissions.can_host(reader, one)]


def hosts_asking(user: User, offer: Offer) -> list[Organisation]:
    """In whose name this reader may ask whoever offers it to lead one: where they say that they train groups."""
    trains = offer.is_published and offer.person_id and offer.trains_up_to
    return _hosts(user) if trains else []


@require_safe
def of_host(request: SignedInRequest, pk: int) -> HttpResponse:
    """All that an organisation hosts and has hosted, for its people: drafts too."""
    organisation = visible(request, pk)
    permissions.require(request.user.represents(organisation))
    rows = organisation.gatherings.with_what_pages_show()
    page = keyset_page(rows, ("-starts_at", "-pk"), PAGE, request.GET)
    context = {
        "organisation": organisation,
        "page": page,
        "cards": cards(page.rows, request.user),
        "can_host": permissions.can_host(request.user, organisation),
    }
    return render(request, "marketplace/gatherings/gatherings_of_host.html", context)


# --- the page of one -------------------------------------------------------------------------
@login_not_required
@require_safe
def detail(request: OurRequest, pk: int) -> HttpResponse:
    """Letters lead here, also to what is for some alone, in preparation or called off: a visitor logs in, whatever the number,
    so that the answer tells nothing."""
    if request.reader is None:
        here = Gathering.objects.visible_to(request.user).filter(pk=pk)
        if not here.exists():
            return redirect_to_login(request.path)
    return page(request, gathering_or_404(request, pk))


def page(request: OurRequest, gathering: Gathering, form: AttendForm | None = None) -> HttpResponse:
    """The page of a gathering; with the form by which somebody puts their name down, when it was refused."""
    user, now = request.reader, timezone.now()
    free, waiting = rules.free_seats(gathering), gathering.attendances.waiting().count()
    mine = gathering.attendances.open_to(user).first() if user else None
    if mine is not None:
        mine.gathering = gathering
    runs = user is not None and permissions.runs_gathering(user, gathering)
    context: dict[str, Any] = {
        "gathering": gathering,
        "skills": gathering.skills.all(),
        "free": free,
        "taken": gathering.seats - free,
        "seats_words": seats_in_words(free),
        "seats_in_all": _seats_in_all(gathering),
        "for_whom": _for_whom(gathering),
        "is_to_come": gathering.is_to_come(now),
        "is_over": gathering.is_over(now),
        "waiting": waiting,
        "shows_trainer": rules.shows_trainer_to(user, gathering),
        "runs": runs,
        "second_behind": gathering.behind_words if runs else "",
        "called_off_for": rules.called_off_for(gathering) if mine or runs else "",
        "minutes": Minutes.objects.visible_to(request.user)
        .filter(gathering=gathering)
        .prefetch_related("files__file")
        .first(),
        "may_write_minutes": runs and gathering.was_by(now) and gathering.host_acts,
        "next_turn": waiting + 1,
        **(_own(user, gathering, mine, now) if user else {}),
        **(_hosted(gathering, now) if runs else {}),
    }
    if user is not None and _may_come(user, gathering, mine, now):
        context["form"] = form or attend_form(user, gathering)
        context["may_put_down"] = bool(context["form"].houses or context["form"].for_oneself)
    elif user is not None:
        no_longer_comes_for(request, gathering)
    return render(request, "marketplace/gatherings/gathering.html", context)


def no_longer_comes_for(request: OurRequest, gathering: Gathering) -> None:
    """They have put their name down, or can't any more: nothing is kept of having come for it."""
    said = coming.held(request)
    if said and (said.kind, said.about) == (Coming.Kind.ATTEND, gathering.pk):
        coming.drop(request)


def _may_come(user: User, gathering: Gathering, mine: Attendance | None, now: datetime) -> bool:
    """Whether they are asked in whose name they come: whoever leads it needs no seat, and some have one."""
    has_none = mine is None or not mine.stands
    return has_none and gathering.is_to_come(now) and not rules.leads(user, gathering)


def attend_form(user: User, gathering: Gathering, data: Any = None) -> AttendForm:
    houses = rules.names_of(user, gathering)
    for_oneself = scope_of(user).own and rules.is_for(user, gathering, None)
    return AttendForm(data, houses=houses, for_oneself=for_oneself)


def _own(
    user: User, gathering: Gathering, mine: Attendance | None, now: datetime
) -> dict[str, Any]:
    """What somebody reads of their own seat, and of what is asked of them."""
    offer, leads = gathering.trainer, rules.leads(user, gathering)
    is_there = leads or (mine is not None and mine.has_a_seat)
    return {
        "mine": mine,
        "may": rules.may_do(mine, now) if mine else {},
        "answered": _answered(user, mine) if mine else [],
        "names": rules.names_they_came_under(user, gathering) if mine and mine.is_asked else {},
        "turn": rules.turn_of(mine) if mine and mine.waits else 0,
        "shows_link": bool(gathering.link)
        and (is_there or permissions.runs_gathering(user, gathering)),
        "leads": leads,
        "led": leading.panel(
            user, gathering, runs=permissions.runs_gathering(user, gathering), now=now
        ),
        "is_asked_to_lead": offer is not None
        and offer.brings(user)
        and gathering.trainer_agreed_at is None
        and gathering.status not in rules.NO_MORE,
    }


def _answered(user: User, mine: Attendance) -> list[Need]:
    """The needs that end here, if their structure says so: those which whoever came and speaks for it may end."""
    if not mine.serves or not user.speaks_for(mine.organisation):
        return []
    return list(rules.needs_it_may_end(mine)[:MOST_ANSWERED])


def _hosted(gathering: Gathering, now: datetime) -> dict[str, Any]:
    """What whoever runs it reads besides: who comes, who waits, and what there is to do."""
    has_begun = gathering.has_begun(now)
    seats = gathering.attendances.expected() if has_begun else gathering.attendances.standing()
    rows = list(seats.select_related("person", "organisation").order_by("asked_at", "pk"))
    opens = rules.is_open_to_presence(gathering, now)
    uncalled = who_came.without_a_name(gathering) if has_begun else 0
    return {
        "came": who_came.in_words(rows, uncalled) if has_begun else [],
        "uncalled": uncalled,
        "coming": [one for one in rows if not one.waits],
        "waiters": [one for one in rows if one.waits],
        "may_edit": gathering.is_draft or gathering.is_to_come(now),
        "may_cancel": gathering.is_draft or gathering.is_to_come(now),
        "may_say_who_came": opens,
        "awaits_presence": opens and any(one.has_a_seat for one in rows),
        "why_not_announced": rules.why_not_announced(gathering, now) if gathering.is_draft else "",
        "awaits_trainer": gathering.trainer is not None and gathering.trainer_agreed_at is None,
    }


@never_cache
@require_safe
def date_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Its date as a file, for a calendar program; what is called off says so."""
    gathering = gathering_or_404(request, pk)
    mine = gathering.attendances.open_to(request.user).first()
    return dates(gathering, request.user, mine, url=gathering.get_absolute_url())


def dates(gathering: Gathering, reader: User, mine: Attendance | None, *, url: str) -> HttpResponse:
    is_there = rules.leads(reader, gathering) or (mine is not None and mine.has_a_seat)
    link = gathering.link if is_there else ""
    body = calendar_feed.of_gathering(gathering, reader, now=timezone.now(), url=url, link=link)
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rencontre-{gathering.pk}.ics"'
    return unindexed(answer)
