"""A form field for a file that somebody sends; its value is a file made harmless."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.uploads import clean


class CleanFileField(forms.FileField):
    """A file: its value is a `Clean`, or the form shows a sentence. The list of endings only helps in choosing a
    file: the content decides."""

    widget = forms.FileInput(
        attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp,.gif,.docx,.xlsx,.pptx,.odt,.ods,.odp"}
    )

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "help_text",
            _(
                "PDF, picture (JPEG, PNG, WebP, GIF) or document (.docx, .xlsx, .pptx, .odt, .ods, .odp): ten megabytes at the most."
            ),
        )
        super().__init__(**options)

    def to_python(self, data: Any) -> Any:
        """A `Clean` or None, where Django's own field returns a File."""
        sent = super().to_python(data)
        return None if sent is None else clean(sent)


class ScanForm(forms.Form):
    party = forms.CharField(widget=forms.HiddenInput)
    read = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Who signed on paper?"), max_length=160)
    capacity = forms.CharField(label=_("In which capacity?"), max_length=120)
    scan = CleanFileField(label=_("The signed page, scanned"))
