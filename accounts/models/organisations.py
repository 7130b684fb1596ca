"""Companies, ESS structures, local authorities and operators."""

import hashlib
import json
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import capabilities, legal_forms
from accounts.capabilities import Capability, Capable
from accounts.legal_forms import OfALegalForm
from accounts.levels import OF_AUTHORITIES, AuthorityLevel
from accounts.models import corrections
from accounts.models.memberships import Membership
from accounts.models.moves import Movable, Step
from accounts.models.people import Anybody, User
from accounts.models.places import Commune
from accounts.models.poles import Pole
from accounts.models.reasons import Words
from accounts.models.seats import Seat, coordinated_by
from accounts.numbers import validate_rna, validate_siren, validate_siret
from accounts.reading import leaves_nothing
from accounts.states import ACTIVE, ORGANISATION_MOVES, OrganisationStatus
from common.word_search import NameOf, WordSearch, WordsOf

INVITATION_LASTS = timedelta(days=14)


NUMBERS_FREED = [OrganisationStatus.REFUSED, OrganisationStatus.CLOSED]


NUMBER_TAKEN = _(
    "An organisation with this number is already registered. Ask its administrator for an "
    "invitation, or write to the coordinators if you don’t know them."
)


IDENTITY = ("kind", "level", "name", "legal_form", "siren", "siret", "rna")


def _is_public() -> Q:
    seats = Seat.objects.ever_held().filter(operator=OuterRef("pk"))
    others = ~Q(kind__in=capabilities.kinds_that(Capability.COORDINATE))
    return Q(others | Exists(seats), status=OrganisationStatus.ACCEPTED)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def holding_numbers(self) -> Self:
        """Organisations whose numbers are taken; one that was refused or closed frees its own."""
        return self.exclude(status__in=NUMBERS_FREED)

    def accepted(self) -> Self:
        return self.filter(status=OrganisationStatus.ACCEPTED)

    def that_may(self, capability: Capability) -> Self:
        """Organisations whose kind allows this; their state is asked apart."""
        return self.filter(kind__in=capabilities.kinds_that(capability))

    def in_directory(self, today: date) -> Self:
        """What the public directory shows: verified organisations that have been told so, and have stayed."""
        return self.public().filter(listed_from__lte=today)

    def public(self) -> Self:
        """Verified organisations. An operator that a pôle has asked, and that has never said yes to any, isn't shown:
        nobody of it may know that it was written down."""
        return self.filter(_is_public())

    def operators(self) -> Self:
        return self.that_may(Capability.COORDINATE)

    def seated_in(self, *poles: Pole | int) -> Self:
        """The operators that coordinate one of these pôles today, by their names."""
        seats = Seat.objects.coordinating().filter(pole__in=poles).values("operator")
        return self.filter(pk__in=seats).order_by("name", "pk")

    def second_to(self, seat: Seat) -> Self:
        """The operators of which one has to agree to what was asked of a seat: those of its pôle, without the one that
        asked. The one whose seat it is counts only where there is no other."""
        others = self.seated_in(seat.pole).exclude(pk=seat.asked_for_id)
        neutral = others.exclude(pk=seat.operator_id)
        return neutral if neutral.exists() else others

    def without_operators(self) -> Self:
        return self.exclude(kind__in=capabilities.kinds_that(Capability.COORDINATE))

    def without_administrator(self) -> Self:
        """Those that have people, and nobody who may act for them."""
        acting = Membership.objects.administrators().of_active_accounts()
        active = self.filter(status__in=ACTIVE, memberships__isnull=False).distinct()
        return active.exclude(pk__in=acting.values("organisation"))

    def waiting(self) -> Self:
        """Organisations that wait for a coordinator (not those that have to answer one). An operator waits for the yes
        of others, and nobody verifies it."""
        return self.filter(status=OrganisationStatus.SUBMITTED).without_operators()

    def with_handing_in(self) -> models.QuerySet[Any]:
        """Adds `handed_in_at`: when it was registered, or sent again after a question. A correction meanwhile
        changes nothing."""
        sent = OrganisationStep.objects.handing_in().filter(organisation=OuterRef("pk"))
        last = sent.order_by("-at", "-pk").values("at")[:1]
        return self.annotate(handed_in_at=Coalesce(Subquery(last), F("created_at")))

    def joined_by(self, user: User) -> Self:
        """Organisations to which this person belongs, in whatever role and whatever their session opens: it keeps them from
        something, and gives no right. None for an anonymous user."""
        return self.filter(pk__in=Membership.objects.filter(user_id=user.pk).values("organisation"))

    def spoken_for_by(self, user: User) -> Self:
        """Organisations that this person represents; none for an anonymous user."""
        return self.filter(pk__in=Membership.objects.of(user).representing().values("organisation"))

    def in_poles_of(self, user: User) -> Self:
        """Organisations of the pôles that this person coordinates."""
        return self.filter(pole__in=coordinated_by(user))

    def left_to_others_by(self, user: User) -> Self:
        """The organisations that this coordinator belongs to, where somebody else coordinates the pôle who doesn't."""
        if leaves_nothing(user):
            return self.none()
        theirs = Membership.objects.filter(
            user=OuterRef("user"), organisation=OuterRef(OuterRef("pk"))
        )
        others = Membership.objects.coordinating(OuterRef("pole")).filter(
            ~Exists(theirs), user__is_active=True
        )
        mine = self.joined_by(user).without_operators()
        return mine.filter(Exists(others))

    def verified_by(self, user: User) -> Self:
        """The organisations that this coordinator verifies: those of their pôles, never an operator, or a pôle could
        shut itself out. One that they belong to or have handed in they leave to another coordinator, who has done
        neither; where there is no other, they decide, and its history says so."""
        belong = Membership.objects.filter(
            user=OuterRef("user"), organisation=OuterRef(OuterRef("pk"))
        )
        have_sent = OrganisationStep.objects.handing_in().filter(
            by=OuterRef("user"), organisation=OuterRef(OuterRef("pk"))
        )
        others = Membership.objects.coordinating(OuterRef("pole")).filter(
            ~Exists(belong), ~Exists(have_sent), user__is_active=True
        )
        sent = OrganisationStep.objects.handing_in().filter(by=user.pk, organisation=OuterRef("pk"))
        mine = Exists(Membership.objects.filter(user_id=user.pk, organisation=OuterRef("pk")))
        left = (Q(mine) | Q(Exists(sent))) & Q(Exists(others))
        return self.in_poles_of(user).without_operators().exclude(left)

    def visible_to(self, user: Anybody) -> Self:
        public = _is_public()
        mine = Q(pk__in=Membership.objects.of(user).values("organisation"))
        ours = Q(pole__in=coordinated_by(user))
        return self.filter(public | mine | ours)


