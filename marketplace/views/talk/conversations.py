"""The pages of conversations: the list of one's own, the search in them, and one of them."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet, Value
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import typed as typed_elsewhere
from accounts.models import User
from accounts.requests import OurRequest, SignedInRequest, is_signed_in
from common.roots import fold
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import messages as acts
from marketplace.actions.talk import moderation
from marketplace.forms.talk.messages import MessageForm, SearchForm
from marketplace.models import Message, Mission, Thread
from marketplace.models.desk.desk import leaves
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.models.talk.conversations import ThreadQuerySet
from marketplace.rules import permissions
from marketplace.rules.prepared import rows_for
from marketplace.views.desk.stories import tasks_about
from marketplace.views.keyset import After, cut
from marketplace.views.missions.missions import led_from
from marketplace.views.talk.conversation_page import Reader, conversation, form_for
from marketplace.words import contacts

PAGE = 20
MOST_KEPT = 12_000


# --- the list ------------------------------------------------------------------------------
def inbox(request: SignedInRequest) -> HttpResponse:
    """The list, unread conversations first. The filters and the place in the list are in the URL; nothing is
    counted."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    unread_only = request.GET.get("etat") == "non-lus"
    found: dict = {"search": form, "words": words, "unread_only": unread_only}
    reader = asked_beforehand(request.user)
    if words.strip():
        hits, next_page = _searched(reader, words, After.of(request.GET))
        found |= {"messages_found": hits, "next_page": next_page}
    else:
        others = None if unread_only else partial(_read, reader)
        page, next_page = cut(_unread(reader), After.of(request.GET), PAGE, others=others)
        found |= {"threads": _with_lines(page), "next_page": next_page}
    return render(request, "marketplace/talk/inbox.html", found)


def _unread(user: User) -> QuerySet[Any]:
    """One's threads that are unread, in order, found as the bell finds them: the rest isn't looked at. Without what their lines
    show: a join of that to all threads of a busy person would be slow."""
    unread = Thread.objects.unread_by(user).annotate(is_unread=Value(True))
    return unread.order_by("-last_message_at", "-pk")


def _read(user: User, found: list[Thread] | None) -> QuerySet[Any]:
    """The others, in the same order. Which are unread is asked first, unless the page has found them all: to mark each would ask
    whose it is of all threads there are."""
    if found is None:
        unread = list(Thread.objects.unread_by(user).order_by().values_list("pk", flat=True))
    else:
        unread = [thread.pk for thread in found]
    others = Thread.objects.taken_part_in_by(user).spoken_in().exclude(pk__in=unread)
    return others.annotate(is_unread=Value(False)).order_by("-last_message_at", "-pk")


def _with_lines(page: list[Thread]) -> list[dict]:
    shown = Thread.objects.with_what_lines_show().in_bulk([thread.pk for thread in page])
    return [
        {"thread": shown[row.pk], "is_unread": getattr(row, "is_unread", False)} for row in page
    ]


def _searched(user: User, words: str, after: After | None) -> tuple[list[Message], str]:
    """The threads in which one takes part that contain the words; a removed message contains
    none.

    One's own threads are looked up first, then their messages, then the page: asked in
    one query, with an order and a limit, the database would read everybody's messages
    from the newest on.
    """
    mine = list(Thread.objects.taken_part_in_by(user).order_by().values_list("pk", flat=True))
    hits = Message.objects.filter(thread__in=mine).searched(fold(words).split()[:12])
    keys = sorted(hits.order_by().values_list("pk", flat=True), reverse=True)
    keys = [key for key in keys if after is None or key < after.pk]
    shown = Message.objects.select_related("author").in_bulk(keys[:PAGE])
    page = [shown[key] for key in keys[:PAGE]]
    threads = Thread.objects.with_what_lines_show().in_bulk([one.thread_id for one in page])
    for message in page:
        message.thread = threads[message.thread_id]
    return page, After.row(page[-1]) if len(keys) > PAGE else ""


# --- one of them ---------------------------------------------------------------------------
def one_of(user: User, pk: int) -> Thread:
    """Mostly it is of a side of theirs, or a coordinator's: who may read another takes the database longer to plan than all the
    rest of the page."""
    own = [] if user.poles_read else rows_for(user, _of_a_side, pk)
    for found in own or rows_for(asked_beforehand(user), _seen, pk):
        return found
    raise Http404


def _of_a_side(user: User, pk: int) -> QuerySet[Thread]:
    """Prepared (common/prepared.py), as the next one: each page of a conversation asks it."""
    return _with_all(Thread.objects.of_a_side(user).filter(pk=pk))


def _seen(user: User, pk: int) -> QuerySet[Thread]:
    return _with_all(Thread.objects.visible_to(user).filter(pk=pk))


def _with_all(threads: ThreadQuerySet) -> QuerySet[Thread]:
    return threads.with_what_lines_show().select_related("proposal__need__coordinator")


@login_not_required
@led_from("proposal__thread")
def thread(request: OurRequest, pk: int) -> HttpResponse:
    """Read and write. What was typed is kept when a message is refused, even when the session is lost."""
    if not is_signed_in(request):
        _keep_for_later(request, pk)
        return redirect_to_login(request.path)
    found = one_of(request.user, pk)
    if request.method == "POST":
        return _post(request, found)
    _bring_back(request, found)
    return _page(request, found)


def _post(request: SignedInRequest, found: Thread) -> HttpResponse:
    reader = Reader.of(request.user, found)
    permissions.require(reader.can_write)
    form = form_for(found, reader, request.POST, request.FILES)
    sending = not {"drop", "insert"} & set(request.POST)
    valid = form.is_valid()
    if not (valid and sending):
        acts.keep_draft(found, by=request.user, **form.kept)
    if not sending:
        _change_draft(request, found, form)
        return redirect(_back(request, found) + "#write")
    if valid:
        return _send(request, found, form)
    return _again(request, found, form)


