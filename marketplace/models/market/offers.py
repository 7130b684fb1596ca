"""What a company or a volunteer offers: skills, time, reach."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts.levels import AuthorityLevel
from accounts.models import (
    Anybody,
    Commune,
    Membership,
    Movable,
    Organisation,
    Pole,
    Step,
    User,
    coordinated_by,
)
from accounts.scope import scope_of
from accounts.states import OrganisationStatus
from common.second_text import SECOND, WORDS, WrittenTwice
from common.spoken import Spoken
from common.word_search import FoundByWords, NameOf, WordSearch, WordsOf
from marketplace.models import by_number, reasons
from marketplace.models.market.bosses import ANSWERS_FOR_PEOPLE, numbers_under, under
from marketplace.models.market.catalogue_indexes import of_offers
from marketplace.models.market.causes import Cause
from marketplace.models.market.choices import Level, Place, Time, work_words
from marketplace.models.market.meeting import LANGUAGES, HowPeopleMeet
from marketplace.models.market.programmes import Employee
from marketplace.models.market.skills import Skill
from marketplace.states import OFFER_MOVES, NeedStatus, OfferStatus, ProposalStatus

WORKING_WEEK = 0b0011111  # Monday is the lowest bit
IN_ONES_OWN_NAME = Q(time=Time.OWN, person__isnull=False)
# Their account is closed: where they live, what they did and their skills are nobody's to read.
OF_A_CLOSED_ACCOUNT = Q(
    time=Time.OWN, person__in=User.objects.filter(closed_at__isnull=False).order_by().values("pk")
)
# In one's own name, whatever becomes of one's employer, or in that of an organisation that is accepted.
IN_A_VERIFIED_NAME = (
    Q(organisation=None) | IN_ONES_OWN_NAME | Q(organisation__status=OrganisationStatus.ACCEPTED)
)


def _not_their_own() -> Q:
    """A condition on memberships, inside one on offers: the organisation is of the offer's pôle, isn't named in it, and
    whoever would come doesn't belong to it."""
    theirs = Membership.objects.filter(
        user=OuterRef(OuterRef("person")), organisation=OuterRef("organisation")
    )
    named = Coalesce(OuterRef("organisation"), Value(0))
    elsewhere = ~Q(organisation_id=named) & ~Exists(theirs)
    return Q(elsewhere, organisation__pole=OuterRef("pole"))


