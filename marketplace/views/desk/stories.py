"""Everything that happened around somebody or something, in order, with the notes and tags of the pôle's
coordinators."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib import messages
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Membership, Organisation, Pole, User
from accounts.permissions import require
from accounts.requests import SignedInRequest
from common.already_read import may_have
from marketplace.actions.desk import notes
from marketplace.actions.refusals import NotYet
from marketplace.desk import happened, story, tasks
from marketplace.desk.lists import KINDS
from marketplace.desk.scope import Scope
from marketplace.forms.desk.desk import NoteForm, TagForm
from marketplace.models import (
    Mission,
    Need,
    Note,
    Offer,
    OrganisationRecord,
    PersonRecord,
    Tag,
    Task,
)
from marketplace.models.desk.desk import SUBJECTS, Subject, Tagged, leaves
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.models.desk.tasks import Subject as AnySubject
from marketplace.models.desk.tasks import leaves as leaves_task
from marketplace.rules.prepared import rows_for
from marketplace.views.desk.desk import scope_of
from marketplace.views.long_lists import EVERY, FIRST

NOTES = "notes"  # in the address
# What tasks are about, and notes are not.
APART: dict[str, type[Model]] = {
    "offer": Offer,
    "organisation_record": OrganisationRecord,
    "person_record": PersonRecord,
}


def _person(pk: int, scope: Scope) -> User:
    """A person of the pôle, who represents one of its organisations or offers something there; otherwise 404: who works
    for a company is its own business until they offer something."""
    seated = Organisation.objects.seated_in(*scope.poles).order_by().values("pk")
    offers = Offer.objects.filter(~Offer.at_home_under(scope.reader), pole__in=scope.poles)
    here = Q(organisation__pole__in=scope.poles) | Q(organisation__in=seated)
    ours = Q(pk__in=Membership.objects.representing().filter(here).order_by().values("user"))
    ours |= Q(pk__in=offers.order_by().values("person"))
    return get_object_or_404(with_what_is_kept(User.objects.filter(ours), "person"), pk=pk)


def organisation(request: SignedInRequest, pk: int) -> HttpResponse:
    scope = scope_of(request)
    ours = Organisation.objects.filter(pole__in=scope.poles)
    about = get_object_or_404(with_what_is_kept(ours, "organisation"), pk=pk)
    told = scope.asked_beforehand(request.user)
    return _story(request, about, "organisation", happened.of_organisation(about, told))


def person(request: SignedInRequest, pk: int) -> HttpResponse:
    scope = scope_of(request)
    about = _person(pk, scope)
    told = scope.asked_beforehand(request.user)
    return _story(request, about, "person", happened.of_person(about, told))


def _story(
    request: SignedInRequest, about: Organisation | User, kind: str, parts: list[happened.Sql]
) -> HttpResponse:
    return render(
        request,
        "marketplace/desk/story.html",
        {
            "about": about,
            "kind": kind,
            "page": story.page_of(parts, request.GET.get("page")),
            **kept_about(request, about, kind),
        },
    )


def kept_about(request: SignedInRequest, about: Subject, kind: str) -> dict:
    """The context of `_kept.html`: the notes and tags on a page, and the two small forms."""
    user = asked_beforehand(request.user)
    left = leaves(user, about)
    every = request.GET.get(NOTES) == EVERY
    there = may_have(about, "notes")
    noted = rows_for(user, _kept(Note, kind), about.pk, every) if there else []
    return {
        "kept_kind": kind,
        "kept_about": about,
        "notes": noted if every else noted[:FIRST],
        "note_form": NoteForm(auto_id="new_note_%s"),
        "more_notes": not every and len(noted) > FIRST,
        **tags_about(user, about, kind),
        **tasks_about(user, about, kind),
        "left_to_others": left,
        "is_closed": _is_closed(about),
        "may_keep": not left and not _is_closed(about),
    }


def _is_closed(about: AnySubject) -> bool:
    """Whether it is somebody whose account is closed: what was noted about them has gone, and nothing comes after it."""
    return isinstance(about, User) and about.closed_at is not None


def tags_about(user: User, about: Tagged, kind: str) -> dict:
    """The context of `_tags_about.html`."""
    there = may_have(about, "tags")
    tags = rows_for(user, _kept(Tag, kind), about.pk, True) if there else []
    return {"tags": tags, "tag_url": reverse("tag-new", args=[kind, about.pk])}


@cache
def _kept(model: type[Note | Tag], kind: str) -> Callable[[User, int, bool], QuerySet]:
    """Prepared (common/prepared.py): what is said about one thing, all of it or the first on a page of much else."""

    def asked(user: User, about: int, every: bool) -> QuerySet:
        rows = model.objects.visible_to(user, of=kind).filter(**{kind: about})
        rows = rows.select_related("by")
        return rows if every else rows[: FIRST + 1]

    return asked


def with_what_is_kept[Row: Model](rows: QuerySet[Row], kind: str) -> QuerySet[Row]:
    """Adds whether there are notes, tags and tasks about each, whoever reads them: where there is none, its page asks no
    more. A mission says so itself (`with_parts`)."""
    kept: dict[str, type[Note | Tag | Task]] = {"tags": Tag, "tasks": Task}
    if kind in SUBJECTS:
        kept["notes"] = Note
    there = {
        f"has_{name}": Exists(model._default_manager.filter(**{kind: OuterRef("pk")}).order_by())
        for name, model in kept.items()
    }
    return rows.annotate(**there)


def tasks_about(user: User, about: AnySubject, kind: str) -> dict:
    """The context of `_tasks_about.html`: what is to be done about it, and where more is written down."""
    return {
        "tasks": tasks.about(user, about),
        "task_subject": f"{kind}-{about.pk}",
        "today": timezone.localdate(),
    }


def _subject(request: SignedInRequest, kind: str, pk: int) -> tuple[Subject, Pole]:
    """What a note is about, and the pôle to which the note belongs; 403 for what the coordinator leaves to others, and for a
    closed account."""
    subject, pole = _found(scope_of(request), kind, pk)
    require(not leaves(request.user, subject) and not _is_closed(subject))
    return subject, pole


def task_subject(user: User, scope: Scope, word: str) -> tuple[AnySubject, Pole]:
    """What a task is about ("need-12"), and the pôle to which it belongs; 403 for what the coordinator leaves to others, and
    for a closed account."""
    kind, _dash, number = word.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise Http404
    subject: AnySubject
    pole: Pole
    if kind in APART:
        rows = APART[kind]._default_manager.visible_to(scope.reader)  # type: ignore[attr-defined]
        found: Any = get_object_or_404(rows.filter(pole__in=scope.poles), pk=number)
        subject, pole = found, found.pole
    else:
        subject, pole = _found(scope, kind, int(number))
    require(not leaves_task(user, subject) and not _is_closed(subject))
    return subject, pole


def _tagged(request: SignedInRequest, kind: str, pk: int) -> tuple[Tagged, Pole]:
    """The same for a tag, which is also pinned on an offer."""
    if kind != "offer":
        return _subject(request, kind, pk)
    offer = get_object_or_404(KINDS["offres"].rows(request.user), pk=pk)
    require(not leaves(request.user, offer))
    return offer, offer.pole


def _found(scope: Scope, kind: str, pk: int) -> tuple[Subject, Pole]:
    if kind == "person":
        return (found := _person(pk, scope)), _pole_of(found, scope)
    places: dict[str, tuple[Any, str]] = {
        "organisation": (Organisation, "pole"),
        "need": (Need, "pole"),
        "mission": (Mission, "need__pole"),
    }
    if kind not in places:
        raise Http404
    model, path = places[kind]
    rows = model.objects.filter(**{f"{path}__in": scope.poles})
    if kind == "need":  # a draft is its structure's alone
        rows = rows.visible_to(scope.reader)
    if kind == "mission":
        rows = rows.filter(~Offer.at_home_under(scope.reader, at="offer__"))
    about = get_object_or_404(rows, pk=pk)
    return about, about.need.pole if kind == "mission" else about.pole


def _pole_of(person: User, scope: Scope) -> Pole:
    """The pôle in which its coordinators know this person; of several, the first."""
    found = notes.pole_of(person, scope.poles)
    assert found is not None, "`_person` has found them there"
    return found


def home_of(subject: AnySubject) -> str:
    """The page that shows the notes and tags about this subject, or what is to be done about it."""
    if isinstance(subject, User):
        return reverse("person-story", args=[subject.pk])
    if isinstance(subject, Organisation):
        return reverse("organisation-story", args=[subject.pk])
    if isinstance(subject, Need):
        return reverse("desk-need", args=[subject.pk])
    return subject.get_absolute_url()


def write_note(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    about, pole = _subject(request, kind, pk)
    if request.method != "POST":  # where a note was refused, the language is changed
        return redirect(home_of(about))
    form = NoteForm(request.POST)
    if not form.is_valid():
        context = {
            "title": _("Between coordinators"),
            "form": form,
            "act_label": _("Write it down"),
            "back_url": home_of(about),
        }
        return render(request, "components/confirm_page.html", context)
    notes.write(about, pole=pole, by=request.user, **form.cleaned_data)
    messages.success(request, _("Noted. Only the coordinators of the pôle read it."))
    return redirect(home_of(about))


@require_POST
def pin_tag(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    about, pole = _tagged(request, kind, pk)
    form = TagForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A tag is a few words, of 40 letters at the most."))
        return redirect(home_of(about))
    try:
        notes.pin(about, pole=pole, by=request.user, **form.cleaned_data)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    return redirect(home_of(about))


@require_POST
def remove_note(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove one's own note; a colleague's can't be removed."""
    note = get_object_or_404(Note.objects.visible_to(request.user), pk=pk)
    require(note.by_id == request.user.pk)
    about = note.subject
    note.delete()
    messages.success(request, _("Removed."))
    return redirect(home_of(about))


@require_POST
def remove_tag(request: SignedInRequest, pk: int) -> HttpResponse:
    tag = get_object_or_404(Tag.objects.visible_to(request.user), pk=pk)
    about = tag.subject
    tag.delete()
    return redirect(home_of(about))


def tagged(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything in the pôle that has a tag with the same words, but what the reader leaves to colleagues."""
    seen = Tag.objects.visible_to(asked_beforehand(request.user))
    tag = get_object_or_404(seen, pk=pk)
    same = seen.filter(pole=tag.pole, words=tag.words)
    same = same.select_related("person", "organisation", "need", "offer", "mission__need")
    things = [{"what": str(row.subject), "url": home_of(row.subject)} for row in same[:200]]
    return render(request, "marketplace/desk/tagged.html", {"tag": tag, "things": things})
