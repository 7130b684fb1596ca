"""Who comes in a team: whom to name, how many hours each, and a day of several at once."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import colleagues
from accounts.models import User
from marketplace.forms.fields import PlannedHoursField, SeveralField, field_of
from marketplace.forms.missions.hours import HoursField, shown
from marketplace.forms.missions.programmes import offer_programmes, programme_field
from marketplace.forms.missions.sheets import date_field
from marketplace.models import HoursEntry, Mission, TeamMember

MOST_ADDRESSES = 100


class NameForm(forms.Form):
    """Colleagues to name: chosen in the list or, in a large house, by their addresses."""

    people = SeveralField(
        User.objects.none(), label=_("Who comes?"), required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )  # fmt: skip
    addresses = forms.CharField(
        label=_("Others, by their e-mail addresses"),
        required=False,
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line. They have an account here already."),
    )
    programme = programme_field()

    def __init__(
        self, *args: Any, mission: Mission, there: Sequence[TeamMember],
        expected: Sequence[User] = (), **kwargs: Any,
    ):  # fmt: skip
        """`expected`: those of a round's team, chosen to begin with."""
        super().__init__(*args, **kwargs)
        house = mission.offer.organisation
        assert house is not None, "a team is lent by a house"
        self.house = house
        known = [one.person_id for one in there]
        people = field_of(self, "people", SeveralField)
        people.queryset = colleagues.to_choose_from(house).exclude(pk__in=known)
        if house.memberships.of_active_accounts().count() <= colleagues.SEVERAL:
            del self.fields["addresses"]
            people.required = True
        else:
            listed = set(people.queryset.values_list("pk", flat=True))
            others = [one.email for one in expected if one.pk not in listed]
            self.initial.setdefault("addresses", "\n".join(others))
        self.initial.setdefault("people", [one.pk for one in expected])
        offer_programmes(self, mission, house, is_chosen=bool(there))

    def clean_addresses(self) -> list[User]:
        given = re.split(r"[\s,;]+", self.cleaned_data["addresses"].strip().lower())
        asked = list(dict.fromkeys(one for one in given if one))
        if len(asked) > MOST_ADDRESSES:
            raise forms.ValidationError(_("That is more than a team has people."))
        there = self.house.memberships.of_active_accounts().filter(user__email__in=asked)
        found = {one.user.email.lower(): one.user for one in there.select_related("user")}
        if unknown := [one for one in asked if one not in found]:
            words = _("Nobody of the house has this address: %(address)s.")
            raise forms.ValidationError(words % {"address": unknown[0][:200]})
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned.get("people") or cleaned.get("addresses")):
            self.add_error("people", _("Choose at least one person."))
        return cleaned

    @property
    def has_somebody(self) -> bool:
        """Whether anybody of the house is left to name."""
        found = field_of(self, "people", SeveralField).queryset
        return "addresses" in self.fields or (found is not None and found.exists())

    @property
    def chosen(self) -> list[User]:
        people, others = self.cleaned_data["people"], self.cleaned_data.get("addresses", [])
        return list(dict.fromkeys([*people, *others]))


class SharesForm(forms.Form):
    """The hours planned for each."""

    def __init__(self, *args: Any, there: Sequence[TeamMember], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.there = there
        for one in there:
            self.fields[f"hours_{one.pk}"] = PlannedHoursField(
                label=_("Hours of %(name)s") % {"name": one.person},
                min_value=1,
                max_value=9999,
                initial=one.hours,
                widget=forms.TextInput(
                    attrs={"size": 5, "inputmode": "numeric", "autocomplete": "off"}
                ),
            )

    def field_for(self, one: TeamMember) -> forms.BoundField:
        return self[f"hours_{one.pk}"]

    @property
    def hours(self) -> dict[int, int]:
        return {one.pk: self.cleaned_data[f"hours_{one.pk}"] for one in self.there}


class DayChoiceForm(forms.Form):
    """Which day, and how many hours to begin with for everybody."""

    jour = date_field(_("Which day?"))
    heures = HoursField(label=_("The same hours for everybody, to begin with"))


class DayForm(forms.Form):
    """One day of several people. Who is confirmed already has no field."""

    what = forms.CharField(label=_("What was done"), max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        people: Sequence[TeamMember],
        entries: dict[int, HoursEntry],
        same: Decimal | None,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.entries = entries
        self.people = [one for one in people if not self._is_confirmed(one)]
        said = [entry.what for entry in entries.values() if entry.what]
        self.initial.setdefault("what", said[0] if said else "")
        for one in self.people:
            entry = entries.get(one.person_id)
            start = entry.hours if entry else same
            self.fields[f"hours_{one.person_id}"] = HoursField(
                label=one.person.get_full_name(), initial=shown(start) if start else None
            )

    def _is_confirmed(self, one: TeamMember) -> bool:
        entry = self.entries.get(one.person_id)
        return entry is not None and entry.is_confirmed

    @property
    def rows(self) -> list[tuple[TeamMember, forms.BoundField]]:
        return [(one, self[f"hours_{one.person_id}"]) for one in self.people]

    @property
    def written(self) -> dict[User, tuple[Decimal | None, str]]:
        """What is written for each: words that somebody has written of their own day are left as they are."""
        said = {}
        for one in self.people:
            entry = self.entries.get(one.person_id)
            own = entry.what if entry and entry.what and not entry.written_by_id else ""
            hours = self.cleaned_data[f"hours_{one.person_id}"]
            said[one.person] = (hours, own or self.cleaned_data["what"])
        return said


def a_day(written: str, mission: Mission, today: date) -> date:
    """The day in the address; otherwise today, or the mission's day nearest to it."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return min(max(today, mission.starts_on), mission.ends_on, today)
