"""The parties of a document as they are printed: names, numbers, logos."""

import base64
from io import BytesIO
from typing import Any

from django.utils.translation import override
from PIL import Image

from accounts.models import Commune, Organisation, Pole
from accounts.storage import FilesAway
from marketplace.rules.parties import signatories

ALONE: dict[str, str] = {
    Organisation.LegalForm.OTHER: "",
    Organisation.LegalForm.COOPERATIVE: "coopérative",
}
LOGO_SIDE = 160  # pixels: 30 mm wide on paper


def small_logo(owner: Organisation | Pole) -> str:
    """The logo as base64; "" without a logo, or when its file is missing."""
    if not owner.logo:
        return ""
    try:
        with owner.logo.open("rb") as kept, Image.open(kept) as picture:
            picture.thumbnail((LOGO_SIDE, LOGO_SIDE))
            drawn = BytesIO()
            picture.convert("RGBA").save(drawn, "PNG", optimize=True)
    except FilesAway:  # a paper isn't made without it for that
        raise
    except OSError:
        return ""
    return base64.b64encode(drawn.getvalue()).decode()


def address(organisation: Organisation) -> str:
    return ", ".join(part for part in (organisation.address, town(organisation.commune)) if part)


def town(commune: Commune) -> str:
    """The town as an address writes it: 59000 Lille."""
    code = commune.postal_codes.split()[0] if commune.postal_codes else ""
    return f"{code} {commune.name}".strip()


def _form(organisation: Organisation) -> str:
    """The legal form in French. What the form's list calls “other” says nothing away from that list."""
    with override("fr"):
        known = str(organisation.get_legal_form_display())
    return ALONE.get(organisation.legal_form, known)


def describe(organisation: Organisation) -> dict[str, Any]:
    first = next(iter(signatories(organisation)), None)
    return {
        "name": organisation.name,
        "form": _form(organisation),
        "siren": organisation.siren or organisation.siret[:9],
        "siret": organisation.siret,
        "rna": organisation.rna,
        "address": address(organisation),
        "purpose": organisation.purpose,
        "signatory": first[0].get_full_name() if first else "",
        "capacity": first[1] if first else "",
    }


def logos(*owners: Organisation | Pole | None) -> list[dict[str, str]]:
    """The logos in the order of the page, from left to right; a party without one has its name instead."""
    return [
        {"name": owner.name, "logo": small_logo(owner)} for owner in owners if owner is not None
    ]
