"""The legal frame of a mission, and the answers that led to it. What each frame asks for is in law/regimes.py."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.law import regimes
from marketplace.states import BEFORE_IT_RUNS

# Which law the mission lives under: the names and labels of the table of the legal frames. An enumeration
# made by a call, as Python has it; the stubs of Django know the other way only.
_ROWS = [(row.code, (row.code, row.label)) for row in regimes.TABLE]
Regime = models.TextChoices("Regime", _ROWS)  # type: ignore[call-overload]


class Framed:
    """What a mission's legal frame says of it, as questions that templates ask too."""

    regime: Any  # columns of the model
    status: Any

    @property
    def frame(self) -> regimes.Frame | None:
        """All that the mission's legal frame says; None as long as none is chosen."""
        return regimes.chosen(self.regime)

    @property
    def was_never_framed(self) -> bool:
        """Whether it ended before a legal frame was chosen: none can be any more."""
        return not self.regime and self.status not in BEFORE_IT_RUNS

    @property
    def frame_said(self) -> str:
        """Its legal frame in a few words, in lower case; or that it is to be chosen, or never was."""
        if self.frame:
            return str(self.frame.label)
        return str(
            _("no legal frame was chosen")
            if self.was_never_framed
            else _("legal frame to be chosen")
        )

    @property
    def is_volunteering(self) -> bool:
        return self.frame is not None and self.frame.own_time

    @property
    def has_employer(self) -> bool:
        """Whether an employer has to agree before the mission starts."""
        return self.frame is not None and bool(self.frame.agrees)

    @property
    def gives_a_receipt(self) -> bool:
        return self.frame is not None and self.frame.gives_a_receipt

    @property
    def is_billed(self) -> bool:
        """Whether the employer bills the structure what the person costs it."""
        return self.frame is not None and self.frame.billed


class RegimeChoice(models.Model):
    """The three answers that led to a legal frame, and who gave them; the last row counts."""

    class Whose(models.TextChoices):
        OWN = "OWN", _("Their own time, outside working hours")
        COMPANY = "COMPANY", _("Working time, paid by a company")
        PUBLIC = "PUBLIC", _("Working time, paid by the State or a local authority")
        NON_PROFIT = (
            "NON_PROFIT",
            _("Working time, paid by an association, a foundation or an endowment fund"),
        )

    class Directs(models.TextChoices):
        EMPLOYER = "EMPLOYER", _("The employer: it delivers a piece of work")
        STRUCTURE = "STRUCTURE", _("The structure: the person joins its team for a while")

    class Receipt(models.TextChoices):
        YES = "YES", _("Yes")
        NO = "NO", _("No")
        UNKNOWN = "UNKNOWN", _("We don’t know")

    mission = models.ForeignKey(
        "marketplace.Mission", models.CASCADE, related_name="regime_choices"
    )
    regime = models.CharField(max_length=20, choices=Regime)
    whose = models.CharField(_("whose time is it?"), max_length=10, choices=Whose)
    directs = models.CharField(
        _("who says what to do, day by day?"), max_length=10, choices=Directs, blank=True
    )
    receipt = models.CharField(
        _("may the structure give tax receipts?"), max_length=10, choices=Receipt, blank=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.mission} → {self.regime}"
