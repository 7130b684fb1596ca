"""The review: two questions that matter, and a few more for those who have a minute."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import SeveralField, field_of
from marketplace.models import ConsentKind, Mission, Review, Skill, Voice, factors
from marketplace.models.market.consents import WORDS
from marketplace.models.missions.reviews import STRUCTURES

STRUCTURE_ONLY = ("handed_over", "used")


class ReviewForm(forms.ModelForm):
    field_order = (
        *("rating", "again", "arrived", "used", "handed_over"),
        *("words", "may_quote", "may_name", "recommend"),
    )
    RATINGS = [
        (5, _("Very well")),
        (4, _("Well")),
        (3, _("Fairly well")),
        (2, _("Not very well")),
        (1, _("Badly")),
    ]
    rating = forms.TypedChoiceField(
        label=_("How did it go?"), choices=RATINGS, coerce=int, widget=forms.RadioSelect
    )
    again = forms.TypedChoiceField(
        label=_("Would you do it again?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    recommend = forms.TypedChoiceField(
        label=_("Would you recommend it to others?"),
        help_text=_("0: not at all, 10: certainly."),
        choices=[("", "–"), *((figure, str(figure)) for figure in range(11))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    gained = SeveralField(
        label=_("Skills gained"),
        queryset=Skill.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    enablers = forms.MultipleChoiceField(
        label=_("What helped"), required=False, widget=forms.CheckboxSelectMultiple
    )
    brakes = forms.MultipleChoiceField(
        label=_("What held you back"), required=False, widget=forms.CheckboxSelectMultiple
    )

    may_quote = forms.BooleanField(
        label=WORDS[ConsentKind.QUOTE],
        required=False,
    )
    may_name = forms.BooleanField(label=WORDS[ConsentKind.WORKED_WITH], required=False)

    class Meta:
        model = Review
        fields = [
            "rating",
            "again",
            "arrived",
            "used",
            "handed_over",
            "recommend",
            "gained",
            "learnt",
            "enablers",
            "brakes",
            "other_factors",
            "words",
        ]
        widgets = {
            "words": forms.Textarea(attrs={"rows": 3}),
            "learnt": forms.Textarea(attrs={"rows": 2}),
            "other_factors": forms.Textarea(attrs={"rows": 2}),
            "arrived": forms.RadioSelect,
            "used": forms.RadioSelect,
            "handed_over": forms.RadioSelect,
        }

    def __init__(
        self, *args: Any, mission: Mission, voice: str, names: bool = False, **kwargs: Any
    ) -> None:
        """Leave out the questions that this voice can't answer: only the structure knows whether the work serves
        and its team can go on alone; a company that lent somebody says neither what was delivered nor what was
        learnt. `names`: whoever answers says whether the two organisations may be named together."""
        super().__init__(*args, **kwargs)
        dropped = set() if voice in STRUCTURES else set(STRUCTURE_ONLY)
        if voice == Voice.COMPANY:
            dropped |= {"arrived", "gained", "learnt"}
        if names:
            both = {"structure": mission.need.organisation, "employer": mission.offer.organisation}
            self.fields["may_name"].help_text = _("%(structure)s and %(employer)s") % both
        else:
            dropped.add("may_name")
        for name in dropped:
            del self.fields[name]
        for name, choices in (
            ("arrived", Review.Arrived),
            ("used", Review.Used),
            ("handed_over", Review.HandedOver),
        ):
            if name in self.fields:
                field_of(self, name, forms.ChoiceField).choices = choices.choices
        if "gained" in self.fields:
            wanted = mission.need.wanted.values("skill")
            skills = field_of(self, "gained", forms.ModelMultipleChoiceField)
            skills.queryset = Skill.objects.filter(pk__in=wanted)
            skills.label = (
                _("Skills that your team has gained")
                if voice in STRUCTURES
                else _("Skills that you have gained or deepened")
            )
        for name, kind in (("enablers", factors.ENABLER), ("brakes", factors.BRAKE)):
            field_of(self, name, forms.MultipleChoiceField).choices = factors.choices(kind)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("may_quote") and not cleaned.get("words", "").strip():
            self.add_error("words", _("Write the words that may be quoted, or untick the box."))
        return cleaned

    @property
    def said(self) -> dict:
        """The values for the act."""
        cleaned = dict(self.cleaned_data)
        cleaned["factors"] = [*cleaned.pop("enablers"), *cleaned.pop("brakes")]
        cleaned["gained"] = [skill.pk for skill in cleaned.pop("gained", [])]
        return cleaned
