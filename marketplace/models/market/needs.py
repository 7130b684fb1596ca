"""What an ESS structure needs, and the skills it takes."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, StringAgg, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

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
from accounts.states import OrganisationStatus
from common.second_text import WORDS, WrittenTwice
from common.spoken import Spoken
from common.word_search import (
    MANY,
    FoundByWords,
    NameOf,
    WordSearch,
    WordsOf,
    called,
    called_almost,
    says,
)
from marketplace.models import reasons
from marketplace.models.market.carried import (
    CarriedBySeveral,
    carried_by,
    carried_by_a_house_of,
    names_of_carriers,
    of_houses,
)
from marketplace.models.market.catalogue_indexes import of_needs
from marketplace.models.market.causes import Beneficiary, Cause
from marketplace.models.market.choices import Format, Place, Welcome
from marketplace.models.market.days import HasDays
from marketplace.models.market.lengths import HOURS_A_DAY as HOURS_A_DAY
from marketplace.models.market.lengths import HasLength
from marketplace.models.market.meeting import LANGUAGES, HowPeopleMeet
from marketplace.models.market.need_skills import NeedSkill
from marketplace.models.market.questions import AsksQuestions
from marketplace.states import NEED_MOVES, NEED_WAYS_BACK, NeedStatus

NEAR_KM = 20  # of the commune that a search names


# The structures whose needs are read: verified, or waiting for the coordinators themselves.
READ_WITH_ITS_NEEDS = (OrganisationStatus.SUBMITTED, OrganisationStatus.ACCEPTED)
IS_READ = Q(organisation__status__in=READ_WITH_ITS_NEEDS)


class NeedQuerySet(models.QuerySet["Need"]):
    def published(self) -> Self:
        """Needs open to everybody: published, listed, and of an organisation that is still accepted. Those proposed
        privately, which only whoever is asked sees, aren't among them."""
        return self.filter(
            status=NeedStatus.PUBLISHED,
            is_listed=True,
            organisation__status=OrganisationStatus.ACCEPTED,
        )

    def in_the_catalogue(self, *, and_full_on: date | None = None) -> Self:
        """The published needs that are listed; with those that are full on a day, since one may wait for a place of them.
        The organisations that aren't accepted are excluded by a subquery, which lets the database read in the order of
        an index; a join would have it sort all rows for the last page."""
        unverified = Organisation.objects.exclude(status=OrganisationStatus.ACCEPTED)
        shown = Q(status=NeedStatus.PUBLISHED)
        if and_full_on:
            lasts = Q(is_undated=True) | Q(ends_on__gte=and_full_on)
            shown = Q(lasts, status__in=PUBLIC)
        listed = self.filter(shown, is_listed=True)
        return listed.exclude(organisation__in=unverified.values("pk"))

    def searched(self, text: str, skills: Iterable[str] = (), near: Iterable[Commune] = ()) -> Self:
        """Needs that say every word, or whose structure is called so, or that want one of these skills, or are near one
        of these communes."""
        wanted = says(Need, text)
        called_so = Organisation.objects.filter(called(Organisation, text)).order_by("pk")
        if named := list(called_so.values_list("pk", flat=True)[:MANY]):
            wanted |= of_houses(named)
        if codes := list(skills):
            understood = NeedSkill.objects.filter(skill__code__in=codes)
            wanted |= Q(pk__in=understood.values("need"))
        for commune in near:  # named one by one, an index finds them beside the words
            around = Commune.objects.within(*commune.position, NEAR_KM)
            wanted |= Q(commune__in=list(around.values_list("pk", flat=True)))
        return self.filter(wanted)

    def almost_called(self, text: str) -> Self:
        """Needs of whose title, or of whose structure's name, `text` may be a slip of the finger."""
        verified = Organisation.objects.accepted()
        named = verified.filter(called_almost(verified, text)).values_list("pk", flat=True)
        return self.filter(called_almost(self, text) | of_houses(list(named)))

    def with_counts(self) -> Self:
        """Adds `open_proposals` and `engaged`, for a line that says how far a need is."""
        proposals = apps.get_model("marketplace", "Proposal").objects.filter(status="OPEN")
        missions = apps.get_model("marketplace", "Mission").objects.taking_a_place()
        return self.annotate(open_proposals=_count(proposals), engaged=_count(missions))

    def with_what_cards_show(self) -> Self:
        rows = self.select_related("organisation", "commune__department", "cause", "pole")
        return rows.with_carriers()

    def with_carriers(self) -> Self:
        """Adds the names that `carried_words` reads: no further query, however many cards there are."""
        return self.annotate(carrier_list=names_of_carriers())

    def with_skill_list(self) -> Self:
        """Prefetches what `skill_words` reads: no further query, however many cards there are."""
        label = "label_en" if (get_language() or "").startswith("en") else "label_fr"
        wanted = NeedSkill.objects.filter(need=OuterRef("pk")).order_by().values("need")
        listed = wanted.annotate(
            all=StringAgg(f"skill__{label}", Value("|"), order_by=["-required", "-level", "pk"])
        )
        return self.annotate(
            skill_list=Subquery(listed.values("all"), output_field=models.TextField())
        )

    def as_cards(self, numbers: Iterable[int]) -> "list[Need]":
        """These needs in the order given, with all that a card shows, in one query."""
        wanted = list(numbers)
        found = self.with_what_cards_show().with_skill_list().in_bulk(wanted)
        return [found[number] for number in wanted if number in found]

    def to_qualify(self) -> Self:
        """Those that wait for a coordinator. Where its structure was refused, suspended or asked for more, it is the
        structure that is waited for: its need couldn't be published."""
        return self.filter(IS_READ, status=NeedStatus.SUBMITTED)

    def of(self, organisation: Organisation) -> Self:
        return self.filter(organisation=organisation)

    def left_in_another_pole(self) -> Self:
        """Needs that were handed in and aren't published yet, whose structure has turned out to be of another pôle, as
        it may until it is verified."""
        moved = ~Q(pole=F("organisation__pole"))
        return self.filter(moved, submitted_at__isnull=False, status__in=BEFORE_IT_IS_SHOWN)

    def judged_by(self, user: User) -> Self:
        """The needs that this coordinator qualifies, publishes and corrects: those of their pôles. One of a structure
        that they belong to or that one of theirs carries, or that they have written, they leave to another coordinator, who has neither; where
        there is no other, they decide, and its history says so."""
        theirs = Membership.objects.filter(
            user=OuterRef("user"), organisation=OuterRef(OuterRef("organisation"))
        )
        carries = carried_by_a_house_of(OuterRef("user"), OuterRef(OuterRef("pk")))
        # What was written for a structure isn't its writer's.
        told = Exists(Need.objects.filter(pk=OuterRef(OuterRef("pk")), behalf__isnull=False))
        others = Membership.objects.coordinating(OuterRef("pole")).filter(
            ~Exists(theirs),
            ~Exists(carries),
            ~Q(user=OuterRef("created_by")) | Q(told),
            user__is_active=True,
        )
        mine = Q(created_by=user.pk, behalf=None) | Q(
            Exists(
                Membership.objects.filter(user_id=user.pk, organisation=OuterRef("organisation"))
            )
        )
        mine |= Q(pk__in=carried_by_a_house_of(user.pk).order_by().values("need"))
        elsewhere = Need.objects.left_in_another_pole().filter(pk=OuterRef("pk"))
        ours = self.filter(~Exists(elsewhere), pole__in=coordinated_by(user))
        return ours.exclude(mine & Q(Exists(others)))

    def spoken_for_by(self, user: User) -> Self:
        """Needs of the organisations that this person represents."""
        mine = Membership.objects.of(user).representing().values("organisation")
        return self.filter(organisation__in=mine)

    def visible_to(self, user: Anybody) -> Self:
        """Published needs for everybody; drafts for their structure; the others for the pôle's coordinators too,
        and for the people who were asked or have applied."""
        theirs = Membership.objects.of(user).representing()
        mine = Q(organisation__in=theirs.values("organisation"))
        if user.pk:
            mine |= Q(pk__in=carried_by(user))
        ours = Q(pole__in=coordinated_by(user)) & _told()
        # Who was asked or has applied still sees it once it is closed.
        asked = Q(pk__in=_needs_talked_about_with(user)) if user.pk else Q(pk=None)
        return self.filter(ANYBODYS | mine | ours | asked)

    def anybodys(self) -> Self:
        """Those that anybody may read."""
        return self.filter(ANYBODYS)

    def told_to_coordinators(self) -> Self:
        """Those that the coordinators of their pôle read: handed in once, or written by them."""
        return self.filter(_told())


