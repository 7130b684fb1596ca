"""The pages of tasks: what a coordinator has to do, and the small acts on each."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Pole, User, coordinated_by, poles_of
from accounts.permissions import require
from accounts.requests import SignedInRequest
from common.dates import spoken
from marketplace.actions.desk import tasks as acts
from marketplace.actions.refusals import NotYet
from marketplace.desk import tasks
from marketplace.forms.desk.tasks import DayForm, TaskForm
from marketplace.models import Task
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.models.desk.tasks import Subject, key_of
from marketplace.rules import permissions
from marketplace.views.desk.desk import scope_of
from marketplace.views.desk.stories import home_of, task_subject


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """What is to be done: late, today, to come; or what is done (`?fait=1`). `?faite=12` is the one just ticked off."""
    scope = scope_of(request).asked_beforehand(request.user)
    asked = request.GET.get("qui", "")
    whose = asked if asked in tasks.WHOSE else ""
    shows_done = request.GET.get("fait") == "1"
    rows = tasks.of(scope, whose)
    today = timezone.localdate(scope.now)
    parts = [tasks.done(rows)] if shows_done else tasks.waiting(rows, today, is_mine=not whose)
    context = {
        "parts": [part for part in parts if part.tasks],
        "whose": _chips(whose, shows_done),
        "shows_done": shows_done,
        "is_mine": whose == "",
        "ticked": _ticked(request),
        "form": TaskForm(poles=poles_of(request.user), by=request.user),
        "today": today,
    }
    return render(request, "marketplace/desk/tasks.html", context)


def _chips(whose: str, shows_done: bool) -> list[dict[str, Any]]:
    """Whose, and then what is done."""
    done = {"fait": "1"} if shows_done else {}
    chips = [
        {"label": label, "url": f"?{urlencode({'qui': key} | done)}", "active": key == whose}
        for key, label in tasks.WHOSE.items()
    ]
    other = {"qui": whose} | ({} if shows_done else {"fait": "1"})
    return [*chips, {"label": _("Done"), "url": f"?{urlencode(other)}", "active": shows_done}]


def _ticked(request: SignedInRequest) -> Task | None:
    """The task that the reader has just ticked off, with its undo."""
    asked = request.GET.get("faite", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 18):
        return None
    return Task.objects.visible_to(request.user).done().filter(pk=asked).first()


def new(request: SignedInRequest) -> HttpResponse:
    """Write a task down; `?sur=need-12` says about what."""
    scope = scope_of(request)
    word = request.GET.get("sur", "")
    about: Subject | None = None
    poles = poles_of(request.user)
    if word:
        about, pole = task_subject(request.user, scope, word)
        poles = poles.filter(pk=pole.pk)
    form = TaskForm(request.POST or None, poles=poles, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.write(about, by=request.user, **form.cleaned_data)
        except NotYet as refusal:
            form.add_error("assignee", str(refusal))
        else:
            messages.success(request, _noted(made, request.user))
            return redirect(home_of(about) if about else reverse("tasks"))
    context = {"form": form, "about": about, "word": word, "back": home_of(about) if about else ""}
    return render(request, "marketplace/desk/task_new.html", context)


def _noted(task: Task, reader: User) -> str:
    facts = {"day": spoken(task.due_on, "l j F"), "who": task.assignee}
    if task.assignee_id == reader.pk:
        return _("Noted for %(day)s: it comes to your desk on that day.") % facts
    return _("Noted for %(day)s: %(who)s is told by letter.") % facts


@require_safe
def day(request: SignedInRequest) -> HttpResponse:
    """The field of the day with the one that the words name, while they are typed. 204 where it stays as it is."""
    scope_of(request)
    typed = DayForm(request.GET)
    found = typed.day(timezone.localdate())
    if found is None:
        return HttpResponse(status=204)
    context = {"due_on": found.isoformat(), "said": spoken(found, "l j F Y")}
    return render(request, "marketplace/desk/_task_day.html", context)


def _task(request: SignedInRequest, pk: int) -> Task:
    """The task; 404 for one of another pôle, or about what the reader leaves to others, which is asked of what it is about
    alone: of all that it might be, the database takes longer to plan than to answer."""
    scope_of(request)
    task = get_object_or_404(Task.objects.with_what_lists_show(), pk=pk)
    reader, about = asked_beforehand(request.user), task.subject
    seen = Task.objects.filter(pole__in=coordinated_by(reader))
    if about is not None:
        seen = Task.objects.visible_to(reader, of=key_of(about))
    if not seen.filter(pk=pk).exists():
        raise Http404
    return task


def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One task: read by all of the pôle who follow what it is about, changed by who may."""
    task = _task(request, pk)
    can_change = permissions.can_change_task(request.user, task) and not task.is_done
    require(request.method in {"GET", "HEAD"} or can_change)
    form = None
    if can_change:
        here = Pole.objects.filter(pk=task.pole_id)
        form = TaskForm(request.POST or None, poles=here, by=request.user, task=task)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            acts.change(task, by=request.user, **form.said)
        except NotYet as refusal:
            form.add_error("assignee", str(refusal))
        else:
            messages.success(request, _("Changed."))
            return redirect("tasks")
    subject = task.subject
    context = {
        "task": task,
        "form": form,
        "is_late": task.is_late(timezone.localdate()),
        "is_mine": task.assignee_id == request.user.pk,
        "about": subject,
        "about_url": home_of(subject) if subject else "",
    }
    return render(request, "marketplace/desk/task.html", context)


