"""What coordinators keep for themselves: who follows what, what was passed on, notes, tags, filters."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, Pole, User, coordinated_by
from marketplace.models.desk.left_to_others import is_a_candidate, is_left_by
from marketplace.models.market.bosses import under
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer
from marketplace.models.market.proposals import Proposal
from marketplace.models.missions.missions import Mission

CHASED_RESTS = timedelta(days=3)
SUBJECTS = ("person", "organisation", "need", "mission")
TAGGED = (*SUBJECTS, "offer")
type Subject = User | Organisation | Need | Mission
type Tagged = Subject | Offer


def exactly_one(*fields: str, name: str) -> models.CheckConstraint:
    """A constraint: exactly one of these foreign keys is filled in. A row about one of several nouns has a key for
    each, rather than one generic key."""
    condition = Q()
    for chosen in fields:
        others = {f"{field}__isnull": field != chosen for field in fields}
        condition |= Q(**others)
    return models.CheckConstraint(condition=condition, name=name)


class Referent(models.Model):
    """Who follows an organisation: a coordinator, or an operator as a whole."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, related_name="referent", verbose_name=_("organisation")
    )
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    operator = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("person in charge")

    def __str__(self) -> str:
        return f"{self.organisation} ← {self.coordinator or self.operator}"


class HandOver(models.Model):
    """Who passed what on, to whom, with which words; never edited."""

    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="hand_overs")
    mission = models.ForeignKey(
        Mission, models.CASCADE, null=True, blank=True, related_name="hand_overs"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="hand_overs"
    )
    to_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_operator = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+"
    )
    from_person = (
        models.ForeignKey(  # who followed it until then, where that is why it was passed on
            settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
        )
    )
    note = models.TextField(_("a word with it"), max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("hand-over")
        ordering = ["at", "pk"]
        constraints = [
            exactly_one("need", "mission", "organisation", name="hand_over_of_one_thing"),
            exactly_one("to_person", "to_operator", name="hand_over_to_one"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    @property
    def subject(self) -> Need | Mission | Organisation:
        found = self.need or self.mission or self.organisation
        assert found is not None, "the constraint keeps it to one"
        return found

    @property
    def pole(self) -> Pole:
        about = self.subject
        return about.need.pole if isinstance(about, Mission) else about.pole

    @property
    def to(self) -> User | Organisation | None:
        return self.to_person or self.to_operator


class ChaseQuerySet(models.QuerySet["Chase"]):
    def recent(self, now: datetime) -> Self:
        """The chases of the last few days: what was chased rests, so that nobody is asked twice in the same week."""
        return self.filter(at__gt=now - CHASED_RESTS)


class Chase(models.Model):
    """A coordinator asked those who are silent for an answer: once a day, whichever coordinator clicks."""

    proposal = models.ForeignKey(
        Proposal, models.CASCADE, null=True, blank=True, related_name="chases"
    )
    mission = models.ForeignKey(
        Mission, models.CASCADE, null=True, blank=True, related_name="chases"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    day = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    objects = ChaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("chasing")
        ordering = ["at", "pk"]
        constraints = [
            exactly_one("proposal", "mission", name="chase_of_one_thing"),
            models.UniqueConstraint(fields=["proposal", "day"], name="chase_proposal_once_a_day"),
            models.UniqueConstraint(fields=["mission", "day"], name="chase_mission_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal or self.mission} {self.day}"


LONGEST_QUERY = 1000  # signs of an address that is kept


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def of(self, user: User, code: str = "") -> Self:
        """This person's own, of the desk or of one list."""
        return self.filter(user=user, list=code)

    def visible_to(self, user: User) -> Self:
        """One's own, and those that are shared with the pôles that one coordinates."""
        return self.filter(Q(user=user) | Q(pole__in=coordinated_by(user)))

    def editable_by(self, user: User) -> Self:
        """One's own; and a shared one whose writer coordinates the pôle no more."""
        still = Membership.objects.coordinating(OuterRef("pole"))
        there = still.filter(user=OuterRef("user"), user__is_active=True)
        return self.visible_to(user).filter(Q(user=user) | ~Exists(there))


class SavedFilter(models.Model):
    """A view of the desk, or of one of the lists, that somebody comes back to: its name and its address; of a list, shared
    with the colleagues of a pôle or not, and by which it opens or not."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_filters")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=LONGEST_QUERY)
    list = models.CharField(max_length=20, blank=True, default="", db_default="")  # "" is the desk
    pole = models.ForeignKey(
        Pole, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("who sees it")
    )
    is_default = models.BooleanField(_("the list opens by it"), default=False, db_default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved filter")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "list", "name"], name="saved_filter_of_a_list"),
            models.UniqueConstraint(
                fields=["user", "list"],
                condition=Q(is_default=True),
                name="saved_filter_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class KeptQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, of: str = "") -> Self:
        """What belongs to the pôles that this person coordinates; nobody else sees any. Of what is said about
        themselves, about those whose boss they are, and about what they belong to or are a side of, they read their own
        words only. `of` one of SUBJECTS: of these alone, which asks the database for less."""
        ours = self.filter(pole__in=coordinated_by(user))
        if of:
            ours = ours.filter(**{f"{of}__isnull": False})
        kept_from_them = Q(pk=None)
        if of in ("", "person"):
            kept_from_them |= Q(person=user.pk) | under(user, "person")
        if of != "person":
            kept_from_them |= about_what_is_left(user, of=of)
        return ours.filter(Q(by_id=user.pk) | ~kept_from_them)


def leaves(user: User, subject: Tagged, *, known_to: User | None = None) -> bool:
    """Whether this is the coordinator themselves, somebody whose boss they are, or something that they leave to another
    one: of what is said about it they read nothing, nor whether it has been said. `known_to` a reader: as far as that one
    may know (`ProposalQuerySet.candidates`)."""
    if isinstance(subject, User):
        theirs = User.objects.filter(under(user, "pk"), pk=subject.pk)
        return subject.pk == user.pk or theirs.exists()
    if isinstance(subject, Offer):
        return left_offers(user).filter(pk=subject.pk).exists()
    if isinstance(subject, Mission):
        return is_left_by(user, subject)
    if isinstance(subject, Need):
        return (
            is_a_candidate(user, subject, known_to=known_to)
            or (subject.created_by_id == user.pk and _is_judged_by_others(user, subject))
            or is_left_by(user, subject.organisation)
        )
    return is_left_by(user, subject)


def _is_judged_by_others(user: User, need: Need) -> bool:
    return left_by_their_writer(user).filter(pk=need.pk).exists()


def left_by_their_writer(user: User) -> models.QuerySet[Need]:
    """The needs that this coordinator has written, and that others of the pôle judge."""
    written = Need.objects.filter(created_by=user.pk)
    return written.exclude(pk__in=written.judged_by(user).values("pk"))


def left_offers(user: User) -> models.QuerySet[Offer]:
    """The offers that this coordinator leaves to others: their own, those of an organisation of theirs, and those of somebody
    whose boss they are."""
    structures = Organisation.objects.left_to_others_by(user).values("pk")
    mine = Q(person=user.pk) | Q(created_by=user.pk) | Q(organisation__in=structures)
    return Offer.objects.filter(mine | under(user, "person"))


def about_what_is_left(user: User, *, of: str = "") -> Q:
    """A condition on rows about an organisation, a need or a mission, or about one `of` them alone: this coordinator leaves it
    to another one, as they do a need that they have written for a structure and left."""
    mine = Organisation.objects.left_to_others_by(user)
    missions = Mission.objects.left_to_others_by(user)
    proposals = Proposal.objects.filter(Proposal.left_to_others(user))
    # Said twice, it is asked of each row: as a list, it would be read from all missions there are.
    of_each = OuterRef("mission")
    left = {
        "organisation": Q(Exists(mine.filter(pk=OuterRef("organisation")))),
        "need": Q(Exists(proposals.filter(need=OuterRef("need"))))
        | Q(Exists(mine.filter(needs=OuterRef("need"))))
        | Q(Exists(left_by_their_writer(user).filter(pk=OuterRef("need")))),
        "mission": Q(Exists(missions.filter(pk=of_each, pk__gte=of_each))),
    }
    return left[of] if of else reduce(or_, left.values())


class Kept(models.Model):
    """What the coordinators of a pôle say among themselves of a person, an organisation, a need or a mission
    (abstract: notes and tags)."""

    pole = models.ForeignKey(Pole, models.CASCADE, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+"
    )
    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="+")
    mission = models.ForeignKey(Mission, models.CASCADE, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    @property
    def subject(self) -> Tagged:
        return next(getattr(self, field) for field in SUBJECTS if getattr(self, f"{field}_id"))


class Note(Kept):
    body = models.TextField(_("note"), max_length=4000)

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        ordering = ["-at", "-pk"]
        constraints = [exactly_one(*SUBJECTS, name="note_about_one_thing")]

    def __str__(self) -> str:
        return self.body[:60]


class TagQuerySet(KeptQuerySet):
    def visible_to(self, user: User, *, of: str = "") -> Self:
        """As notes are; of the offers that this coordinator leaves to others, their own words only. `of` one of TAGGED."""
        if of in SUBJECTS:
            return super().visible_to(user, of=of)
        ours = super().visible_to(user)
        if of:
            ours = self.filter(pole__in=coordinated_by(user), offer__isnull=False)
        left = Exists(left_offers(user).filter(pk=OuterRef("offer")))
        return ours.filter(Q(by_id=user.pk) | ~left)


class Tag(Kept):
    """A short label that coordinators pin on something: « subvention 2027 », « à visiter »."""

    offer = models.ForeignKey(Offer, models.CASCADE, null=True, blank=True, related_name="+")
    words = models.CharField(_("tag"), max_length=40)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        ordering = ["words", "pk"]
        constraints = [
            exactly_one(*TAGGED, name="tag_about_one_thing"),
            *(
                models.UniqueConstraint(fields=["pole", field, "words"], name=f"tag_once_a_{field}")
                for field in TAGGED
            ),
        ]
        indexes = [models.Index(fields=["pole", "words"], name="tag_by_words")]

    def __str__(self) -> str:
        return self.words

    @property
    def subject(self) -> Tagged:
        return self.offer or super().subject


KEYS: dict[type, str] = {
    Need: "need",
    Offer: "offer",
    Mission: "mission",
    Organisation: "organisation",
}


def key_of(subject: Tagged) -> str:
    """The name of the foreign key that holds this subject: need, offer, mission, organisation or person."""
    return KEYS.get(type(subject), "person")


def followed_by(row: Need | Mission | Referent | None) -> str:
    """Who follows the row, as a short text for an address: "p" and the person's number, "o" and the operator's, or
    "nobody". An act compares it with what its reader saw, to tell them that somebody else was first."""
    if row is None or not (row.coordinator_id or row.operator_id):
        return "nobody"
    return f"p{row.coordinator_id}" if row.coordinator_id else f"o{row.operator_id}"
