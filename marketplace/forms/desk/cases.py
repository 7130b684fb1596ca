"""The forms of a case: opening it, passing it on, noting what was done, closing it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Pole, User
from marketplace.forms.fields import field_of
from marketplace.models import Case, CaseEntry
from marketplace.rules import absences


class CaseNoteForm(forms.Form):
    KINDS = (
        CaseEntry.Kind.CALL,
        CaseEntry.Kind.LETTER,
        CaseEntry.Kind.MEETING,
        CaseEntry.Kind.NOTE,
    )
    kind = forms.ChoiceField(
        label=_("What was done"), choices=[(kind.value, kind.label) for kind in KINDS]
    )
    words = forms.CharField(
        label=_("In a few words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by the pôle’s coordinators only."),
    )


class CaseAssignForm(forms.Form):
    to = forms.ModelChoiceField(label=_("Who takes charge"), queryset=User.objects.none())
    words = forms.CharField(label=_("A word with it"), max_length=1000, required=False)

    def __init__(self, *args: Any, people: QuerySet[User], pole: Pole, **kwargs: Any) -> None:
        """Who is away is said to be, and who answers meanwhile."""
        super().__init__(*args, **kwargs)
        field = field_of(self, "to", forms.ModelChoiceField)
        field.queryset = people
        away = absences.away_in([pole.pk])
        field.label_from_instance = lambda one: (  # type: ignore[method-assign, assignment]
            f"{one} – {away[one.pk, pole.pk].words}" if (one.pk, pole.pk) in away else str(one)
        )


class CaseCloseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("How does it end?"), choices=Case.Outcome.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("In a few words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CaseOpenForm(forms.Form):
    words = forms.CharField(
        label=_("What is the matter?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by the pôle’s coordinators only."),
    )
