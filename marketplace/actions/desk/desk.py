"""What coordinators do from their desk: take, hand over, chase, keep a filter. One verb, one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, Pole, User
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.desk.scope import Scope
from marketplace.models import (
    Chase,
    FollowUp,
    HandOver,
    Mission,
    Need,
    Note,
    Proposal,
    Referent,
    SavedFilter,
    Side,
    Tag,
)
from marketplace.models.desk.desk import followed_by, key_of
from marketplace.rules import audience, mission_roles, next_acts, parties

MOST_FILTERS = 20


@dataclass(frozen=True)
class Item:
    """A line of the desk as somebody saw it: what it is about, and who followed it then."""

    kind: str
    number: int
    seen: str
    row: Any
    subject: Any

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.number}:{self.seen}"

    @property
    def pole(self) -> Pole:
        return (self.subject.need if isinstance(self.subject, Mission) else self.subject).pole


# Where each kind's rows are, how to find their pôle, and what one takes charge of.
PLACES: dict[str, tuple[Any, str, str]] = {
    "need": (Need, "pole", ""),
    "alone": (Need, "pole", ""),
    "mission": (Mission, "need__pole", ""),
    "help": (FollowUp, "mission__need__pole", "mission"),
    "silence": (FollowUp, "mission__need__pole", "mission"),
    "proposal": (Proposal, "need__pole", "need"),
    "organisation": (Organisation, "pole", ""),
    "receipts": (Organisation, "pole", ""),
}


def find(key: str, scope: Scope) -> Item | None:
    """The item behind a key, for a coordinator of its pôle; None for anybody else, and for nonsense."""
    kind, _colon, rest = key.partition(":")
    number, _colon, seen = rest.partition(":")
    if kind not in PLACES or not (number.isascii() and number.isdigit()) or len(number) > 18:
        return None
    model, pole, about = PLACES[kind]
    row = model.objects.filter(pk=number, **{f"{pole}__in": scope.poles}).first()
    if row is None:
        return None
    return Item(kind, row.pk, seen, row, getattr(row, about) if about else row)


@transaction.atomic
def take(item: Item, *, by) -> None:
    """This one is mine: unless somebody else took it after the reader had looked."""
    row = _locked(item, by=by)
    if row.coordinator_id == by.pk:
        raise NotYet(_("It is yours already."))
    _give(row, person=by)
    if isinstance(row, Need) and item.seen.startswith("p"):
        before = int(item.seen[1:])
        letters.need_taken(row, before=before, by=by)


@transaction.atomic
def hand_over(item: Item, *, to, note: str, by) -> HandOver:
    """To a colleague, or to an operator as a whole; with a word, which they get by letter."""
    _require_of_the_pole(item, to)
    row = _locked(item, by=by)
    person, operator = (None, to) if isinstance(to, Organisation) else (to, None)
    if person and row.coordinator_id == person.pk:
        raise NotYet(_("%(who)s follows it already.") % {"who": person})
    _give(row, person=person, operator=operator)
    done = HandOver.objects.create(
        **{key_of(item.subject): item.subject},
        to_person=person,
        to_operator=operator,
        note=note,
        by=by,
    )
    letters.handed_over(done)
    return done


def _require_of_the_pole(item: Item, to: User | Organisation) -> None:
    """Whoever coordinates two pôles hands the lines of each over within it."""
    theirs = (
        to.pole_id == item.pole.pk if isinstance(to, Organisation) else to.coordinates(item.pole)
    )
    if not theirs:
        raise NotYet(
            _("%(who)s coordinates elsewhere: choose somebody of this pôle.") % {"who": to}
        )


def _locked(item: Item, *, by):
    """The row that says who follows it, held until we are done. Raises NotYet when it has changed."""
    if isinstance(item.subject, Organisation):
        Organisation.objects.select_for_update(no_key=True).get(pk=item.subject.pk)
        row = Referent.objects.get_or_create(organisation=item.subject)[0]
    else:
        model = type(item.subject)
        row = model.objects.select_for_update(no_key=True).get(pk=item.subject.pk)
    if followed_by(row) != item.seen and row.coordinator_id != by.pk:
        raise NotYet(_("Somebody was first: %(who)s follows it now.") % {"who": _name(row)})
    return row


def _name(row) -> str:
    return str(row.coordinator or row.operator or _("nobody"))


def _give(row, *, person=None, operator=None) -> None:
    row.coordinator, row.operator = person, operator
    row.save(update_fields=["coordinator", "operator"])


@transaction.atomic
def chase(item: Item, *, by) -> Chase:
    """Ask those who are silent for their answer; once a day, whichever coordinator clicks."""
    if isinstance(item.row, Proposal):
        people, field = _silent_in_proposal(item.row), "proposal"
    elif isinstance(item.row, Mission):
        people, field = _awaited_in_mission(item.row), "mission"
    else:
        raise NotYet(_("There is nobody to chase here: open it to see what it waits for."))
    if not people:
        raise NotYet(_("Nobody's answer is awaited any more."))
    now = timezone.now()
    made, created = Chase.objects.get_or_create(
        **{field: item.row}, day=timezone.localdate(now), defaults={"by": by, "at": now}
    )
    if not created:
        raise NotYet(
            _("%(who)s has already chased it today, at %(time)s.")
            % {"who": made.by, "time": timezone.localtime(made.at).strftime("%H:%M")}
        )
    letters.chased(made, people)
    return made


def _silent_in_proposal(proposal: Proposal) -> list:
    if not proposal.is_open:
        raise NotYet(_("It has been answered meanwhile."))
    return [
        person
        for side in Side
        if not proposal.has_yes_of(side)
        for person in audience.of_side(proposal, side)
    ]


def _awaited_in_mission(mission: Mission) -> list:
    """Those who have something to do. A manager has no account: the one who asked them does."""
    mission = (
        Mission.objects.with_course()
        .select_related("need__organisation", "offer__person", "offer__organisation")
        .get(pk=mission.pk)
    )
    found = {}
    for act in next_acts.acts(mission):
        for person in _people(act.who, mission):
            found[person.pk] = person
    return list(found.values())


def _people(who: str, mission: Mission) -> list:
    if who == mission_roles.NEED:
        return list(audience.structure(mission.need))
    if who == mission_roles.RECEIPTS:
        return [person for person, _capacity in parties.signatories(mission.need.organisation)]
    if party := next((one for one, role in mission_roles.SIGNERS.items() if role == who), None):
        return [person for person, _capacity in parties.signers(mission, party)]
    if who == mission_roles.COMPANY and mission.offer.organisation:
        return list(audience.in_charge_at(mission.offer.organisation))
    if who in {mission_roles.OFFER, mission_roles.COMES, mission_roles.MANAGER}:
        return list(audience.offering(mission.offer))
    return []


ACTS: dict[str, Callable[..., Any]] = {"take": take, "hand_over": hand_over, "chase": chase}


@transaction.atomic
def keep_filter(user, *, name: str, query: str) -> SavedFilter:
    """Under a name; the same name again replaces what it stood for."""
    kept = SavedFilter.objects.filter(user=user)
    if not kept.filter(name=name).exists() and kept.count() >= MOST_FILTERS:
        raise NotYet(_("Twenty filters at the most: remove one first."))
    return SavedFilter.objects.update_or_create(user=user, name=name, defaults={"query": query})[0]


def leave_to_operator(membership: Membership) -> None:
    """Whoever leaves an operator leaves what they followed to those who stay there."""
    operator, person = membership.organisation, membership.user
    if operator.kind != Organisation.Kind.OPERATOR:
        return
    for row in (Need, Mission, Referent):
        row._default_manager.filter(coordinator=person).update(coordinator=None, operator=operator)


def forget(person: User) -> None:
    """An account closes: what they followed is free again, what was said of them goes."""
    for row in (Need, Mission, Referent):
        row._default_manager.filter(coordinator=person).update(coordinator=None)
    for kept in (Note, Tag):
        kept._default_manager.filter(person=person).delete()
    SavedFilter.objects.filter(user=person).delete()