PUBLIC = (NeedStatus.PUBLISHED, NeedStatus.FILLED)
ANYBODYS = Q(status__in=PUBLIC, is_listed=True, organisation__status=OrganisationStatus.ACCEPTED)
DRAFTED = (NeedStatus.DRAFT, NeedStatus.SUBMITTED)
BEFORE_IT_IS_SHOWN = (*DRAFTED, NeedStatus.REFUSED, NeedStatus.REDIRECTED)


def _count(rows: QuerySet) -> Coalesce:
    """How many of these rows are about a need."""
    counted = rows.filter(need=OuterRef("pk")).order_by().values("need").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def _told() -> Q:
    return ~Q(status=NeedStatus.DRAFT, submitted_at=None) | Q(pk__in=_unclaimed())


def _unclaimed() -> QuerySet:
    """The needs that coordinators have written for a structure that hasn't taken them up yet."""
    return apps.get_model("marketplace", "Behalf").objects.unclaimed().values("need")


def _needs_talked_about_with(user: User) -> QuerySet:
    """The needs for which an offer of this person was put forward: whoever sees the proposal sees its need, but
    their colleagues don't. The model is looked up by its name, since proposals import needs."""
    proposals = apps.get_model("marketplace", "Proposal")
    return proposals.objects.filter(proposals.offered_by(user)).order_by().values("need")


