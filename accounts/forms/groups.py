"""The form in which an organisation looks for the head of its group."""

from typing import Any, NamedTuple

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import groups
from accounts.models import Organisation
from accounts.models.organisations import OrganisationQuerySet
from accounts.numbers import compact
from common.word_search import called

MOST_SHOWN = 8


class Found(NamedTuple):
    """An organisation that was looked for, and the one that would answer: itself, or the head of its group."""

    named: Organisation
    head: Organisation


class HeadForm(forms.Form):
    """Looks for an organisation by its name or its number; `found` holds those that may be asked."""

    whose = forms.CharField(
        label=_("The head of your group: its name, SIREN or SIRET"),
        max_length=160,
        help_text=_("It has to be registered and verified here, in your pôle or in another one."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, member: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.found: list[Found] = []
        self.has_more = False

    def clean_whose(self) -> str:
        typed = self.cleaned_data["whose"]
        rows = verified_with(typed)
        if not rows:
            raise forms.ValidationError(
                _(
                    "No organisation with this name or number is verified here. Check what you have typed, or ask it to register first."
                )
            )
        self.has_more, now = len(rows) > MOST_SHOWN, timezone.now()
        refusals = []
        for found in map(_who_answers, rows[:MOST_SHOWN]):
            if refusal := groups.why_not_head(self.member, found.head, now=now):
                refusals.append(refusal)
            else:
                self.found.append(found)
        if not self.found:
            raise forms.ValidationError(refusals[0])
        return typed


def verified_with(typed: str, among: OrganisationQuerySet | None = None) -> list[Organisation]:
    """The verified organisations (`among` these) that bear this number, or of whose name these are words: one more than are
    shown, if there are."""
    rows = (Organisation.objects.all() if among is None else among).accepted()
    rows = rows.select_related("commune")
    number = compact(typed)
    if number.isdecimal():
        which = {9: "siren", 14: "siret"}.get(len(number))
        return list(rows.filter(**{which: number})[: MOST_SHOWN + 1]) if which else []
    return list(
        rows.filter(called(Organisation, typed)).order_by("search_name", "pk")[: MOST_SHOWN + 1]
    )


def _who_answers(named: Organisation) -> Found:
    tie = named.group_ties.agreed().select_related("head__commune").first()
    return Found(named, tie.head if tie else named)
