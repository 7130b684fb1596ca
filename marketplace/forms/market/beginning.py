"""The one sentence with which somebody begins: what would help them, or what they know to do; and the place it names."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import places_said
from accounts.forms.places import CommuneField
from accounts.models import Coming, Commune

LONGEST = 2_000
READ = "commune-read"  # the words of the sentence that named a place: while they stay, what is in its field does too
HOME = "="  # begins what stands there where no place was named, and their own was filled in
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
    _read_place(data, at_home)
    form = BeginForm(data)
    form.is_valid()
    if commune := form.cleaned_data.get("commune"):
        data["commune"], data["commune-code"] = str(commune), commune.pk
    return form


def _read_place(data: QueryDict, at_home: Commune | None) -> None:
    """Where the sentence names another place than before, or nothing is in the field: what it names."""
    text = data.get("text", "").replace("\0", "")[:LONGEST]
    said = places_said.said_in(text)
    words = said.words or places_said.misspelt_in(text)
    before = data.get(READ, words)
    if before.startswith(HOME):  # untouched, it is read anew: each tab has its own
        before = HOME if data.get("commune") == before.removeprefix(HOME) else ""
    if data.get("commune") and words == before:
        return
    data[READ], data["commune"] = (
        words,
        words,
    )  # of several, or of none so written, its field asks which
    data["commune-code"] = data["commune-choice"] = ""
    if found := said.communes[0] if _is_one(said) else None if words else at_home:
        data["commune"], data["commune-code"] = str(found), found.pk
        data[READ] = words or f"{HOME}{found}"


def _is_one(said: places_said.Said) -> bool:
    """Whether it is known which commune is meant: of those that share a postal code, the largest."""
    return len(said.communes) == 1 or said.words[:1].isdigit()