def _send(request: SignedInRequest, found: Thread, form: MessageForm) -> HttpResponse:
    try:
        acts.say(
            found,
            text=form.cleaned_data["text"],
            sent_key=form.cleaned_data["sent_key"],
            attachments=form.cleaned_data["files"],
            about=form.pointed_at,
            draft=form.draft,
            by=request.user,
        )
    except acts.ContactsTooSoon as refusal:
        acts.keep_draft(found, by=request.user, **form.kept)
        return _contacts_too_soon(request, found, form, refusal)
    except NotYet as refusal:
        acts.keep_draft(found, by=request.user, **form.kept)
        form.add_error(None, str(refusal))
        return _again(request, found, form)
    return redirect(_back(request, found) + "#conversation")


def _again(request: SignedInRequest, found: Thread, form: MessageForm) -> HttpResponse:
    form.draft = acts.by_hand(found, request.user)
    return _page(request, found, form=form)


def _page(
    request: SignedInRequest, found: Thread, *, form: MessageForm | None = None
) -> HttpResponse:
    mission = None
    if found.proposal and found.proposal.is_agreed:
        made = found.proposal.missions.with_pieces()
        mission = made.order_by("pk").last()
    context = conversation(request, found, form=form, mission=mission)
    context["to_do"] = _to_do(request.user, found, mission)
    return render(request, "marketplace/talk/thread.html", context)


def _to_do(user: User, found: Thread, mission: Mission | None) -> dict:
    """What coordinators have to do about the mission that one talks of here, or about the need where there is none."""
    if not permissions.follows_thread(user, found):
        return {}
    about = mission or found.subject
    return {} if leaves(user, about) else tasks_about(user, about, "mission" if mission else "need")


def _contacts_too_soon(
    request: SignedInRequest, found: Thread, form: MessageForm, refusal: acts.ContactsTooSoon
) -> HttpResponse:
    form.draft = acts.by_hand(found, request.user)
    instead = _("[shared once both sides have said yes]")
    context = {
        "thread": found,
        "message_form": form,
        "found": refusal.found,
        "without": contacts.without(form.cleaned_data["text"], instead=instead),
        "next": _back(request, found),
    }
    return render(request, "marketplace/talk/message_contacts.html", context)


def _change_draft(request: SignedInRequest, found: Thread, form: MessageForm) -> None:
    """The small buttons of the form: take a file away, insert a ready-made line. The words stay."""
    draft = acts.by_hand(found, request.user)
    dropped, chosen = _number(request, "drop"), _number(request, "line")
    if draft and dropped is not None:
        acts.drop_file(draft, dropped)
    if "insert" in request.POST and chosen is not None and chosen < len(form.lines):
        line = moderation.filled(form.lines[chosen], found, by=request.user)
        kept = form.kept | {"text": f"{form.kept['text']}\n\n{line}".strip(), "attachments": []}
        acts.keep_draft(found, by=request.user, **kept)


def _number(request: SignedInRequest, name: str) -> int | None:
    said = request.POST.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 19 else None


def _back(request: SignedInRequest, found: Thread) -> str:
    """The page where the message was written: the mission, the proposal or the thread itself."""
    back = request.POST.get("next", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}
    ):
        return back
    return found.get_absolute_url()


# --- what is being typed -------------------------------------------------------------------
@login_not_required
@require_POST
def draft(request: OurRequest, pk: int) -> HttpResponse:
    """Save the draft while somebody types; the answer is a few words beside the button."""
    if not is_signed_in(request):
        _keep_for_later(request, pk)
        return render(
            request, "marketplace/talk/_draft_state.html", {"thread_pk": pk, "is_out": True}
        )
    found = one_of(request.user, pk)
    permissions.require(permissions.can_write_in_thread(request.user, found))
    acts.keep_draft(
        found,
        by=request.user,
        text=request.POST.get("text", ""),
        sent_key=request.POST.get("sent_key", "")[:40],
        about=request.POST.get("about", ""),
    )
    return render(request, "marketplace/talk/_draft_state.html", {"saved_at": timezone.now()})


def _keep_for_later(request: OurRequest, pk: int) -> None:
    """When somebody was logged out meanwhile, keep the words for an hour: they come back after the login."""
    if request.method == "POST" and request.POST.get("text", "").strip():
        words = QueryDict(mutable=True)
        words["text"] = request.POST["text"][:MOST_KEPT]
        words["sent_key"] = request.POST.get("sent_key", "")[:40]
        words["about"] = request.POST.get("about", "")[:40]
        thread = reverse("thread", args=[pk])
        typed_elsewhere.put(request, typed_elsewhere.MESSAGE, path=thread, form=words.urlencode())


def _bring_back(request: SignedInRequest, found: Thread) -> None:
    kept = typed_elsewhere.kept_in(request, typed_elsewhere.MESSAGE)
    if kept is None or kept.path != found.get_absolute_url():
        return
    if typed_elsewhere.is_somebody_else_s(request, kept.account):
        return
    typed_elsewhere.forget(request, typed_elsewhere.MESSAGE)
    typed = QueryDict(kept.form)
    if permissions.can_write_in_thread(request.user, found) and acts.keep_draft(
        found,
        by=request.user,
        text=typed["text"],
        sent_key=typed["sent_key"],
        about=typed["about"],
    ):
        messages.info(
            request,
            _("You had been logged out: your message was not sent, but what you typed is here."),
        )
