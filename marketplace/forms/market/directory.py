"""The filters of the directory, all of which are in the URL."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Organisation
from marketplace.models import Cause

ASKS, OFFERS, BOTH = "asks", "offers", "both"


class DirectoryFilter(forms.Form):
    q = forms.CharField(
        label=_("A name, a word, a skill or a commune"), max_length=120, required=False
    )
    does = forms.ChoiceField(
        label=_("What it does here"),
        required=False,
        choices=[
            ("", _("Anything")),
            (ASKS, _("Asks for help now")),
            (OFFERS, _("Offers skills now")),
            (BOTH, _("Does both")),
        ],
    )
    kind = forms.ChoiceField(
        label=_("Kind of organisation"),
        required=False,
        choices=[("", _("All organisations")), *Organisation.Kind.choices],
    )
    department = forms.ModelChoiceField(
        Department.objects.filter(poles__isnull=False).distinct(),
        label=_("Département"),
        required=False,
        empty_label=_("All départements"),
    )
    cause = forms.ModelChoiceField(
        Cause.objects.all(),
        label=_("Cause"),
        required=False,
        to_field_name="code",
        empty_label=_("All causes"),
    )
    operator = forms.ModelChoiceField(
        Organisation.objects.operators().public(),
        label=_("With the operator"),
        required=False,
        empty_label=_("All operators"),
    )
    done = forms.BooleanField(label=_("Has already seen a mission through"), required=False)
