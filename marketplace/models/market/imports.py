"""A list that somebody sends: read as a job, looked at before anything is done, carried out as a job, taken back as a whole
for a day."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Membership, Organisation, Pole, Seat, User, coordinated_by
from marketplace.models.market.programmes import Duty

UNDO_LASTS = timedelta(hours=24)
UNREAD_LASTS = timedelta(days=2)  # a list that nobody has carried out
LINES_LAST = timedelta(days=7)  # what the lines of one that was carried out said
SILENT = timedelta(minutes=3)  # without a word from its worker a job is taken up by another
A_MINUTE = timedelta(minutes=1)


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: User) -> Self:
        """The lists of the organisations that this person administers; those of costs, where they are human resources; those
        of a pôle's own tables, where they coordinate it for the operator that sent them."""
        mine = Membership.objects.of(user).acting()
        charged = mine.filter(duties__kind=Duty.Kind.HR).values("organisation")
        costs = Q(kind=Import.Kind.COSTS)
        theirs = Q(organisation__in=mine.administrators().values("organisation"))
        seats = Seat.objects.held_by(user).order_by()
        ours = Q(pole__in=coordinated_by(user), organisation__in=seats.values("operator"))
        houses = Q(pole=None) & (~costs & theirs | costs & Q(organisation__in=charged))
        return self.filter(houses | ours)

    def working(self) -> Self:
        return self.filter(state__in=Import.WORKING)

    def waiting_for_a_worker(self, now: datetime) -> Self:
        """Jobs that nobody takes up: one that was left behind would have been, a minute later."""
        return self.working().filter(seen_at__lt=now - SILENT - A_MINUTE)

    def left_behind(self, now: datetime) -> Self:
        """Jobs whose worker has shown no sign of life for a while."""
        return self.working().filter(seen_at__lt=now - SILENT)


class Import(models.Model):
    """One list, what was found in it, and how far it is."""

    class Kind(models.TextChoices):
        EMPLOYEES = "EMPLOYEES", _("people to bring in")
        LEAVERS = "LEAVERS", _("people who have left")
        COSTS = "COSTS", _("costs of an hour")
        # What a pôle brings in from its own spreadsheets: its records.
        ORGANISATIONS = "ORGANISATIONS", _("organisations")
        PEOPLE = "PEOPLE", _("people")
        MISSIONS = "MISSIONS", _("past missions")
        NEEDS = "NEEDS", _("needs")
        OFFERS = "OFFERS", _("offers")

    class State(models.TextChoices):
        READING = "READING", _("being read")
        UNREADABLE = "UNREADABLE", _("can’t be read")
        READ = "READ", _("to look at")
        RUNNING = "RUNNING", _("under way")
        DONE = "DONE", _("done")
        UNDOING = "UNDOING", _("being taken back")
        UNDONE = "UNDONE", _("taken back")
        DROPPED = "DROPPED", _("dropped")

    WORKING = (State.READING, State.RUNNING, State.UNDOING)
    # The same list sent again is this one.
    STANDING = (State.READING, State.READ, State.RUNNING, State.DONE)
    RECORDS = (Kind.ORGANISATIONS, Kind.PEOPLE, Kind.MISSIONS, Kind.NEEDS, Kind.OFFERS)

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="imports")
    pole = models.ForeignKey(
        Pole, models.CASCADE, null=True, blank=True, related_name="+",
        help_text="Of a pôle’s own tables, which its operator sends.",
    )  # fmt: skip
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    name = models.CharField(_("name of the file"), max_length=160, blank=True)
    digest = models.CharField(max_length=64, editable=False)
    content = models.BinaryField(null=True, editable=False)  # until it has been read
    is_pasted = models.BooleanField(default=False)
    columns = models.JSONField(default=dict, help_text="Field → heading.")
    unused = models.JSONField(default=list, help_text="Headings of no use here.")
    mapped = models.JSONField(null=True, help_text="Field → place, as somebody has said it.")
    sampled = models.JSONField(null=True, help_text="[heading, three of its cells], by column.")
    sheet = models.CharField(max_length=160, blank=True)
    other_sheets = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.READING)
    problem = models.CharField(max_length=30, blank=True, help_text="Why it stopped, as a code.")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, help_text="Its worker’s last word.")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        ordering = ["-sent_at", "-pk"]
        indexes = [
            models.Index(
                fields=["seen_at"],
                condition=Q(state__in=["READING", "RUNNING", "UNDOING"]),
                name="import_working",
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("bring-list" if self.is_of_records else "import", args=[self.pk])

    @property
    def is_of_records(self) -> bool:
        return self.pole_id is not None

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING

    def waits_for_a_worker(self, now: datetime) -> bool:
        """Whether nobody has taken it up for a minute; of one that is on its way, once another worker should have."""
        patience = SILENT + A_MINUTE if self.done else A_MINUTE
        return self.is_working and self.seen_at < now - patience

    @property
    def is_of_leavers(self) -> bool:
        return self.kind == self.Kind.LEAVERS

    @property
    def is_of_costs(self) -> bool:
        return self.kind == self.Kind.COSTS

    @property
    def undo_until(self) -> datetime | None:
        return self.started_at + UNDO_LASTS if self.started_at else None

    def may_be_undone(self, now: datetime) -> bool:
        """Who has left isn't brought back by a click: they are invited again."""
        until = self.undo_until
        running = self.state in (self.State.RUNNING, self.State.DONE)
        return not self.is_of_leavers and running and until is not None and now < until


class ImportLineQuerySet(models.QuerySet["ImportLine"]):
    def to_do(self) -> Self:
        """Lines that something is to be done for, and nothing has been yet."""
        return self.filter(outcome__in=ImportLine.DOING, done_at=None, refused="")

    def to_undo(self) -> Self:
        return self.filter(done_at__isnull=False, undone_at=None)


class ImportLine(models.Model):
    """One line of a list: as it was typed, what it means, what is wrong with it, what became of it."""

    class Outcome(models.TextChoices):
        MAKE = "MAKE", _("to do")
        CHANGE = "CHANGE", _("changes")
        LEAVE = "LEAVE", _("nothing to do")
        FAULT = "FAULT", _("to correct")
        ASK = "ASK", _("to decide")

    DOING = (Outcome.MAKE, Outcome.CHANGE)

    table = models.ForeignKey(Import, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    number = models.PositiveIntegerField(_("line"))
    typed = models.JSONField(default=dict)
    said = models.JSONField(default=dict)
    faults = models.JSONField(default=list, help_text="[field, code, what the sentence names]")
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.CharField(max_length=30, blank=True, help_text="Why, as a code.")
    record = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="Of a pôle’s table: the row that it makes, changes or is like.",
    )
    before = models.JSONField(default=dict, help_text="What it replaced, for the way back.")
    refused = models.CharField(max_length=300, blank=True, help_text="Why it couldn’t be done.")
    membership = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    invitation = models.ForeignKey(
        Invitation, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ImportLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a list")
        verbose_name_plural = _("lines of a list")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["table", "position"], name="import_line_once")
        ]
        indexes = [models.Index(fields=["table", "outcome", "position"], name="import_outcome")]

    def __str__(self) -> str:
        return f"{self.table_id} · {self.number}"
