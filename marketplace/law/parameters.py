"""Every legal figure the site counts with: since when, from which text, and whether it was checked.

`checked=False` means that the text itself could not be read: screens and documents then say
"to be checked" beside the figure, and nothing is stated as certain. A new year is a new line.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Parameter:
    code: str
    since: date
    value: Decimal | date
    unit: str
    source: str
    checked: bool = True

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


def _line(code, since, value, unit, source, *, checked=True) -> Parameter:
    figure = value if isinstance(value, date) else Decimal(value)
    return Parameter(code, date.fromisoformat(since), figure, unit, source, checked)


ART_238_BIS = "CGI, art. 238 bis"
LOAN_ACT = "Code du travail, art. L. 8241-3 (loi n° 2024-344 du 15 avril 2024, art. 6)"
AGENTS_ACT = "Loi n° 2022-217 du 21 février 2022 (3DS), art. 209 ; décret n° 2022-1682"

TABLE: tuple[Parameter, ...] = (
    # --- how long ---
    _line("loan_years", "2017-09-24", "2", "years", "Code du travail, art. L. 8241-3 (ordonnance n° 2017-1387)"),
    _line("loan_years", "2024-04-17", "3", "years", LOAN_ACT),
    _line("agent_months", "2022-12-28", "18", "months", AGENTS_ACT),
    _line("agent_years", "2022-12-28", "3", "years", AGENTS_ACT),
    # Two sources give two days (27 and 31 December 2027).
    _line("agent_until", "2022-12-28", date(2027, 12, 31), "day", AGENTS_ACT, checked=False),
    # --- a free loan to a structure that isn't eligible ---
    _line("loan_lender_employees", "2017-09-24", "5000", "employees", LOAN_ACT),
    _line("loan_user_employees", "2017-09-24", "250", "employees", LOAN_ACT),
    _line("loan_user_age", "2017-09-24", "8", "years", LOAN_ACT),
    # --- the tax reduction ---
    _line("gift_rate", "2020-01-01", "0.60", "share", ART_238_BIS),
    _line("gift_rate_above", "2020-01-01", "0.40", "share", ART_238_BIS),
    _line("gift_rate_threshold", "2020-01-01", "2000000", "euros", ART_238_BIS),
    _line("gift_floor", "2020-01-01", "20000", "euros", ART_238_BIS),
    _line("gift_turnover_share", "2020-01-01", "0.005", "share", ART_238_BIS),
    _line("gift_carry_years", "2020-01-01", "5", "years", ART_238_BIS),
    _line("employee_cap_pmss", "2020-01-01", "3", "times", ART_238_BIS + " (loi n° 2019-1479, art. 134)"),
    _line("counterpart_share", "2000-01-01", "0.25", "share", "Doctrine fiscale : disproportion marquée, rapport de 1 à 4", checked=False),
    _line("pmss", "2025-01-01", "3925", "euros a month", "Arrêté fixant le plafond de la sécurité sociale pour 2025"),
    _line("pmss", "2026-01-01", "4005", "euros a month", "Arrêté du 22 décembre 2025 (JO du 23 décembre 2025)"),
    _line("hours_per_month", "2000-02-01", "151.67", "hours", "Durée légale : 35 h × 52 / 12", checked=False),
    _line("declare_above", "2020-01-01", "10000", "euros", ART_238_BIS + ", 6", checked=False),
    _line("receipt_kept_years", "2022-01-01", "6", "years", "LPF, art. L. 102 E", checked=False),
)  # fmt: skip


def on(code: str, day: date) -> Parameter:
    """The line in force on that day. Raises LookupError for a day before the first one."""
    in_force = [line for line in TABLE if line.code == code and line.since <= day]
    if not in_force:
        raise LookupError(f"No {code} on {day}.")
    return max(in_force, key=lambda line: line.since)


def all_unchecked() -> list[Parameter]:
    return [line for line in TABLE if not line.checked]
