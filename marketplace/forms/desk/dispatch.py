"""A dispatch rule as it is written: its conditions, to whom, and its place among the others."""

import hashlib
import json
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Pole, Seat
from accounts.states import SeatStatus
from marketplace.actions.desk import dispatch
from marketplace.models import DispatchRule, Format, SkillFamily, Welcome
from marketplace.models.desk.dispatch import CONDITIONS
from marketplace.rules.dispatch_reading import Labels, Rules

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

type Named = list[tuple[str, str]]
EVER_SEATED = (SeatStatus.SEATED, SeatStatus.LEAVING, SeatStatus.ENDED)


class AnyOf(forms.MultipleChoiceField):
    """Boxes of which none need be ticked. What a rule says although it is no choice any more is shown, and refused:
    a box that went away by itself would make the rule hold for everything."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, label: "StrOrPromise", unknown: "StrOrPromise", **kwargs: Any) -> None:
        errors = {"invalid_choice": unknown}
        super().__init__(label=label, required=False, error_messages=errors, **kwargs)
        self.accepted: Collection[str] = ()

    def offer(self, choices: Iterable[tuple[str, str]], *, kept: Iterable[tuple[str, str]]) -> None:
        choices = list(choices)
        self.accepted = {code for code, _name in choices}
        self.choices = choices + [pair for pair in kept if pair[0] not in self.accepted]

    def valid_value(self, value: Any) -> bool:
        return str(value) in self.accepted


class DispatchRuleForm(forms.Form):
    departments = AnyOf(
        gettext_lazy("Where"),
        gettext_lazy("“%(value)s” isn’t a département of this pôle: untick it."),
        help_text=gettext_lazy("The département of the need. Nothing ticked: all."),
    )
    families = AnyOf(
        gettext_lazy("Fields"),
        gettext_lazy("“%(value)s” is no field of our list: untick it."),
        help_text=gettext_lazy(
            "One of the skills asked for is of this field. Nothing ticked: all."
        ),
    )
    formats = AnyOf(
        gettext_lazy("Format"),
        gettext_lazy("“%(value)s” is no format of a need: untick it."),
        help_text=gettext_lazy("Nothing ticked: all."),
    )
    times = AnyOf(
        gettext_lazy("On whose time"),
        gettext_lazy("“%(value)s” isn’t among what a need welcomes: untick it."),
        help_text=gettext_lazy("What the need welcomes. Nothing ticked: all."),
    )
    doors = AnyOf(
        gettext_lazy("By whose door"),
        gettext_lazy("This door is of no operator of the pôle: untick it."),
        help_text=gettext_lazy(
            "The structure registered by the door of this operator. Nothing ticked: all, those who came by "
            "themselves too."
        ),
    )
    operator = forms.ChoiceField(
        label=gettext_lazy("To whom the need is entrusted"),
        error_messages={
            "invalid_choice": gettext_lazy("This organisation holds no seat in the pôle.")
        },
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Its place"),
        help_text=gettext_lazy("The first rule that holds decides."),
        error_messages={
            "invalid_choice": gettext_lazy("There is no such place among the rules: choose again.")
        },
    )

    def __init__(
        self, *args: Any, pole: Pole, rules: Rules, row: DispatchRule | None, **kwargs: Any
    ) -> None:
        self.pole, self.rules, self.before = pole, rules, row
        self.others = [one for one in rules.rows if one != row]
        kwargs["initial"] = _initial(row, rules)
        super().__init__(*args, **kwargs)
        self._offer_conditions(Labels.of([row] if row else []))
        seated = Organisation.objects.filter(pk__in=rules.seated).order_by("name", "pk")
        self.operators = {str(one.pk): one for one in seated}
        named = [(pk, one.name) for pk, one in self.operators.items()]
        self.fields["operator"].choices = [("", "—"), *named]  # type: ignore[attr-defined]
        self.fields["place"].choices = self._places()  # type: ignore[attr-defined]

    def _offer_conditions(self, kept: Labels) -> None:
        ever = Seat.objects.filter(pole=self.pole, status__in=EVER_SEATED).values("operator")
        doors = Organisation.objects.filter(pk__in=ever).order_by("name", "pk")
        offered: dict[str, tuple[Named, Named]] = {
            "departments": (
                [(one.pk, one.name) for one in self.pole.departments.all()],
                list(kept.departments.items()),
            ),
            "families": ([(one.code, one.label) for one in SkillFamily.objects.all()], []),
            "formats": ([(code, str(name)) for code, name in Format.choices], []),
            "times": ([(code, str(name)) for code, name in Welcome.choices], []),
            "doors": (
                [(str(one.pk), one.name) for one in doors],
                [(str(pk), name) for pk, name in kept.doors.items()],
            ),
        }
        for name, (choices, also) in offered.items():
            field = self.fields[name]
            assert isinstance(field, AnyOf)
            field.offer(choices, kept=also)

    def _places(self) -> Named:
        labels = Labels.of(self.others)
        before = [
            (str(n), _("before “%(rule)s”") % {"rule": labels.words(one)})
            for n, one in enumerate(self.others, start=1)
        ]
        return [*before, (str(len(self.others) + 1), _("the last one"))]

    @property
    def row(self) -> DispatchRule:
        """The rule as it is typed, with its own number when it is there already."""
        said = {name: sorted(self.cleaned_data[name]) for name in CONDITIONS}
        said["doors"] = sorted(int(number) for number in self.cleaned_data["doors"])
        number = self.before.pk if self.before else None
        operator = self.operators[self.cleaned_data["operator"]]
        return DispatchRule(pk=number, pole=self.pole, operator=operator, **said)

    def clean(self) -> dict[str, Any]:
        if self.errors:
            return self.cleaned_data
        self.changed = self.row
        at = int(self.cleaned_data["place"]) - 1
        self.rows = [*self.others[:at], self.changed, *self.others[at:]]
        if twin := next((one for one in self.others if _says_the_same(one, self.changed)), None):
            said = {"place": self.rules.rows.index(twin) + 1, "rule": Labels.of([twin]).words(twin)}
            words = _(
                "Rule %(place)s has the same conditions already: “%(rule)s”. Change that one."
            )
            self.add_error("departments", words % said)
        elif why := dispatch.why_not(
            self.rules, self.rules.with_rows(self.rows), changed=self.changed
        ):
            self.add_error("place", why)
        return self.cleaned_data

    @property
    def signature(self) -> str:
        """A short text that changes with what is typed."""
        said = [self.changed.conditions, self.changed.operator_id, self.cleaned_data["place"]]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:20]


def _initial(row: DispatchRule | None, rules: Rules) -> dict[str, Any]:
    if row is None:
        return {"place": str(len(rules.rows) + 1)}
    said = {name: [str(one) for one in getattr(row, name)] for name in CONDITIONS}
    return said | {"operator": str(row.operator_id), "place": str(rules.rows.index(row) + 1)}


def _says_the_same(one: DispatchRule, other: DispatchRule) -> bool:
    return one.conditions == other.conditions
