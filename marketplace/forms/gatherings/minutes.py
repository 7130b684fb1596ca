"""The minutes of a gathering, and a file with them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import SeveralField, field_of
from marketplace.forms.talk.files import CleanFileField
from marketplace.models import Minutes, MinutesFile


class FileChoice(SeveralField):
    def label_from_instance(self, one: MinutesFile) -> str:
        return one.file.original_name


class MinutesForm(forms.ModelForm):
    file = CleanFileField(label=_("A file with them"), required=False)
    drop = FileChoice(
        MinutesFile.objects.none(),
        label=_("Take these files away"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Minutes
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 12})}
        help_texts = {
            "text": _(
                "Read by those who came or had a seat, by whoever led it and by the host; nobody else."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = MinutesFile.objects.none()
        if self.instance.pk:
            kept = self.instance.files.select_related("file")
        field_of(self, "drop", FileChoice).queryset = kept
        if not kept:
            del self.fields["drop"]
