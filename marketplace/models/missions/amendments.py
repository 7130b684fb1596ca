"""An amendment: a change to what was signed. It is proposed, and comes into force once all have signed; until then
the former words stand."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Movable, Step, User
from common.among import among
from common.dates import in_each_language, spoken_again
from common.quotes import labelled
from marketplace.law.value import euros
from marketplace.models import reasons
from marketplace.models.market.proposals import Side
from marketplace.models.missions.missions import Mission
from marketplace.models.missions.sheets import DATES, OFFER_REFERENT, MissionSheet
from marketplace.states import AMENDMENT_MOVES, AmendmentStatus, DocumentStatus

# On working time the employer agrees to so many hours between two days.
WHAT_EMPLOYERS_AGREE_TO = {"hours", *DATES}
# An amount with its cents, as any language writes it.
IN_EUROS = re.compile(r"[.,]\d\d\s*€$")


def as_json(value: Any) -> Any:
    """A field's value as it is stored in `values`: a person's number, a date in ISO format, a decimal as text. A
    browser's ends of line are made those of the database, so that they are no change."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def label_of(name: str) -> str:
    """The label of a field of the sheet, or of a date of the mission."""
    if name == "offer_referent":
        return capfirst(str(OFFER_REFERENT))
    model: Any = Mission if name in DATES else MissionSheet
    return capfirst(str(model._meta.get_field(name).verbose_name))


def in_words(changes: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """The changes with their labels, before and after. Stored changes are in the language of whoever saved that
    version: choices, days and amounts are said again in the reader's language."""
    said = [
        change
        | {"label": label_of(change["name"])}
        | {side: _again(change["name"], change[side]) for side in ("before", "after")}
        for change in changes
    ]
    return [change for change in said if change["before"] != change["after"]]


def _again(name: str, kept: str) -> str:
    if name in DATES:
        return spoken_again(kept)
    if name == "counterparts_value" and IN_EUROS.search(kept):
        return euros(Decimal(re.sub(r"\D", "", kept)) / 100)
    field: Any = MissionSheet._meta.get_field(name)
    for _value, label in field.flatchoices:
        if kept in in_each_language(label):
            return str(label)
    return kept


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def open(self) -> Self:
        return self.filter(status=AmendmentStatus.PROPOSED)

    def in_force(self) -> Self:
        return self.filter(status=AmendmentStatus.IN_FORCE)

    def visible_to(self, user: User) -> Self:
        return self.filter(among(Mission.objects.visible_to(user), "mission"))


class Amendment(Movable):
    MOVES = AMENDMENT_MOVES

    mission = models.ForeignKey(Mission, models.PROTECT, related_name="amendments")
    # First, second… of its mission.
    ordinal = models.PositiveSmallIntegerField(_("number"))
    status = models.CharField(
        _("state"), max_length=20, choices=AmendmentStatus, default=AmendmentStatus.PROPOSED
    )
    from_version = models.PositiveSmallIntegerField(
        help_text="The version of the sheet in force when it was proposed."
    )
    values = models.JSONField(help_text="Field of the sheet or date → its new value.")
    changes = models.JSONField(
        help_text="What changes, in the order of the sheet: field, before, after, as read in French."
    )
    why = models.TextField(_("why"), max_length=1000)
    side = models.CharField(max_length=10, choices=Side, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="amendments_proposed"
    )
    proposed_at = models.DateTimeField(default=timezone.now)
    asks_employer = models.BooleanField(
        default=False, help_text="Hours or dates change on working time: the employer agrees anew."
    )
    employer_agreed_at = models.DateTimeField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Everybody was told that the end in force passed while it waited.",
    )

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        ordering = ["ordinal"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=AmendmentStatus.values), name="amendment_status_known"
            ),
            models.UniqueConstraint(fields=["mission", "ordinal"], name="amendment_ordinal_once"),
            models.UniqueConstraint(
                fields=["mission"],
                condition=Q(status=AmendmentStatus.PROPOSED),
                name="amendment_one_open",
                violation_error_message=_("An amendment of this mission waits already."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Amendment no. %(n)s") % {"n": self.ordinal})

    def get_absolute_url(self) -> str:
        return reverse("amendment", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == AmendmentStatus.PROPOSED

    @property
    def has_fallen(self) -> bool:
        """Whether it was declined or withdrawn: nothing of it has come into force."""
        return self.status in {AmendmentStatus.DECLINED, AmendmentStatus.WITHDRAWN}

    @property
    def waits_for_employer(self) -> bool:
        return self.is_open and self.asks_employer and self.employer_agreed_at is None

    @property
    def waits_for_employer_alone(self) -> bool:
        """Whether all have signed and only the employer's agreement is missing."""
        unsigned = self.documents.filter(status=DocumentStatus.TO_SIGN)
        return self.waits_for_employer and not unsigned.exists()

    @property
    def state_label(self) -> str:
        if self.waits_for_employer_alone:
            return str(_("waiting for the employer’s agreement"))
        if self.status == AmendmentStatus.IN_FORCE and not self.mission.is_live:
            return str(_("in force until the mission’s end"))
        return self.get_status_display()

    @property
    def is_overdue(self) -> bool:
        """Whether the end date in force has passed while a later one waits for signatures: hours can't be written
        until it is signed."""
        ends_on = self.mission.ends_on
        later = self.values.get("ends_on", "") > ends_on.isoformat()
        return self.is_open and later and ends_on < timezone.localdate()

    @property
    def version(self) -> int:
        """The number of the sheet's version that the amendment would make."""
        return self.from_version + 1

    @property
    def labelled_changes(self) -> list[dict[str, str]]:
        return in_words(self.changes)

    def write_on(self, mission: Mission) -> Mission:
        """Put the new values on a mission and its sheet, in memory."""
        for name, raw in self.values.items():
            row = mission if name in DATES else mission.sheet
            field: Any = row._meta.get_field(name)
            setattr(row, field.attname, field.to_python(raw))
        return mission

    def amended(self) -> Mission:
        """The mission as it would be: a copy in memory, to be read and never saved."""
        mission = Mission.objects.select_related(
            "need__pole", "need__organisation__commune", "offer__person",
            "offer__organisation__commune", "programme", "renewed_from", "sheet",
        ).get(pk=self.mission_id)  # fmt: skip
        mission.sheet.number = self.version
        return self.write_on(mission)


class AmendmentStep(Step):
    STATUSES = AmendmentStatus
    REASONS = reasons.WORDS

    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="steps")

    @property
    def words(self) -> str:
        """What happened that day. The first step says “proposed for signature”, since it is still read once all
        have signed."""
        if self.after != AmendmentStatus.PROPOSED:
            return super().words
        proposed = _("Proposed for signature")
        return labelled(proposed, self.reason) if self.reason else str(proposed)
