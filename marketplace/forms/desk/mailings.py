"""The forms of a letter to several and of a model: a variable that nobody knows is said beside its field."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Pole
from marketplace.forms.fields import field_of
from marketplace.models.desk.mailings import LONGEST
from marketplace.rules import letter_words


def known_only(text: str) -> None:
    """A validator: each variable is one that we can fill in."""
    if unknown := letter_words.unknown_in(text):
        raise ValidationError(
            _("We can’t fill in %(unknown)s. Write %(known)s, or take the braces away."),
            params={
                "unknown": ", ".join(f"{{{name}}}" for name in unknown),
                "known": ", ".join(f"{{{name}}}" for name in letter_words.VARIABLES),
            },
        )


class LetterForm(forms.Form):
    pole = forms.ModelChoiceField(Pole.objects.none(), label=_("In the name of"), empty_label=None)
    subject = forms.CharField(label=_("Subject"), max_length=150, validators=[known_only])
    text = forms.CharField(
        label=_("Your letter"),
        max_length=LONGEST,
        validators=[known_only],
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "“Hello” and the first name come before it, your name and the pôle after it. {prénom}, {structure}, "
            "{besoin}, {offre}, {pôle} and {moi} are replaced for each. Lines that begin with a dash make a list."
        ),
    )

    def __init__(self, *args: Any, poles: QuerySet[Pole], **kwargs: Any) -> None:
        """Whoever coordinates one pôle isn't asked in whose name they write."""
        super().__init__(*args, **kwargs)
        if len(poles) > 1:
            field_of(self, "pole", forms.ModelChoiceField).queryset = poles
        else:
            del self.fields["pole"]
        self._only = next(iter(poles), None)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "pole" not in self.fields:
            said["pole"] = self._only
        return said


class ModelForm(LetterForm):
    """Words of the pôle under a name."""

    name = forms.CharField(label=_("Name of the model"), max_length=80)
    field_order = ("pole", "name", "subject", "text")
