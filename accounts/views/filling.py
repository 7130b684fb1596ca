"""A number fills the form of an organisation, from the State's register: what it says is proposed, never written over."""

from typing import Any, NamedTuple

from allauth.core.internal import ratelimit
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import public_register
from accounts.forms.organisations import OrganisationForm
from accounts.forms.places import Typed
from accounts.models import Organisation
from accounts.numbers import compact, validate_rna, validate_siren, validate_siret
from accounts.public_register import Entry, Silent
from accounts.requests import SignedInRequest

LIMITS = {"register": "6/m/user"}


class Told(NamedTuple):
    """What the page says of the number, above the fields that it has filled."""

    tone: str
    words: str | Promise
    entry: Entry | None = None


def is_asked(request: SignedInRequest) -> bool:
    return request.method == "POST" and "fill" in request.POST


def note(request: SignedInRequest, organisation: Organisation) -> None:
    """Write down on the row, which the caller saves, what the register says of its number; None where it says nothing."""
    organisation.register_said = None
    if number := public_register.number_of(organisation):
        try:
            organisation.register_said = asked(request, number).as_kept()
        except Silent:
            return


def asked(request: SignedInRequest, number: str, *, anew: bool = False) -> Entry:
    """What the register says; a person may have it asked a few times a minute. Raises Silent."""
    return public_register.look_up(
        number,
        anew=anew,
        may_ask=lambda: bool(
            ratelimit.consume(
                request, app="accounts", action="register", config=LIMITS, user=request.user
            )
        ),
    )


def filled(request: SignedInRequest, organisation: Organisation) -> tuple[OrganisationForm, Told]:
    """The form as it was typed, and in its empty fields what the register says."""
    form = OrganisationForm(instance=organisation, with_identity=True)
    typed = {
        name: field.widget.value_from_datadict(request.POST, {}, name)
        for name, field in form.fields.items()
        if name != "logo"
    }
    told, proposed = _looked_up(request, form, typed)
    empty = {name: value for name, value in proposed.items() if _is_empty(typed.get(name))}
    form.initial.update(typed | empty)
    return form, told


def _looked_up(
    request: SignedInRequest, form: OrganisationForm, typed: dict[str, Any]
) -> tuple[Told, dict[str, Any]]:
    try:
        number = _number(typed)
        if not number:
            return Told("info", _("Write its number first.")), {}
        entry = asked(request, number)
    except ValidationError as wrong:
        return Told("warning", wrong.messages[0]), {}
    except Silent:
        words = _("The register doesn’t answer just now: fill the form in by hand, it is enough.")
        return Told("info", words), {}
    if not entry.is_known:
        words = _(
            "The register doesn’t know this number: check each digit, or go on by hand if it is quite new."
        )
        return Told("warning", words), {}
    return _found(entry), _proposed(entry, form)


def _number(typed: dict[str, Any]) -> str:
    """The SIREN, or else the RNA, that was typed; "" without one. Raises ValidationError."""
    number = compact((typed.get("company_number") or "")[:60])
    if number:
        (validate_siret if len(number) == 14 else validate_siren)(number)
        return number[:9]
    rna = compact((typed.get("rna") or "")[:60])
    if rna:
        validate_rna(rna)
    return rna


def _found(entry: Entry) -> Told:
    if entry.closed:
        words = _(
            "According to the register it has closed. Check the number; if it is the right one, go on: a coordinator will look into it with you."
        )
        return Told("warning", words, entry)
    words = _(
        "Found in the State’s register. Read it and change what isn’t right: what you write counts, and the coordinators see where the two differ."
    )
    return Told("success", words, entry)


def _proposed(entry: Entry, form: OrganisationForm) -> dict[str, Any]:
    """What the fields of this form may be filled with."""
    commune = public_register.commune_of(entry)
    offered = {value for value, _label in form.legal_form_choices}
    values = {
        "name": entry.name,
        "legal_form": entry.legal_forms[0] if entry.legal_forms else "",
        "company_number": entry.siren,
        "rna": entry.rna,
        "commune": Typed(str(commune), commune.pk) if commune else None,
        "address": entry.address,
    }
    if values["legal_form"] not in offered:
        del values["legal_form"]
    return {name: value for name, value in values.items() if value and name in form.fields}


def _is_empty(value: Any) -> bool:
    return not (value.text if isinstance(value, Typed) else value or "").strip()
