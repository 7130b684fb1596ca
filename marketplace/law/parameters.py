"""Every legal figure that the site counts with: since when, from which text, and whether
it was checked.

`checked=False` means that the text itself could not be read, or that how it applies
is our reading (`note` says which): the pages then say "to be checked" beside it, and
state nothing as certain. A new year is a new line; the page "Figures of the law"
shows this table as it is.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Parameter:
    code: str
    since: date
    value: Decimal | date
    unit: str
    source: str
    checked: bool = True
    note: str = ""

    @property
    def amount(self) -> Decimal:
        if isinstance(self.value, date):
            raise TypeError(f"{self.code} is a date.")
        return self.value

    @property
    def day(self) -> date:
        if not isinstance(self.value, date):
            raise TypeError(f"{self.code} is a figure.")
        return self.value

    @property
    def name(self) -> "StrOrPromise":
        return NAMES[self.code]


NAMES = {
    "pmss": _("Monthly social security ceiling (PMSS)"),
    "employee_cap_pmss": _("Cap for each employee, in monthly ceilings"),
    "hours_per_month": _("Hours in a full month, to share out the cap"),
    "gift_rate": _("Rate of the tax reduction"),
    "gift_rate_above": _("Rate beyond the threshold"),
    "gift_rate_threshold": _("Threshold: gifts of the year"),
    "gift_floor": _("Ceiling of gifts taken into account: at least"),
    "gift_turnover_share": _("Ceiling of gifts taken into account: or this share of turnover"),
    "gift_carry_years": _("What exceeds the ceiling is carried over"),
    "counterpart_share": _("Counterparts: at most this share of the gift"),
    "declare_above": _("Gifts beyond which the company declares their detail"),
    "receipt_kept_years": _("Receipts and proofs are kept"),
    "pay_proofs_years": _("What the value of a gift is reckoned from is kept"),
    "books_kept_years": _("Proofs of accounts are kept"),
    "claims_years": _("A claim between those who have agreed on something lapses after"),
    "consent_years": _("A yes that somebody gave ends by itself after"),
    "loan_years": _("Loan of an employee: at most"),
    "loan_lender_employees": _("Free loan to a structure that isn’t eligible: lender’s employees, at least"),
    "loan_user_employees": _("Free loan to a structure that isn’t eligible: its employees, fewer than"),
    "loan_user_age": _("Free loan to a structure that isn’t eligible: or its age, under"),
    "non_profit_loan_share": _("Loan by a non-profit employer: billed at most, of its cost"),
    "non_profit_loan_years": _("Loan by a non-profit employer: at most"),
    "agent_months": _("Public agent: at a time"),
    "agent_years": _("Public agent: in all, at most"),
    "agent_until": _("Public agent: the experiment ends on"),
    "agent_inhabitants": _("Public agent: of a municipality of more than"),
}  # fmt: skip
YEARLY = "pmss"  # the one that moves each January: a year is known when it has a line of its own


def _line(
    code: str,
    since: str,
    value: str | date,
    unit: str,
    source: str,
    *,
    checked: bool = True,
    note: str = "",
) -> Parameter:
    figure = value if isinstance(value, date) else Decimal(value)
    return Parameter(code, date.fromisoformat(since), figure, unit, source, checked, note)


ART_238_BIS = "CGI, art. 238 bis"
NON_PROFIT_ACT = "Code du travail, art. L. 8241-1 et L. 8241-2"
LOAN_ACT = "Code du travail, art. L. 8241-3 (loi n° 2024-344 du 15 avril 2024, art. 6)"
# In force since 1 January 2018: the order of September 2017 waited for its decree of 29 December. Its first words were “at
# most” 250 employees; “fewer than” came with the version of 1 January 2020.
LOAN_ORDER = (
    "Code du travail, art. L. 8241-3 (ordonnance n° 2017-1387, art. 33 ; décret n° 2017-1879)"
)
LOAN_OF_2020 = "Code du travail, art. L. 8241-3, dans sa version du 1er janvier 2020"
AGENTS_ACT = "Loi n° 2022-217 du 21 février 2022 (3DS), art. 209 ; décret n° 2022-1682"
CAP_ACT = "CGI, art. 238 bis (loi n° 2019-1479, art. 134) ; CSS, art. L. 241-3"

TABLE: tuple[Parameter, ...] = (
    # --- the value of a gift ---
    _line("pmss", "2024-01-01", "3864", "euros", "Arrêté du 19 décembre 2023", checked=False),
    _line("pmss", "2025-01-01", "3925", "euros", "Arrêté du 19 décembre 2024", checked=False),
    _line("pmss", "2026-01-01", "4005", "euros", "Arrêté du 22 décembre 2025 (JO du 23 décembre 2025)"),
    _line("employee_cap_pmss", "2020-01-01", "3", "times", CAP_ACT),
    _line("hours_per_month", "2000-02-01", "151.67", "hours", "Durée légale : 35 h × 52 / 12", checked=False,
          note="Le partage du plafond selon les heures est notre lecture, prudente."),
    _line("counterpart_share", "2000-01-01", "0.25", "share", "Doctrine fiscale : disproportion marquée, rapport de 1 à 4",
          checked=False),
    # --- the tax reduction ---
    _line("gift_rate", "2020-01-01", "0.60", "share", ART_238_BIS),
    _line("gift_rate_above", "2020-01-01", "0.40", "share", ART_238_BIS),
    _line("gift_rate_threshold", "2020-01-01", "2000000", "euros", ART_238_BIS),
    _line("gift_floor", "2020-01-01", "20000", "euros", ART_238_BIS),
    _line("gift_turnover_share", "2020-01-01", "0.005", "share", ART_238_BIS),
    _line("gift_carry_years", "2020-01-01", "5", "years", ART_238_BIS, checked=False,
          note="L’ordre d’imputation et le taux de ce qui est reporté restent à vérifier."),
    _line("declare_above", "2020-01-01", "10000", "euros", ART_238_BIS + ", 6", checked=False),
    _line("receipt_kept_years", "2022-01-01", "6", "years", "LPF, art. L. 102 E", checked=False),
    _line("pay_proofs_years", "2022-01-01", "6", "years", "LPF, art. L. 102 B", checked=False),
    _line("books_kept_years", "2000-09-21", "10", "years", "Code de commerce, art. L. 123-22", checked=False),
    _line("claims_years", "2008-06-19", "5", "years", "Code civil, art. 2224", checked=False),
    _line("consent_years", "2018-05-25", "0", "end", "RGPD, art. 7", checked=False,
          note="L’article 7 ne fixe pas de durée, et nous n’en avons trouvé dans aucun autre texte pour ces accords : un oui vaut jusqu’à ce qu’il soit retiré, ou que ce sur quoi il porte soit fini. Le CEPD (lignes directrices 5/2020) conseille de le redemander de temps en temps, sans dire quand : chaque oui est montré avec son jour, et se retire d’un clic."),
    # --- how long ---
    _line("loan_years", "2018-01-01", "2", "years", LOAN_ORDER),
    _line("loan_years", "2024-04-17", "3", "years", LOAN_ACT,
          note="La convention et l’avenant d’un prêt gratuit : article R. 8241-2 (décret n° 2017-1879 du 29 décembre 2017), à vérifier. La durée court du premier jour à la veille de son anniversaire : c’est notre lecture, prudente."),
    _line("non_profit_loan_share", "2011-07-30", "1", "share", NON_PROFIT_ACT, checked=False,
          note="Salaires, charges sociales et frais professionnels, sans plus. En dessous du coût, hors des cas de l’article L. 8241-3, ce prêt reste à vérifier."),
    _line("non_profit_loan_years", "2011-07-30", "3", "years", NON_PROFIT_ACT, checked=False,
          note="Ces articles ne fixent pas de durée : par prudence, celle de l’article L. 8241-3."),
    # The decree of 27 December 2022 was published on the 28th, and in force the day after.
    _line("agent_months", "2022-12-29", "18", "months", AGENTS_ACT),
    _line("agent_years", "2022-12-29", "3", "years", AGENTS_ACT),
    _line("agent_until", "2022-12-29", date(2027, 12, 27), "day", AGENTS_ACT, checked=False,
          note="Deux sources donnent deux dates, le 27 et le 31 décembre 2027 : par prudence, la première."),
    _line("agent_inhabitants", "2022-12-29", "3500", "inhabitants", AGENTS_ACT),
    # --- a free loan to a structure that isn't eligible ---
    _line("loan_lender_employees", "2018-01-01", "5000", "employees", LOAN_ORDER),
    _line("loan_user_employees", "2020-01-01", "250", "employees", LOAN_OF_2020),
    _line("loan_user_age", "2018-01-01", "8", "years", LOAN_ORDER),
)  # fmt: skip
LATEST = max(line.since for line in TABLE)
KNOWN_YEARS = sorted(line.since.year for line in TABLE if line.code == YEARLY)


def on(code: str, day: date) -> Parameter:
    """The line of a figure that is in force on that day. Raises LookupError for a day before its first line."""
    in_force = [line for line in TABLE if line.code == code and line.since <= day]
    if not in_force:
        raise LookupError(f"No {code} on {day}.")
    return max(in_force, key=lambda line: line.since)


def in_force(day: date) -> list[Parameter]:
    """The line in force on that day, for each figure that has one."""
    codes = dict.fromkeys(line.code for line in TABLE if line.since <= day)
    return [on(code, day) for code in codes]


def year_used(year: int) -> int:
    """The year itself when its figures are known; otherwise the nearest known year, which the page has to say."""
    return min(KNOWN_YEARS, key=lambda known: abs(known - year))


def of_year(code: str, year: int) -> Parameter:
    """The figure at the end of that year, or of the nearest year that is known."""
    return on(code, date(year_used(year), 12, 31))
