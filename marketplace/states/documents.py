"""Where documents may go."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DocumentStatus(TextChoices):
    TO_SIGN = "TO_SIGN", _("waiting for signatures")
    SIGNED = "SIGNED", _("signed by all")
    ISSUED = "ISSUED", pgettext_lazy("document", "given")
    VOIDED = "VOIDED", pgettext_lazy("document", "voided")


DOCUMENT_MOVES: dict[str, set[str]] = {
    DocumentStatus.TO_SIGN: {DocumentStatus.SIGNED, DocumentStatus.VOIDED},
    DocumentStatus.SIGNED: {DocumentStatus.VOIDED},
    DocumentStatus.ISSUED: {DocumentStatus.VOIDED},
    DocumentStatus.VOIDED: set(),  # kept, and never counted again
}
