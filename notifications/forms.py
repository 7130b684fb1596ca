"""The form for a person's letters: how often, when, in which language; and the day to which held letters are put off."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications.models import Habits, Pace, Person
from notifications.rules import Family, families, rules

FURTHEST = timedelta(days=30)  # a letter isn't put off for longer
EIGHT = time(8)


class HabitsForm(forms.ModelForm):
    language = forms.ChoiceField(
        label=_("Language of your letters and of the site"), choices=settings.LANGUAGES
    )

    class Meta:
        model = Habits
        fields = ["quiet_from", "quiet_until"]
        labels = {"quiet_until": pgettext_lazy("hour", "until")}
        widgets = {
            name: forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            for name in ("quiet_from", "quiet_until")
        }

    def __init__(self, *args: Any, user: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["language"].initial = user.language
        self.chosen_by_reader = [
            family
            for family in families()
            if choices_of(family) and (family.is_for is None or family.is_for(user))
        ]
        for family in self.chosen_by_reader:
            self.fields[f"pace_{family.code}"] = forms.ChoiceField(
                label=family.label,
                help_text=family.help,
                choices=choices_of(family),
                initial=self.instance.pace_of(family.code, family.default),
            )

    @property
    def pace_fields(self) -> list[forms.BoundField]:
        return [self[f"pace_{family.code}"] for family in self.chosen_by_reader]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if (begins is None) != (ends is None):
            self.add_error(
                "quiet_until" if ends is None else "quiet_from",
                _("Say both when the quiet begins and when it ends."),
            )
        return cleaned

    @transaction.atomic
    def save(self, commit: bool = True) -> Habits:
        self.instance.paces |= {
            family.code: self.cleaned_data[f"pace_{family.code}"]
            for family in self.chosen_by_reader
        }
        self.user.language = self.cleaned_data["language"]
        self.user.save(update_fields=["language"])
        said = {name: getattr(self.instance, name) for name in ("paces", *self.Meta.fields)}
        for code, pace in self.instance.paces.items():
            if pace == Pace.OFF:
                rules().stopped(self.user, code)
        return Habits.objects.update_or_create(user=self.user, defaults=said)[0]


def choices_of(family: Family) -> list[tuple[str, Any]]:
    """The paces that may be chosen for this family; empty when there is no choice."""
    allowed = [Pace.EACH]
    if family.may_wait:
        allowed += [Pace.DAILY, Pace.WEEKLY]
    if family.may_be_off:
        allowed.append(Pace.OFF)
    return [(pace.value, pace.label) for pace in allowed] if len(allowed) > 1 else []


class PutOffForm(forms.Form):
    """The day on which letters that are held leave, at eight."""

    day = forms.DateField(
        label=_("On which day?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_day(self) -> date:
        day, today = self.cleaned_data["day"], timezone.localdate()
        if not today < day <= today + FURTHEST:
            last = today + FURTHEST
            raise forms.ValidationError(
                _("Give a day from tomorrow to %(last)s."), params={"last": date_format(last)}
            )
        return day

    @property
    def until(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], EIGHT))
