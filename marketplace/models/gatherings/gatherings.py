"""Gatherings: one teaches or meets several, on a day, with so many seats."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Commune, Membership, Movable, Organisation, Pole, Step, coordinated_by
from accounts.models.people import Anybody
from accounts.scope import scope_of
from accounts.states import ACTIVE, OrganisationStatus
from common.dates import spoken
from common.second_text import WORDS, WrittenTwice
from common.spoken import Spoken
from common.word_search import FoundByWords, NameOf, WordSearch, WordsOf
from marketplace.models import reasons
from marketplace.models.market.meeting import LANGUAGES, SpeaksLanguages
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer
from marketplace.models.market.skills import Skill
from marketplace.states import GATHERING_MOVES, GatheringStatus

MOST_SEATS = 1000
ANNOUNCED = (GatheringStatus.PUBLISHED, GatheringStatus.TOOK_PLACE)


class GatheringQuerySet(models.QuerySet["Gathering"]):
    def visible_to(self, user: Anybody) -> Self:
        """What is announced to this person, what they have a seat at or wait for, what they lead or are asked to lead, and
        all that their organisations host. A draft is its host's alone, and of whoever is asked to lead it."""
        shown = Q(Gathering.announced_to(user), status__in=ANNOUNCED)
        shown &= Q(host__status=OrganisationStatus.ACCEPTED)
        if not user.pk:
            return self.filter(shown)
        hosted = Q(host__in=Membership.objects.of(user).representing().values("organisation"))
        ours = Q(pole__in=coordinated_by(user)) & ~Q(status=GatheringStatus.DRAFT)
        mine = Q(pk__in=user.attendances.open_to(user).order_by().values("gathering"))
        return self.filter(shown | hosted | ours | mine | Offer.with_coming(user, at="trainer__"))

    def listed_for(self, user: Anybody) -> Self:
        """Of those to come, what the list shows: announced to this person, by a verified host."""
        host = Q(host__status=OrganisationStatus.ACCEPTED)
        return self.filter(Gathering.announced_to(user), host)

    def to_come(self, now: datetime) -> Self:
        return self.filter(status=GatheringStatus.PUBLISHED, starts_at__gt=now)

    def over(self, now: datetime) -> Self:
        """Those that are announced still, and whose hours are past."""
        return self.filter(status=GatheringStatus.PUBLISHED, ends_at__lte=now)

    def announced(self) -> Self:
        return self.filter(status__in=ANNOUNCED)

    def with_what_pages_show(self) -> Self:
        return self.select_related(
            "host__commune", "pole", "commune", "trainer__person", "trainer__organisation"
        )


