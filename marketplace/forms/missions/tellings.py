"""The end of a mission, told: three lines, and a picture with its words."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from accounts.forms.logos import drawn_again
from marketplace.models import Telling
from marketplace.words import contacts

HEAVIEST = 12 * 1024 * 1024
SIDE = 1280
LINES = ("needed", "done", "changed")


class PictureField(forms.FileField):
    """A photo, judged by its content. What its file says besides, where and by what it was taken, is dropped."""

    widget = forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"})

    def to_python(self, data: Any) -> ContentFile | None:
        sent = super().to_python(data)
        if sent is None:
            return None
        if sent.size > HEAVIEST:
            raise ValidationError(_("This picture is too heavy: twelve megabytes at the most."))
        return drawn_again(sent, side=SIDE, kind="WEBP")


class TellingForm(forms.ModelForm):
    picture = PictureField(
        label=_("A photo of what was delivered"),
        required=False,
        help_text=_(
            "JPEG, PNG or WebP. Nobody should be known by their face without having agreed."
        ),
    )
    drop = forms.BooleanField(label=_("Take the photo off"), required=False)
    read = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Telling
        fields = ["needed", "done", "changed", "picture", "alt"]
        labels = {
            "needed": _("What was needed"),
            "done": _("What was done"),
            "changed": _("What it changed"),
            "alt": _("What the picture shows"),
        }
        help_texts = {"alt": _("One sentence, for those who can’t see it.")}
        widgets = dict.fromkeys(LINES, forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["read"] = str(self.instance.version if self.instance.pk else 0)
        if not self.instance.picture:
            del self.fields["drop"]
        self.order_fields([*LINES, "picture", "drop", "alt"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in (*LINES, "alt"):
            self._in_one_line(name, cleaned)
        if cleaned.pop("drop", False):
            cleaned["picture"] = False
        shown = bool(cleaned.get("picture"))
        if shown and not (cleaned.get("alt") or "alt" in self.errors):
            self.add_error("alt", _("Say what the picture shows, for those who can’t see it."))
        if not shown and "picture" not in self.errors:
            cleaned["alt"] = ""
        return cleaned

    def _in_one_line(self, name: str, cleaned: dict[str, Any]) -> None:
        cleaned[name] = " ".join(cleaned.get(name, "").split())
        if found := contacts.found_in(cleaned[name]):
            words = _("Leave “%(found)s” out: anybody may read it.") % {"found": found[0]}
            self.add_error(name, words)

    @property
    def said(self) -> dict[str, Any]:
        """The values for the act: the picture is None where it stays, False where it is taken off."""
        said = dict(self.cleaned_data)
        chosen = said["picture"]
        is_new = isinstance(chosen, ContentFile)
        return said | {"picture": chosen if is_new or chosen is False else None}
