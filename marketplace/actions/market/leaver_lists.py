"""A list of people who have left: each is taken out as an administrator would do it by hand. What they do on their own time
is neither read nor touched."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.actions import invitations
from accounts.models import Membership
from marketplace.actions.market import people
from marketplace.actions.market.employee_lists import House, People, called
from marketplace.actions.refusals import NotYet
from marketplace.models import Import, ImportLine, Mission
from marketplace.rules.people_lists import EMAIL, Person, sentence

Outcome = ImportLine.Outcome


class Leavers(People):
    def check(self, table: Import, persons: list[Person]) -> list[ImportLine]:
        """Each line with who it is: found by the address, or by a name that nobody else bears."""
        house = House(table.organisation)
        named: dict[str, list[Membership]] = {}
        for member in house.by_user.values():
            named.setdefault(called(str(member.user)), []).append(member)
        lines, seen = [], set()
        for at, one in enumerate(persons):
            line = ImportLine(table=table, position=at, number=one.number, typed=one.typed)
            self._find(line, one, house, named)
            self._judge(line, one, house)
            who = line.membership or line.invitation
            if who is not None and who in seen:
                line.outcome, line.note = Outcome.LEAVE, "said-above"
            seen |= {who}
            line.said, line.faults = one.said, one.faults
            lines.append(line)
        return lines

    def _find(
        self, line: ImportLine, one: Person, house: House, named: dict[str, list[Membership]]
    ) -> None:
        if email := one.said.get(EMAIL):
            line.membership = house.members.get(email)
            line.invitation = None if line.membership else house.invited.get(email)
        elif one.called and EMAIL not in one.typed:
            found = named.get(called(one.called), [])
            if len(found) > 1:
                one.typed["last_name"] = one.called
                one.wrong("last_name", "homonyms")
            line.membership = found[0] if len(found) == 1 else None
        elif EMAIL not in one.typed:
            one.wrong(EMAIL, "no-one-named")

    def _judge(self, line: ImportLine, one: Person, house: House) -> None:
        member = line.membership
        if member is not None and member.user_id == line.table.by_id:
            one.wrong(EMAIL, "oneself")
        elif member is not None and house.is_last_administrator(member):
            one.wrong(EMAIL, "last-administrator")
        elif member is None and line.invitation is None and not one.faults:
            line.outcome, line.note = Outcome.LEAVE, "unknown"
            return
        blocking = [fault for fault in one.faults if fault[1] in STOPPING or fault[0] == EMAIL]
        line.outcome = Outcome.FAULT if blocking else Outcome.MAKE
        line.note = "invited" if line.invitation else ""

    def carry_out(self, line: ImportLine, *, now: datetime) -> None:
        """Take somebody out, or withdraw their invitation. Raises Refusal. Whoever carries the list out need not be who
        has sent it, and may be on it."""
        house, by = line.table.organisation, line.table.by
        if not by.administers(house):
            raise NotYet(_("You no longer administer %(organisation)s.") % {"organisation": house})
        if line.membership is not None and line.membership.user_id == by.pk:
            raise NotYet(sentence("oneself", {}))
        if line.invitation is not None:
            invitations.withdraw(line.invitation, now=now)
        elif line.membership is None:
            raise NotYet(sentence("unknown", {}))
        else:
            people.remove(line.membership, by=by, now=now)
            line.membership = None

    def undo(self, line: ImportLine, *, now: datetime) -> None:
        """Nobody who has left is brought back by a click (`Import.may_be_undone`)."""


STOPPING = {"homonyms", "no-one-named"}


def missions_of(table: Import) -> dict[int, int]:
    """How many missions on its time are under way for each of those who would leave, by the number of their account."""
    theirs = table.lines.filter(outcome=Outcome.MAKE, membership__isnull=False)
    live = Mission.objects.live().filter(
        offer__organisation=table.organisation,
        offer__time="WORK",
        offer__person__in=theirs.values("membership__user"),
    )
    counts: dict[int, int] = {}
    for number in live.values_list("offer__person", flat=True):
        counts[number] = counts.get(number, 0) + 1
    return counts
