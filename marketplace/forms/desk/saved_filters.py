"""The form of a view of a list: its name, who sees it, and whether the list opens by it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User, poles_of
from marketplace.models import SavedFilter


class ViewForm(forms.ModelForm):
    class Meta:
        model = SavedFilter
        fields = ["name", "pole", "is_default"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pole = self.fields["pole"]
        pole.queryset = poles_of(user)  # type: ignore[attr-defined]
        pole.empty_label = _("me alone")  # type: ignore[attr-defined]
        pole.label_from_instance = _colleagues  # type: ignore[attr-defined]


def _colleagues(pole: Any) -> str:
    return str(_("those who coordinate %(pole)s") % {"pole": pole})


class NewViewForm(ViewForm):
    class Meta(ViewForm.Meta):
        fields = [*ViewForm.Meta.fields, "query"]
        widgets = {"query": forms.HiddenInput}
