"""The forms of visits: when a coordinator is free, the three times of an invitation, and what becomes of it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.actions.desk.visits import Place
from marketplace.forms.fields import DateInput, field_of
from marketplace.models import FreeTime, Visit
from marketplace.models.desk.visits import TIMES
from marketplace.rules import visits

LONGEST = timedelta(days=400)
LENGTHS = (30, 45, 60, 90, 120, 180)
ONCE = "once"
EARLIEST, LATEST = 7, 21  # o'clock: nobody is visited at night
ISO = "%Y-%m-%dT%H:%M"


class TimeInput(forms.TimeInput):
    input_type = "time"


class LocalDateTime(forms.DateTimeInput):
    """The browser's own calendar and clock; by the wall's clock here."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=ISO)


class FreeTimeForm(forms.Form):
    when = forms.ChoiceField(
        label=_("Which day"),
        choices=[*FreeTime.Weekday.choices, (ONCE, _("one day only, below"))],
        initial=FreeTime.Weekday.MONDAY,
    )
    day = forms.DateField(label=_("One day only"), widget=DateInput, required=False)
    begins = forms.TimeField(label=_("Begins at"), widget=TimeInput(format="%H:%M"))
    ends = forms.TimeField(label=_("Ends at"), widget=TimeInput(format="%H:%M"))

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        today = timezone.localdate()
        if day and day < today:
            raise forms.ValidationError(_("This day is over."))
        if day and day - today > LONGEST:
            raise forms.ValidationError(_("That is more than a year ahead: check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        begins, ends = said.get("begins"), said.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("The end would come before the beginning."))
        elif begins and ends and (begins.hour < EARLIEST or ends.hour > LATEST):
            self.add_error("begins", _("Choose hours between 7:00 and 21:59."))
        if not said.get("day") and said.get("when") == ONCE and "day" not in self.errors:
            self.add_error("day", _("Choose a day of the week, or write a date."))
        return said

    @property
    def weekday(self) -> int | None:
        """A date counts before a day of the week."""
        said = self.cleaned_data
        return None if said["day"] else int(said["when"])


def _lengths() -> list[tuple[int, str]]:
    return [(n, gettext("%(n)s minutes") % {"n": n}) for n in LENGTHS]


class LengthForm(forms.Form):
    """How long a visit is, which decides what times are proposed."""

    minutes = forms.TypedChoiceField(
        label=_("How long"),
        choices=_lengths,
        coerce=int,
        initial=60,
    )


class Times(forms.MultipleChoiceField):
    """Asked for, though none may be ticked: the form counts those written by hand as well."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class InviteForm(forms.Form):
    times = Times(
        label=_("Times at which you are free"),
        help_text=_("Tick three of them, or write others by hand."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("One of these times is no longer free: choose another.")
        },
    )
    first = forms.DateTimeField(label=_("Another time"), required=False, widget=LocalDateTime)
    second = forms.DateTimeField(label=_("Another time"), required=False, widget=LocalDateTime)
    third = forms.DateTimeField(label=_("Another time"), required=False, widget=LocalDateTime)
    how = forms.ChoiceField(
        label=_("How you meet"),
        choices=Visit.How,
        initial=Visit.How.THERE,
        widget=forms.RadioSelect,
    )
    where = forms.CharField(
        label=_("Where"),
        required=False,
        max_length=300,
        help_text=_("An address, a link or a number. Left empty, at their own address."),
    )
    word = forms.CharField(
        label=_("A word with it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you would like to see or to hear."),
    )
    minutes = forms.TypedChoiceField(
        choices=[(n, n) for n in LENGTHS], coerce=int, widget=forms.HiddenInput, initial=60
    )
    BY_HAND = ("first", "second", "third")

    def __init__(self, *args: Any, free: Iterable[datetime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(timezone.localtime(at).strftime(ISO), visits.in_words(at)) for at in free]
        field_of(self, "times", Times).choices = found
        if not found:
            del self.fields["times"]
            for name in self.BY_HAND:
                self.fields[name].required, self.fields[name].label = True, _("A time")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and len(self.chosen) != TIMES:
            field = "times" if "times" in self.fields else "first"
            self.add_error(field, _("Choose three times: one of them will suit."))
        if said.get("how") in {Visit.How.VIDEO, Visit.How.PHONE} and not said.get("where"):
            self.add_error("where", _("Write the link, or the number that one calls."))
        return said

    @property
    def chosen(self) -> list[datetime]:
        ticked = [_at(said) for said in self.cleaned_data.get("times") or ()]
        by_hand = [self.cleaned_data.get(name) for name in self.BY_HAND]
        return sorted({*ticked, *(at for at in by_hand if at)})

    @property
    def place(self) -> Place:
        said = self.cleaned_data
        return Place(said["how"], said["where"], said["minutes"], said["word"])


def _at(said: str) -> datetime:
    return timezone.make_aware(datetime.strptime(said, ISO))


class MoveForm(forms.Form):
    """Another time: one of those at which the coordinator is free or, for themselves, any other."""

    time = forms.ChoiceField(
        label=_("Another time"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("This time is no longer free: choose another.")},
    )
    at = forms.DateTimeField(label=_("Or by hand"), required=False, widget=LocalDateTime)

    def __init__(self, *args: Any, free: Iterable[datetime], by_hand: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(timezone.localtime(at).strftime(ISO), visits.in_words(at)) for at in free]
        field_of(self, "time", forms.ChoiceField).choices = found
        if not by_hand:
            del self.fields["at"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not (said.get("time") or said.get("at")):
            self.add_error("time", _("Choose a time."))
        return said

    @property
    def to(self) -> datetime:
        at: datetime | None = self.cleaned_data.get("at")
        return at or _at(self.cleaned_data["time"])


class WordForm(forms.Form):
    word = forms.CharField(
        label=_("A word with it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The other side reads it."),
    )


class TookPlaceForm(forms.Form):
    note = forms.CharField(
        label=_("What you saw and heard"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A note that only the coordinators of the pôle read."),
    )
    is_read = forms.BooleanField(
        label=_("The need was read there: begin its sheet with this visit"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, may_read: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_read:
            del self.fields["is_read"]
