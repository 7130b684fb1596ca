"""The form of the legal notice: who publishes the site, who hosts it, and who answers about personal data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models import LegalNotice


class LegalNoticeForm(forms.ModelForm):
    """The legal notice. Every field may stay empty: the page says only what is filled in."""

    class Meta:
        model = LegalNotice
        fields = [
            "publisher",
            "director",
            "host_name",
            "host_address",
            "host_phone",
            "data_contact",
        ]
        help_texts = {
            "publisher": _(
                "The structure in whose name the site is published: name, legal form, address and telephone."
            ),
            "director": _(
                "First and last name. Most often whoever legally represents the structure, for instance its president."
            ),
            "host_name": _(
                "The company or the association on whose machines the site runs. It stands on its invoice."
            ),
            "data_contact": _(
                "A mailbox that somebody reads. Without it, the page says to write to the coordinators."
            ),
        }
        widgets = {
            "publisher": forms.Textarea(attrs={"rows": 4}),
            "host_address": forms.Textarea(attrs={"rows": 3}),
            "host_phone": forms.TextInput(attrs={"type": "tel"}),
        }
