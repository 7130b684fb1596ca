"""What a pôle has brought in from its own spreadsheets: records of organisations, people, past missions, needs and offers, apart from
the market. None of them is an account, a need, an offer or a mission of the site: no matching, letter to several or export
reads these tables, and the one search shows them to the coordinators of their pôle alone."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune, Organisation, Pole, Seat, User, coordinated_by
from common.spoken import Spoken
from common.word_search import FoundByWords, NameOf, WordSearch, WordsOf
from marketplace.models.desk import record_words
from marketplace.models.desk.behalf import LASTS
from marketplace.models.market.bosses import mailbox_under
from marketplace.models.market.choices import Time
from marketplace.models.market.imports import Import
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer

TOLD_AFTER = timedelta(hours=25)  # the list can be taken back for a day: nobody hears of it before
TOLD_WITHIN = timedelta(days=30)


def _coordinates_here() -> models.Exists:
    """Whether the operator of a record coordinates its pôle today."""
    here = {"operator": models.OuterRef("operator"), "pole": models.OuterRef("pole")}
    return models.Exists(Seat.objects.coordinating().filter(**here))


class RecordQuerySet[Row: "Record"](models.QuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        """The records of the pôles that this person coordinates today; nobody else sees any."""
        return self.filter(pole__in=coordinated_by(user))


class PersonRecordQuerySet(RecordQuerySet["PersonRecord"]):
    def visible_to(self, user: User) -> Self:
        """Nor does a boss who coordinates read about those under them: it may be of their own time."""
        return super().visible_to(user).exclude(mailbox_under(user, "email"))

    def to_tell(self, now: datetime) -> Self:
        """People to whom the letter is to be written: those of an operator that coordinates the pôle today."""
        waits = self.filter(letter_at=None, agreed_at=None, brought_at__lt=now - TOLD_AFTER)
        return waits.exclude(email="").filter(_coordinates_here())

    def to_erase(self, now: datetime) -> Self:
        """People whom nobody could tell within thirty days."""
        return self.filter(told_at=None, agreed_at=None, brought_at__lt=now - TOLD_WITHIN)


class Record(models.Model):
    """One line of a spreadsheet, as the pôle keeps it. `number` is the operator's own for it: it makes twice once."""

    pole = models.ForeignKey(Pole, models.CASCADE, related_name="+")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    table = models.ForeignKey(Import, models.SET_NULL, null=True, related_name="+")
    number = models.CharField(_("your number"), max_length=60, blank=True)
    brought_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    LISTED = ""  # the word by which the address of its list is known

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """The list of its kind, with this one alone."""
        query = urlencode({"pole": self.pole_id, "fiche": self.pk})
        return f"{reverse('records', args=[self.LISTED])}?{query}"

    @property
    def erased_on(self) -> datetime:
        """When what is about somebody goes, unless they have been told by then."""
        return self.brought_at + TOLD_WITHIN


def _by(name: str, column: str) -> models.Index:
    """What finds the rows with this number or address."""
    return models.Index(fields=[column], condition=~Q(**{column: ""}), name=f"{name}_{column}")


class OrganisationRecord(FoundByWords, Record):
    """What is known of an organisation that isn't on the site; `organisation` is the one of the site that it is, when
    somebody has said so or a number does."""

    LISTED = "organisations"

    name = models.CharField(_("name"), max_length=160)
    near = models.CharField(max_length=120, help_text="What names nearly the same share.")
    kind = models.CharField(_("kind"), max_length=20, choices=Organisation.Kind, blank=True)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    rna = models.CharField(_("RNA"), max_length=10, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="+")
    website = models.URLField(_("website"), blank=True)
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    register_at = models.DateTimeField(
        null=True, blank=True, help_text="When the public register was asked about its number."
    )
    search_text = WordsOf("name")
    search_name = NameOf("name")

    objects = RecordQuerySet["OrganisationRecord"].as_manager()

    class Meta:
        verbose_name = _("record of an organisation")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pole", "operator", "number"],
                condition=~Q(number=""),
                name="organisation_record_once",
            ),
            WordSearch(name="organisation_record_words", text="search_text", called="search_name"),
        ]
        indexes = [
            models.Index(fields=["pole", "name", "id"], name="organisation_records"),
            models.Index(
                fields=["id"],
                condition=Q(register_at=None) & (~Q(siren="") | ~Q(rna="")),
                name="organisation_record_unasked",
            ),
            *(_by("organisation_record", column) for column in ("number", "siren", "siret", "rna")),
        ]

    def __str__(self) -> str:
        return self.name


