"""People: who they are, and for whom they may speak."""

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import (
    AbstractBaseUser,
    AnonymousUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.addresses import AddressChange
from accounts.models.places import Commune
from accounts.reading import Reading
from accounts.scope import WHOLE, Scope
from common import own_names
from common.spoken import LONGEST_TAG, TAGS
from common.word_search import FoundByWords, NameOf, WordSearch, WordsOf

if TYPE_CHECKING:
    from accounts.models.memberships import Membership, MembershipQuerySet
    from accounts.models.organisations import Organisation
    from accounts.models.poles import Pole


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def of_mailbox(self, email: str) -> models.QuerySet["User"]:
        """The people whose login address or verified second address this is; not those who only claim it."""
        second = models.Q(emailaddress__email__iexact=email, emailaddress__verified=True)
        claimed = self.filter(emailaddress__email__iexact=email, emailaddress__verified=False)
        found = self.filter(models.Q(email__iexact=email) | second)
        return found.exclude(pk__in=claimed).distinct()

    def lately_of_mailbox(self, email: str) -> models.QuerySet["User"]:
        """The same, with those who have given it up for another address lately: it may still be them who read it."""
        former = AddressChange.objects.filter(before__iexact=email)
        today = self.of_mailbox(email).values("pk")
        return self.filter(models.Q(pk__in=today) | models.Q(pk__in=former.values("user")))

    def seen(self, pk: int, day: date) -> bool:
        """Note that there was a sign of this person on that day: a page, a link, a letter answered. Once a day, one
        UPDATE; an earlier day changes nothing."""
        return bool(self.filter(pk=pk, seen_on__lt=day).update(seen_on=day))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(FoundByWords, AbstractBaseUser, PermissionsMixin):
    """A person, who logs in by their e-mail address. Somebody without any organisation is an independent volunteer."""

    class Purpose(models.TextChoices):
        """What somebody signs up for; it only chooses the first page that they are shown."""

        ESS = "ESS", _("for an association or another ESS structure")
        COMPANY = "COMPANY", _("for a company")
        AUTHORITY = "AUTHORITY", _("for a local authority")
        MYSELF = "MYSELF", _("for myself, as a volunteer")

    email = models.EmailField(_("e-mail address"), unique=True)
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    trade = models.CharField(_("trade or position"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("your town"),
    )
    language = models.CharField(
        _("language"),
        max_length=5,
        choices=[("fr", _("French")), ("en", _("English"))],
        default="fr",
    )
    reads = models.CharField(
        _("language you would rather read"),
        max_length=LONGEST_TAG,
        choices=TAGS,
        blank=True,
        default="",
        db_default="",
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    comes_for = models.CharField(_("comes"), max_length=10, choices=Purpose, blank=True)
    came_through = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("came through"),
    )  # fmt: skip  # the operator by whose door they signed up, for ever
    join_link = models.ForeignKey(
        "accounts.JoinLink", models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
    )  # fmt: skip  # from which they have signed up, until they join
    terms_accepted_at = models.DateTimeField(_("accepted the terms"), null=True, blank=True)
    welcomed_at = models.DateTimeField(_("shown the first step"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed the account"), null=True, blank=True)
    # No more than a day. Empty where a release before this one has written the row: the clock fills it in.
    seen_on = models.DateField(
        _("last sign of them"), null=True, blank=True, default=timezone.localdate, editable=False
    )
    # Written once and never taken back: leaving a role and returning to it gives no more time.
    second_factor_asked_at = models.DateTimeField(
        _("first asked for a second factor"), null=True, blank=True
    )
    search_text = WordsOf("first_name", "last_name")
    search_name = NameOf("first_name", "last_name")

    objects: ClassVar[UserManager] = UserManager()
    scope: Scope = WHOLE  # of the session by which a page is asked (accounts.middleware)
    reading: Reading | None = None  # what that page has read of them, if it only reads
    on_no_side: bool = False  # as was asked beforehand (`reading.leaves_nothing`)
    of_no_pole: bool = False  # the same of what they coordinate

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("This e-mail address already has an account."),
            ),
            WordSearch(name="user_words", text="search_text", called="search_name"),
        ]
        indexes = [
            # The coordinators' list.
            models.Index(fields=["last_name", "first_name", "id"], name="user_list_name"),
            models.Index(fields=["date_joined", "id"], name="user_list_new"),
            models.Index(fields=["phone"], condition=~models.Q(phone=""), name="user_phone"),
            # Of whom nothing has been seen for long.
            models.Index(
                fields=["seen_on", "id"], condition=models.Q(is_active=True), name="user_seen"
            ),
            # Few: whose offers are left out of every list.
            models.Index(
                fields=["id"], condition=models.Q(closed_at__isnull=False), name="user_closed"
            ),
        ]

    def __str__(self) -> str:
        if self.closed_at:
            return str(_("Closed account"))
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return own_names.shown(self.first_name) or self.email

    @property
    def discreet_name(self) -> str:
        """First name and an initial: all that the other side sees before both agree."""
        if self.closed_at:
            return str(self)
        initial = f" {own_names.shown(self.last_name[0])}." if self.last_name else ""
        return f"{own_names.shown(self.first_name)}{initial}".strip() or str(_("A volunteer"))

    # May this person, today, read or act for this organisation? Every page, link and letter asks
    # one of these seven; `MembershipQuerySet.of` asks the same of many rows at once. But for the first, which gives no right,
    # they ask what the session opens too. A page that has read the person's memberships answers from these.
    def belongs_to(self, organisation: "Organisation | None") -> bool:
        """Whether this person is of the organisation, in whatever role: nobody is proposed to their own house, nor judges
        in its cause. It gives no right to read or to act."""
        if self.reading is not None:
            return self.is_active and bool(self.reading.at(organisation))
        return self.is_active and self.memberships.filter(organisation=organisation).exists()

    def works_for(self, organisation: "Organisation | None") -> bool:
        """Whether this person may come on the organisation's time: they are of it, and it isn't suspended."""
        if (read := self._read_at(organisation)) is not None:
            return self.is_active and any(row.acts for row in read)
        mine = self._opened.acting().filter(organisation=organisation)
        return self.is_active and mine.exists()

    def represents(self, organisation: "Organisation | None") -> bool:
        """Whether this person may read what is the organisation's, export it, and talk about it with the coordinators,
        even while it is suspended."""
        if (read := self._read_at(organisation)) is not None:
            return self.is_active and any(row.represents for row in read)
        mine = self._opened.representing().filter(organisation=organisation)
        return self.is_active and mine.exists()

    def speaks_for(self, organisation: "Organisation | None") -> bool:
        """Whether this person may act in the organisation's name: they represent it, and it isn't suspended."""
        if (read := self._read_at(organisation)) is not None:
            return self.is_active and any(row.acts and row.represents for row in read)
        mine = self._opened.acting().representing().filter(organisation=organisation)
        return self.is_active and mine.exists()

    def administers(self, organisation: "Organisation") -> bool:
        if (read := self._read_at(organisation)) is not None:
            return self.is_active and any(row.acts and row.is_administrator for row in read)
        acting = self._opened.acting().administrators()
        return self.is_active and acting.filter(organisation=organisation).exists()

    def heads(self, organisation: "Organisation") -> bool:
        """Whether this person is an administrator of it, even while it is suspended: nothing is done in its name by that."""
        if (read := self._read_at(organisation)) is not None:
            return self.is_active and any(row.is_administrator for row in read)
        mine = self._opened.administrators().filter(organisation=organisation)
        return self.is_active and mine.exists()

    def coordinates(self, pole: "Pole") -> bool:
        if self.reading is not None:
            return self.is_active and any(pole.pk in row.poles for row in self._read)
        return self.is_active and self._opened.coordinating(pole).exists()

    def is_stranger_to(self, organisation: "Organisation | None") -> bool:
        """Whether nothing is opened to them there, as a page has read: no duty and no role of theirs need be looked for. False
        where it isn't known."""
        return self._read_at(organisation) == []

    @property
    def poles_read(self) -> "frozenset[int] | None":
        """The numbers of the pôles that they coordinate, as a page has read; None where no page has read any."""
        if self.reading is None:
            return None
        return frozenset(pole for row in self._read if self.is_active for pole in row.poles)

    @property
    def represents_nobody(self) -> bool:
        """The same of all organisations in whose name they might read. False where it isn't known."""
        return self.reading is not None and not any(row.represents for row in self._read)

    @property
    def coordinates_nothing(self) -> bool:
        """The same of all pôles. False where it isn't known."""
        known = self.reading is not None and not any(row.poles for row in self._read)
        return known or self.of_no_pole

    @property
    def _opened(self) -> "MembershipQuerySet":
        return self.scope.opened(self.memberships.all())

    @property
    def _read(self) -> "list[Membership]":
        """The same, of those that a page has read."""
        rows = self.reading.memberships if self.reading else ()
        return [row for row in rows if self.scope.opens(row.organisation_id)]

    def _read_at(self, organisation: "Organisation | None") -> "list[Membership] | None":
        """Those at one organisation; None where no page has read any."""
        if self.reading is None:
            return None
        at = self.reading.at(organisation)
        return [row for row in at if self.scope.opens(row.organisation_id)]


# Whoever reads a page that asks nobody who they are: somebody without an account has no `pk`.
type Anybody = User | AnonymousUser
