"""The law's figures, year by year, each with where it was read and whether somebody checked it in the text."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Figure:
    """A number that a law fixes. `checked` is False while nobody has read it in the text itself."""

    value: Decimal
    source: str
    checked: bool = True


@dataclass(frozen=True)
class YearFigures:
    year: int
    monthly_ceiling: Figure  # PMSS
    ceiling_multiple: Figure
    monthly_hours: Figure
    gift_floor: Figure
    turnover_share: Figure
    rate: Figure
    reduced_rate: Figure
    rate_threshold: Figure
    carry_years: Figure
    counterpart_share: Figure

    def to_check(self) -> list[Figure]:
        figures = (getattr(self, name) for name in self.__dataclass_fields__ if name != "year")
        return [figure for figure in figures if not figure.checked]


CGI = "CGI, art. 238 bis"
LENT = "CGI, art. 238 bis, 1 (loi 2019-1479, art. 134) ; CSS, art. L. 241-3"


def _year(year: int, monthly_ceiling: str, source: str, *, checked: bool = True) -> YearFigures:
    """What hasn't moved since 2020 is written once; the monthly ceiling moves each January."""
    return YearFigures(
        year=year,
        monthly_ceiling=Figure(Decimal(monthly_ceiling), source, checked),
        ceiling_multiple=Figure(Decimal(3), LENT),
        monthly_hours=Figure(
            Decimal("151.67"),
            "35 h × 52 / 12. Prorata : lecture prudente du plafond.",
            checked=False,
        ),
        gift_floor=Figure(Decimal(20_000), CGI),
        turnover_share=Figure(Decimal("0.005"), CGI),
        rate=Figure(Decimal("0.60"), CGI),
        reduced_rate=Figure(Decimal("0.40"), CGI),
        rate_threshold=Figure(Decimal(2_000_000), CGI),
        carry_years=Figure(
            Decimal(5), f"{CGI} ; ordre d’imputation et taux du report.", checked=False
        ),
        counterpart_share=Figure(Decimal("0.25"), "Usage admis : rapport de 1 à 4", checked=False),
    )


YEARS: dict[int, YearFigures] = {
    figures.year: figures
    for figures in (
        _year(2024, "3864", "Arrêté du 19/12/2023", checked=False),
        _year(2025, "3925", "Arrêté du 19/12/2024", checked=False),
        _year(2026, "4005", "Arrêté du 22/12/2025 (JO du 23/12/2025)"),
    )
}
NO_FIGURES = _(
    "The figures of %(year)s aren’t known yet: those of %(used)s are used, to be checked."
)


def figures_of(year: int) -> tuple[YearFigures, bool]:
    """The year's own figures; else those of the nearest known year, and True: to be said aloud."""
    if year in YEARS:
        return YEARS[year], False
    return YEARS[min(YEARS, key=lambda known: abs(known - year))], True
