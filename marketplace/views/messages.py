"""Conversations: the list of one's own, and one of them."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import permissions
from marketplace.actions import messages as acts
from marketplace.forms.answers import MessageForm
from marketplace.models import Message, Thread

SHOWN = 50  # messages on a page; the earlier ones are a link away


@dataclass(frozen=True, slots=True)
class Said:
    """A message as its reader sees it."""

    text: str
    at: datetime
    author: str
    role: str
    mine: bool
    fresh: bool


def inbox(request):
    threads = (
        Thread.objects.visible_to(request.user)
        .taken_part_in_by(request.user)
        .with_unread(request.user)
        .filter(messages__isnull=False)
        .select_related(
            "proposal__need__organisation",
            "proposal__offer__person",
            "proposal__offer__organisation",
        )
        .distinct()
        .order_by("-is_unread", "-last_message_at", "-pk")
    )
    page = Paginator(threads, 20).get_page(request.GET.get("page"))
    return render(request, "marketplace/inbox.html", {"page": page})


def thread(request, pk):
    """Read and write. A message refused keeps what was typed."""
    conversation_of = get_object_or_404(
        Thread.objects.visible_to(request.user).select_related(
            "proposal__need__organisation",
            "proposal__need__coordinator",
            "proposal__offer__person",
            "proposal__offer__organisation",
        ),
        pk=pk,
    )
    form = None
    if request.method == "POST":
        permissions.require(permissions.can_write_in(request.user, conversation_of.proposal))
        form = MessageForm(request.POST)
        if form.is_valid():
            acts.write(conversation_of, by=request.user, **form.cleaned_data)
            return redirect(_back(request, conversation_of) + "#conversation")
    context = conversation(request, conversation_of, form=form)
    return render(request, "marketplace/thread.html", context)


def conversation(request, thread: Thread, *, form: MessageForm | None = None) -> dict:
    """What `_conversation.html` needs, on the thread's own page, a proposal's or a mission's.

    Reading it marks it read. ?before=<id> shows the messages before that one.
    """
    shown = thread.messages.select_related("author").order_by("-pk")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        shown = shown.filter(pk__lt=int(before))
    latest = list(shown[: SHOWN + 1])
    listed = latest[:SHOWN][::-1]
    seen = thread.reads.filter(user=request.user).values_list("up_to", flat=True).first() or 0
    if listed and listed[-1].pk > seen and permissions.can_write_in(request.user, thread.proposal):
        acts.mark_read(thread, request.user, up_to=listed[-1].pk)
    structure = set(thread.proposal.need.organisation.memberships.values_list("user", flat=True))
    return {
        "thread": thread,
        "proposal": thread.proposal,
        "thread_messages": [
            _said(message, thread, structure, request.user, seen) for message in listed
        ],
        "earlier": listed[0].pk if len(latest) > SHOWN else None,
        "message_form": form or MessageForm(initial={"sent_key": secrets.token_urlsafe(16)}),
        "can_write": permissions.can_write_in(request.user, thread.proposal),
        "here": request.path,
    }


def _said(message: Message, thread: Thread, structure: set[int], reader: User, seen: int) -> Said:
    mine = message.author_id == reader.pk
    return Said(
        text=message.text,
        at=message.created_at,
        author=message.author.discreet_name,
        role=_role_of(message.author_id, thread, structure),
        mine=mine,
        fresh=message.pk > seen and not mine,
    )


def _role_of(author: int, thread: Thread, structure: set[int]) -> str:
    """For whom someone writes: the structure, the company, themselves (nothing to add), the pôle."""
    offer = thread.proposal.offer
    if author in structure:
        return thread.proposal.need.organisation.name
    if author in {offer.person_id, offer.created_by_id}:
        return offer.organisation.name if offer.organisation else ""
    return _("coordination")


def _back(request, thread: Thread) -> str:
    """Where the message was written: the mission, the proposal or the thread itself."""
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return back
    return thread.get_absolute_url()