class Need(CarriedBySeveral, AsksQuestions, WrittenTwice, FoundByWords, HasDays, HasLength, HowPeopleMeet, Movable):  # fmt: skip
    MOVES, WAYS_BACK = NEED_MOVES, NEED_WAYS_BACK
    SUMMARY = "gist"

    pole = models.ForeignKey(Pole, models.PROTECT, related_name="needs")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="needs")
    title = models.CharField(_("title"), max_length=120)
    context = models.TextField(_("context"), max_length=4000)
    deliverable = models.TextField(_("what you expect at the end"), max_length=2000)
    cause = models.ForeignKey(Cause, models.PROTECT, related_name="+", verbose_name=_("cause"))
    beneficiaries = models.ManyToManyField(
        Beneficiary, blank=True, related_name="+", verbose_name=_("people served")
    )
    place = models.CharField(_("where"), max_length=10, choices=Place, default=Place.BOTH)
    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="needs", verbose_name=_("commune")
    )
    # Without dates, they hold the days on which it is fresh: see `freshen`.
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    is_undated = models.BooleanField(
        _("whenever suits"),
        default=False,
        db_default=False,
        help_text="It has no dates: from the first to the last day it is fresh.",
    )
    hours = models.PositiveSmallIntegerField(_("hours in all, per person"))
    format = models.CharField(_("format"), max_length=10, choices=Format)
    places = models.PositiveSmallIntegerField(_("number of people wanted"), default=1)
    time = models.CharField(
        _("on whose time"),
        max_length=10,
        choices=Welcome,
        default=Welcome.BOTH,
        db_default=Welcome.BOTH,
    )
    in_pair = models.BooleanField(
        _("in a pair: one person on their own time, one on working time"),
        default=False,
        db_default=False,
    )
    languages = models.PositiveIntegerField(_("languages you can work in"), default=Spoken.FRENCH)
    # See rules/deductions.
    deduced = models.CharField(max_length=80, blank=True, default="", db_default="")
    status = models.CharField(
        _("state"), max_length=20, choices=NeedStatus, default=NeedStatus.DRAFT
    )
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="needs_followed",
        verbose_name=_("coordinator in charge"),
    )
    operator = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("operator in charge"),
        help_text="Handed to an operator as a whole, until somebody there takes it.",
    )
    is_listed = models.BooleanField(
        _("in the catalogue"),
        default=True,
        help_text="Not listed: qualified, and proposed privately to those the coordinators ask.",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="needs_written"
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    search_text = WordsOf("title", "context", "deliverable", *WORDS, LANGUAGES)
    search_name = NameOf("title")
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="The last time somebody said: still true."
    )

    skill_list: str | None  # after `with_skill_list`
    km_away: int | None = None  # from where somebody looks

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=NeedStatus.values), name="need_status_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="need_ends_after_it_starts",
                violation_error_message=_("The end comes before the beginning."),
            ),
            models.CheckConstraint(condition=Q(places__gte=1), name="need_has_a_place"),
            models.CheckConstraint(condition=Q(hours__gte=1), name="need_has_an_hour"),
            models.CheckConstraint(condition=Q(time__in=Welcome.values), name="need_time_known"),
            models.CheckConstraint(
                condition=Q(in_pair=False) | Q(places=2, time="BOTH"),
                name="need_in_pair_of_two",
                violation_error_message=_("A pair is of two people, one on each time."),
            ),
            WordSearch(name="need_words", text="search_text", called="search_name"),
        ]
        indexes = [*of_needs()]

    def __str__(self) -> str:
        return self.title

    @property
    def skill_words(self) -> str:
        """The first three skills, for a card; to be read after `with_skill_list`."""
        skills = self.skill_list.split("|") if self.skill_list else []
        return " · ".join(skills[:3]) + (" …" if len(skills) > 3 else "")

    def get_absolute_url(self) -> str:
        return reverse("need", args=[self.pk])

    @property
    def gist(self) -> str:
        """What is expected at the end, which cards quote; until that is said, what the matter is."""
        return self.deliverable or self.context

    @property
    def is_draft(self) -> bool:
        return self.status == NeedStatus.DRAFT

    @property
    def is_published(self) -> bool:
        return self.status == NeedStatus.PUBLISHED

    @property
    def is_full(self) -> bool:
        return self.status == NeedStatus.FILLED

    def open_again(self, *, by: User | None, reason: str = "") -> Step:
        """Somebody is looked for anew: published as it was, and fresh from today where it has no dates."""
        step: Step = self.move(NeedStatus.PUBLISHED, by=by, reason=reason)
        if self.is_undated:
            self.freshen(timezone.localdate(step.at))
            self.save(update_fields=["starts_on", "ends_on", "updated_at"])
        return step

    @property
    def is_unclaimed(self) -> bool:
        """Whether the coordination answers for its structure, for which it has written it."""
        behalf = getattr(self, "behalf", None)
        return behalf is not None and behalf.claimed_at is None

    @property
    def unsaid(self) -> set[str]:
        """The names of what its writer hasn't said: the site has put a value in its place (rules/deductions.py)."""
        return set(self.deduced.split())


class NeedStep(Step):
    STATUSES = NeedStatus
    REASONS = reasons.WORDS

    need = models.ForeignKey(Need, models.CASCADE, related_name="steps")
