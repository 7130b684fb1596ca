"""The one sentence with which somebody begins: what would help them, or what they know to do; and the place it names."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import places_said
from accounts.forms.places import CommuneField
from accounts.models import Coming, Commune

LONGEST = 2_000
READ = "commune-read"  # the place as it was last read in the sentence: one typed by hand is another
CHOICES = (
    (Coming.Kind.NEED.value, _("What would help you?")),
    (Coming.Kind.OFFER.value, _("What do you know how to do?")),
)


class BeginForm(forms.Form):
    kind = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, initial=CHOICES[0][0])
    text = forms.CharField(
        label=_("Say it in a sentence"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={
            "required": _("Write a sentence first, as you would say it to a neighbour."),
            "max_length": _(
                "Two thousand characters at the most: one or two sentences are enough."
            ),
        },
    )
    commune = CommuneField(
        label=_("In which commune?"),
        required=False,
        help_text=_("Then we say what there is near it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs.pop("maxlength", None)  # it is said, rather than cut

    @property
    def read_place(self) -> str:
        return self.data.get(READ, "") if self.is_bound else ""

    @property
    def offers(self) -> bool:
        """Whether they say what they know to do, rather than what would help them."""
        return bool(self["kind"].value() == Coming.Kind.OFFER)

    @property
    def asks_which(self) -> bool:
        """Whether the sentence names a place of which there are several."""
        return bool(self.read_place) and self.has_error("commune", "several")


def from_post(data: QueryDict, *, at_home: Commune | None) -> BeginForm:
    """The form that was sent, with the place that its sentence names, or else with `at_home`, where none was typed."""
    data = data.copy()
    by_hand = data.get("commune", "") and data.get("commune", "") != data.get(READ, "")
    if not by_hand:
        _read_place(data, at_home)
    form = BeginForm(data)
    form.is_valid()
    if commune := form.cleaned_data.get("commune"):
        if data.get("commune-choice"):
            data[READ] = ""
        data["commune"], data["commune-code"] = str(commune), commune.pk
    return form


def _read_place(data: QueryDict, at_home: Commune | None) -> None:
    text = data.get("text", "").replace("\0", "")[:LONGEST]
    said = places_said.said_in(text)
    data["commune"] = data["commune-code"] = ""
    if len(said) > 1:
        data["commune"] = said[0].name  # of several, which one is asked
    elif not said and (word := places_said.misspelt_in(text)):
        data["commune"] = word  # its field asks whether the town that is nearly so is meant
    elif found := said[0] if said else at_home:
        data["commune"], data["commune-code"] = str(found), found.pk
    data[READ] = data.get("commune", "")
