"""What a structure writes of its need, and the filters of the catalogue."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.places import CommuneField
from accounts.forms.words import ask_for_words
from accounts.models import Department
from common.second_text import SECOND
from common.spoken import ASKED_FOR
from marketplace.forms.fields import DateInput, SeveralField, field_of, no_contacts
from marketplace.forms.market import questions
from marketplace.forms.market.languages import LanguagesMixin
from marketplace.forms.market.questions import QuestionsMixin
from marketplace.forms.market.second_text import HOLDS, SecondTextMixin
from marketplace.forms.market.volume import VolumeMixin
from marketplace.forms.period import PeriodMixin
from marketplace.models import Cause, Format, Need, Place, SkillFamily, Welcome
from marketplace.models.market.lengths import (
    HOURS_OF,
    LENGTH,
    RHYTHM,
    WITHOUT_RHYTHM,
    Length,
)
from marketplace.rules import deductions

MOST_PLACES = 50
NEWEST_FIRST, BEST_FIRST = _("Newest first"), _("Closest to your words first")
BY_ITSELF = [("soon", _("Starting soonest")), ("short", _("Shortest first"))]


# What each step of a need asks; the page on which all of it is changed asks the three.
PARTS = {
    deductions.WHAT: ("context", "title", "deliverable"),
    deductions.WHEN: ("length", "volume", "unit", "format", "starts_on", "ends_on"),
    deductions.WHERE: (
        *("place", "time", "in_pair", "commune", "places", "spoken", "cause", "beneficiaries"),
        *questions.NAMES,
        *SECOND,
        HOLDS,
    ),
}


FOLDED = ("commune", "places", "in_pair", "spoken", "beneficiaries")


class NeedForm(
    QuestionsMixin, SecondTextMixin, LanguagesMixin, VolumeMixin, PeriodMixin, forms.ModelForm
):
    """What a need says, or one part of it. `is_draft`: anything may lack, and what is wrong doesn't keep the rest from
    being kept (`may_be_kept`)."""

    FIRST_TEXTS = ("title", "context", "deliverable")
    named = ""  # what stands as its title where its words make none: what is wanted, and where

    length = forms.ChoiceField(
        label=_("How long would it take, for each person?"),
        choices=Length.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    commune = CommuneField(label=_("Commune"), help_text=_("Where your structure works from."))
    field_order = [
        *("title", "context", "deliverable", *SECOND, HOLDS, "place", "commune"),
        *("starts_on", "ends_on", "format"),
        *("volume", "unit", "places", "time", "in_pair", "spoken", "cause", "beneficiaries"),
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
            *SECOND,
            "in_pair",
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
        labels = {
            "time": _("On whose time may they come?"),
            "in_pair": _("In a pair: one person on their own time, one on working time"),
        }
        help_texts = {
            "title": _(
                "In a few words, as it will be read everywhere: “Redo the website and train the team”."
            ),
            "context": _("Who you are, what is difficult today, what you have already tried."),
            "deliverable": _("What you will have in hand when the mission is over; now or later."),
            "format": _("What would suit your team best."),
            "places": _("How many people you need for this mission."),
            "in_pair": _(
                "Two people share what it takes: neither has to know all of it. Pôles work so with project leaders: one brings the time to go on, the other the trade. Each has a mission of their own."
            ),
        }

    def __init__(self, *args: Any, part: str = "", is_draft: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_draft, self.part = is_draft, part
        self.deduced: set[str] = set()  # of how long it takes
        ask_for_words(self)
        self.begin_second()
        self._begin()
        for name in ("deliverable", "starts_on", "ends_on", "volume", "format"):
            self.fields[name].required = False
        field_of(self, "format", forms.ChoiceField).choices = [("", _("Choose…")), *Format.choices]
        self.fields["length"].wanted_to_end = True  # type: ignore[attr-defined]
        self.fields["title"].required = not (is_draft or part)
        if is_draft:
            for field in self.fields.values():
                field.required = False
        cause = cast("forms.ModelChoiceField", self.fields["cause"])
        cause.empty_label = _("Choose…")
        cause.error_messages["required"] = _("Choose the cause that your structure serves.")
        if part:
            self._ask_shortly(part)

    def _ask_shortly(self, part: str) -> None:
        """In a step: its fields alone, and what they ask in the words of somebody who has just begun."""
        self.fields = {name: self.fields[name] for name in PARTS[part] if name in self.fields}
        if part == deductions.WHAT:
            context, title, deliverable = (self.fields[name] for name in PARTS[part])
            context.label = _("In your own words")
            deliverable.label = _("What you will have at the end")
            deliverable.help_text = _(
                "Now or later. For instance: accounts up to date, and two people trained."
            )
            title.help_text = _("Leave it empty: we take it from what you write.")
            context.widget.attrs["rows"], deliverable.widget.attrs["rows"] = 3, 2

    def _begin(self) -> None:
        """What the fields hold at first: nothing in the place of what was deduced."""
        need, unsaid = self.instance, self.instance.unsaid
        is_said = need.pk and deductions.HOURS not in unsaid
        self.initial_volume(need.hours if is_said else None)
        self.initial_languages(need.languages)
        self.initial_questions(need)
        if RHYTHM in unsaid or (need.pk and not is_said):
            self.initial["format"] = ""
        if need.is_undated:
            for name in ("starts_on", "ends_on"):
                if self.initial.get(name) == getattr(need, name):
                    self.initial[name] = ""
        if deductions.CAUSE in unsaid:
            self.initial["cause"] = ""
        if is_said:
            self.initial.setdefault("length", need.length or Length.OTHER)
        elif self.initial.get("volume"):
            self.initial.setdefault("length", Length.OTHER)

    def clean_title(self) -> str:
        return no_contacts(self.cleaned_data["title"])

    def clean_context(self) -> str:
        return no_contacts(self.cleaned_data["context"])

    def clean_deliverable(self) -> str:
        return no_contacts(self.cleaned_data["deliverable"])

    def clean(self) -> dict[str, Any]:
        self._take_length()
        cleaned = super().clean()
        if cleaned.get("in_pair"):
            self._want_a_pair(cleaned)
        if "in_pair" in self.changed_data and self._somebody_comes:
            self.add_error("in_pair", _("Somebody comes already: this can’t be changed any more."))
        places = cleaned.get("places")
        if places == 0:
            self.add_error("places", _("At least one person."))
        elif places and places > MOST_PLACES:
            self.add_error("places", _("Fifty people at the most: split it into several needs."))
        if not cleaned.get("title") and "title" in self.fields and not self.has_error("title"):
            self._propose_title(cleaned)
        return cleaned

    def _want_a_pair(self, cleaned: dict[str, Any]) -> None:
        """A pair says how many come, and on whose time: what the other fields say doesn't count."""
        cleaned["places"], cleaned["time"] = 2, Welcome.BOTH
        for name in ("places", "time"):
            self.errors.pop(name, None)

    @property
    def _somebody_comes(self) -> bool:
        need = self.instance
        return need.pk is not None and need.missions.taking_a_place().exists()

    def _take_length(self) -> None:
        """The hours and the format of the length chosen; said in figures, the format stays as it was chosen, or not."""
        cleaned = self.cleaned_data
        if (length := cleaned.get("length")) in HOURS_OF:
            hours, cleaned["format"] = HOURS_OF[Length(length)]
            cleaned["volume"], cleaned["unit"] = Decimal(hours), self.HOURS
            self.deduced = {RHYTHM} if length in WITHOUT_RHYTHM else set()
            for name in ("volume", "unit", "format"):
                self.errors.pop(name, None)
        elif cleaned.get("volume") is not None:
            self.deduced = {LENGTH} if cleaned.get("format") else {LENGTH, RHYTHM}
        elif "length" in self.fields and not (self.is_draft or self.has_error("volume")):
            self.add_error("length", _("Choose how long it takes, roughly."))

    def _propose_title(self, cleaned: dict[str, Any]) -> None:
        said = cleaned.get("context") or ""
        if proposed := deductions.title_of(said):
            cleaned["title"] = (
                self.named if deductions.is_no_title(said) and self.named else proposed
            )
        elif "context" not in self.errors:
            self.add_error("title", _("Give it a title, or say in a sentence what would help you."))

    @property
    def is_wrong_in_figures(self) -> bool:
        """Whether the fields that say how long in figures are to be seen, whatever is chosen: something is wrong there."""
        return self.is_bound and (self.has_error("volume") or self.has_error("format"))

    @property
    def is_wrong_in_the_fold(self) -> bool:
        """Whether something is wrong in what “where and how” folds, so that it is to be seen."""
        folded = (*FOLDED, *SECOND) if self.part else FOLDED
        return any(self.has_error(name) for name in folded)

    @property
    def may_be_kept(self) -> bool:
        """Whether there is something to keep: all of it, or of a draft what is right, with a title."""
        if self.is_valid():
            return True
        said = not self.non_field_errors() and not self.has_error("title")
        titled = self.cleaned_data.get("title") or "title" not in self.fields
        return self.is_draft and said and bool(titled)

    def kept(self) -> Need:
        """The need with what is right in the form, and what is deduced of the rest."""
        need, cleaned = self.instance, self.cleaned_data
        unsaid = need.unsaid
        if "volume" in self.fields:
            wrong = self.has_error("volume") or self.has_error("format")
            need.hours = None if wrong else cleaned.get("hours")
            unsaid = (unsaid - {deductions.HOURS, LENGTH, RHYTHM}) | self.deduced
        if "starts_on" in self.fields:
            self._keep_dates()
        if "cause" in self.fields:
            unsaid.discard(deductions.CAUSE)
        if "spoken" in self.fields:
            need.languages = cleaned["languages"]
        self.keep_questions(need)
        need.deduced = " ".join(unsaid)
        deductions.complete(need, timezone.localdate())
        return need

    def _keep_dates(self) -> None:
        """Both empty: whenever it suits."""
        need = self.instance
        if self.has_error("starts_on") or self.has_error("ends_on"):
            need.starts_on = need.ends_on = None
        need.is_undated = need.starts_on is None and need.ends_on is None

    def save_m2m(self) -> None:
        if (served := self.cleaned_data.get("beneficiaries")) is not None:
            self.instance.beneficiaries.set(served)


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
            ("month", _("Can begin by the end of the month")),
            ("quarter", _("Can begin within three months")),
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
    room = forms.ChoiceField(
        label=_("Places"),
        required=False,
        choices=[("", _("With a place")), ("wait", _("Full ones too"))],
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
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("All languages")), *ASKED_FOR],
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

    def is_near_nowhere(self, *, is_ranked: bool) -> None:
        """Without a commune nothing is the nearest: the newest come first or, `is_ranked`, what answers the words best, as
        a choice says."""
        first = [("", BEST_FIRST), ("new", NEWEST_FIRST)] if is_ranked else [("", NEWEST_FIRST)]
        field_of(self, "order", forms.ChoiceField).widget.choices = [*first, *BY_ITSELF]


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
