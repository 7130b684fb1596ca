"""Documents of a mission and receipts: numbered, kept byte for byte, sealed in a chain."""

import secrets
from typing import Self

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Movable, Organisation, Step, User, coordinated_by
from common.among import among
from marketplace.law import regimes
from marketplace.models import reasons
from marketplace.models.documents.valuations import told_to
from marketplace.models.market.offers import Time
from marketplace.models.missions.missions import Mission
from marketplace.models.missions.team_members import TeamMember
from marketplace.models.talk.files import StoredFile
from marketplace.models.written_once import WrittenOnce
from marketplace.states import DOCUMENT_MOVES, DocumentStatus


def vault() -> Storage:
    """The storage of the documents: none of its files has an address."""
    return storages["vault"]


def random_path(_document: "Document", _name: str) -> str:
    name = secrets.token_hex(16)
    return f"documents/{name[:2]}/{name}.pdf"


class Party(models.TextChoices):
    EMPLOYER = "EMPLOYER", _("the employer")
    STRUCTURE = "STRUCTURE", _("the structure")
    PERSON = "PERSON", _("the person who comes")


class Kind(models.TextChoices):
    CONVENTION_SERVICE = "CONVENTION_SERVICE", _("sponsorship agreement")
    CONVENTION_LOAN = "CONVENTION_LOAN", _("agreement to lend an employee")
    AMENDMENT = "AMENDMENT", _("amendment to the work contract")
    MISSION_LETTER = "MISSION_LETTER", _("letter of engagement")
    CONVENTION_AGENT = "CONVENTION_AGENT", _("agreement to make a public agent available")
    ORDER_AGENT = "ORDER_AGENT", _("draft order of the authority")
    CONVENTION_PLAIN = "CONVENTION_PLAIN", _("agreement to lend, without tax receipt")
    CONVENTION_NON_PROFIT = "CONVENTION_NON_PROFIT", _("agreement to lend by a non-profit employer")
    CONVENTION_CHANGE = "CONVENTION_CHANGE", _("amendment to the agreement")
    CONTRACT_CHANGE = "CONTRACT_CHANGE", _("change to the amendment of the work contract")
    LETTER_CHANGE = "LETTER_CHANGE", _("amendment to the letter of engagement")
    ORDER_CHANGE = "ORDER_CHANGE", _("draft amending order")
    VOLUNTEER_CERTIFICATE = "VOLUNTEER_CERTIFICATE", _("volunteer’s certificate")
    PASSPORT = "PASSPORT", _("volunteer passport sheet")
    HOURS_CERTIFICATE = "HOURS_CERTIFICATE", _("certificate of hours")
    RECEIPT = "RECEIPT", _("tax receipt")
    STRUCTURE_STATEMENT = "STRUCTURE_STATEMENT", _("yearly statement of receipts")
    COMPANY_STATEMENT = "COMPANY_STATEMENT", _("yearly list of gifts")

    @property
    def template(self) -> str:
        return TEMPLATES.get(self, f"{self.value.lower()}.typ")

    @property
    def signers(self) -> tuple[Party, ...]:
        return SIGNERS.get(self, ())


TEMPLATES = {
    Kind.CONVENTION_SERVICE: "convention_prestation.typ",
    Kind.CONVENTION_CHANGE: "change.typ",
    Kind.CONTRACT_CHANGE: "change.typ",
    Kind.LETTER_CHANGE: "change.typ",
    Kind.ORDER_CHANGE: "change.typ",
}
BOTH = (Party.EMPLOYER, Party.STRUCTURE)
CONVENTIONS = (Kind.CONVENTION_SERVICE, Kind.CONVENTION_LOAN, Kind.CONVENTION_AGENT,
               Kind.CONVENTION_PLAIN, Kind.CONVENTION_NON_PROFIT)  # fmt: skip
SIGNERS: dict[str, tuple[Party, ...]] = {
    **dict.fromkeys(CONVENTIONS, BOTH),
    Kind.AMENDMENT: (Party.PERSON, *BOTH),
    Kind.MISSION_LETTER: (Party.PERSON, Party.STRUCTURE),
    Kind.CONVENTION_CHANGE: BOTH,
    Kind.CONTRACT_CHANGE: (Party.PERSON, *BOTH),
    Kind.LETTER_CHANGE: (Party.PERSON, Party.STRUCTURE),
    Kind.VOLUNTEER_CERTIFICATE: (Party.STRUCTURE,),
    Kind.PASSPORT: (Party.PERSON, Party.STRUCTURE),
    Kind.HOURS_CERTIFICATE: (Party.STRUCTURE,),
}
# Which paper changes which.
CHANGED_BY: dict[str, Kind] = {
    **dict.fromkeys(CONVENTIONS, Kind.CONVENTION_CHANGE),
    Kind.AMENDMENT: Kind.CONTRACT_CHANGE,
    Kind.MISSION_LETTER: Kind.LETTER_CHANGE,
    Kind.ORDER_AGENT: Kind.ORDER_CHANGE,
}
# Days for which the database itself refuses to erase a paper: the shortest time of any of them, less a day or two for
# clocks that differ.
ERASED_AFTER = 5 * 365 - 1
SIGNED = _("signed")  # by the only side that signs it
DRAWN_UP = _("draft drawn up")  # of an order: nobody is given it


