"""What a page shows of a conversation: its own page, a proposal's or a mission's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.requests import SignedInRequest
from marketplace.actions.talk import messages as acts
from marketplace.actions.talk import moderation
from marketplace.forms.talk.messages import MessageForm
from marketplace.forms.talk.moderation import ThreadNoteForm
from marketplace.models import (
    Attachment,
    Block,
    Message,
    Mission,
    Objection,
    Pair,
    Side,
    Thread,
    ThreadNote,
    ThreadRead,
    Time,
)
from marketplace.rules import permissions, references
from marketplace.views.talk.there import There
from marketplace.words.markdown import as_html

SHOWN = 50  # messages on a page; the earlier and the later ones are a link away
BESIDE = 20  # those on a page that shows much else
AROUND = 10  # those shown after one that was looked for


@dataclass(frozen=True, slots=True)
class Said:
    """A message as its reader sees it."""

    pk: int
    body: SafeString
    at: datetime
    author: str
    role: str
    mine: bool
    fresh: bool
    key: str
    removed: str
    removed_at: datetime | None
    reason: str
    edited_at: datetime | None
    versions: list[tuple[datetime, SafeString]]
    files: list[Attachment]
    about: str
    about_url: str
    can_edit: bool
    can_remove: bool
    can_report: bool
    seen_by: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads this thread: their side, and what they may do, asked once for all
    messages.

    `seen` is the last message that is not new to them; those from before they joined
    count as seen. `others`: how far everybody else has read.
    """

    user: User
    side: str | None
    coordinates: bool
    read_up_to: int
    seen: int
    others: list[ThreadRead]
    there: There

    @classmethod
    def of(cls, user: User, thread: Thread, *, any_shown: bool = True) -> "Reader":
        """`any_shown`: whether the page shows any message; where it shows none, none is new."""
        there = There.of(thread, user)
        side = permissions.thread_side_of(user, thread)
        marks = list(thread.reads.select_related("user").order_by("pk"))
        read = seen = next((mark.up_to for mark in marks if mark.user_id == user.pk), 0)
        if not read and any_shown:
            before = thread.messages.before_joining(user).values_list("pk", flat=True)
            seen = before.first() or 0
        return cls(
            user=user,
            side=side,
            coordinates=side is None and permissions.follows_thread(user, thread),
            read_up_to=read,
            seen=seen,
            others=[mark for mark in marks if mark.user_id != user.pk],
            there=there,
        )

    @property
    def can_write(self) -> bool:
        return self.side is not None or self.coordinates


@dataclass(frozen=True, slots=True)
class Window:
    """The messages on this page, the oldest first, and the ids that lead to earlier and later ones."""

    listed: list[Message]
    earlier: int | None
    later: int | None


def conversation(
    request: SignedInRequest,
    thread: Thread,
    *,
    form: MessageForm | None = None,
    mission: Mission | None = None,
    shown: int = SHOWN,
) -> dict:
    """The context of `_conversation.html`. Showing the conversation marks it as read. ?before=<id>, ?after=<id> and
    ?around=<id> show another part of a long one. `mission`: the one of the page, which has read it
    `with_pieces`."""
    window = _window(_messages(thread), request.GET, shown)
    reader = Reader.of(request.user, thread, any_shown=bool(window.listed))
    there = reader.there
    if window.listed and window.listed[-1].pk > reader.read_up_to and reader.can_write:
        acts.mark_read(thread, request.user, up_to=window.listed[-1].pk)
    is_cut = there.may_be_cut and permissions.is_cut(thread, request.user)
    is_alone = thread.has_nobody_facing(reader.side)
    if form is None and reader.can_write and not is_cut:
        form = form_for(thread, reader, mission=mission)
    return {
        "thread": thread,
        "proposal": thread.proposal,
        "thread_messages": _with_marks(thread, reader, window.listed),
        "earlier": window.earlier,
        "later": window.later,
        "message_form": form,
        "can_write": reader.can_write and not is_cut,
        "is_cut": is_cut,
        "is_alone": is_alone,
        "are_apart": reader.coordinates
        and there.may_be_cut
        and Block.objects.within(thread).exists(),
        "can_let_back": is_cut and bool(moderation.own_blocks(thread, request.user)),
        "can_keep_away": not (is_cut or is_alone)
        and permissions.can_keep_away(request.user, thread),
        "objections": _objections(thread, reader),
        "thread_notes": _notes(thread, there) if reader.coordinates else None,
        "thread_note_form": ThreadNoteForm(auto_id="note_%s") if reader.coordinates else None,
        "here": request.path,
    }


def _objections(thread: Thread, reader: Reader) -> list[Objection]:
    """What those who carry the need hold against the proposal: for its own side and the coordinators."""
    told = reader.side == Side.NEED or reader.coordinates
    if thread.proposal is None or not (told and reader.there.has_objections):
        return []
    return list(thread.proposal.objections.select_related("carrier__organisation"))


def _notes(thread: Thread, there: There) -> list[ThreadNote]:
    return list(thread.notes.select_related("author")) if there.has_notes else []


def form_for(
    thread: Thread, reader: Reader, *data: MultiValueDict, mission: Mission | None = None
) -> MessageForm:
    draft = acts.by_hand(thread, reader.user) if reader.there.has_draft else None
    return MessageForm(
        *data,
        thread=thread,
        user=reader.user,
        coordinates=reader.coordinates,
        draft=draft,
        mission=mission,
        has_lines=reader.there.has_lines,
    )


def _messages(thread: Thread) -> QuerySet[Message]:
    files = Attachment.objects.filter(message=OuterRef("pk"))
    rows = thread.messages.select_related("author", "removed_by")
    return rows.annotate(has_files=Exists(files)).order_by("-pk")


