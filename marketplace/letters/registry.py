"""What `notifications` can't know about our letters: which there are, what they are
about, who may see them.

Read by notifications.rules. No letter is listed here: each is declared beside the
function that posts it.
"""

import pkgutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from importlib import import_module
from operator import attrgetter

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext_noop

import accounts.letters
from accounts.models import (
    Membership,
    Organisation,
    Pole,
    Seat,
    User,
    coordinated_by,
)
from marketplace import letters
from marketplace.letters.desk.elsewhere import TO_THE_ASKED
from marketplace.letters.families import DESK, POLE
from marketplace.letters.families import FAMILIES as FAMILIES
from marketplace.letters.matters import (
    Coordination,
    has_a_part_in,
    left_to_others_by,
    matter_of,
    may_answer,
    with_a_part,
)
from marketplace.letters.missions.followups import HELP_ASKED
from marketplace.models import (
    AskedPole,
    Case,
    Consent,
    ConsentKind,
    Mailing,
    Message,
    Mission,
    Need,
    Offer,
    Proposal,
)
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.states import NeedStatus, OfferStatus
from notifications.letter import Letter
from notifications.models import Notification
from notifications.rules import NO_LONGER_THEIRS, Rule, Sender


def _declared() -> Iterator[Letter]:
    """All letters declared at the top of a module, alone or in a dict: those of `accounts` and those of this
    package."""
    names = [
        found.name for found in pkgutil.walk_packages(letters.__path__, letters.__name__ + ".")
    ]
    ours = [import_module(name) for name in names if name != __name__]
    for module in (accounts.letters, *ours):
        for value in vars(module).values():
            values = value.values() if isinstance(value, dict) else [value]
            yield from (one for one in values if isinstance(one, Letter))


# Once each, wherever it is imported.
LETTERS = sorted({id(letter): letter for letter in _declared()}.values(), key=attrgetter("name"))
KINDS: dict[str, Rule] = {letter.name: letter.rule for letter in LETTERS}


def about(context: dict) -> str:
    """The title by which letters are grouped in a summary: the need's, or the offer's."""
    if len(several := context.get("missions") or []) > 1:
        return ", ".join(dict.fromkeys(str(one.need) for one in several))
    for name in ("mission", "proposal"):
        if context.get(name) is not None:
            return str(context[name].need)
    for name in ("need", "offer", "gathering", "organisation"):
        if context.get(name) is not None:
            return str(context[name])
    return ""


def matter(context: dict) -> str:
    return matter_of(context)


def is_theirs(letter: Notification) -> bool:
    """Whether the reader still has a part in what the letter is about: for a letter to the coordination, as one of it
    who leaves it to nobody else, since whoever was told may be on a side by now."""
    reader = letter.recipient
    if reader is None:
        return True
    return _is_told(letter, Coordination(reader)) and has_a_part_in(reader, letter.matter)


def theirs_among(letters: Iterable[Notification]) -> set[int]:
    """The numbers of those of which `is_theirs` holds: what each reader has a part in is asked at once."""
    found, by_reader = set(), defaultdict(list)
    for letter in letters:
        if letter.recipient is None:
            found.add(letter.pk)
        else:
            by_reader[letter.recipient].append(letter)
    for reader, theirs in by_reader.items():
        coordination = Coordination(reader)
        some = [letter for letter in theirs if _is_told(letter, coordination)]
        matters = with_a_part(reader, {letter.matter for letter in some})
        found |= {letter.pk for letter in some if letter.matter in matters}
    return found


def _is_told(letter: Notification, reader: Coordination) -> bool:
    """Whether they are still one of the coordination, and leave it to nobody else, where it is told to that."""
    confided = letter.family == DESK.code or letter.kind == HELP_ASKED.name
    # Whoever is asked elsewhere leaves it to the others there: its own letters know (`who_looks`).
    asked_here = confided and letter.kind not in TO_THE_ASKED
    if asked_here and reader.leaves(letter.matter):
        return False
    if confided and letter.desks:
        desks = {int(pole) for pole in letter.desks.strip(",").split(",")}
        return not reader.poles.isdisjoint(desks)
    return True


