"""One's own page: name, town, language, and what one can do in one's own words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import ProfileForm as PersonForm
from accounts.models import Pole
from marketplace.forms.fields import field_of
from marketplace.models import ConsentKind
from marketplace.models.market.consents import WORDS
from marketplace.rules import pole_letters


class ProfileForm(PersonForm):
    field_order = ("first_name", "last_name", "trade", "about")
    about = forms.CharField(
        label=_("What you can do"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One sentence is enough: “I kept the books of a garage for twenty years”. We read it and "
            "propose the skills that we understand. Nobody else sees it."
        ),
    )

    letters = forms.ModelMultipleChoiceField(
        Pole.objects.none(),
        label=_("Receive the letters of the pôle"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=WORDS[ConsentKind.LETTERS],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        portrait = getattr(self.instance, "portrait", None)
        self.initial.setdefault("about", portrait.about if portrait else "")
        around = pole_letters.poles_around(self.instance)
        if around.exists():
            self.initial.setdefault("letters", list(pole_letters.wanted_by(self.instance)))
            field_of(self, "letters", forms.ModelMultipleChoiceField).queryset = around
        else:
            del self.fields["letters"]


class SentenceForm(forms.Form):
    """The first thing that a volunteer is asked: one sentence, which is enough to begin."""

    about = forms.CharField(
        label=_("In a sentence, what do you know how to do?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For instance: “I have been an accountant for ten years and I teach Excel”."),
    )