class PersonRecord(FoundByWords, Record):
    """What is known of somebody, until they are told of it; then until they say no. `token` is the fingerprint of the link
    by which they read, keep or erase it."""

    LISTED = "personnes"

    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    near = models.CharField(max_length=200, help_text="The name, whatever its order.")
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    trade = models.CharField(_("trade or position"), max_length=120, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="+")
    structure = models.ForeignKey(
        OrganisationRecord, models.SET_NULL, null=True, blank=True, related_name="people"
    )
    token = models.CharField(max_length=64, null=True, blank=True, unique=True)
    letter_at = models.DateTimeField(null=True, blank=True, help_text="When it was written.")
    told_at = models.DateTimeField(null=True, blank=True, help_text="When it had left.")
    agreed_at = models.DateTimeField(null=True, blank=True)
    search_text = WordsOf("first_name", "last_name")
    search_name = NameOf("first_name", "last_name")

    objects = PersonRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record of a person")
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pole", "operator", "number"],
                condition=~Q(number=""),
                name="person_record_once",
            ),
            WordSearch(name="person_record_words", text="search_text", called="search_name"),
        ]
        indexes = [
            models.Index(fields=["pole", "last_name", "first_name", "id"], name="person_records"),
            models.Index(
                fields=["brought_at"],
                condition=Q(told_at=None, agreed_at=None),
                name="person_record_untold",
            ),
            *(_by("person_record", column) for column in ("number", "email")),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def held(self) -> list[str]:
        """What is held about them, in their own words, with what they could offer."""
        return [str(self), *self.details, *(offer.said for offer in self.offers.all())]

    @property
    def details(self) -> list[str]:
        """How to reach them, their trade, where they are."""
        said = (self.email, self.phone, self.trade, str(self.commune or ""))
        return [words for words in (*said, str(self.structure or "")) if words]


class MissionRecord(Record):
    """A mission that was over before the pôle came to the site. It signs nothing, makes no paper and asks no review: it is
    only counted, as brought in."""

    LISTED = "missions"

    title = models.CharField(_("mission"), max_length=160, blank=True)
    structure = models.ForeignKey(OrganisationRecord, models.PROTECT, related_name="missions")
    person = models.ForeignKey(
        PersonRecord, models.SET_NULL, null=True, blank=True, related_name="missions"
    )
    headcount = models.PositiveSmallIntegerField(_("how many people"), default=1)
    begun_on = models.DateField(_("first day"))
    ended_on = models.DateField(_("last day"), null=True, blank=True)
    hours = models.DecimalField(
        _("hours"), max_digits=8, decimal_places=2, validators=[MinValueValidator(0)]
    )

    objects = RecordQuerySet["MissionRecord"].as_manager()

    class Meta:
        verbose_name = _("record of a past mission")
        ordering = ["-begun_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pole", "operator", "number"],
                condition=~Q(number=""),
                name="mission_record_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("begun_on")),
                name="mission_record_ends_after",
            ),
        ]
        indexes = [models.Index(fields=["pole", "begun_on", "id"], name="mission_records")]

    def __str__(self) -> str:
        return self.title or str(self.structure)


