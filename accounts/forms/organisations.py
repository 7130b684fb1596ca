"""The forms of an organisation: what its people tell, and what coordinators answer."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.actions.organisations import pole_covering
from accounts.actions.refusals import Refusal
from accounts.forms.logos import LogoField
from accounts.forms.places import CommuneField
from accounts.forms.words import has_words
from accounts.models import Commune, Organisation
from accounts.models.organisations import NUMBER_TAKEN
from accounts.numbers import compact, validate_rna, validate_siren, validate_siret
from accounts.states import VERIFIED

Form = Organisation.LegalForm
ESS_FORMS = [
    *(Form.ASSOCIATION, Form.ASSOCIATION_RUP, Form.FOUNDATION, Form.ENDOWMENT, Form.SCIC),
    *(Form.SCOP, Form.COOPERATIVE, Form.MUTUAL, Form.ESUS, Form.PUBLIC, Form.OTHER),
]
COMPANY_FORMS = [
    *(Form.SAS, Form.SARL, Form.SA, Form.SOLE_TRADER, Form.SCOP, Form.COOPERATIVE),
    *(Form.MUTUAL, Form.ESUS, Form.PUBLIC, Form.OTHER),
]
FORMS_OF = {
    Organisation.Kind.ESS: ESS_FORMS,
    Organisation.Kind.COMPANY: COMPANY_FORMS,
    Organisation.Kind.AUTHORITY: [Form.PUBLIC],
    Organisation.Kind.OPERATOR: list(Form),
}
MAY_HAVE_NO_NUMBER = {Form.ASSOCIATION, Form.OTHER}


class OrganisationForm(forms.ModelForm):
    """Registers or edits an organisation. The fields of its legal identity are left out when only a coordinator may
    change them."""

    company_number = forms.CharField(
        label=_("SIREN or SIRET"),
        required=False,
        max_length=30,
        help_text=_("9 or 14 digits: annuaire-entreprises.data.gouv.fr tells them."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    rna = forms.CharField(
        label=_("RNA number"),
        required=False,
        max_length=30,
        help_text=_("A W then nine digits, on the prefecture’s receipt."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    commune = CommuneField(
        label=_("Commune"),
        help_text=_("Where its seat is."),
    )
    logo = LogoField(
        label=_("Logo"),
        required=False,
        help_text=_(
            "PNG, JPEG, WebP or GIF, three megabytes at the most. Initials stand in for it."
        ),
    )

    field_order = ("company_number", "rna", "name", "legal_form")

    class Meta:
        model = Organisation
        fields = (
            *("name", "legal_form", "rna", "company_number", "commune"),
            *("purpose", "address", "website", "logo"),
        )
        labels = {"name": _("Its full name"), "purpose": _("What it does, for whom")}
        help_texts = {
            "name": _("As in its statutes."),
            "purpose": _("In a sentence or two, now or later: it helps whoever verifies it."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "address": forms.TextInput(attrs={"autocomplete": "street-address"}),
            "website": forms.URLInput(attrs={"placeholder": "https://"}),
        }

    def __init__(self, *args: Any, with_identity: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "purpose"):
            self.fields[name].validators.append(has_words)
        # It may come later; once it is said, papers quote it.
        self.fields["purpose"].required = bool(self.instance.purpose)
        self.identity_before = self.instance.identity
        self.old_logo = self.instance.logo.name if self.instance.logo else ""
        kind = self.instance.kind
        if not with_identity:
            for name in ("name", "legal_form", "company_number", "rna"):
                del self.fields[name]
            return
        labels = dict(Form.choices)
        choices = [(form.value, labels[form]) for form in FORMS_OF[kind]]
        legal_form = cast("forms.ChoiceField", self.fields["legal_form"])
        legal_form.choices = [("", _("Choose…")), *choices]
        legal_form.error_messages["required"] = _("Choose its legal form.")
        self.initial["company_number"] = self.instance.siret or self.instance.siren
        if self.instance.is_authority:
            del self.fields["legal_form"]
            self.instance.legal_form = Form.PUBLIC
            self.fields["name"].help_text = ""  # it has no statutes
        if Form.ASSOCIATION not in FORMS_OF[kind]:
            del self.fields["rna"]
            self.fields["company_number"].required = True

    @property
    def has_more_said(self) -> bool:
        """Whether one of the fields that are folded away is filled in, or wrong."""
        folded = ("address", "website", "logo")
        return any(self[name].value() or self.has_error(name) for name in folded)

    @property
    def has_number_said(self) -> bool:
        """Whether a number is filled in, or wrong: where it isn’t wanted of everybody, the fields are folded away until then."""
        numbers = [name for name in ("company_number", "rna") if name in self.fields]
        return any(self[name].value() or self.has_error(name) for name in numbers)

    @property
    def legal_form_choices(self) -> list[tuple[str, Any]]:
        """Those that this form asks; none where it doesn't ask."""
        field = cast("forms.ChoiceField | None", self.fields.get("legal_form"))
        return list(field.choices) if field else []  # type: ignore[arg-type]

    def clean_name(self) -> str:
        """Raises ValidationError for a name with an address in it: letters show it to people who don't know the
        organisation, and nothing in it may become a link."""
        name = self.cleaned_data["name"]
        if "://" in name or "www." in name.lower() or "@" in name:
            raise forms.ValidationError(
                _("Its name, please: no address of a site or of a mailbox.")
            )
        return name

    def clean_company_number(self) -> str:
        number = compact(self.cleaned_data["company_number"])
        if len(number) == 14:
            validate_siret(number)
        elif number:
            validate_siren(number)
        return number

    def clean_rna(self) -> str:
        number = compact(self.cleaned_data["rna"])
        if number:
            validate_rna(number)
        return number

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if "company_number" in self.fields and not self.errors:
            self._need_a_number(data)
            self._refuse_taken_numbers(data)
        if data.get("commune"):
            self._find_pole(data["commune"])
        return data

    def _need_a_number(self, data: dict[str, Any]) -> None:
        if (
            data["company_number"]
            or data.get("rna")
            or data.get("legal_form") in MAY_HAVE_NO_NUMBER
        ):
            return
        self.add_error(
            "company_number",
            _("Give the SIREN, the SIRET or the RNA: this legal form has one of them.")
            if "rna" in self.fields
            else _("Give the SIREN or the SIRET: this legal form has one."),
        )

    def _refuse_taken_numbers(self, data: dict[str, Any]) -> None:
        """Add an error beside a number that is taken. The database has the last word (see `register`)."""
        number = data.get("company_number", "")
        others = Organisation.objects.holding_numbers().exclude(pk=self.instance.pk)
        same = {14: {"siret": number}, 9: {"siren": number, "siret": ""}}.get(len(number))
        if same and others.filter(**same).exists():
            self.add_error("company_number", NUMBER_TAKEN)
        if data.get("rna") and others.filter(rna=data["rna"]).exists():
            self.add_error("rna", NUMBER_TAKEN)

    def _find_pole(self, commune: Commune) -> None:
        try:
            pole = pole_covering(commune)
        except Refusal as refusal:
            self.add_error("commune", str(refusal))
            return
        if self.instance.status in VERIFIED and pole.pk != self.instance.pole_id:
            self.add_error(
                "commune",
                _(
                    "This commune belongs to another pôle: write to your coordinators about the move."
                ),
            )
            return
        self.instance.pole = pole

    def _post_clean(self) -> None:
        """Fill in SIREN and SIRET from one field: a SIRET holds its SIREN."""
        if "company_number" in self.fields and "company_number" in self.cleaned_data:
            number = self.cleaned_data["company_number"]
            self.instance.siret = number if len(number) == 14 else ""
            self.instance.siren = number[:9]
        super()._post_clean()  # type: ignore[misc]


class WordForm(forms.Form):
    """An optional word that goes with an act."""

    reason = forms.CharField(
        label=pgettext_lazy("reason", "A word with it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionReasonForm(WordForm):
    """The reason of a decision that somebody will be sorry to read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].label = _("Why, in words they can act on")
        self.fields["reason"].help_text = _("They will read this text as it is, in their letter.")
