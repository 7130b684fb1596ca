"""The numbers of an organisation in France: SIREN, SIRET, RNA, stored without spaces."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NotANumber
from stdnum.fr import siren, siret

RNA = re.compile(r"W[0-9A-Z][0-9]{8}")


def compact(text: str) -> str:
    """The number as it is stored: capitals, without spaces, dots or hyphens."""
    return re.sub(r"[\s.\-\u00a0\u202f]", "", text).upper()


def _require_french_digits(value: str) -> None:
    """Raises NotANumber unless the number is in ASCII and not all zeros; the package's checks accept both."""
    if not value.isascii() or not value.strip("0"):
        raise NotANumber


def validate_siren(value: str) -> None:
    try:
        _require_french_digits(value)
        siren.validate(value)
    except NotANumber:
        raise ValidationError(
            _("This isn’t a SIREN: nine digits, as on the INSEE notice. Check each digit.")
        ) from None


def validate_siret(value: str) -> None:
    try:
        _require_french_digits(value[:9])
        siret.validate(value)
    except NotANumber:
        raise ValidationError(
            _("This isn’t a SIRET: fourteen digits, as on the INSEE notice. Check each digit.")
        ) from None


def validate_rna(value: str) -> None:
    """W then nine signs; the first may be a letter overseas (W9M…), the others are digits."""
    if not RNA.fullmatch(value):
        raise ValidationError(
            _("This isn’t an RNA number: a W then nine digits, as on the prefecture’s receipt.")
        )