def why_not(letter: Notification) -> str:
    """Why the letter may not leave: its reader has left since it was written, or it asks something of somebody who
    may not act today. "" otherwise."""
    reader = letter.recipient
    if reader is None:
        return ""
    if not is_theirs(letter):
        return NO_LONGER_THEIRS
    if letter.asks and not may_answer(reader, letter.matter):
        return gettext_noop("Their organisation is suspended")
    return ""


def desks(context: dict) -> set[int]:
    """The pôles that a letter is about: both, for a proposal between two pôles."""
    return {pole for thing in context.values() for pole in _poles_of(thing)}


def _poles_of(thing: object) -> set[int]:
    match thing:
        case Mission() | Proposal():
            return {thing.need.pole_id, thing.offer.pole_id}
        case AskedPole():
            return {thing.need.pole_id, thing.pole_id}
        case Pole():
            return {thing.pk}
        case Mailing():
            return {thing.pole_id}
        case Message():
            return _poles_of(thing.thread.proposal or thing.thread.need)
        case Need() | Offer() | Organisation() | Case() | Seat():
            return {thing.pole_id}
        case list():
            return {pole for one in thing for pole in _poles_of(one)}
    return set()


def senders(desks: Collection[str]) -> dict[str, Sender]:
    """Of letters about one pôle alone: how it signs them, if it does."""
    alone = {int(one.strip(",")): one for one in desks if one.count(",") == 2}
    signing = Pole.objects.filter(pk__in=alone).exclude(sender_name="")
    rows = signing.values_list("pk", "sender_name", "replies_to") if alone else ()
    return {alone[pk]: Sender(name, replies_to) for pk, name, replies_to in rows}


def stopped(person: User, family: str) -> None:
    """Somebody wants no more letters of a family: with those of the pôle ends the yes to them."""
    if family == POLE.code:
        given = Consent.objects.standing(person, ConsentKind.LETTERS)
        given.update(ended_at=timezone.now(), ended_because=Consent.Ended.TAKEN_BACK)


def desk(user: User) -> QuerySet[Notification] | None:
    """The letters that a coordinator answers for: to the people of their pôles, and to those
    invited there.

    Somebody may belong to organisations of two pôles: what they do in one isn't shown in
    the other. Letters about what a coordinator leaves to another one, since they are on a
    side of it, are for that other one to look after; those about a draft are its author's.
    """
    if user.is_superuser:
        return Notification.objects.all()
    poles = list(coordinated_by(user).values_list("pole", flat=True).distinct())
    if not poles:
        return None
    seated = Seat.objects.coordinating().filter(pole__in=poles).values("operator")
    of_ours = Q(organisation__pole__in=poles) | Q(organisation__in=seated)
    # Of each letter, not as lists: a page shows the newest few, and the database makes a list of its own where it counts them.
    member = Membership.objects.representing().filter(of_ours, user=OuterRef("recipient"))
    offers = Offer.objects.in_poles_of(asked_beforehand(user))
    volunteer = offers.filter(person=OuterRef("recipient"))
    invited = Organisation.objects.filter(pole__in=poles).values("invitations__email")
    ours = Notification.objects.at_desks(poles).filter(
        Q(Exists(member))
        | Q(Exists(volunteer))
        | Q(recipient=None, kind="invitation", address__in=invited)
    )
    unsent = Need.objects.filter(status=NeedStatus.DRAFT, submitted_at=None)
    drafts = Q(matter__in=_named(unsent, poles))
    drafts |= Q(matter__in=_named(Offer.objects.filter(status=OfferStatus.DRAFT), poles))
    ours = ours.exclude(~Q(recipient=user) & drafts)
    left = left_to_others_by(user)
    return ours.exclude(~Q(recipient=user), matter__in=left) if left else ours


def _named(rows: QuerySet, poles: list[int]) -> QuerySet:
    """The matters of these rows of the pôles, as letters bear them."""
    noun = Value(f"{rows.model._meta.model_name}:")
    here = rows.filter(pole__in=poles).order_by()
    return here.annotate(named=Concat(noun, Cast("pk", CharField()))).values("named")