def _window(messages: QuerySet[Message], asked: QueryDict, many: int) -> Window:
    """The messages from the end, or around a message; pages are never counted."""
    number = {name: _number(asked.get(name, "")) for name in ("before", "after", "around")}
    if after := number["after"]:
        found = list(messages.filter(pk__gt=after).reverse()[: many + 1])
        listed, more = found[:many], len(found) > many
        return Window(listed, after + 1 if listed else None, listed[-1].pk if more else None)
    last = None
    if around := number["around"]:
        last = messages.filter(pk__gte=around).reverse().values_list("pk", flat=True)[:AROUND]
        messages = messages.filter(pk__lte=max(last, default=around))
    elif before := number["before"]:
        messages = messages.filter(pk__lt=before)
    found = list(messages[: many + 1])
    listed = found[:many][::-1]
    moved = bool(around or number["before"])
    return Window(
        listed,
        listed[0].pk if len(found) > many else None,
        listed[-1].pk if moved and listed and _is_followed(listed[-1]) else None,
    )


def _is_followed(message: Message) -> bool:
    return Message.objects.filter(thread=message.thread_id, pk__gt=message.pk).exists()


def _number(words: str) -> int | None:
    """The number in the address; None, which shows the last page, when it isn't one."""
    return int(words) if words.isdecimal() and len(words) < 19 else None


def _with_marks(thread: Thread, reader: Reader, listed: list[Message]) -> list[Said]:
    """The messages for the template; the reader's last one that others have seen says who has."""
    now = timezone.now()
    reads = [(mark.up_to, mark.user.discreet_name) for mark in reader.others if reader.can_write]
    roles = _roles(thread, {message.author_id for message in listed}) if listed else {}
    prefetch_related_objects([one for one in listed if one.edited_at], "versions")
    prefetch_related_objects([one for one in listed if _has_files(one)], "attachments__file")
    said, told = [], False
    for message in reversed(listed):
        seen_by = ""
        if message.author_id == reader.user.pk and not message.is_removed and not told:
            seen_by = ", ".join(name for up_to, name in reads if up_to >= message.pk)
            told = bool(seen_by)
        said.append(_said(message, roles.get(message.author_id, ""), reader, now, seen_by))
    return said[::-1]


def _said(message: Message, role: str, reader: Reader, now: datetime, seen_by: str) -> Said:
    mine = message.author_id == reader.user.pk
    stands = not message.is_removed and reader.can_write
    return Said(
        pk=message.pk,
        body=as_html(message.text),
        at=message.created_at,
        author=message.author.discreet_name,
        role=role,
        mine=mine,
        fresh=message.pk > reader.seen and not mine,
        key=message.sent_key if mine else "",
        removed=_trace(message),
        removed_at=message.removed_at,
        reason=message.removal_reason,
        edited_at=message.edited_at,
        versions=_versions(message.versions.all() if message.edited_at else ()),
        files=list(message.attachments.all()) if _has_files(message) else [],
        about=message.about_label,
        about_url=references.url_of(message.about),
        can_edit=stands and mine and message.may_still_change(now),
        can_remove=stands and (mine or reader.coordinates),
        can_report=stands and not mine and not reader.coordinates,
        seen_by=seen_by,
    )


def _has_files(message: Message) -> bool:
    """Of a message that comes from `_messages`."""
    return bool(getattr(message, "has_files", True))


def _versions(versions: Iterable) -> list[tuple[datetime, SafeString]]:
    return [(version.until, as_html(version.text)) for version in versions]


def _trace(message: Message) -> str:
    if not message.is_removed:
        return ""
    if message.removed_by is None:  # a restored site has removed it again
        return _("Message removed")
    return _("Message removed by %(who)s") % {"who": message.removed_by.discreet_name}


def _roles(thread: Thread, authors: set[int]) -> dict[int, str]:
    """For each of these people, in whose name they write here: the structure; the company or themselves (""); the
    coordination. When several hold, the first of these counts; people who have left have none."""
    need, offer = thread.subject, thread.proposal.offer if thread.proposal else None
    house = offer.in_the_name_of if offer else None
    company = house.pk if house else None
    carries = need.carriers.agreed().order_by()
    sides = Membership.objects.filter(
        Q(organisation__in=[need.organisation_id, company])
        | Q(organisation__in=carries.values("organisation"))
    )
    ours = Membership.objects.coordinating(need.pole_id)
    wrote = (sides | ours).filter(user__in=authors)
    is_carrier = Exists(carries.filter(organisation=OuterRef("organisation")))
    rows = list(wrote.values_list("user", "organisation", is_carrier, "organisation__name"))
    found = [(user, place) for user, place, *_rest in rows]
    carriers = {place: name for _user, place, carries_it, name in rows if carries_it}
    roles = {user: _("coordination") for user, _place in found}
    if offer:
        theirs = {user for user, place in found if place == company}
        name = house.name if house else ""
        own = {offer.person_id} if offer.person_id and offer.time == Time.OWN else set()
        roles |= dict.fromkeys(theirs | own, name)
    elif thread.asker_id:
        roles[thread.asker_id] = ""
    if thread.pair:
        roles |= _roles_in_a_pair(thread.pair)
    roles |= {user: carriers[place] for user, place in found if place in carriers}
    structure = {user for user, place in found if place == need.organisation_id}
    return roles | dict.fromkeys(structure, need.organisation.name)


def _roles_in_a_pair(pair: Pair) -> dict[int, str]:
    """On whose time each of the two comes, for the others."""
    said = {Time.WORK: _("working time"), Time.OWN: _("own time")}
    return {
        one.offer.person_id: said[Time(one.offer.time)]
        for one in pair.halves
        if one.offer.person_id
    }
