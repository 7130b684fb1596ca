"""What a structure writes of its need, and the filters of the catalogue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.places import CommuneField
from accounts.forms.words import ask_for_words
from accounts.models import Department
from marketplace.forms.fields import DateInput, SeveralField, field_of, no_contacts
from marketplace.forms.market.languages import LanguagesMixin
from marketplace.forms.market.volume import VolumeMixin
from marketplace.forms.period import PeriodMixin
from marketplace.models import Cause, Format, Need, Place, SkillFamily

MOST_PLACES = 50
NEWEST_FIRST = _("Newest first")
BY_ITSELF = [("soon", _("Starting soonest")), ("short", _("Shortest first"))]


class NeedForm(LanguagesMixin, VolumeMixin, PeriodMixin, forms.ModelForm):
    commune = CommuneField(label=_("Commune"), help_text=_("Where your structure works from."))
    field_order = [
        *("title", "context", "deliverable", "place", "commune", "starts_on", "ends_on", "format"),
        *("volume", "unit", "places", "time", "spoken", "cause", "beneficiaries"),
    ]

    class Meta:
        model = Need
        fields = [
            "title",
            "context",
            "deliverable",
            "cause",
            "beneficiaries",
            "place",
            "commune",
            "starts_on",
            "ends_on",
            "format",
            "places",
            "time",
        ]
        widgets = {
            "context": forms.Textarea(attrs={"rows": 5}),
            "deliverable": forms.Textarea(attrs={"rows": 4}),
            "beneficiaries": forms.CheckboxSelectMultiple,
            "place": forms.RadioSelect,
            "time": forms.RadioSelect,
            "starts_on": DateInput,
            "ends_on": DateInput,
            "places": forms.NumberInput(attrs={"min": 1, "max": MOST_PLACES}),
        }
        field_classes = {"beneficiaries": SeveralField}
        labels = {"time": _("On whose time may they come?")}
        help_texts = {
            "title": _(
                "In a few words, as it will be read everywhere: “Redo the website and train the team”."
            ),
            "context": _("Who you are, what is difficult today, what you have already tried."),
            "deliverable": _("What you will have in hand when the mission is over."),
            "format": _("What would suit your team best."),
            "places": _("How many people you need for this mission."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for_words(self)
        self.initial_volume(self.instance.hours if self.instance.pk else None)
        self.initial_languages(self.instance.languages)

    def clean_title(self) -> str:
        return no_contacts(self.cleaned_data["title"])

    def clean_context(self) -> str:
        return no_contacts(self.cleaned_data["context"])

    def clean_deliverable(self) -> str:
        return no_contacts(self.cleaned_data["deliverable"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        places = cleaned.get("places")
        if places == 0:
            self.add_error("places", _("At least one person."))
        elif places and places > MOST_PLACES:
            self.add_error("places", _("Fifty people at the most: split it into several needs."))
        return cleaned

    def save(self, commit: bool = True) -> Need:
        self.instance.hours = self.cleaned_data["hours"]
        self.instance.languages = self.cleaned_data["languages"]
        return super().save(commit)


class NeedFilter(forms.Form):
    """The filters of the catalogue, all of which are in the URL."""

    q = forms.CharField(label=_("What are you looking for?"), max_length=120, required=False)
    near = CommuneField(label=_("Near"), required=False)
    within = forms.ChoiceField(
        label=_("How far"),
        required=False,
        choices=[
            ("10", _("Within 10 km")),
            ("20", _("Within 20 km")),
            ("50", _("Within 50 km")),
            ("department", _("In its département")),
        ],
    )
    when = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[
            ("", _("Any time")),
            ("month", _("Begins by the end of the month")),
            ("quarter", _("Begins within three months")),
        ],
    )
    place = forms.ChoiceField(
        label=_("On site or remotely?"),
        required=False,
        choices=[
            ("", _("Either")),
            (Place.ON_SITE, _("On site")),
            (Place.REMOTE, _("Remotely possible")),
        ],
    )
    since = forms.DateField(label=_("Not before"), required=False, widget=DateInput)
    family = forms.ModelChoiceField(
        SkillFamily.objects.all(),
        label=_("Skills"),
        required=False,
        to_field_name="code",
        empty_label=_("All skills"),
    )
    department = forms.ModelChoiceField(
        # Of the pôles' territories, whether anything is needed there today or not: a question that
        # doesn't grow with the needs.
        Department.objects.filter(poles__isnull=False).distinct(),
        label=_("Département"),
        required=False,
        empty_label=_("All départements"),
    )
    format = forms.ChoiceField(
        label=_("Format"), required=False, choices=[("", _("All formats")), *Format.choices]
    )
    cause = forms.ModelChoiceField(
        Cause.objects.all(),
        label=_("Cause"),
        required=False,
        to_field_name="code",
        empty_label=_("All causes"),
    )
    order = forms.ChoiceField(
        label=_("Sort"),
        required=False,
        choices=[
            ("", _("Nearest first")),
            ("new", NEWEST_FIRST),
            *BY_ITSELF,
        ],
    )

    def is_near_nowhere(self) -> None:
        """Without a commune nothing is the nearest: the newest come first, as a choice says."""
        field_of(self, "order", forms.ChoiceField).widget.choices = [("", NEWEST_FIRST), *BY_ITSELF]


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The structure will read it: say what would have to change."),
    )


class QuestionForm(forms.Form):
    question = forms.CharField(
        label=_("Your question"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The structure gets it by letter and has the need in hand again."),
    )
