"""The journal: who has taken people's data out of the site, brought it in or read it, in whose name, what and why. Kept for
twelve months."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Pole, User
from marketplace.models.written_once import WrittenOnce

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

KEPT = timedelta(days=365)
LONGEST_REASON = 200
AFTER_SEARCH = "recherche"  # the form of a reading to which a search has led


class JournalKind(models.TextChoices):
    """What somebody did, in words that follow their name."""

    PEOPLE = "PEOPLE", _("took out the list of the people")
    MISSIONS = "MISSIONS", _("took out the missions")
    HOURS = "HOURS", _("took out the hours")
    VALUES = "VALUES", _("took out the values declared")
    RECEIPTS = "RECEIPTS", _("took out the receipts")
    YEAR = "YEAR", _("took out the whole year, in one workbook")
    REPORT = "REPORT", _("took out the report of the year")
    PAPERS = "PAPERS", _("took out all the papers")
    DATA = "DATA", _("took out a copy of all that the site holds of the organisation")
    LETTERS = "LETTERS", _("wrote to several at once")
    TO_VALUE = "TO_VALUE", _("took out the list of the missions to value")
    LIST = "LIST", _("took out a list of the pôle")
    BULK = "BULK", _("acted on several rows of a list")
    POLE_REPORT = "POLE_REPORT", _("took out a report of the pôle")
    BULK_UNDONE = "BULK_UNDONE", _("took back an act on several rows of a list")
    BROUGHT = "BROUGHT", _("brought in a file of the pôle")
    TAKEN_BACK = "TAKEN_BACK", _("took back a file that was brought in")
    # Of one person or organisation, who read it themselves: `told`.
    PERSON_READ = "PERSON_READ", _("read the page of a person")
    HOUSE_READ = "HOUSE_READ", _("read the page of an organisation")
    NEED_READ = "NEED_READ", _("read a need")
    OFFER_READ = "OFFER_READ", _("read an offer")
    PROPOSAL_READ = "PROPOSAL_READ", _("read a proposal")
    MISSION_READ = "MISSION_READ", _("read a mission")
    TALK_READ = "TALK_READ", _("read a conversation")
    CASE_READ = "CASE_READ", _("read a case of the desk")
    PAPER_READ = "PAPER_READ", _("opened a paper")
    PAPER_TAKEN = "PAPER_TAKEN", _("downloaded a paper")
    ARCHIVE_TAKEN = "ARCHIVE_TAKEN", _("downloaded all the papers of a mission")
    FILE_TAKEN = "FILE_TAKEN", _("downloaded a file that was sent")
    WORK_READ = "WORK_READ", _("read the working-time page of an employee")
    SOUGHT = "SOUGHT", _("looked for somebody by their name or address")
    LISTED = "LISTED", _("took out a list in which they are")
    WROTE = "WROTE", _("wrote to them with others")
    FOR_THEM = "FOR_THEM", _("wrote a need or an offer in their place")
    STAFF_READ = "STAFF_READ", _("opened a row in the administration of the site")


# What a list is called that was taken out: the words of its lines. Those of the same name are told once.
LISTS: dict[str, "StrOrPromise"] = {
    "need": _("needs"),
    "offer": _("offers"),
    "mission": _("missions"),
    "hours": _("hours given"),
    "organisation": _("organisations"),
    "person": _("people"),
    "contacts": _("people, with e-mail addresses or telephone numbers"),
    "member": _("people of the organisation, with their e-mail addresses"),
    "past-member": _("people who have left"),
    "papers": _("papers of missions"),
    "all": _("the whole copy of the organisation’s data"),
    "all-missions": _("the whole copy of the organisation’s data"),
}

# In the name of a pôle; the others in that of an organisation.
OF_POLES = (
    JournalKind.LIST, JournalKind.POLE_REPORT, JournalKind.BULK, JournalKind.BULK_UNDONE, JournalKind.LETTERS,
    JournalKind.BROUGHT, JournalKind.TAKEN_BACK,
)  # fmt: skip

# Of a person or an organisation, who are told.
TOLD = (
    JournalKind.PERSON_READ, JournalKind.HOUSE_READ, JournalKind.NEED_READ, JournalKind.OFFER_READ, JournalKind.PROPOSAL_READ,
    JournalKind.MISSION_READ, JournalKind.TALK_READ, JournalKind.CASE_READ, JournalKind.PAPER_READ, JournalKind.PAPER_TAKEN,
    JournalKind.ARCHIVE_TAKEN, JournalKind.FILE_TAKEN, JournalKind.WORK_READ, JournalKind.SOUGHT, JournalKind.LISTED,
    JournalKind.WROTE, JournalKind.FOR_THEM, JournalKind.STAFF_READ,
)  # fmt: skip


class JournalQuerySet(models.QuerySet["JournalEntry"]):
    def of(self, organisation: Organisation) -> Self:
        """What was taken out or brought in, in the name of this organisation."""
        return self.filter(organisation=organisation, told=False)

    def of_poles(self, poles: Iterable[int]) -> Self:
        """The same in the name of these pôles."""
        return self.filter(pole__in=poles, told=False)

    def about(self, subject: User) -> Self:
        """What others read, took out or wrote of this person."""
        return self.filter(subject=subject, told=True)

    def about_house(self, organisation: Organisation) -> Self:
        """What others read, took out or wrote of this organisation."""
        return self.filter(house=organisation, told=True)

    def past(self, now: datetime) -> Self:
        """What has been kept for twelve months."""
        return self.filter(at__lt=now - KEPT)


class JournalEntry(models.Model):
    """One thing done, once. `number` says about which one, of the nouns of that kind (a year, a mission), and `words` how
    it was narrowed; `subject` is the person whom it was about, `house` the organisation, where it was one. A line that is `told`
    is read by them: its pôle says where it was done, and its organisation by which operator or employer; what is opened in the
    administration is done for none, and its pôle is one of theirs."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    pole = models.ForeignKey(
        Pole, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=20)
    number = models.PositiveBigIntegerField(null=True, blank=True)
    words = models.CharField(max_length=300, blank=True)
    form = models.CharField(max_length=10, blank=True)
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    # The line outlives an organisation that was written for somebody and is erased: its number says nothing any more.
    house = models.ForeignKey(
        Organisation,
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    told = models.BooleanField(default=False, db_default=False)
    rows = models.PositiveIntegerField(null=True, blank=True)
    why = models.CharField(max_length=LONGEST_REASON, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = JournalQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the journal")
        verbose_name_plural = _("lines of the journal")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None, pole__isnull=False)
                | Q(organisation__isnull=False, pole=None)
                | Q(organisation__isnull=False, told=True),
                name="journal_in_one_name",
            ),
            # A day less than KEPT: the clocks of the database and of the worker may differ.
            WrittenOnce(
                name="journal_written_once",
                fields=[
                    "by", "organisation", "pole", "kind", "number", "words", "form", "subject", "house", "told",
                    "rows", "why", "at",
                ],
                kept_days=364,
            ),
        ]  # fmt: skip
        indexes = [
            # Of what was taken out, without what is told, which is a hundred times as much.
            *(
                models.Index(fields=[*fields, "at", "id"], condition=Q(told=False), name=name)
                for name, fields in {
                    "journal_taken": ["organisation"],
                    "journal_taken_by": ["organisation", "by"],
                    "journal_taken_kind": ["organisation", "kind"],
                    "journal_taken_pole": ["pole"],
                }.items()
            ),
            models.Index(fields=["by", "at", "id"], name="journal_by"),
            models.Index(
                fields=["subject", "at", "id"],
                condition=Q(subject__isnull=False),
                name="journal_subject",
            ),
            models.Index(
                fields=["house", "at", "id"],
                condition=Q(house__isnull=False),
                name="journal_house",
            ),
            models.Index(
                fields=["kind", "number", "at", "id"],
                condition=Q(told=True),
                name="journal_of_what",
            ),
            models.Index(fields=["at", "id"], name="journal_at"),
        ]

    def __str__(self) -> str:
        return f"{self.by}, {self.at:%Y-%m-%d}: {self.kind}"

    @property
    def did(self) -> "StrOrPromise":
        """What was done, in words; the code itself where a kind has gone since."""
        return JournalKind(self.kind).label if self.kind in JournalKind.values else self.kind