class OfferQuerySet(models.QuerySet["Offer"]):
    def published(self) -> Self:
        return self.filter(IN_A_VERIFIED_NAME, status=OfferStatus.PUBLISHED)

    def past(self, today: date) -> Self:
        """Offers that are published or paused though their dates are over."""
        return self.filter(
            status__in=[OfferStatus.PUBLISHED, OfferStatus.PAUSED], ends_on__lt=today
        )

    def of_municipalities_up_to(self, inhabitants: int) -> Self:
        """Published offers of agents by municipalities of at most so many inhabitants, where that is known."""
        return self.published().filter(
            time=Time.WORK,
            organisation__level=AuthorityLevel.COMMUNE,
            organisation__commune__population__range=(1, inhabitants),
        )

    def owned_by(self, user: User) -> Self:
        """This person's, and those of the companies that they represent without what a colleague offers on their own time.
        Each half is read from an index: one condition with "or" would read the whole table."""
        some = Offer.objects.order_by().values("pk")
        own, theirs = (some.filter(q) for q in Offer._ways_to_own(user))
        return self.filter(pk__in=own.union(theirs, all=True))

    def to_apply_with(self, user: User) -> Self:
        """Of the offers `owned_by` this person, those in their own name and those of a team: nobody says yes for a
        colleague."""
        return self.owned_by(user).filter(Q(person=None) | Q(person_id=user.pk))

    def at_home_under(self, user: User) -> Self:
        """What others offer on their own time under this person: `Offer.at_home_under`."""
        rows = self.filter(IN_ONES_OWN_NAME, person__in=numbers_under(user))
        return rows.exclude(person=user.pk)

    def at_home_under_somebody_of(self, organisation: Organisation) -> Self:
        """The same for whoever reads what is proposed to this organisation: those who represent it."""
        members = organisation.memberships.representing().people()
        bosses = Membership.objects.filter(
            ANSWERS_FOR_PEOPLE, user__in=members.values("pk"), organisation=OuterRef("organisation")
        ).exclude(user=OuterRef("user"))
        led = Employee.objects.managed_from_a_mailbox_of(members)
        people = Membership.objects.filter(Exists(bosses)).values("user")
        return self.filter(
            IN_ONES_OWN_NAME, Q(person__in=people) | Q(person__in=led.values("person"))
        )

    def in_poles_of(self, user: User) -> Self:
        """Those of the pôles that this person coordinates, but for what is offered at home under them."""
        ours = self.filter(~Offer.at_home_under(user), pole__in=coordinated_by(user))
        return ours.exclude(OF_A_CLOSED_ACCOUNT)

    def left_by_their_person(self) -> Self:
        """Offers on working time whose person no longer belongs to the company, or has closed their account."""
        still = Membership.objects.filter(
            organisation=OuterRef("organisation"), user=OuterRef("person"), user__is_active=True
        )
        at_work = self.filter(time=Time.WORK, person__isnull=False)
        return at_work.exclude(Exists(still))

    def visible_to(self, user: User) -> Self:
        """Offers for their owners and the person they name; once published, for the pôle's coordinators, but for what is
        offered at home under one of them; and while published, for the structures that have a published need in the same
        pôle, but for what their own people offer on their own time: an authority that asks employs them too. Nor is it
        shown to whoever answers for their employer and looks for a structure of theirs, nor to anybody once its person has
        closed their account."""
        if not user.pk:
            return self.none()
        own, of_theirs = Offer._ways_to_own(user)
        mine = Membership.objects.of(user).representing().values("organisation")
        ours = Q(pole__in=coordinated_by(user)) & ~Q(status=OfferStatus.DRAFT)
        ours &= ~Offer.at_home_under(user)
        shown = Offer.shown_to(user, OfferStatus.PUBLISHED)
        # One of another pôle, put forward for a need of ours, is shown to both of us.
        goes_on = Q(proposals__status__in=[ProposalStatus.OPEN, ProposalStatus.AGREED])
        put_forward = Q(proposals__need__organisation__in=mine) & (goes_on | ~self._hired(user))
        talked = Q(pk__in=Offer.objects.filter(put_forward).values("pk"))
        # Of each row: as a list, it would be read from all proposals there are.
        here = Offer.objects.filter(proposals__need__pole__in=coordinated_by(user))
        talked |= Q(Exists(here.filter(pk=OuterRef("pk")))) & ~Offer.at_home_under(user)
        seen = self.filter(own | of_theirs | ours | shown | talked)
        return seen.exclude(OF_A_CLOSED_ACCOUNT)

    @staticmethod
    def _hired(user: User) -> Q:
        """What this person's colleagues, and those whose employer they answer for, offer on their own time: they may
        have come to work there since it was put forward."""
        people = Membership.objects.filter(organisation__memberships__user=user).exclude(user=user)
        at_home = IN_ONES_OWN_NAME & Q(person__in=people.values("user"))
        return at_home | Offer.at_home_under(user)


# Each of its fields is one of these (a test asks). What its writer says; what is about this row alone;
# what follows from the rest.
SAID = (
    *("organisation", "person", "title", "about", "time", "place", "commune", "radius_km"),
    *("starts_on", "ends_on", "weekdays", "hours", "capacity", "languages", "causes"),
    "trains_up_to",
    *SECOND,
)
OWN = ("id", "pole", "status", "created_by", "created_at")
DERIVED = (
    *("updated_at", "search_text", "search_name", "published_at", "confirmed_at"),
    "is_second_behind",
)