class Organisation(Capable, OfALegalForm, Movable):
    class Kind(models.TextChoices):
        ESS = "ESS", _("ESS structure")
        COMPANY = "COMPANY", _("company")
        AUTHORITY = "AUTHORITY", _("local authority")
        OPERATOR = "OPERATOR", _("operator of the pôle")

    LegalForm = legal_forms.LegalForm
    MOVES = ORGANISATION_MOVES

    pole = models.ForeignKey(
        Pole, models.PROTECT, related_name="organisations", verbose_name=_("pôle")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=160)
    legal_form = models.CharField(_("legal form"), max_length=20, choices=LegalForm)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True, validators=[validate_siren])
    siret = models.CharField(_("SIRET"), max_length=14, blank=True, validators=[validate_siret])
    rna = models.CharField(_("RNA"), max_length=10, blank=True, validators=[validate_rna])
    address = models.CharField(_("address"), max_length=200, blank=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="organisations", verbose_name=_("commune")
    )
    level = models.CharField(
        _("level"), max_length=20, choices=AuthorityLevel, blank=True, default="", db_default=""
    )  # of a public body, once it is known
    purpose = models.TextField(_("purpose"), max_length=2000)
    website = models.URLField(_("website"), blank=True)
    logo = models.ImageField(_("logo"), upload_to="logos/", blank=True)
    status = models.CharField(
        _("state"),
        max_length=20,
        choices=OrganisationStatus,
        default=OrganisationStatus.SUBMITTED,
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    listed_from = models.DateField(
        _("in the directory from"), null=True, blank=True, help_text="Empty: it isn’t in it."
    )
    unlisted_at = models.DateTimeField(
        null=True, blank=True, help_text="When its administrators took it out of the directory."
    )
    # It lends its people, and had members before employees had a role of their own: told once.
    roles_untold = models.BooleanField(default=False, db_default=False, editable=False)
    joiners_told_at = models.DateTimeField(
        null=True, blank=True, editable=False,
        help_text="Its administrators have been told of who came by themselves before this moment.",
    )  # fmt: skip
    came_through = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("came through"),
    )  # fmt: skip  # the operator by whose door it was registered, for ever
    leaves_on = models.DateField(
        null=True, blank=True, editable=False
    )  # set, called off: `Leaving`
    register_said = models.JSONField(
        null=True, blank=True, editable=False
    )  # by the State's register, of its number: `public_register.Entry`
    search_text = WordsOf("name", "purpose")
    search_name = NameOf("name")

    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="organisations"
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=OrganisationStatus.values), name="organisation_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(level__in=OF_AUTHORITIES) | Q(kind="AUTHORITY"),
                name="organisation_level_of_an_authority",
            ),
            *[
                models.UniqueConstraint(
                    fields=[number],
                    condition=~Q(**{number: ""}) & ~Q(status__in=NUMBERS_FREED),
                    name=f"organisation_{number}_once",
                    violation_error_message=NUMBER_TAKEN,
                )
                for number in ("siret", "rna")
            ],
            # A company may have several establishments, each with its SIRET: only a bare SIREN is unique.
            models.UniqueConstraint(
                fields=["siren"],
                condition=~Q(siren="") & Q(siret="") & ~Q(status__in=NUMBERS_FREED),
                name="organisation_siren_once",
                violation_error_message=NUMBER_TAKEN,
            ),
            models.CheckConstraint(
                condition=Q(listed_from=None) | Q(unlisted_at=None),
                name="organisation_listed_or_not",
            ),
            WordSearch(name="organisation_words", text="search_text", called="search_name"),
        ]
        indexes = [
            models.Index(fields=["pole", "status", "kind"], name="organisation_desk"),
            # The coordinators' list.
            models.Index(fields=["pole", "search_name", "id"], name="organisation_list_name"),
            models.Index(fields=["pole", "created_at", "id"], name="organisation_list_new"),
            # In the order of the directory, with what it filters by.
            models.Index(
                fields=["search_name", "id", "kind", "commune", "pole", "listed_from"],
                condition=Q(status=OrganisationStatus.ACCEPTED, listed_from__isnull=False),
                name="organisation_directory",
            ),
            # The few whose needs and offers aren't shown: each public list leaves them out.
            models.Index(
                fields=["id"],
                condition=~Q(status=OrganisationStatus.ACCEPTED),
                name="organisation_unverified",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.pk])

    @property
    def is_submitted(self) -> bool:
        return self.status == OrganisationStatus.SUBMITTED

    @property
    def is_asked_more(self) -> bool:
        """Whether the coordinators wait for its answer."""
        return self.status == OrganisationStatus.MORE_ASKED

    @property
    def is_refused(self) -> bool:
        return self.status == OrganisationStatus.REFUSED

    @property
    def is_accepted(self) -> bool:
        return self.status == OrganisationStatus.ACCEPTED

    @property
    def is_closed(self) -> bool:
        return self.status == OrganisationStatus.CLOSED

    @property
    def is_suspended(self) -> bool:
        return self.status == OrganisationStatus.SUSPENDED

    @property
    def is_active(self) -> bool:
        """Whether its people may act for it. `MembershipQuerySet.acting` asks the same of the database."""
        return self.status in ACTIVE

    @property
    def kind_label(self) -> str:
        """What it is, in words: a public employer may be registered as companies are, and is none."""
        if self.is_authority:
            return self.get_level_display() or self.get_kind_display()
        return self.get_legal_form_display() if self.is_public else self.get_kind_display()

    @property
    def is_authority(self) -> bool:
        return self.kind == self.Kind.AUTHORITY

    @property
    def is_municipality(self) -> bool:
        return self.level == AuthorityLevel.COMMUNE

    @property
    def logo_url(self) -> str:
        """The address of the logo; "" without one. It changes with the file, so that browsers may cache it."""
        if not self.logo:
            return ""
        version = PurePosixPath(str(self.logo)).stem
        return reverse("organisation-logo", args=[self.pk]) + f"?{version}"

    @property
    def identity(self) -> dict[str, str]:
        """The legal identity, which a coordinator has checked: once the organisation is accepted, only a
        coordinator changes it."""
        return {field: getattr(self, field) for field in IDENTITY}

    @property
    def fingerprint(self) -> str:
        """A short text that changes with what a coordinator reads of it before they accept it."""
        said = [*self.identity.values(), self.address, self.website, self.purpose]
        return hashlib.sha256(json.dumps([*said, self.commune_id]).encode()).hexdigest()[:32]

    @property
    def initials(self) -> str:
        """Two letters, shown where there is no logo."""
        words = [word for word in self.name.replace("-", " ").split() if word[0].isalnum()]
        return "".join(word[0] for word in words[:2]).upper()


class OrganisationStepQuerySet(models.QuerySet["OrganisationStep"]):
    def handing_in(self) -> Self:
        """Steps by which it was registered, or sent again after a question; not a correction meanwhile."""
        submitted = OrganisationStatus.SUBMITTED
        return self.filter(after=submitted).exclude(before=submitted)

    def with_a_word(self) -> Self:
        """Steps with words that somebody wrote, without corrections of the legal identity."""
        return self.exclude(reason="").exclude(before=F("after"))


class OrganisationStep(Step):
    STATUSES = OrganisationStatus
    REASONS = Words({"left": _("Its administrators have closed it.")})

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="steps")

    objects = OrganisationStepQuerySet.as_manager()

    @property
    def is_correction(self) -> bool:
        """Whether the step is a correction of the legal identity, which doesn't change the status."""
        return self.before == self.after

    def _said(self) -> str:
        corrected = self.is_correction
        return corrections.told(self.reason, self.organisation) if corrected else super()._said()