def _act(request: SignedInRequest, task: Task, act: Callable[[], object], done: str) -> bool:
    """Do it, and say so; or say why not. Whether it was done."""
    try:
        act()
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return False
    if done:
        messages.success(request, done)
    return True


def _back(request: SignedInRequest, task: Task) -> str:
    """Where the button stood: the page of what the task is about, or the list of tasks."""
    subject = task.subject
    if request.POST.get("back") == "about" and subject:
        return home_of(subject)
    return reverse("tasks")


@require_POST
def done(request: SignedInRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    did = _act(request, task, lambda: acts.done(task, by=request.user, now=timezone.now()), "")
    back = _back(request, task)
    if did and back == reverse("tasks"):
        return redirect(f"{back}?{urlencode({'faite': task.pk})}")
    if did:
        messages.success(request, _("Done: “%(what)s”.") % {"what": task.what})
    return redirect(back)


@require_POST
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    _act(request, task, lambda: acts.undo(task), _("It is to be done again."))
    return redirect(_back(request, task))


@require_POST
def put_off(request: SignedInRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    require(permissions.can_change_task(request.user, task))
    to = request.POST.get("to", "")
    require(to in acts.PUT_OFF)
    today = timezone.localdate()
    if _act(request, task, lambda: acts.put_off(task, to=to, today=today), ""):
        task.refresh_from_db(fields=["due_on"])
        day = spoken(task.due_on, "l j F")
        messages.success(request, _("Put off to %(day)s.") % {"day": day})
    return redirect(_back(request, task))


@require_POST
def take(request: SignedInRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    _act(request, task, lambda: acts.take(task, by=request.user), _("It is yours."))
    return redirect(_back(request, task))


def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Throw it away, after a question: nothing is kept of it."""
    task = _task(request, pk)
    require(permissions.can_change_task(request.user, task))
    if request.method == "POST":
        _act(request, task, lambda: acts.remove(task), _("Thrown away."))
        return redirect("tasks")
    context = {
        "title": _("Throw “%(what)s” away?") % {"what": task.what},
        "consequences": [_("Nothing is kept of it. What is done is better ticked off.")],
        "act_label": _("Throw it away"),
        "danger": True,
        "back_url": task.get_absolute_url(),
    }
    return render(request, "components/confirm_page.html", context)
