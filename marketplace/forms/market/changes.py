"""One change to a need that is there already: what a single condition given up would be, with nothing else asked."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.dates import spoken
from marketplace.forms.market import skills, suggested
from marketplace.forms.market.skills import Chosen
from marketplace.forms.period import PeriodMixin
from marketplace.models import Level, Need, Place, Welcome

DATES = ("starts_on", "ends_on")
OF_SKILLS = ("level", "welcome")
LABELS: dict[str, Any] = {
    "place": gettext_lazy("Where"),
    "time": gettext_lazy("On whose time"),
    "starts_on": gettext_lazy("From"),
    "ends_on": gettext_lazy("Until"),
}


class SeenForm(forms.Form):
    """What the page of a change sends back: when the need had been changed last, for a second click to find."""

    seen = forms.CharField(widget=forms.HiddenInput)


class ChangeForm(PeriodMixin, forms.ModelForm):
    """The need with the change that an address asks for (forms/suggested.py); `seen` as in SeenForm."""

    seen = forms.CharField()

    class Meta:
        model = Need
        fields = list(LABELS)

    def __init__(self, asked: QueryDict, *, need: Need, seen: str | None = None) -> None:
        self._was_undated = need.is_undated
        self.before = {name: getattr(need, name) for name in LABELS}
        self.wanted = list(need.wanted.select_related("skill"))
        values = {name: value for name, value in suggested.fields(asked).items() if name in LABELS}
        picker = skills.from_rows(self.wanted)
        suggested.skills(_of_skills(asked), picker)
        self.chosen: list[Chosen] = picker.chosen
        data: Mapping[str, Any] = {**self.before, **values, "seen": seen or _stamp(need)}
        super().__init__(data, instance=need)
        asks_dates = not need.is_undated or set(DATES) & set(values)
        unasked = set() if asks_dates else set(DATES)
        kept = [name for name in (*LABELS, "seen") if name not in unasked]
        self.fields = {name: self.fields[name] for name in kept}

    def clean_seen(self) -> str:
        if (seen := self.cleaned_data["seen"]) != _stamp(self.instance):
            raise forms.ValidationError(_("This need has just been changed: look at it again."))
        return seen

    def kept(self) -> Need:
        need = self.instance
        if set(DATES) & set(self.changed):
            need.is_undated = False
        return need

    def save_m2m(self) -> None:
        """None of its fields holds several."""

    @property
    def to_send(self) -> SeenForm:
        return SeenForm(initial={"seen": _stamp(self.instance)})

    @property
    def changed(self) -> list[str]:
        asked = [name for name in LABELS if name in self.fields]
        return [name for name in asked if self.cleaned_data.get(name) != self.before[name]]

    def told(self) -> Iterator[str]:
        """What changes: before, then after; nothing where the need says so already."""
        for name in self.changed:
            before, after = self.before[name], self.cleaned_data[name]
            said = {"before": self._said(name, before), "after": self._said(name, after)}
            if self._was_undated and name in DATES:
                said["before"] = _("whenever suits you")
            yield _("%(what)s: %(before)s → %(after)s") % {"what": LABELS[name], **said}
        for row, then in zip(self.wanted, self.chosen, strict=True):
            before, after = _held(row.level, row.required), _held(then.level, then.required)
            if before != after:
                said = {"what": str(row.skill), "before": before, "after": after}
                yield _("%(what)s: %(before)s → %(after)s") % said

    def _said(self, name: str, value: Any) -> str:
        if name in ("place", "time"):
            return str((Place if name == "place" else Welcome)(value).label)
        return spoken(value, "j F Y")


def _of_skills(asked: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in OF_SKILLS:
        kept[name] = asked.get(name, "")
    return kept


def _held(level: int, required: bool) -> str:
    words = _("%(level)s, required") if required else _("%(level)s, welcome")
    return words % {"level": Level(level).label}


def _stamp(need: Need) -> str:
    return need.updated_at.isoformat()
