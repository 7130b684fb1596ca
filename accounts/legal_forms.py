"""The legal forms of organisations, and those that the law takes for non-profit employers."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LegalForm(TextChoices):
    ASSOCIATION = "ASSOCIATION", _("association (1901 act)")
    ASSOCIATION_RUP = "ASSOCIATION_RUP", _("association of recognised public utility")
    FOUNDATION = "FOUNDATION", _("foundation")
    ENDOWMENT = "ENDOWMENT", _("endowment fund")
    SCIC = "SCIC", _("SCIC (cooperative of collective interest)")
    SCOP = "SCOP", _("SCOP (workers’ cooperative)")
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


# Work that is done for these for nothing may be taken for undeclared work. Not a SCIC, whose law knows volunteers.
COMPANIES = (
    LegalForm.SCOP,
    LegalForm.COOPERATIVE,
    LegalForm.ESUS,
    LegalForm.SAS,
    LegalForm.SARL,
    LegalForm.SA,
    LegalForm.SOLE_TRADER,
)


class OfALegalForm:
    """What the law takes an organisation for as an employer, as questions that templates ask too."""

    legal_form: Any  # columns of the model
    is_authority: Any
    may_offer: Any

    @property
    def is_public(self) -> bool:
        """Whether its people are public agents, for whom the law has a legal frame of its own."""
        return self.legal_form == LegalForm.PUBLIC

    @property
    def is_non_profit(self) -> bool:
        """Whether it lends its employees as non-profits do; cooperatives, mutuals and ESUS companies lend as companies."""
        return self.legal_form in NON_PROFITS

    @property
    def asks_a_lawyer_first(self) -> bool:
        """Whether a lawyer is asked before anybody volunteers there: SCOPs and commercial companies."""
        return self.legal_form in COMPANIES

    @property
    def keeps_classes_86_and_87(self) -> bool:
        """Whether its chart of accounts has them, where volunteering and sponsorship received are written: that of associations,
        foundations and endowment funds (règlement ANC 2018-06). Cooperatives and companies keep the general one, without.
        """
        return self.legal_form in (*NON_PROFITS, LegalForm.OTHER)

    @property
    def lends_by_name_alone(self) -> bool:
        """Whether the law lets it lend its people by their names alone, and never as skills sponsorship: authorities
        and non-profits."""
        return self.is_authority or self.is_non_profit

    @property
    def may_deduct_gifts(self) -> bool:
        """Whether the law gives it a tax reduction for what its people give at work."""
        return self.may_offer and not (self.is_public or self.is_non_profit)
