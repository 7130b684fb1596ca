"""A list of costs that human resources send: the cost of an hour of a mission, or of what somebody does alone. What it says of
money rests encrypted, in its lines too."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from common.tables import Line
from marketplace.actions.documents import costs, estimates
from marketplace.actions.market.employee_lists import House
from marketplace.actions.refusals import NotYet
from marketplace.documents import sealing
from marketplace.models import HourCost, Import, ImportLine, Mission
from marketplace.rules import cost_lists, permissions
from marketplace.rules.cost_lists import COST, MISSION
from marketplace.rules.people_lists import EMAIL, Columns, Person

Outcome = ImportLine.Outcome
NO_COLUMN = "no-cost-column"


class Costs:
    no_column = NO_COLUMN

    def columns(self, lines: list[Line]) -> Columns:
        return cost_lists.columns_of(lines)

    def read(self, columns: Columns) -> list[Person]:
        return cost_lists.lines_of(columns)

    def check(self, table: Import, persons: list[Person]) -> list[ImportLine]:
        """Each line with the missions that it is about: one by its number, or those that somebody does alone. A mission is
        on one line, the first."""
        world = _World(table)
        lines, seen = [], dict[int, int]()
        for at, one in enumerate(persons):
            missions = [] if one.faults else world.missions_of(one)
            for mission in missions:
                if mission.pk in seen:
                    one.wrong(MISSION, "said-above", line=seen[mission.pk])
                    break
            line = ImportLine(table=table, position=at, number=one.number, typed=_sealed(one.typed))
            line.faults = one.faults
            line.outcome, line.note = Outcome.FAULT, ""
            if not one.faults:
                seen |= {mission.pk: one.number for mission in missions}
                line.said = {"missions": [mission.pk for mission in missions]}
                line.said[COST] = sealing.hide(Decimal(one.said[COST]))
                line.outcome = world.outcome(missions, Decimal(one.said[COST]))
            lines.append(line)
        return lines

    def carry_out(self, line: ImportLine, *, now: datetime) -> None:
        """Keep the cost for the missions that may still be valued. Raises NotYet."""
        company, by = line.table.organisation, line.table.by
        company.refresh_from_db(fields=["status"])
        if not permissions.can_see_costs(by, company):
            raise NotYet(_("You may no longer enter costs there."))
        missions = list(costs.to_value(company).filter(pk__in=line.said["missions"]))
        if not missions:
            raise NotYet(_("It can no longer be valued."))
        rows = HourCost.objects.filter(mission__in=missions)
        before = dict(rows.values_list("mission", "sealed"))
        line.before = {str(mission.pk): before.get(mission.pk, "") for mission in missions}
        for mission in missions:
            costs.write(mission, line.said[COST], by=by)

    def undo(self, line: ImportLine, *, now: datetime) -> None:
        """Give back what was there, where it is still as the list has written it. What was declared stands."""
        for pk, before in line.before.items():
            row = HourCost.objects.filter(mission=int(pk), sealed=line.said[COST]).first()
            if row is None:
                continue
            if before:
                row.sealed, row.entered_by = before, line.table.undone_by or line.table.by
                row.save(update_fields=["sealed", "entered_by"])
            else:
                row.delete()


class _World:
    """The missions that may be valued and who does them: read once."""

    def __init__(self, table: Import) -> None:
        company = table.organisation
        self.missions = costs.to_value(company).select_related("offer").in_bulk()
        self.own = estimates.own_costs(self.missions.values())
        self.members = {email: member.user_id for email, member in House(company).members.items()}
        self.alone: dict[int, list[Mission]] = defaultdict(list)
        for mission in self.missions.values():
            if mission.offer.person_id is not None:
                self.alone[mission.offer.person_id].append(mission)

    def missions_of(self, one: Person) -> list[Mission]:
        """Those that a line is about; what is wrong with it is said on it."""
        person = self.members.get(one.said.get(EMAIL, ""))
        if MISSION in one.said:
            mission = self.missions.get(int(one.said[MISSION]))
            if mission is None:
                one.wrong(MISSION, "not-yours")
            elif EMAIL in one.said and mission.offer.person_id != person:
                one.wrong(EMAIL, "somebody-else")
            else:
                return [mission]
            return []
        if person is None:
            one.wrong(EMAIL, "unknown")
            return []
        if not self.alone[person]:
            one.wrong(EMAIL, "no-mission")
        return sorted(self.alone[person], key=lambda mission: mission.pk)

    def outcome(self, missions: list[Mission], cost: Decimal) -> str:
        before = [self.own.get(mission.pk) for mission in missions]
        if all(one == cost for one in before):
            return Outcome.LEAVE
        return Outcome.MAKE if not any(before) else Outcome.CHANGE


def _sealed(typed: dict[str, str]) -> dict[str, str]:
    """What was typed, the cost encrypted."""
    hidden = sealing.hide_bytes(typed.get(COST, "").encode()).decode()
    return {**typed, COST: hidden} if COST in typed else typed


def typed_cost(line: ImportLine) -> str:
    """What was typed in the column of the cost, for human resources alone; empty when it can't be decrypted any more."""
    try:
        return sealing.reveal_bytes(line.typed.get(COST, "").encode()).decode()
    except sealing.Unreadable:
        return ""