def kinds_before(regime: str) -> tuple[Kind, ...]:
    """The kinds of document that a legal frame asks for before the mission starts; none while it isn't chosen."""
    frame = regimes.chosen(regime)
    return tuple(map(Kind, frame.documents_before)) if frame else ()


def kinds_after(regime: str) -> tuple[Kind, ...]:
    """The kinds of document that a legal frame may give at the end."""
    frame = regimes.chosen(regime)
    return tuple(map(Kind, frame.documents_after)) if frame else ()


class Template(models.Model):
    """The text of the templates when a document was made, so that it can be typeset again to the same bytes."""

    fingerprint = models.CharField(max_length=64, unique=True)
    texts = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.fingerprint[:8]


class Register(models.Model):
    """The chain of an organisation's documents, with its last position and seal; whoever writes in it locks it."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="register")
    position = models.PositiveIntegerField(default=0)
    seal = models.CharField(max_length=64, default="", blank=True)

    def __str__(self) -> str:
        return f"{self.organisation} · {self.position}"


class Book(models.Model):
    """The last number given in a series without gaps: one series for each register, letter and year."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="books")
    letter = models.CharField(max_length=1)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "letter", "year"], name="book_once")
        ]

    def __str__(self) -> str:
        return f"{self.letter}-{self.year} · {self.last}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def standing(self) -> Self:
        """Documents that are neither voided nor replaced."""
        return self.exclude(status=DocumentStatus.VOIDED)

    def kept(self) -> Self:
        """Documents that can still be read: their time isn't over."""
        return self.filter(erased_at=None)

    def receipts(self) -> Self:
        return self.filter(kind=Kind.RECEIPT)

    def signed_by(self, user: User) -> Self:
        """Documents that this person has signed from their account. Handing in the scan of a paper isn't signing."""
        own = Signature.objects.filter(user_id=user.pk, how=Signature.How.ACCOUNT)
        return self.kept().filter(pk__in=own.values("document")) if user.scope.own else self.none()

    def of_house(self, organisation: Organisation) -> Self:
        """All of an organisation: of what its people do on its time, of its needs, and its own. None of what its people do
        on their own time elsewhere."""
        papers = Document.objects.order_by().values("pk")
        ways = (  # a list of each: with "or" between them, all papers would be read
            papers.filter(
                mission__offer__organisation=organisation, mission__offer__time=Time.WORK
            ),
            papers.filter(mission__need__organisation=organisation),
            papers.filter(mission__served__organisation=organisation).exclude(kind=Kind.RECEIPT),
        )
        own = papers.filter(organisation=organisation)
        return self.kept().filter(pk__in=own.union(*ways))

    def visible_to(self, user: User) -> Self:
        """A mission's documents for those who see it, its receipt for those who may read its value; the others for their
        organisation and the pôle's coordinators. What somebody has signed stays readable when they have left."""
        if not user.pk:
            return self.none()
        mine = Membership.objects.of(user).representing().values("organisation")
        told = ~Q(kind=Kind.RECEIPT) | among(Mission.objects.filter(told_to(user)), "mission")
        told |= Q(organisation__in=mine)  # its own, of a mission that serves it with others
        return self.kept().filter(
            (among(Mission.objects.visible_to(user), "mission") & told)
            | among(Document.objects.signed_by(user), "pk")
            | among(TeamMember.objects.visible_to(user), "member")
            | Q(mission=None, organisation__in=mine)
            | Q(mission=None, organisation__pole__in=coordinated_by(user))
        )