class NeedRecord(FoundByWords, Record):
    """A need as the pôle's own list says it: in nothing, until it is written for its structure. `need` is what it has become:
    of a structure that is on the site, at once; erased unclaimed, it may be written again."""

    LISTED = "besoins"

    title = models.CharField(_("need"), max_length=160)
    text = models.TextField(_("description"), blank=True)
    structure = models.ForeignKey(OrganisationRecord, models.PROTECT, related_name="needs")
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="+")
    begun_on = models.DateField(_("first day"), null=True, blank=True)
    ended_on = models.DateField(_("last day"), null=True, blank=True)
    hours = models.DecimalField(
        _("hours"), max_digits=8, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    is_open = models.BooleanField(_("open"), default=True)
    languages = models.PositiveIntegerField(_("languages"), default=Spoken.FRENCH, db_default=1)
    need = models.ForeignKey(Need, models.SET_NULL, null=True, blank=True, related_name="+")
    search_text = WordsOf("title", "text")
    search_name = NameOf("title")

    objects = RecordQuerySet["NeedRecord"].as_manager()

    class Meta:
        verbose_name = _("record of a need")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pole", "operator", "number"],
                condition=~Q(number=""),
                name="need_record_once",
            ),
            WordSearch(name="need_record_words", text="search_text", called="search_name"),
        ]
        indexes = [
            models.Index(fields=["pole", "title", "id"], name="need_records"),
            _by("need_record", "number"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> str:
        """All that it says, as one writes a need down."""
        return "\n".join(filter(None, (self.title, self.text)))


class OfferRecordQuerySet(RecordQuerySet["OfferRecord"]):
    def visible_to(self, user: User) -> Self:
        """Nor does a boss who coordinates read what those under them offer."""
        return super().visible_to(user).exclude(mailbox_under(user, "person__email"))

    def to_tell(self, now: datetime) -> Self:
        """Those that came after their person was told of the rest."""
        told = Q(person__letter_at__isnull=False) | Q(person__agreed_at__isnull=False)
        waits = self.filter(told, letter_at=None, brought_at__lt=now - TOLD_AFTER)
        return waits.filter(_coordinates_here()).exclude(person__email="")

    def to_erase(self, now: datetime) -> Self:
        """Those of which nobody could be told within thirty days, or of which nobody has said a word within sixty."""
        untold = Q(letter_at=None, brought_at__lt=now - TOLD_WITHIN)
        silent = Q(letter_at__lt=now - LASTS, person__agreed_at=None, offer=None)
        return self.filter(untold | silent)


class OfferRecord(FoundByWords, Record):
    """What somebody could offer, as the pôle's own list says it: nobody's offer, and in nothing, before its person has said
    yes. `offer` is the draft that it has become in their account."""

    LISTED = "offres"

    person = models.ForeignKey(PersonRecord, models.CASCADE, related_name="offers")
    text = models.TextField(_("what they can do"))
    time = models.CharField(_("on whose time"), max_length=10, choices=Time, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="+")
    begun_on = models.DateField(_("available from"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    hours = models.DecimalField(
        _("hours"), max_digits=8, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    languages = models.PositiveIntegerField(_("languages"), default=Spoken.FRENCH, db_default=1)
    offer = models.ForeignKey(Offer, models.SET_NULL, null=True, blank=True, related_name="+")
    token = models.CharField(max_length=64, null=True, blank=True, unique=True)
    letter_at = models.DateTimeField(
        null=True, blank=True, help_text="When the letter that tells of it was written."
    )
    search_text = WordsOf("text")
    search_name = NameOf("text")

    objects = OfferRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record of an offer")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pole", "operator", "number"],
                condition=~Q(number=""),
                name="offer_record_once",
            ),
            models.CheckConstraint(
                condition=Q(time__in=["", *Time.values]), name="offer_record_time_known"
            ),
            WordSearch(name="offer_record_words", text="search_text", called="search_name"),
        ]
        indexes = [
            models.Index(fields=["pole", "person", "id"], name="offer_records"),
            models.Index(
                fields=["brought_at"], condition=Q(letter_at=None), name="offer_record_untold"
            ),
            models.Index(
                fields=["letter_at"], condition=Q(letter_at__isnull=False), name="offer_record_told"
            ),
            _by("offer_record", "number"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def amount(self) -> str:
        time = str(self.get_time_display()) if self.time else ""
        return record_words.amount(self.hours, time)

    @property
    def days(self) -> str:
        return record_words.days(self.begun_on, self.ended_on)

    @property
    def said(self) -> str:
        """All that it says, in a line."""
        return " · ".join(filter(None, (self.text, self.amount, self.days)))


class RefusedRecord(models.Model):
    """Somebody has said no: of their address only what it can be recognised by is kept, so that no later list brings them
    in again."""

    pole = models.ForeignKey(Pole, models.CASCADE, related_name="+")
    mailbox = models.CharField(max_length=12)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("refusal of a record")
        constraints = [
            models.UniqueConstraint(fields=["pole", "mailbox"], name="refused_record_once")
        ]

    def __str__(self) -> str:
        return f"{self.pole_id} · {self.at:%Y-%m-%d}"
