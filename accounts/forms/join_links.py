"""The form of a link by which people join: what for, until when, for how many."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import no_address
from accounts.models import JoinLink
from accounts.models.join_links import LONGEST, MOST, in_a_month

USUAL_PLACES = 50


class JoinLinkForm(forms.Form):
    label = forms.CharField(
        label=_("What is it for?"),
        max_length=80,
        required=False,
        validators=[no_address],
        help_text=_("For yourselves alone. For instance: poster in the canteen."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    ends_on = forms.DateField(
        label=_("Until and including"),
        initial=in_a_month,
        help_text=_("A year from today at the latest."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    places = forms.IntegerField(
        label=_("For how many people at most?"),
        initial=USUAL_PLACES,
        min_value=1,
        max_value=MOST,
        help_text=_("If it falls into other hands, no more than these can come by it."),
    )

    def __init__(self, *args: Any, link: JoinLink | None = None, **kwargs: Any) -> None:
        self.link = link
        if link:
            kwargs["initial"] = {name: getattr(link, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)

    def clean_ends_on(self) -> date:
        """What has ended already may stay as it is while the rest is changed."""
        day: date = self.cleaned_data["ends_on"]
        today = timezone.localdate()
        if self.link and day == self.link.ends_on:
            return day
        if day < today:
            raise forms.ValidationError(_("This day has passed."))
        if day > today + LONGEST:
            raise forms.ValidationError(_("A year from today at the latest."))
        return day

    def clean_places(self) -> int:
        places: int = self.cleaned_data["places"]
        if self.link and places < self.link.used:
            raise forms.ValidationError(_("More people than that have joined by it already."))
        return places