class Gathering(WrittenTwice, FoundByWords, SpeaksLanguages, Movable):
    """`seats_each` is how many one structure may take; `trainer` the offer of whoever leads it, who has said yes to that
    since `trainer_agreed_at`. Whether it is full is counted, and kept nowhere."""

    MOVES = GATHERING_MOVES
    SUMMARY = "about"

    class Kind(models.TextChoices):
        TRAINING = "TRAINING", pgettext_lazy("gathering", "training")
        MEETING = "MEETING", pgettext_lazy("gathering", "meeting")
        ADVICE = "ADVICE", pgettext_lazy("gathering", "hours of advice")
        OPEN_DAY = "OPEN_DAY", pgettext_lazy("gathering", "open day")

    class Audience(models.TextChoices):
        ALL = "ALL", _("everybody")
        POLE = "POLE", _("the people of the pôle")
        AUTHORITIES = "AUTHORITIES", _("local authorities")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.TRAINING)
    title = models.CharField(_("title"), max_length=120)
    about = models.TextField(_("what one takes home"), max_length=3000)
    skills = models.ManyToManyField(Skill, blank=True, related_name="+", verbose_name=_("skills"))
    host = models.ForeignKey(Organisation, models.CASCADE, related_name="gatherings")
    pole = models.ForeignKey(Pole, models.PROTECT, related_name="gatherings")
    trainer = models.ForeignKey(
        Offer,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="gatherings",
        verbose_name=_("led by"),
    )
    trainer_agreed_at = models.DateTimeField(null=True, blank=True)
    need = models.OneToOneField(
        Need,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="gathering",
        help_text="Written for whoever leads it, so that their hours are those of a mission.",
    )
    led_before = models.ManyToManyField(
        Need,
        blank=True,
        related_name="+",
        help_text="Written for whoever led it and stepped back, of missions that go on all the same.",
    )
    host_paused_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when its host may not act, as who comes was told."
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("commune")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    link = models.URLField(_("link"), max_length=300, blank=True)
    seats = models.PositiveSmallIntegerField(
        _("seats"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)]
    )
    seats_each = models.PositiveSmallIntegerField(
        _("seats for one structure"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    audience = models.CharField(
        _("for whom"), max_length=20, choices=Audience, default=Audience.ALL
    )
    languages = models.PositiveIntegerField(_("languages"), default=Spoken.FRENCH)
    takes_currency = models.BooleanField(
        _("takes the local currency"), default=False, db_default=False
    )
    status = models.CharField(
        _("state"), max_length=20, choices=GatheringStatus, default=GatheringStatus.DRAFT
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    search_text = WordsOf("title", "about", *WORDS, LANGUAGES)
    search_name = NameOf("title")

    objects = GatheringQuerySet.as_manager()

    class Meta:
        verbose_name = _("gathering")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=GatheringStatus.values), name="gathering_status_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="gathering_ends_after_it_starts",
                violation_error_message=_("It would end before it begins."),
            ),
            models.CheckConstraint(condition=Q(seats__gte=1), name="gathering_has_seats"),
            models.CheckConstraint(
                condition=Q(seats_each=None) | Q(seats_each__gte=1),
                name="gathering_has_seats_each",
            ),
            models.CheckConstraint(
                condition=Q(commune__isnull=False) | ~Q(link=""),
                name="gathering_is_somewhere",
                violation_error_message=_("Say where: a commune, or a link."),
            ),
            WordSearch(name="gathering_words", text="search_text", called="search_name"),
        ]
        indexes = [
            models.Index(fields=["status", "starts_at", "id"], name="gathering_to_come"),
            models.Index(fields=["pole", "starts_at"], name="gathering_of_a_pole"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("gathering-page", args=[self.pk])

    @staticmethod
    def announced_to(user: Anybody) -> Q:
        """A condition: this person is of its audience today."""
        everybody = Q(audience=Gathering.Audience.ALL)
        if not user.pk:
            return everybody
        houses = Membership.objects.of(user).acting()
        theirs = Q(pole__in=houses.values("organisation__pole"))
        theirs |= Q(pole__in=coordinated_by(user))
        if scope_of(user).own:
            theirs |= Q(pole__in=Offer.objects.filter(person_id=user.pk).order_by().values("pole"))
        of_the_pole = Q(theirs, audience=Gathering.Audience.POLE)
        authorities = houses.filter(organisation__kind=Organisation.Kind.AUTHORITY)
        if not authorities.exists():
            return everybody | of_the_pole
        return everybody | of_the_pole | Q(audience=Gathering.Audience.AUTHORITIES)

    @property
    def is_draft(self) -> bool:
        return self.status == GatheringStatus.DRAFT

    @property
    def is_announced(self) -> bool:
        return self.status == GatheringStatus.PUBLISHED

    @property
    def is_cancelled(self) -> bool:
        return self.status == GatheringStatus.CANCELLED

    @property
    def host_acts(self) -> bool:
        return self.host.status in ACTIVE

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at <= now

    def is_to_come(self, now: datetime) -> bool:
        """The same answer as `to_come`."""
        return self.is_announced and not self.has_begun(now)

    def was_by(self, now: datetime) -> bool:
        """Whether it has begun, and wasn’t called off: from then on one says who came."""
        return self.has_begun(now) and self.status in ANNOUNCED

    def is_over(self, now: datetime) -> bool:
        """Whether it was held, and its hours are past."""
        return self.was_by(now) and self.ends_at <= now

    @property
    def day(self) -> date:
        return timezone.localdate(self.starts_at)

    @property
    def when(self) -> str:
        """Its day and hours by the wall's clock, in the reader's words."""
        begins, ends = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        day = spoken(begins.date(), "l j F Y")
        if begins.date() == ends.date():
            return _("%(day)s, from %(from)s to %(until)s") % {
                "day": day,
                "from": f"{begins:%H:%M}",
                "until": f"{ends:%H:%M}",
            }
        return _("from %(day)s, %(from)s, to %(end)s, %(until)s") % {
            "day": day,
            "from": f"{begins:%H:%M}",
            "end": spoken(ends.date(), "l j F Y"),
            "until": f"{ends:%H:%M}",
        }

    @property
    def where(self) -> str:
        """Its place as anybody may read it: the link is for those who come."""
        said = ", ".join(str(part) for part in (self.address, self.commune) if part)
        return said or str(_("online"))

    @property
    def currency_taken(self) -> str:
        """The name of the pôle's local currency, where it is taken for what is sold on the spot; "" otherwise."""
        return self.pole.currency if self.takes_currency else ""


class GatheringStep(Step):
    STATUSES = GatheringStatus
    REASONS = reasons.WORDS

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="steps")
