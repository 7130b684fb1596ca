"""The pages of the coordinators' desk: what waits for them, the most urgent first, and what they do to several
lines at once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Department, Organisation, Pole, User, poles_of
from accounts.permissions import require
from accounts.requests import SignedInRequest
from marketplace.actions.desk import desk as acts
from marketplace.actions.desk import saved_filters, takeovers
from marketplace.actions.refusals import NotYet
from marketplace.desk import AGES, KINDS, LABELS, WHOSE, Scope, board, load, read
from marketplace.desk.listing import Load
from marketplace.desk.ranks import PLACES
from marketplace.forms.desk.absences import coordinators_in
from marketplace.forms.desk.desk import FilterForm, HandOverForm
from marketplace.models import SavedFilter
from marketplace.models.desk.left_to_others import asked_beforehand
from notifications import health

A_PAGE = 22  # which weigh 60 kB
AT_ONCE = 100


def scope_of(request: SignedInRequest) -> Scope:
    """The scope of a coordinator, with the filters of the address; 403 for anybody else."""
    scope = Scope.of(request.user, request.memberships, timezone.now())
    require(scope.is_a_coordinator)
    return scope.filtered(request.GET, LABELS)


def desk(request: SignedInRequest) -> HttpResponse:
    scope = scope_of(request).asked_beforehand(request.user)
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    listing = read(scope, page=max(1, number), per=A_PAGE)
    departments = list(Department.objects.filter(poles__in=scope.poles).distinct())
    return render(
        request,
        "marketplace/desk/desk.html",
        {
            "lines": listing.lines,
            "helps": {line.kind: line.help for line in listing.lines},
            "page": Paginator(range(listing.total), A_PAGE).get_page(number),
            "listing": listing,
            "scope": scope,
            "query": scope.query(),
            "health": health.trouble(scope.now),
            "kinds": _chips(scope, "kind", LABELS, listing.by_kind),
            "whose": _chips(scope, "whose", WHOSE, listing.by_whose),
            "filtered_by": _filtered_by(scope, departments),
            "ages": AGES.items(),
            "departments": departments,
            "operators": list(Organisation.objects.seated_in(*scope.poles).only("name")),
            "poles": _several(pole for one in request.memberships for pole in one.poles),
            "mine_away": scope.away.get(request.user.pk),
            "unanswered": [one for one in scope.absences.values() if one.answers is None],
            "saved": SavedFilter.objects.of(request.user),
        },
    )


def _chips(
    scope: Scope, name: str, labels: Mapping[str, str | Promise], counts: Counter[str]
) -> list[dict]:
    """The chips of one filter. Kinds that hold nothing are left out, except the chosen one."""
    here = getattr(scope, name)
    return [
        {
            "label": label,
            "url": f"?{scope.query(**{name: key})}",
            "active": key == here,
            "count": counts[key],
        }
        for key, label in labels.items()
        if counts[key] or key in {"", here} or name == "whose"
    ]


def _filtered_by(scope: Scope, ours: list[Department]) -> str:
    """The filters in a few words, for where they are folded; `ours` are the departments of these pôles."""
    chosen: list[object] = [WHOSE[scope.whose], LABELS[scope.kind]]
    if scope.age:
        chosen.append(AGES[scope.age])
    if scope.department:
        found = [one for one in ours if one.code == scope.department]
        chosen += found or Department.objects.filter(code=scope.department)
    return ", ".join(map(str, chosen))


def _several(poles: Iterable[int]) -> list[Pole]:
    """The pôles of a coordinator of several; none where there is nothing to choose."""
    numbers = set(poles)
    return list(Pole.objects.filter(pk__in=numbers)) if len(numbers) > 1 else []


def board_page(request: SignedInRequest, what: str) -> HttpResponse:
    """The board: needs or missions in columns by state, the oldest first."""
    scope = scope_of(request).asked_beforehand(request.user)
    boards = {"besoins": board.needs, "missions": board.missions}
    if what not in boards:
        raise Http404
    mine = {key: WHOSE[key] for key in ("", "mine", "operator")}
    context = {
        "columns": boards[what](scope),
        "what": what,
        "whose": _chips(scope, "whose", mine, Counter()),
    }
    return render(request, "marketplace/desk/board.html", context)


def helps(request: SignedInRequest) -> HttpResponse:
    """What each kind of line wants, why it is there and what happens if nobody does anything: a page to print."""
    scope_of(request)
    return render(request, "marketplace/desk/desk_helps.html", {"kinds": KINDS, "order": PLACES})


def charge(request: SignedInRequest) -> HttpResponse:
    """How much each coordinator and each operator has in hand."""
    scope = scope_of(request).asked_beforehand(request.user)
    loads = load(scope)
    people = User.objects.in_bulk([line.person for line in loads if line.person])
    operators = Organisation.objects.in_bulk([line.operator for line in loads if line.operator])

    def name_of(line: Load) -> str:
        return str(people.get(line.person) or operators.get(line.operator) or _("Nobody yet"))

    lines = [
        {
            "name": name_of(line),
            "person": line.person,
            "away": scope.away.get(line.person) if line.person else None,
            "load": line,
            "kinds": [(LABELS[kind], count) for kind, count in _most_first(line.by_kind)],
        }
        for line in sorted(loads, key=lambda line: (-line.total, name_of(line)))
    ]
    idle = coordinators_in(poles_of(request.user)).exclude(pk__in=people)
    context = {
        "lines": lines,
        "idle": [(person, scope.away.get(person.pk)) for person in idle],
        "gone": takeovers.who_left_lines(asked_beforehand(request.user)),
    }
    return render(request, "marketplace/desk/desk_load.html", context)


def _most_first(by_kind: Counter[str]) -> list[tuple[str, int]]:
    return sorted(by_kind.items(), key=lambda one: (-one[1], one[0]))


def bulk(request: SignedInRequest) -> HttpResponse:
    """Act on several lines at once: a first page says what will happen, a second one what has, line by line."""
    scope = scope_of(request)
    given = request.POST if request.method == "POST" else request.GET
    act, back = given.get("act", ""), given.get("back", "")[:300]
    found = [acts.find(key, scope) for key in dict.fromkeys(given.getlist("item")[:AT_ONCE])]
    items = [item for item in found if item is not None]
    if act not in acts.ACTS or not items:
        messages.error(request, _("Tick at least one line, then choose what to do with it."))
        return redirect(f"{reverse('desk')}?{back}")
    theirs = replace(scope, poles=frozenset(item.pole.pk for item in items))
    form = HandOverForm(request.POST or None, scope=theirs) if act == "hand_over" else None
    context: dict[str, Any] = {"act": act, "items": items, "form": form, "back": back}
    if request.method == "POST" and (form is None or form.is_valid()):
        given_form = form.cleaned_data if form else {}
        outcomes = [_do(act, item, request.user, given_form) for item in items]
        to = given_form.get("to")
        context["away"] = scope.away.get(to.pk) if isinstance(to, User) else None
        context["to"] = to
        context |= {"outcomes": outcomes, "gone": len(found) - len(items)}
        return render(request, "marketplace/desk/desk_done.html", context)
    return render(request, "marketplace/desk/desk_bulk.html", context)


def _do(act: str, item: acts.Item, user: User, given: dict) -> dict:
    try:
        acts.ACTS[act](item, by=user, **given)
    except NotYet as refusal:
        return {"item": item, "done": False, "words": str(refusal)}
    return {"item": item, "done": True, "words": _("Done")}


@require_POST
def keep_filter(request: SignedInRequest) -> HttpResponse:
    scope_of(request)
    form = FilterForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give your filter a name, of 60 letters at the most."))
        return redirect("desk")
    try:
        saved_filters.keep(request.user, **form.cleaned_data)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Kept: you find it above the list."))
    return redirect(f"{reverse('desk')}?{form.cleaned_data['query']}")


@require_POST
def drop_filter(request: SignedInRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(SavedFilter.objects.editable_by(request.user), pk=pk)
    kept.delete()
    messages.success(request, _("Removed."))
    return redirect("lists", kept.list) if kept.list else redirect("desk")
