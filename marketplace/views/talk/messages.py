"""What one may do in a conversation besides writing: ask about a need, change, remove, report, note."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import messages as acts
from marketplace.actions.talk import moderation
from marketplace.forms.talk.messages import EditForm, KeepAwayForm, RemovalForm
from marketplace.forms.talk.moderation import ReportForm, ThreadNoteForm
from marketplace.models import Message
from marketplace.rules import permissions
from marketplace.views.market.needs import need_or_404
from marketplace.views.talk.conversations import one_of


@require_POST
def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open one's own conversation about a need; nobody is told before the first message."""
    need = need_or_404(request, pk)
    if permissions.kept_apart(request.user, need):
        messages.error(request, str(acts.CUT))
        return redirect(need)
    permissions.require(permissions.can_ask_about(request.user, need))
    thread = acts.open_about(need, by=request.user)
    begun = request.POST.get("begin", "").strip()
    if begun and not acts.by_hand(thread, request.user):
        acts.keep_draft(thread, by=request.user, text=begun, sent_key=str(uuid4()))
    return redirect(thread)


def _message(request: SignedInRequest, pk: int) -> Message:
    """With its conversation, as that one's own page reads it."""
    message = get_object_or_404(Message.objects.select_related("author"), pk=pk)
    message.thread = one_of(request.user, message.thread_id)
    return message


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    message = _message(request, pk)
    permissions.require(permissions.can_change_message(request.user, message))
    now = timezone.now()
    form = EditForm(request.POST if request.method == "POST" else None, instance=message)
    if request.method == "POST" and form.is_valid():
        try:
            acts.edit(message, text=form.cleaned_data["text"], now=now)
        except NotYet as refusal:
            form.add_error("text", str(refusal))
        else:
            return redirect(message)
    elif request.method != "POST" and not message.may_still_change(now):
        messages.error(
            request,
            _(
                "A message can be changed for five minutes, and those are over: write another one to put it right."
            ),
        )
        return redirect(message)
    return render(request, "marketplace/talk/message_edit.html", {"form": form, "said": message})


def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove one's own message, at any time; a coordinator removes somebody else's with a reason."""
    message = _message(request, pk)
    permissions.require(permissions.can_remove_message(request.user, message))
    own = request.user.pk == message.author_id
    form = RemovalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (own or form.is_valid()):
        try:
            _remove(request, message, form, own)
        except NotYet as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The message is removed."))
        return redirect(message)
    context = {"form": None if own else form, "said": message, "own": own}
    return render(request, "marketplace/talk/message_remove.html", context)


def _remove(request: SignedInRequest, message: Message, form: RemovalForm, own: bool) -> None:
    now = timezone.now()
    if own:
        acts.remove(message, by=request.user, now=now)
    else:
        moderation.remove(message, reason=form.cleaned_data["reason"], by=request.user, now=now)


def report(request: SignedInRequest, pk: int) -> HttpResponse:
    message = _message(request, pk)
    permissions.require(permissions.can_write_in_thread(request.user, message.thread))
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            moderation.report(message, by=request.user, **form.cleaned_data)
        except NotYet as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                _(
                    "Thank you. The coordinators read it and tell you what they decide; its author doesn’t learn who reported it."
                ),
            )
        return redirect(message)
    return render(request, "marketplace/talk/message_report.html", {"form": form, "said": message})


@require_POST
def note(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep a note between coordinators. Nothing shows the two sides that notes exist."""
    thread = one_of(request.user, pk)
    permissions.require(permissions.can_keep_notes(request.user, thread))
    form = ThreadNoteForm(request.POST)
    if form.is_valid():
        moderation.note(thread, text=form.cleaned_data["text"], by=request.user)
        return redirect(thread.get_absolute_url() + "#notes")
    context = {"form": form, "thread": thread}
    return render(request, "marketplace/talk/note_again.html", context)


def keep_away(request: SignedInRequest, pk: int) -> HttpResponse:
    thread = one_of(request.user, pk)
    permissions.require(permissions.can_keep_away(request.user, thread))
    form = KeepAwayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            moderation.keep_away(thread, by=request.user, reason=form.cleaned_data["reason"])
        except NotYet as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Done: you can’t write to each other any more."))
        return redirect(thread)
    context = {
        "title": _("Not deal with the other half any more")
        if thread.pair_id
        else _("Stop dealing with each other"),
        "consequences": [
            _("Neither of you can write to the other, and you aren’t put forward to each other."),
            _("What waits for an answer between you is closed; a mission under way goes on."),
            _("The coordinators see it and can help; you can change your mind at any time."),
        ],
        "form": form,
        "act_label": _("Confirm"),
        "danger": True,
        "back_url": thread.get_absolute_url(),
    }
    return render(request, "components/confirm_page.html", context)


@require_POST
def let_back(request: SignedInRequest, pk: int) -> HttpResponse:
    thread = one_of(request.user, pk)
    permissions.require(permissions.thread_side_of(request.user, thread) is not None)
    moderation.let_back(thread, by=request.user)
    return redirect(thread)
