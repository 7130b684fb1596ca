"""The page of all that somebody follows, or has left behind, to take it over in one act."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet, Value
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User, poles_of
from accounts.requests import SignedInRequest
from common.dates import spoken
from marketplace.actions.desk import takeovers
from marketplace.actions.refusals import NotYet
from marketplace.forms.desk.absences import TakeoverForm, coordinators_in
from marketplace.models import Case, Mission, Need, Referent, Task, Visit
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.rules.absences import Away
from marketplace.rules.prepared import rows_for
from marketplace.views.desk.desk import scope_of

SHOWN = 40  # of each noun: whoever follows hundreds passes on all of it
LABELS = {
    "need": gettext_lazy("Needs"),
    "mission": gettext_lazy("Missions"),
    "organisation": gettext_lazy("Organisations"),
    "case": gettext_lazy("Open cases"),
    "task": gettext_lazy("Tasks"),
    "visit": gettext_lazy("Visits"),
}
MODELS = {takeovers.noun_of(model): model for model in (Need, Mission, Referent, Case, Task, Visit)}
SHOWING = {
    "need": ("organisation",),
    "mission": ("need__organisation",),
    "organisation": ("organisation__commune",),
    "case": ("mission__need__organisation", "proposal__need__organisation", "organisation"),
    "task": ("pole",),
    "visit": ("organisation",),
}


def take_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """What this person follows in the coordinator's pôles; then, of all of it or of what is ticked, what was done."""
    scope = scope_of(request)
    person = get_object_or_404(User, pk=pk)
    groups = _groups(rows_for(asked_beforehand(request.user), _numbers_of, person.pk))
    colleagues = coordinators_in(poles_of(request.user))
    coordinates = person in colleagues
    if not (groups or coordinates or takeovers.was_ever_left_behind(person, by=request.user)):
        raise Http404
    form = TakeoverForm(
        request.POST or None,
        person=person,
        by=request.user,
        among=colleagues,
        away=scope.away,
    )
    if request.method == "POST" and form.is_valid() and _done(request, person, form, scope.away):
        return redirect("desk-load")
    context = {
        "person": person,
        "groups": groups,
        "total": sum(group["count"] for group in groups),
        "form": form,
        "away": scope.away.get(person.pk),
        "has_left": not coordinates,
        "ticked": request.POST.getlist("line"),
    }
    return render(request, "marketplace/desk/takeover.html", context)


def _numbers_of(by: User, person: int) -> QuerySet[Any, tuple[str, int]]:
    """What `takeovers.lines_of` holds, by noun and number. Prepared: see common/prepared.py."""
    lines = takeovers.lines_of(User(pk=person), by=by)
    nouns = (
        rows.order_by().values_list(Value(takeovers.noun_of(rows.model)), "pk") for rows in lines
    )
    first, *others = nouns
    return first.union(*others, all=True).order_by()


def _groups(followed: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """The nouns of which there is something: of each the first lines, by their numbers."""
    numbers: dict[str, list[int]] = {noun: [] for noun in LABELS}
    for noun, number in followed:
        numbers[noun].append(number)
    return [
        {
            "label": LABELS[noun],
            "lines": [_line(noun, row) for row in _rows(noun, sorted(found)[:SHOWN])],
            "count": len(found),
            "more": max(0, len(found) - SHOWN),
        }
        for noun, found in numbers.items()
        if found
    ]


def _rows(noun: str, numbers: list[int]) -> QuerySet[Any]:
    model: Any = MODELS[noun]
    return (
        model._default_manager.filter(pk__in=numbers).select_related(*SHOWING[noun]).order_by("pk")
    )


def _line(noun: str, row: Any) -> dict[str, str]:
    about = row.organisation if noun == "organisation" else row
    who = {
        "need": lambda: row.organisation.name,
        "mission": lambda: row.need.organisation.name,
        "organisation": lambda: str(row.organisation.commune),
        "case": lambda: row.structure.name,
        "task": lambda: spoken(row.due_on),
        "visit": lambda: row.get_status_display(),
    }[noun]()
    return {
        "key": f"{noun}-{row.pk}",
        "what": row.title if noun == "case" else str(about),
        "who": who,
        "url": about.get_absolute_url(),
    }


def _done(
    request: SignedInRequest, person: User, form: TakeoverForm, away: Mapping[int, Away]
) -> bool:
    said = form.cleaned_data
    chosen = set(request.POST.getlist("line")) if said["what"] == form.TICKED else None
    if chosen is not None and not chosen:
        form.add_error("what", _("Tick at least one line, or choose all of it."))
        return False
    try:
        outcome = takeovers.take_over(
            person, to=said["to"], note=said["note"], chosen=chosen, by=request.user
        )
    except NotYet as refusal:
        form.add_error(None, str(refusal))
        return False
    _tell(request, outcome, said["to"])
    if outcome.taken and (gone := away.get(said["to"].pk)):
        messages.warning(request, f"{said['to']}{_(': ')}{gone.words}.")
    return True


def _tell(request: SignedInRequest, outcome: takeovers.Outcome, to: User) -> None:
    if outcome.taken:
        words = ngettext(
            "%(n)s line is followed by %(who)s from now on.",
            "%(n)s lines are followed by %(who)s from now on.",
            outcome.taken,
        )
        messages.success(request, words % {"n": outcome.taken, "who": to})
    if outcome.refused:
        words = ngettext(
            "%(n)s line stays where it was: %(who)s is on a side of it, or doesn’t coordinate its pôle.",
            "%(n)s lines stay where they were: %(who)s is on a side of them, or doesn’t coordinate their pôle.",
            outcome.refused,
        )
        messages.warning(request, words % {"n": outcome.refused, "who": to})
    if outcome.busy:
        words = ngettext(
            "%(n)s line stays where it was: it has changed meanwhile, or %(who)s has promised one of its times to somebody else.",
            "%(n)s lines stay where they were: they have changed meanwhile, or %(who)s has promised one of their times to somebody else.",
            outcome.busy,
        )
        messages.warning(request, words % {"n": outcome.busy, "who": to})