class Offer(WrittenTwice, FoundByWords, HowPeopleMeet, Movable):
    MOVES = OFFER_MOVES
    SUMMARY = "about"

    pole = models.ForeignKey(Pole, models.PROTECT, related_name="offers")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="offers"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="offers",
        verbose_name=_("who will come"),
        help_text=_("Empty for a team."),
    )
    title = models.CharField(
        _("trade or title"), max_length=120, help_text=_("For instance: accountant, web developer.")
    )
    about = models.TextField(_("a word about you"), max_length=2000, blank=True)
    time = models.CharField(_("on whose time"), max_length=10, choices=Time)
    place = models.CharField(_("where"), max_length=10, choices=Place, default=Place.BOTH)
    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="offers", verbose_name=_("commune")
    )
    radius_km = models.PositiveSmallIntegerField(_("how far, in km"), default=30)
    starts_on = models.DateField(_("available from"))
    ends_on = models.DateField(_("until"))
    weekdays = models.PositiveSmallIntegerField(_("days of the week"), default=WORKING_WEEK)
    hours = models.PositiveSmallIntegerField(_("hours offered in all"))
    capacity = models.PositiveSmallIntegerField(_("missions at the most"), default=1)
    trains_up_to = models.PositiveSmallIntegerField(
        _("can train a group of structures, up to"), null=True, blank=True
    )
    languages = models.PositiveIntegerField(_("languages you can work in"), default=Spoken.FRENCH)
    causes = models.ManyToManyField(
        Cause, blank=True, related_name="+", verbose_name=_("causes you prefer")
    )
    status = models.CharField(
        _("state"), max_length=20, choices=OfferStatus, default=OfferStatus.DRAFT
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="offers_written"
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    search_text = WordsOf("title", "about", *WORDS, LANGUAGES)
    search_name = NameOf("title")
    published_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="The last time somebody said: still true."
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=OfferStatus.values), name="offer_status_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="offer_ends_after_it_starts",
                violation_error_message=_("The end comes before the beginning."),
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="offer_has_capacity"),
            models.CheckConstraint(condition=Q(hours__gte=1), name="offer_has_an_hour"),
            models.CheckConstraint(
                condition=Q(weekdays__gte=1, weekdays__lte=127), name="offer_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | Q(person__isnull=False),
                name="offer_has_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | Q(time="OWN"),
                name="offer_of_a_volunteer_is_own_time",
                violation_error_message=_(
                    "Only a company can offer working time: choose “on one’s own time”."
                ),
            ),
            WordSearch(name="offer_words", text="search_text", called="search_name"),
        ]
        indexes = [
            models.Index(fields=["pole", "status"], name="offer_desk"),
            *of_offers(),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("offer", args=[self.pk])

    @staticmethod
    def with_coming(user: User, *, at: str = "") -> Q:
        """Offers for which this person would come, and still may: on their own time always, on working time while
        they belong to the company; what their session opens of them. `at` is the path to the offer, such as "offer__"."""
        mine = Membership.objects.of(user).values("organisation")
        at_home, theirs = Q(**{f"{at}time": Time.OWN}), Q(**{f"{at}organisation__in": mine})
        still = at_home | theirs if scope_of(user).own else theirs & ~at_home
        return Q(**{f"{at}person_id": user.pk}) & still

    @staticmethod
    def _ways_to_own(user: User) -> tuple[Q, Q]:
        mine = Membership.objects.of(user).representing().values("organisation")
        theirs = Q(organisation__in=mine) & (Q(time=Time.WORK) | Q(person=None))
        return Offer.with_coming(user), theirs

    @staticmethod
    def shown_to(user: User, status: OfferStatus) -> Q:
        """Offers in this state that structures of the pôle with a published need read, as `visible_to` says."""
        looking = Membership.objects.of(user).representing()
        looking = looking.filter(
            organisation__status=OrganisationStatus.ACCEPTED,
            organisation__needs__status=NeedStatus.PUBLISHED,
        )
        shown = IN_A_VERIFIED_NAME & Q(
            ~IN_ONES_OWN_NAME | Q(Exists(looking.filter(_not_their_own()))),
            status=status,
            pole__in=looking.values("organisation__pole"),
        )
        return shown & ~Offer.at_home_under(user)

    @staticmethod
    @by_number.unless_on_no_side
    def at_home_under(user: User, *, at: str = "") -> Q:
        """What others offer on their own time whose employer this person answers for, or whose manager they are by a
        duty or by their mailbox: of that they learn nothing, neither by another organisation of theirs nor as a
        coordinator. `at` is the path to the offer, such as "offer__"."""
        own = Q(**{f"{at}time": Time.OWN, f"{at}person__isnull": False})
        return own & under(user, f"{at}person")

    @property
    def spokesperson_id(self) -> int | None:
        """The number of the person who would come; for a team, of whoever wrote its offer. That person can't also
        answer for the other side."""
        return self.person_id or self.created_by_id

    def brings(self, user: User) -> bool:
        """Whether this person would come, and may act on it today. The same answer as `with_coming`, except for a
        suspended company, whose people may only read."""
        if user.pk != self.person_id:
            return False
        return scope_of(user).own if self.time == Time.OWN else user.works_for(self.organisation)

    @property
    def in_the_name_of(self) -> Organisation | None:
        """The organisation in whose name it is offered; None for somebody's own time, which is in their own name."""
        return None if self.time == Time.OWN and self.person_id else self.organisation

    @property
    def is_published(self) -> bool:
        return self.status == OfferStatus.PUBLISHED

    @property
    def person_has_left(self) -> bool:
        """Whether the person who would come on working time no longer belongs to the company."""
        if self.person is None or self.time == Time.OWN:
            return False
        return not self.person.belongs_to(self.organisation)

    @property
    def opens_again(self) -> bool:
        """Whether the end of one of its missions may show it again: not one that is paused, as the offer is with
        which a colleague takes a mission over."""
        is_kept = self.status in {OfferStatus.PUBLISHED, OfferStatus.USED_UP}
        return is_kept and not self.person_has_left

    @property
    def discreet_name(self) -> str:
        """The name that the other side sees before both have agreed."""
        if self.person:
            return self.person.discreet_name
        if self.organisation and self.organisation.lends_by_name_alone:
            return str(_("Somebody to be named (%(employer)s)") % {"employer": self.organisation})
        return str(_("A team (%(company)s)") % {"company": self.organisation})

    @property
    def name_within(self) -> str:
        """The same, within a sentence."""
        name = self.discreet_name
        return name if self.person else name[:1].lower() + name[1:]

    @property
    def employer(self) -> Organisation | None:
        """Whoever pays for the time; None on own time."""
        return self.organisation if self.time == Time.WORK else None

    @property
    def time_words(self) -> str:
        """On whose time, in words."""
        return str(work_words(self.employer)) if self.employer else self.get_time_display()

    def time_words_for(self, reader: Anybody) -> str:
        """The same; said to whoever gives it themselves, their own time is “yours”."""
        is_theirs = self.employer is None and self.person_id == reader.pk
        return str(_("on your own time (volunteering)")) if is_theirs else self.time_words

    @property
    def day_names(self) -> str:
        return ", ".join(str(name) for day, name in WEEKDAYS.items() if self.is_free_on(day))

    def is_free_on(self, weekday: int) -> bool:
        """Whether the offer holds on this day of the week; 0 is Monday."""
        return bool(self.weekdays & (1 << weekday))


class OfferSkill(models.Model):
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="held")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.SKILLED)

    class Meta:
        ordering = ["-level", "pk"]
        constraints = [models.UniqueConstraint(fields=["offer", "skill"], name="offer_skill_once")]

    def __str__(self) -> str:
        return f"{self.offer} → {self.skill}"


class OfferStep(Step):
    STATUSES = OfferStatus
    REASONS = reasons.WORDS

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="steps")
