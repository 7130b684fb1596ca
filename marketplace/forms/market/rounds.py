"""What is written of a round, what its people answer, its teams, and what a team's offer asks besides."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.places import CommuneField
from accounts.forms.words import ask_for_words
from marketplace.forms.fields import DateInput, DaysField, SeveralField, field_of, no_contacts
from marketplace.forms.period import PeriodMixin
from marketplace.models import Offer, Round, RoundAnswer, RoundTeam

LARGEST_TEAM = 50


class RoundForm(PeriodMixin, forms.ModelForm):
    days = DaysField(
        label=_("Days each"),
        min_value=0.5,
        max_value=30,
        max_digits=4,
        decimal_places=1,
        initial=1,
    )

    class Meta:
        model = Round
        fields = [
            "title",
            "programme",
            "about",
            "places",
            "days",
            "starts_on",
            "ends_on",
            "answer_by",
        ]
        widgets = {
            "about": forms.Textarea(attrs={"rows": 5}),
            "starts_on": DateInput,
            "ends_on": DateInput,
            "answer_by": DateInput,
        }
        help_texts = {
            "title": _("For instance: a day together in March."),
            "about": _("Who is looked for, what may be done, how the day goes."),
            "places": _("How many people may come; the next wait their turn."),
            "answer_by": _("On the day after, answers close by themselves and you are told."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for_words(self)
        programme = field_of(self, "programme", forms.ModelChoiceField)
        programme.queryset = self.instance.organisation.programmes.filter(closed_at=None)
        programme.empty_label = None if programme.queryset.count() == 1 else _("Choose one")

    def clean_title(self) -> str:
        return no_contacts(self.cleaned_data["title"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        answer_by, starts_on = cleaned.get("answer_by"), cleaned.get("starts_on")
        if answer_by and starts_on and answer_by > starts_on:
            self.add_error("answer_by", _("Answers have to end before it begins."))
        days, programme = cleaned.get("days"), cleaned.get("programme")
        if days and programme and days > programme.days_per_year:
            given = number_format(programme.days_per_year.normalize())
            self.add_error("days", _("Its programme gives %(days)s a year.") % {"days": given})
        return cleaned


class AnswerForm(forms.Form):
    """One press, with a word if they like."""

    answer = forms.ChoiceField(
        choices=[(RoundAnswer.Answer.COMES, ""), (RoundAnswer.Answer.DECLINES, "")],
        widget=forms.HiddenInput,
        error_messages={"required": _("Say whether you come.")},
    )
    seen = forms.ChoiceField(
        choices=[("", ""), *RoundAnswer.Answer.choices], required=False, widget=forms.HiddenInput
    )
    word = forms.CharField(
        label=_("A word, if you like"),
        max_length=300,
        required=False,
        help_text=_("Who runs the programme reads it."),
    )


class TeamsForm(forms.Form):
    size = forms.IntegerField(
        label=_("People per team, at the most"), min_value=1, max_value=LARGEST_TEAM, initial=5
    )


class ReadOnce(ModelChoiceIterator):
    """The rows to choose from, read once for all that a page asks of them: what the first is, then each."""

    _read: list[Any] | None = None

    def __iter__(self) -> Iterator[Any]:
        if self._read is None:
            self._read = list(super().__iter__())
        return iter(self._read)


class TeamChoice(forms.ModelChoiceField):
    iterator = ReadOnce

    def label_from_instance(self, team: RoundTeam) -> str:
        return gettext("Team %(number)s") % {"number": team.number}


class MoveForm(forms.Form):
    """Who goes into which team."""

    people = SeveralField(
        RoundAnswer.objects.none(), error_messages={"required": _("Tick who moves.")}
    )
    team = TeamChoice(RoundTeam.objects.none(), label=_("Into"), empty_label=None)

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = field_of(self, "people", SeveralField)
        people.queryset = round.answers.coming()
        team = field_of(self, "team", forms.ModelChoiceField)
        team.queryset = round.teams.all()


class TeamOfferForm(forms.ModelForm):
    """Where a team may come; the rest of its offer follows from the round."""

    commune = CommuneField(label=_("Commune"), help_text=_("Where the team would leave from."))
    field_order = ("place", "commune", "radius_km", "about")

    class Meta:
        model = Offer
        fields = ["about", "place", "commune", "radius_km", "causes"]
        widgets = {
            "about": forms.Textarea(attrs={"rows": 4}),
            "place": forms.RadioSelect,
            "radius_km": forms.NumberInput(attrs={"min": 0, "max": 1000}),
            "causes": forms.CheckboxSelectMultiple,
        }
        field_classes = {"causes": SeveralField}
        labels = {"about": _("A word about the team")}
        help_texts = {
            "radius_km": _("As the crow flies. Without importance if you only work remotely."),
            "causes": _("None chosen means all of them."),
        }

    def clean_about(self) -> str:
        return no_contacts(self.cleaned_data["about"])

    def clean_radius_km(self) -> int:
        radius = self.cleaned_data["radius_km"]
        if radius > 1000:
            raise forms.ValidationError(_("A thousand kilometres at the most."))
        return radius
