"""The forms of an absence: who is away, from when to when, and who answers meanwhile; and of a take-over."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Pole, User, poles_of
from common.dates import period
from marketplace.forms.fields import DateInput, field_of
from marketplace.models import Absence
from marketplace.models.desk.absences import AbsenceQuerySet
from marketplace.rules import permissions
from marketplace.rules.absences import Away

LONGEST = timedelta(days=730)


def coordinators_in(poles: QuerySet[Pole]) -> QuerySet[User]:
    """All who coordinate one of these pôles."""
    ours = User.objects.none()
    for pole in poles:
        ours |= User.objects.filter(
            pk__in=Membership.objects.coordinating(pole).people().values("pk")
        )
    return ours.order_by("last_name", "first_name")


class _StandInForm(forms.Form):
    last_day = forms.DateField(label=_("Until and including"), widget=DateInput)
    stand_in = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who answers meanwhile?"),
        required=False,
        empty_label=_("Nobody yet: all who coordinate are told"),
        help_text=_("They get a letter, and may say that they can’t."),
    )

    known: AbsenceQuerySet  # the absences that count here, and that whoever fills this in may read

    def _offer(self, people: QuerySet[User]) -> None:
        field_of(self, "stand_in", forms.ModelChoiceField).queryset = people

    def _check(self, person: User, first: date | None) -> None:
        """The days, and that whoever answers is there on them."""
        last, stand_in = self.cleaned_data.get("last_day"), self.cleaned_data.get("stand_in")
        if last and last < timezone.localdate():
            self.add_error("last_day", _("This day is over: write the last day away."))
        elif last and first and last < first:
            self.add_error("last_day", _("It would end before it begins."))
        elif last and last - timezone.localdate() > LONGEST:
            self.add_error("last_day", _("That is more than two years ahead: check the year."))
        if stand_in is None:
            return
        if stand_in == person:
            self.add_error("stand_in", _("Choose somebody else: nobody answers for themselves."))
        elif first and last and last >= first and "last_day" not in self.errors:
            self._is_there(stand_in, first, last)

    def _is_there(self, stand_in: User, first: date, last: date) -> None:
        away = self.known.filter(person=stand_in).between(first, last).first()
        if away:
            self.add_error(
                "stand_in",
                _("%(who)s is away too, %(when)s: choose somebody else.")
                % {"who": stand_in, "when": period(away.first_day, away.last_day)},
            )


class AbsenceForm(_StandInForm):
    person = forms.ModelChoiceField(User.objects.none(), label=_("Who is away?"), empty_label=None)
    first_day = forms.DateField(label=_("From"), widget=DateInput)
    field_order = ("person", "first_day", "last_day", "stand_in")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = Absence.objects.visible_to(by)
        people = permissions.may_be_said_away_by(by).order_by("last_name", "first_name")
        field_of(self, "person", forms.ModelChoiceField).queryset = people
        self._offer(coordinators_in(poles_of(by)))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, person = said.get("first_day"), said.get("person")
        if first and abs(first - timezone.localdate()) > LONGEST:
            self.add_error("first_day", _("That is more than two years away: check the year."))
            first = None
        if person:
            self._check(person, first)
        return self.cleaned_data


class AbsenceChangeForm(_StandInForm):
    def __init__(self, *args: Any, absence: Absence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.absence = absence
        self.known = Absence.objects.filter(pole=absence.pole_id)
        self.initial = {"last_day": absence.last_day, "stand_in": absence.stand_in_id}
        ours = coordinators_in(Pole.objects.filter(pk=absence.pole_id))
        self._offer(ours.exclude(pk=absence.person_id))

    def clean(self) -> dict[str, Any]:
        super().clean()
        self._check(self.absence.person, self.absence.first_day)
        return self.cleaned_data


class TakeoverForm(forms.Form):
    """To whom all of it goes, or what is ticked of it."""

    ALL, TICKED = "all", "ticked"
    to = forms.ModelChoiceField(
        User.objects.none(), label=_("Who follows it from now on?"), empty_label=None
    )
    what = forms.ChoiceField(
        label=_("What?"),
        choices=[(ALL, _("All of it")), (TICKED, _("Only what I tick"))],
        widget=forms.RadioSelect,
        initial=ALL,
    )
    note = forms.CharField(
        label=_("A word with it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "What has been said and done, and what is promised. Only coordinators read it."
        ),
    )

    def __init__(
        self,
        *args: Any,
        person: User,
        by: User,
        among: QuerySet[User],
        away: Mapping[int, Away],
        **kwargs: Any,
    ) -> None:
        """`among` are all who may. Who is away is said to be, and who answers meanwhile."""
        super().__init__(*args, **kwargs)
        field = field_of(self, "to", forms.ModelChoiceField)
        field.queryset = among.exclude(pk=person.pk)
        field.choices = [
            (one.pk, f"{one} – {away[one.pk].words}" if one.pk in away else str(one))
            for one in among
            if one.pk != person.pk
        ]
        self.initial.setdefault("to", by.pk)
