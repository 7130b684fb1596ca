"""The front page, and one's own home once signed in."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.models import Membership, User
from accounts.requests import OurRequest, SignedInRequest, is_signed_in
from accounts.scope import scope_of
from accounts.views import join_requests
from marketplace.desk import asked_of, own_missions, own_programmes, own_rounds, own_teams, todo
from marketplace.desk.waiting import Waiting
from marketplace.figures import front_page, told_missions
from marketplace.models import Mission, Need, TeamMember
from marketplace.models.market.choices import Welcome
from marketplace.rules import mission_roles, permissions
from marketplace.rules.prepared import rows_for
from marketplace.views.market import (
    beginning,
    learnings,
    programme_panel,
    sharing,
    suited,
    who_helps,
)
from notifications import health
from notifications.settled import settle

SHOWN, AWAITED = 3, 5


@login_not_required
def home(request: OurRequest) -> HttpResponse:
    if not is_signed_in(request):
        return landing(request)
    settle(request.user, timezone.now())
    missions = own_missions.under_way(request.user, request.memberships)
    found = asked_of.candidates(request.user, coordinates=_coordinates(request))
    waits = _waiting(request, missions, found)
    lines = [line for line in waits if not line.is_theirs]
    called = _called(request, found)
    spoken_for = [row.organisation for row in request.memberships if row.represents]
    houses = programme_panel.for_home(request)
    return render(
        request,
        "marketplace/market/home.html",
        {
            "houses": houses,
            "houses_wait": any(panel.waits.mine for panel in houses),
            "lines": lines[:8],
            "has_draft": bool(lines) and lines[0].kind == "need",
            "more": max(0, len(lines) - 8),
            "organisations": spoken_for,
            "administered": [
                row.organisation for row in request.memberships if row.is_administrator
            ],
            "asks": any(one.may_ask for one in spoken_for),
            "offers_too": any(one.asks_and_offers for one in spoken_for),
            "is_volunteer": not request.memberships,
            "programmes": own_programmes.of(
                request.user, request.memberships, today=timezone.localdate()
            ),
            "rounds": called,
            "writes_hours": not lines and _writes_hours(request, missions),
            "is_called": any(own.mine is None for own in called),
            "awaited": [line for line in waits if line.is_theirs][:AWAITED],
            "missions": (shown := _under_way(request, missions)),
            "parts": _parts(request, found, {mission.pk for mission in shown}),
            # Otherwise the list of all missions leads there.
            "has_left_missions": not missions
            and Mission.objects.left_behind_by(request.user).exists(),
            "is_led_to_join": join_requests.is_led_there(request),
            "health": health.trouble(timezone.now()) if request.user.is_superuser else None,
            "learnt": _learnt(request, found),
            **suited.for_home(request, runs_a_house=bool(houses), offers=asked_of.OFFERED in found),
            **_around(request, found),
        },
    )


def _coordinates(request: SignedInRequest) -> bool:
    return any(row.poles for row in request.memberships)


def _waiting(
    request: SignedInRequest, missions: list[Mission], found: asked_of.Candidates
) -> list[Waiting]:
    reader, now = request.user, timezone.now()
    return todo.for_person(reader, request.memberships, missions, now, found=found)


def _called(request: SignedInRequest, found: asked_of.Candidates) -> list[own_rounds.OwnRound]:
    if asked_of.ROUND not in found:
        return []
    return own_rounds.of(request.user, request.memberships, today=timezone.localdate())


def _learnt(request: SignedInRequest, found: asked_of.Candidates) -> learnings.Learnt | None:
    return learnings.of(request.user, timezone.now()) if asked_of.LEARNING in found else None


def _writes_hours(request: SignedInRequest, missions: list[Mission]) -> bool:
    if not missions:
        return False
    reader = mission_roles.Reader.of(request.user, request.memberships)
    return own_missions.writes_hours(reader, missions)


def _under_way(request: SignedInRequest, own: list[Mission]) -> list[Mission]:
    """Some missions that are under way: of one's own, and for a coordinator of all of the pôle."""
    if _coordinates(request):
        return rows_for(request.user, _of_the_poles)
    return [mission for mission in own if mission.is_live][:SHOWN]


def _parts(
    request: SignedInRequest, found: asked_of.Candidates, shown: set[int]
) -> list[TeamMember]:
    """One's own parts in teams under way, but of the missions that are `shown` already."""
    if own_teams.PART not in found:
        return []
    return [part for part in own_teams.under_way(request.user) if part.mission_id not in shown]


def _of_the_poles(user: User) -> QuerySet[Mission]:
    """Prepared: see common/prepared.py."""
    seen = Mission.objects.visible_to(user).live()
    ends = ("need__organisation", "offer__person", "offer__organisation")
    return seen.select_related(*ends)[:SHOWN]


def _asks_only(request: SignedInRequest, found: asked_of.Candidates) -> bool:
    """Whether they only speak for structures that ask, and have neither offered nor said what they know to do: others' needs
    are nothing to them."""
    theirs = [row for row in request.memberships if not row.organisation.is_closed]
    if not theirs or not all(row.organisation.may_ask and row.represents for row in theirs):
        return False
    said = scope_of(request.user).own and asked_of.SKILL in found
    return not (said or asked_of.OFFERED in found)


def _around(request: SignedInRequest, found: asked_of.Candidates) -> dict:
    """What goes on around them: who could help their structure, and others' needs."""
    helped = permissions.that_see_who_helps(request.memberships)
    acting = request.acting_for if request.acting_for in helped else next(iter(helped), None)
    counted = None
    if acting is not None:
        writes_here = acting == request.acting_for
        counted = who_helps.for_home(request.user, acting, writes_here=writes_here)
    new_needs = [] if _asks_only(request, found) else _new_needs(request.user)
    return {"who_helps": counted, "new_needs": new_needs}


def _new_needs(user: User) -> QuerySet[Need]:
    """Needs published within the last fortnight, without those of one's own organisations, in whatever role; at work
    without those of that one alone: what is left out would tell of the others."""
    since = timezone.now() - timedelta(days=14)
    theirs = Membership.objects.filter(user_id=user.pk)
    mine = theirs if scope_of(user).own else Membership.objects.of(user)
    own_time = [Welcome.OWN] if not scope_of(user).own else []  # nothing to be done at work
    return (
        Need.objects.published()
        .filter(published_at__gte=since)
        .exclude(time__in=own_time)
        .exclude(organisation__in=mine.values("organisation"))
        .with_what_cards_show()
        .with_skill_list()[:SHOWN]
    )


@never_cache  # “back” shows what was said last, and not the page as it was before
def landing(request: OurRequest) -> HttpResponse:
    needs = Need.objects.published()
    context = {
        "shared": sharing.of_front(),
        "form": beginning.first_form(request),
        "needs": needs.with_what_cards_show().with_skill_list()[:SHOWN],
        "figures": front_page.proud(),
        "kept": front_page.kept(today=timezone.localdate()),
        "operators": front_page.operators(),
        "told": next(iter(told_missions.finished_with_quote(1)), None),
    }
    return render(request, "marketplace/market/landing.html", context)


@login_not_required
def how_it_works(request: OurRequest) -> HttpResponse:
    return render(request, "marketplace/market/how_it_works.html")


@login_not_required
def accessibility(request: OurRequest) -> HttpResponse:
    return render(request, "marketplace/market/accessibility.html")
