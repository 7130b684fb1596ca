"""The short forms: a reason, a word, a message, a review, an answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import field_of
from marketplace.models import FollowUp, Review, Side


class ReasonForm(forms.Form):
    """Why: the other side will read it."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence that the other side can use. They will read it."),
    )


class DeclineForm(forms.Form):
    """No, with a reason from a short list and, if need be, words."""

    CAUSES = [
        ("time", _("I'm not free at that time")),
        ("skills", _("The skills don't match what is needed")),
        ("place", _("It's too far away")),
        ("found", _("We have found someone else")),
        ("other", _("Another reason")),
    ]
    cause = forms.ChoiceField(label=_("Why?"), choices=CAUSES, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In a few words"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The other side will read it."),
    )

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("cause") == "other" and not cleaned.get("words", "").strip():
            self.add_error("words", _("Say in a few words what the reason is."))
        return cleaned

    @property
    def reason(self) -> str:
        """The sentence that is kept and sent."""
        words = self.cleaned_data["words"].strip()
        if self.cleaned_data["cause"] == "other":
            return words
        label = str(dict(self.CAUSES)[self.cleaned_data["cause"]])
        return f"{label}. {words}".strip() if words else f"{label}."


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

    class Meta:
        model = Review
        fields = ["rating", "again", "handed_over", "words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 4}), "handed_over": forms.RadioSelect}

    def __init__(self, *args, side: str, **kwargs):
        """Whether the team can go on alone, only the team knows."""
        super().__init__(*args, **kwargs)
        if side != Side.NEED:
            del self.fields["handed_over"]
        else:
            field_of(self, "handed_over", forms.ChoiceField).choices = Review.HandedOver.choices


class FollowUpForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("How is it going?"), choices=FollowUp.Answer.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("A word, if you wish"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
