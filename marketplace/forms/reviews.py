"""The review: two questions that matter, and a few more for those who have a minute."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace import factors
from marketplace.forms.fields import field_of
from marketplace.forms.several import SeveralField
from marketplace.models import ConsentKind, FollowUp, Mission, Review, Skill, Voice
from marketplace.models.consents import WORDS

STRUCTURE_ONLY = ("handed_over", "used")


class ReviewForm(forms.ModelForm):
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

    def __init__(self, *args, mission: Mission, voice: str, **kwargs):
        """Whether it serves and the team can go on alone, only the team knows; a company that lent
        somebody says neither what arrived nor what was learnt."""
        super().__init__(*args, **kwargs)
        dropped = set() if voice == Voice.NEED else set(STRUCTURE_ONLY)
        if voice == Voice.COMPANY:
            dropped |= {"arrived", "gained", "learnt"}
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
                if voice == Voice.NEED
                else _("Skills that you have gained or deepened")
            )
        for name, kind in (("enablers", factors.ENABLER), ("brakes", factors.BRAKE)):
            field_of(self, name, forms.MultipleChoiceField).choices = factors.choices(kind)

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("may_quote") and not cleaned.get("words", "").strip():
            self.add_error("words", _("Write the words that may be quoted, or untick the box."))
        return cleaned

    @property
    def said(self) -> dict:
        """What the act keeps."""
        cleaned = dict(self.cleaned_data)
        cleaned["factors"] = [*cleaned.pop("enablers"), *cleaned.pop("brakes")]
        cleaned["gained"] = [skill.pk for skill in cleaned.pop("gained", [])]
        return cleaned


class FollowUpForm(forms.Form):
    """One click, and a word if one wishes; three months later, whether it still serves."""

    answer = forms.ChoiceField(
        label=_("How is it going?"), choices=FollowUp.Answer.choices, widget=forms.RadioSelect
    )
    still_used = forms.ChoiceField(
        label=_("Does what was made still serve?"),
        choices=FollowUp.StillUsed.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("A word, if you wish"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, kind: str, answers: Sequence[str], **kwargs):
        """`answers`: those that may still be given."""
        super().__init__(*args, **kwargs)
        field_of(self, "answer", forms.ChoiceField).choices = [
            (value, label) for value, label in FollowUp.Answer.choices if value in answers
        ]
        if kind != FollowUp.Kind.LATER:
            del self.fields["still_used"]
        if kind == FollowUp.Kind.REVIEW:
            self.fields["answer"].label = _("How did it go?")


class WordForm(forms.Form):
    """What a doubt or a call for help is about, for whoever answered with a click."""

    words = forms.CharField(
        label=_("What is it about?"),
        help_text=_("If you wish: whoever gets in touch with you will know what to look at first."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
