"""The legal forms of organisations, and those that the law takes for non-profit employers."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LegalForm(TextChoices):
    ASSOCIATION = "ASSOCIATION", _("association (1901 act)")
    ASSOCIATION_RUP = "ASSOCIATION_RUP", _("association of recognised public utility")
    FOUNDATION = "FOUNDATION", _("foundation")
    ENDOWMENT = "ENDOWMENT", _("endowment fund")
    SCIC = "SCIC", _("SCIC (cooperative of collective interest)")
    SCOP = "SCOP", _("SCOP (workers' cooperative)")
    COOPERATIVE = "COOPERATIVE", _("other cooperative")
    MUTUAL = "MUTUAL", _("mutual society")
    ESUS = "ESUS", _("commercial company with ESUS approval")
    SAS = "SAS", _("SAS")
    SARL = "SARL", _("SARL or EURL")
    SA = "SA", _("SA")
    SOLE_TRADER = "SOLE_TRADER", _("sole trader")
    PUBLIC = "PUBLIC", _("local authority or public body")
    OTHER = "OTHER", _("other")


# The others lend as companies do: cooperatives, mutuals and ESUS companies too.
NON_PROFITS = (
    LegalForm.ASSOCIATION,
    LegalForm.ASSOCIATION_RUP,
    LegalForm.FOUNDATION,
    LegalForm.ENDOWMENT,
)
