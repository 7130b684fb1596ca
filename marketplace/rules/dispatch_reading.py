"""What the rule engine asks, read from the database: a pôle's rules, those that hold nothing now, a need's facts."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department, Organisation, Pole
from marketplace.models import DispatchRule, Format, Need, NeedSkill, Skill, SkillFamily, Welcome
from marketplace.models.desk.dispatch import CONDITIONS
from marketplace.rules.dispatch import Facts, Rule

TRIED_ON = timedelta(days=365)


def as_rule(row: DispatchRule) -> Rule:
    return Rule(
        row.operator_id,
        department=frozenset(row.departments),
        families=frozenset(row.families),
        format=frozenset(row.formats),
        time=frozenset(row.times),
        door=frozenset(row.doors),
    )


@dataclass(frozen=True)
class Rules:
    """The rules of a pôle in their order, and which operators hold a seat there today: a rule for another one holds
    no need."""

    rows: Sequence[DispatchRule]
    seated: frozenset[int]

    @classmethod
    def of(cls, pole: Pole) -> Self:
        seated = Organisation.objects.seated_in(pole).order_by().values_list("pk", flat=True)
        rows = DispatchRule.objects.filter(pole=pole).select_related("operator", "changed_by")
        return cls(list(rows.order_by("position")), frozenset(seated))

    def with_rows(self, rows: Sequence[DispatchRule]) -> "Rules":
        return Rules(rows, self.seated)

    @property
    def live(self) -> list[DispatchRule]:
        return [row for row in self.rows if row.operator_id in self.seated]

    @property
    def seal(self) -> str:
        """A short text that changes with the rules, their order, and who holds a seat."""
        said = [
            [r.pk, r.operator_id, r.operator_id in self.seated, r.conditions] for r in self.rows
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Labels:
    """The names of what rules are made of, in the reader's language."""

    departments: dict[str, str]
    families: dict[str, str]
    doors: dict[int, str]

    @classmethod
    def of(cls, rows: Iterable[DispatchRule]) -> Self:
        rows = list(rows)
        said = {name: {code for row in rows for code in getattr(row, name)} for name in CONDITIONS}
        departments = Department.objects.filter(pk__in=said["departments"])
        families = SkillFamily.objects.filter(code__in=said["families"])
        doors = Organisation.objects.filter(pk__in=said["doors"]) if said["doors"] else ()
        return cls(
            {one.pk: one.name for one in departments},
            {one.code: one.label for one in families},
            {one.pk: one.name for one in doors},
        )

    def conditions(self, row: DispatchRule) -> str:
        """« Nord · Numérique · plusieurs mois »."""
        doors = _one_of(self.doors, row.doors)
        parts = [
            _one_of(self.departments, row.departments),
            _one_of(self.families, row.families),
            _one_of(dict(Format.choices), row.formats),
            _one_of(dict(Welcome.choices), row.times),
            doors and _("come through %(door)s") % {"door": doors},
        ]
        return " · ".join(part for part in parts if part) or _("all needs")

    def words(self, row: DispatchRule) -> str:
        return f"{self.conditions(row)} → {row.operator}"


def _one_of(names: dict, codes: Iterable) -> str:
    said = [str(names.get(code, code)) for code in codes]
    either = _("%(first)s or %(last)s")
    return either % {"first": ", ".join(said[:-1]), "last": said[-1]} if said[1:] else "".join(said)


def family_of_each() -> dict[int, str]:
    """The codes of the families of all skills, by the numbers of these."""
    return dict(Skill.objects.order_by().values_list("pk", "family__code"))


def facts_of(needs: QuerySet[Need], family_of: Mapping[int, str] | None = None) -> dict[int, Facts]:
    """The facts of these needs, by their numbers, in three questions; in two where `family_of_each` is known."""
    rows = needs.order_by().values_list(
        *("pk", "commune__department", "format", "time", "organisation__came_through")
    )
    families: dict[int, set[str]] = {}
    family_of = family_of or family_of_each()
    asked = NeedSkill.objects.filter(need__in=needs.order_by().values("pk")).order_by()
    for need, skill in asked.values_list("need", "skill"):
        families.setdefault(need, set()).add(family_of[skill])
    return {
        need: Facts(department, frozenset(families.get(need, ())), form, time, door)
        for need, department, form, time, door in rows
    }


def of_last_year(pole: Pole) -> QuerySet[Need]:
    """What was handed in to the pôle in the last twelve months: rules are tried on it."""
    since = timezone.localtime() - TRIED_ON
    return Need.objects.filter(pole=pole, submitted_at__gte=since)
