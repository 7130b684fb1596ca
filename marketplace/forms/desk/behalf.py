"""What a coordinator writes while somebody talks: as few fields as can be. Who told it, what, and of whom."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.places import CommuneField
from accounts.models import Organisation, Pole
from accounts.numbers import compact, validate_rna, validate_siren, validate_siret
from common import as_written
from marketplace.actions.desk.behalf import Told
from marketplace.forms.fields import DateInput, field_of, no_contacts
from marketplace.models import Behalf

LONGEST = 2_000


class ReachField(forms.CharField):
    """An e-mail address or a telephone number: its value is the two, one of which is empty."""

    default_error_messages = {
        "invalid": _("Write an e-mail address (name@example.org) or a telephone number.")
    }

    def clean(self, value: Any) -> tuple[str, str]:
        text = super().clean(value).strip()
        if not text:
            return "", ""
        if "@" in text:
            address = as_written.address(text).lower()
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(self.error_messages["invalid"], "invalid") from None
            return address, ""
        number = as_written.telephone(text)
        if not number.replace(" ", "").lstrip("+").isdigit() or len(number) > 40:
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return "", number


class _ToldForm(forms.Form):
    WHEN = ("heard", "heard_on")

    text = forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    person = forms.CharField(label=_("Who told you?"), max_length=120)
    reach = ReachField(
        label=_("Their e-mail address or telephone"),
        max_length=254,
        help_text=_("One letter goes to the address. With a telephone alone, you add it later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    heard = forms.ChoiceField(
        label=_("How?"),
        choices=[(Behalf.Heard.CALL, _("on the phone")), (Behalf.Heard.VISIT, _("on a visit"))],
        widget=forms.RadioSelect,
        initial=Behalf.Heard.CALL,
    )
    heard_on = forms.DateField(label=_("On which day?"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs.pop("maxlength", None)
        self.initial.setdefault("heard_on", timezone.localdate())

    def clean_text(self) -> str:
        return no_contacts(self.cleaned_data["text"])

    def clean_heard_on(self) -> Any:
        day = self.cleaned_data["heard_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day hasn’t come yet."))
        if (timezone.localdate() - day).days > 365:
            raise ValidationError(_("That is more than a year ago: check the year."))
        return day

    @property
    def asked(self) -> list[forms.BoundField]:
        """What is asked of everybody who tells something."""
        return [one for one in self.visible_fields() if one.name not in self.WHEN]

    @property
    def when(self) -> list[forms.BoundField]:
        """How it was heard, and when: on the phone, today, unless something else is said."""
        return [self[name] for name in self.WHEN]

    @property
    def is_said_otherwise(self) -> bool:
        return any(self.has_error(name) for name in self.WHEN)

    @property
    def told(self) -> Told:
        said = self.cleaned_data
        email, phone = said["reach"]
        return Told(said["person"], email, phone, said["heard"], said["heard_on"])


class NeedForForm(_ToldForm):
    """A need; of a structure that isn't known yet also its name and where it is, or its number."""

    name = forms.CharField(label=_("Name of the structure"), max_length=160, required=False)
    commune = CommuneField(label=_("Commune"), required=False)
    number = forms.CharField(
        label=_("SIREN, SIRET or RNA, if you know it"),
        required=False,
        max_length=60,
        help_text=_("The State’s register then fills in what is left empty here."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("text", "name", "commune", "number", "person", "reach", "heard", "heard_on")

    def __init__(self, *args: Any, house: Organisation | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.house = house
        self.fields["text"].label = _("What would help them, in their words?")
        for name in ("name", "commune"):
            self.fields[name].wanted_to_end = True  # type: ignore[attr-defined]
        if house is not None:
            for name in ("name", "commune", "number"):
                del self.fields[name]
            # Its administrators have accounts, and are written to.
            if house.memberships.administrators().people().exists():
                reach = self.fields["reach"]
                reach.required, reach.help_text = False, _("Its administrators are written to.")

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        if "://" in name or "www." in name.lower() or "@" in name:
            raise ValidationError(_("Its name, please: no address of a site or of a mailbox."))
        return name

    def clean_number(self) -> str:
        number = compact(self.cleaned_data["number"])
        if number.startswith("W"):
            validate_rna(number)
        elif number:
            (validate_siret if len(number) == 14 else validate_siren)(number)
        return number

    def require_known(self) -> None:
        """After the register was asked: what it doesn't say is to be typed."""
        if self.house is None:
            wanted = {
                "name": _("Write its name, or its number."),
                "commune": _("Write its commune, or its number."),
            }
            for name, words in wanted.items():
                if not self.cleaned_data.get(name) and not self.has_error(name):
                    self.add_error(name, words)


class OfferForForm(_ToldForm):
    """What somebody could offer, in their own name."""

    pole = forms.ModelChoiceField(
        Pole.objects.none(), label=_("Which pôle"), widget=forms.RadioSelect, empty_label=None
    )
    commune = CommuneField(label=_("Where they live, if they said it"), required=False)
    field_order = ("text", "person", "reach", "commune", "heard", "heard_on", "pole")

    def __init__(self, *args: Any, poles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What do they know how to do, in their words?")
        self.fields["reach"].help_text = _(
            "Nothing is shown to anybody before they have said yes, by the link of one letter. With a telephone alone, you add the address later."
        )
        choice = field_of(self, "pole", forms.ModelChoiceField)
        choice.queryset = poles
        if len(poles) == 1:
            choice.initial, choice.widget = poles[0].pk, forms.HiddenInput()


class RenewForm(forms.Form):
    email = forms.EmailField(label=_("Their e-mail address"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].wanted_to_end = True  # type: ignore[attr-defined]
