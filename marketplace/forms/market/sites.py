"""A site of an organisation; the team and the site of one of its people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.places import CommuneField
from accounts.forms.words import ask_for_words, has_words
from accounts.models import Organisation
from marketplace.forms.fields import field_of
from marketplace.models import Site


class SiteForm(forms.ModelForm):
    commune = CommuneField(label=_("Commune"))

    class Meta:
        model = Site
        fields = ["name", "commune"]
        labels = {"name": _("Name of the site")}
        help_texts = {"name": _("As your people call it: it is the name that your lists give.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for_words(self)


class PlaceForm(forms.Form):
    team = forms.CharField(
        label=_("Team"),
        max_length=120,
        required=False,
        validators=[has_words],
        widget=forms.TextInput(attrs={"list": "teams", "autocomplete": "off"}),
    )
    site = forms.ModelChoiceField(
        Site.objects.none(), label=_("Site"), required=False, empty_label=_("Not said")
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "site", forms.ModelChoiceField).queryset = organisation.sites.all()
