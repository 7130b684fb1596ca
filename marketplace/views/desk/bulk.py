"""Acts on many rows of a list: what will be done, what was done, and the way back."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from marketplace.actions.desk import bulk
from marketplace.actions.desk.bulk import Preview
from marketplace.actions.desk.bulk_wish import Wish
from marketplace.actions.refusals import NotYet
from marketplace.desk.lists import KINDS
from marketplace.desk.lists.selection import Selection
from marketplace.forms.desk.bulk import FIRST, THEN
from marketplace.models import Act, BulkAct, BulkLine, Mission
from marketplace.views.desk.desk import scope_of

NAMED = 10  # rows that are named for each reason
MOST_LINES = 200


@dataclass(frozen=True)
class Left:
    """Rows that are left, for one reason: how many, and the first ones by their names."""

    why: str
    count: int
    rows: list[Any]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True)
class Undo:
    """What the top of a list says of the last act, as long as it can be taken back."""

    act: BulkAct
    now: datetime

    @property
    def minutes(self) -> int:
        return self._seconds // 60

    @property
    def seconds(self) -> str:
        return f"{self._seconds % 60:02}"

    @property
    def _seconds(self) -> int:
        assert self.act.undo_until is not None, "it is undoable"
        return max(0, int((self.act.undo_until - self.now).total_seconds()))


def undo_of(user: User, listed: str = "", *, now: datetime) -> Undo | None:
    """The last act of this person that can be taken back, on this list or on any: for the top of the list."""
    acts = BulkAct.objects.by_them(user).undoable(now).order_by("-ended_at", "-pk")
    last = (acts.filter(listed=listed) if listed else acts).first()
    return Undo(last, now) if last else None


def act(request: SignedInRequest, what: str) -> HttpResponse:
    """First what is missing (which act, to whom, which tag), then what will be done to how many rows, which are left and why; then it
    is done."""
    scope = scope_of(request)
    given = request.POST if request.method == "POST" else request.GET
    selection = Selection.of(request.user, what, given)
    if selection is None:
        raise Http404
    wish = Wish(given.get("act", ""), what, request.user)
    rows, acts = selection.rows(), bulk.acts_on(what)
    back = f"{_list_url(what)}?{selection.query}"
    if not (count := selection.count()):
        messages.error(request, _("Tick at least one line, then choose what to do with it."))
        return redirect(back)
    if count > bulk.MOST:
        messages.error(request, bulk.too_many())
        return redirect(back)
    if wish.act not in acts:
        chosen = {"acts": acts, "kind": KINDS[what], "selection": selection, "back": back}
        chosen["count"] = count
        return render(request, "marketplace/desk/bulk_choose.html", chosen)
    first = FIRST.get(wish.act)
    asked = (
        first(given if _has_any(given, first) else None, wish=wish, scope=scope) if first else None
    )
    context = {"act": Act(wish.act), "kind": KINDS[what], "selection": selection, "back": back}
    if asked is not None and not asked.is_valid():
        context |= {"asked": asked, "count": count}
        return render(request, "marketplace/desk/bulk_ask.html", context)
    said = asked.cleaned_data if asked is not None else {}
    wish = replace(wish, to=said.get("to"), words=said.get("words", ""))
    return _show_or_do(request, Preview(wish, rows), selection, context)


def _has_any(given: Any, form: type[forms.Form]) -> bool:
    return any(name in given for name in form.base_fields)


def _show_or_do(
    request: SignedInRequest, preview: Preview, selection: Selection, context: dict[str, Any]
) -> HttpResponse:
    wish, then = preview.wish, THEN.get(preview.wish.act)
    posted = request.POST if request.method == "POST" else None
    form = then(posted, prefix="then") if then else None
    if posted is not None and (form is None or form.is_valid()):
        told = form.cleaned_data["words"] if form else wish.words
        asked_for = Preview(replace(wish, words=told), preview.rows)
        try:
            done = bulk.start(
                asked_for, seal=posted.get("seal", ""), query=selection.query, now=timezone.now()
            )
        except NotYet as refusal:
            messages.error(request, str(refusal))
        else:
            return _done(request, done)
    context |= {
        "wish": wish,
        "form": form,
        "preview": preview,
        "number": len(preview.to_do),
        "left": _left(preview, selection),
        "first": [(name, value) for name in ("to", "words") if (value := _said(wish, name))],
    }
    return render(request, "marketplace/desk/bulk_preview.html", context)


def _said(wish: Wish, name: str) -> str:
    """What was said first, as the form wrote it."""
    if name == "words":
        return wish.words
    return "" if wish.to is None else f"{'p' if isinstance(wish.to, User) else 'o'}{wish.to.pk}"


def _left(preview: Preview, selection: Selection) -> list[Left]:
    found = []
    for why, count in preview.reasons:
        numbers = preview.left_for(why, NAMED)
        found.append(Left(why, count, list(_named(preview.rows.filter(pk__in=numbers)))))
    return found


def _named(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With what each is called by: a mission by its need."""
    return rows.select_related("need") if rows.model is Mission else rows


def _done(request: SignedInRequest, done: BulkAct) -> HttpResponse:
    """Few rows are done at once; the list then says so, unless there is more to say."""
    if done.total <= bulk.AT_ONCE:
        bulk.carry_on(done)
        done.refresh_from_db()
    if done.state == BulkAct.State.DONE and done.done == done.total:
        return redirect(done.list_url)
    return redirect(done)


def _list_url(code: str) -> str:
    return BulkAct(listed=code).list_url.partition("?")[0]


@never_cache
@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    scope_of(request)
    now = timezone.now()
    done = get_object_or_404(BulkAct.objects.by_them(request.user), pk=pk)
    left = done.lines.filter(state__in=[BulkLine.State.LEFT, BulkLine.State.STAYED])
    lines = list(left[:MOST_LINES])
    kind = KINDS[done.listed]
    rows = _named(kind.rows(request.user)).in_bulk([line.number for line in lines])
    to_do = BulkLine.State.TO_DO if done.state == BulkAct.State.RUNNING else BulkLine.State.DONE
    context = {
        "done": done,
        "kind": kind,
        "undo": Undo(done, now) if done.may_be_undone(now) else None,
        "lines": [
            (rows.get(line.number) or _("A line that you no longer see"), line.why)
            for line in lines
        ],
        "left": left.count(),
        "undone": done.lines.filter(state=BulkLine.State.UNDONE).count(),
        "treated": done.total - done.lines.filter(state=to_do).count(),
    }
    return render(request, "marketplace/desk/bulk_act.html", context)


@require_POST
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    scope_of(request)
    done = get_object_or_404(BulkAct.objects.by_them(request.user), pk=pk)
    try:
        done = bulk.undo(done, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect(done)
    if done.done <= bulk.AT_ONCE:
        bulk.carry_on(done)
        done.refresh_from_db()
    if done.is_undone and not done.lines.filter(state=BulkLine.State.STAYED).exists():
        messages.success(request, _("Taken back: all is as before, and nobody was told."))
        return redirect(done.list_url)
    return redirect(done)