class Document(Movable):
    MOVES = DOCUMENT_MOVES

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="documents")
    mission = models.ForeignKey(
        Mission, models.PROTECT, null=True, blank=True, related_name="documents"
    )
    amendment = models.ForeignKey(
        "marketplace.Amendment", models.PROTECT, null=True, blank=True, related_name="documents"
    )
    member = models.ForeignKey(TeamMember, models.PROTECT, null=True, blank=True,
                               related_name="documents")  # fmt: skip
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    letter = models.CharField(max_length=1)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    status = models.CharField(_("state"), max_length=20, choices=DocumentStatus)
    facts = models.JSONField()
    template = models.ForeignKey(Template, models.PROTECT, related_name="+")
    file = models.FileField(storage=vault, upload_to=random_path, max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    signed_file = models.FileField(storage=vault, upload_to=random_path, max_length=120, blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)
    donor = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="receipts_received"
    )
    amount = models.DecimalField(_("value"), max_digits=14, decimal_places=2, null=True, blank=True)
    counterparts = models.DecimalField(
        _("counterparts"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    # What it says, its file and its signatures are gone; the number, the seals and the fingerprint stay.
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=DocumentStatus.values), name="document_status_known"
            ),
            models.UniqueConstraint(
                fields=["organisation", "letter", "year", "number"], name="document_number_once"
            ),
            models.UniqueConstraint(
                fields=["mission", "kind", "organisation"],
                condition=~Q(status=DocumentStatus.VOIDED)
                & Q(mission__isnull=False, amendment__isnull=True, member__isnull=True),
                name="document_one_standing",
                violation_error_message=_("This document already exists: replace it instead."),
            ),
            models.UniqueConstraint(
                fields=["amendment", "kind"],
                condition=~Q(status=DocumentStatus.VOIDED) & Q(amendment__isnull=False),
                name="document_one_an_amendment",
                violation_error_message=_("This document already exists: replace it instead."),
            ),
            models.UniqueConstraint(
                fields=["member", "kind"],
                condition=~Q(status=DocumentStatus.VOIDED) & Q(member__isnull=False),
                name="document_one_a_member",
                violation_error_message=_("This document already exists: replace it instead."),
            ),
            WrittenOnce(
                name="document_written_once",
                fields=[
                    "organisation", "mission", "amendment", "member", "kind", "letter", "year", "number", "version",
                    "facts", "template", "file", "size", "sha256", "donor", "amount",
                    "counterparts", "replaces", "made_by", "made_at",
                ],
                erased={"facts": "'{}'", "file": "''"},
                erased_days=ERASED_AFTER,
                since="made_at",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["donor", "year"], name="document_of_donor"),
                   models.Index(fields=["number", "year"], name="document_by_number"),
                   models.Index(fields=["mission"], condition=Q(status="TO_SIGN"), name="document_to_sign"),
                   models.Index(fields=["made_at"], condition=Q(erased_at=None), name="document_to_erase")]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"

    @property
    def full_name(self) -> str:
        """Its kind and number, and the name of whom it is about where each of a team has their own."""
        return f"{self} · {self.member.person}" if self.member else str(self)

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.pk])

    @property
    def reference(self) -> str:
        return f"{self.letter}-{self.year}-{self.number:04}"

    @property
    def is_void(self) -> bool:
        return self.status == DocumentStatus.VOIDED

    @property
    def is_order(self) -> bool:
        return self.kind in (Kind.ORDER_AGENT, Kind.ORDER_CHANGE)  # signed elsewhere

    @property
    def is_never_signed_here(self) -> bool:
        """Whether no side signs it, and whoever made it hasn't signed it by that, as a receipt is."""
        return self.kind != Kind.RECEIPT and not Kind(self.kind).signers

    @property
    def state_label(self) -> str:
        return self.own_words(self.status) or self.get_status_display()

    def own_words(self, status: str) -> str:  # where those of the state don't fit
        alone = status == DocumentStatus.SIGNED and len(Kind(self.kind).signers) == 1
        return str(SIGNED if alone else DRAWN_UP if self.is_order and status == "ISSUED" else "")

    @property
    def is_signed_by_several(self) -> bool:
        """Whether all have signed and they are at least two: then none of them can undo it alone."""
        return self.status == DocumentStatus.SIGNED and len(Kind(self.kind).signers) > 1

    @property
    def waits_for_signatures(self) -> bool:
        return self.status == DocumentStatus.TO_SIGN

    def parties_left(self) -> list[Party]:
        signed = {signature.party for signature in self.signatures.all()}
        return [party for party in Kind(self.kind).signers if party not in signed]


class DocumentStep(Step):
    STATUSES = DocumentStatus
    REASONS = reasons.WORDS

    document = models.ForeignKey(Document, models.CASCADE, related_name="steps")

    @property
    def words(self) -> str:
        done = self.after in (DocumentStatus.SIGNED, DocumentStatus.ISSUED)
        return (done and capfirst(self.document.own_words(self.after))) or super().words


class Signature(models.Model):
    """Who signed which bytes: a simple electronic signature."""

    class How(models.TextChoices):
        ACCOUNT = "ACCOUNT", _("by click, from their account")
        LINK = "LINK", _("by click, from a link sent to their address")
        SCAN = "SCAN", _("on paper, then scanned")

    document = models.ForeignKey(Document, models.PROTECT, related_name="signatures")
    party = models.CharField(_("for"), max_length=10, choices=Party)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=160)
    capacity = models.CharField(_("capacity"), max_length=120)
    email = models.EmailField(_("e-mail address"), blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    how = models.CharField(max_length=10, choices=How)
    scan = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("signature")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "party"], name="signature_once_a_party"),
            WrittenOnce(
                name="signature_written_once",
                fields=["document", "party", "user", "name", "capacity", "email", "ip", "how",
                        "scan", "sha256", "at"],
                erased={"name": "''", "capacity": "''", "email": "''", "ip": "NULL", "scan": "NULL"},
                erased_days=ERASED_AFTER,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} · {self.document}"

    @property
    def is_by_hand(self) -> bool:
        return self.how == self.How.SCAN
