"""A proposal: an offer put forward for a need, which becomes a mission when both sides have said yes."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Movable, Organisation, Step, User, coordinated_by
from accounts.states import ACTIVE, OrganisationStatus
from marketplace.models import by_number, reasons
from marketplace.models.market import bosses
from marketplace.models.market.carried import read_as_carrier
from marketplace.models.market.in_touch import InTouch
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer, Time
from marketplace.models.market.programmes import Duty
from marketplace.states import PROPOSAL_MOVES, PROPOSAL_WAYS_BACK, ProposalStatus

if TYPE_CHECKING:  # missions stand on proposals
    from marketplace.models.missions.missions import Mission


class Origin(models.TextChoices):
    COORDINATOR = "COORDINATOR", _("proposed by the coordinators")
    APPLICATION = "APPLICATION", _("application")
    INVITATION = "INVITATION", _("invitation")
    TRANSFER = "TRANSFER", _("taken over by a colleague")


class Side(models.TextChoices):
    NEED = "NEED", _("the structure")
    OFFER = "OFFER", _("the person who offers")


def near(rows: models.QuerySet, user: User) -> list[models.QuerySet]:
    """Of rows with a need and an offer, those by which this person may be on a side: short lists of their numbers."""
    ours = Membership.objects.of(user).representing().order_by().values("organisation")
    rows = rows.order_by().values("pk")
    return [
        rows.filter(need__organisation__in=ours),
        rows.filter(offer__organisation__in=ours),
        rows.filter(offer__person=user),
        rows.filter(offer__created_by=user),
    ]


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> Self:
        return self.filter(status=ProposalStatus.OPEN)

    def going_on(self) -> Self:
        """Proposals that are open, or agreed on a mission whose last renewal, or itself without any, wasn't interrupted:
        between a need and an offer there is one at the most."""
        return self.filter(Proposal.goes_on())

    def not_to_ask(self, today: date) -> Self:
        """Proposals that go on, or to which whoever offers has answered “not now”: nobody asks them meanwhile."""
        later = Q(status=ProposalStatus.DECLINED, declined_side=Side.OFFER, again_from__gt=today)
        return self.filter(Proposal.goes_on() | later)

    def in_touch(self, user: User, needs: Iterable[int]) -> InTouch:
        """What this reader may know of who isn't asked about these needs."""
        seen = self.visible_to(user).not_to_ask(timezone.localdate()).filter(need__in=needs)
        return InTouch(seen.select_related("offer"))

    def near(self, user: User) -> Self:
        """Those of which this person may be a side: short lists that indexes give. One condition with "or", which says of
        which they are, would read the whole table."""
        first, *others = near(Proposal.objects.all(), user)
        return self.filter(pk__in=first.union(*others))

    def waiting_for(self, user: User) -> Self:
        """Open proposals that this person's side hasn't answered yet, unless it is suspended and can't, or this person
        has spoken for the other one."""
        held = Q(offer__organisation__status=OrganisationStatus.SUSPENDED, offer__time=Time.WORK)
        need_side = Proposal.answered_for_need_by(user) & Q(
            need_said_yes_at=None, need__organisation__status__in=ACTIVE
        )
        need_side &= ~Proposal.spoken_for_by(user, Side.OFFER)
        offer_side = Proposal.offered_by(user) & Q(offer_said_yes_at=None) & ~held
        offer_side &= ~Proposal.spoken_for_by(user, Side.NEED)
        return self.open().filter(need_side | offer_side)

    def awaited_by(self, user: User) -> Self:
        """Open proposals to which this person's side has said yes, and that wait for the other side."""
        need_side = Proposal.answered_for_need_by(user) & Q(need_said_yes_at__isnull=False)
        offer_side = Proposal.offered_by(user) & Q(offer_said_yes_at__isnull=False)
        return self.open().filter(need_side | offer_side)

    def left_silent(self, need: Need, offer: Offer, side: str) -> "Proposal | None":
        """The last proposal between these two, if it was closed because this side didn't answer; otherwise None."""
        latest = self.filter(need=need, offer=offer).order_by("pk").last()
        silent = latest and latest.was_left_unanswered and side in latest.silent_sides
        return latest if silent else None

    def visible_to(self, user: User) -> Self:
        if not user.pk:
            return self.none()
        ours = Q(need__pole__in=coordinated_by(user)) & ~Proposal.kept_from(user)
        sides = Proposal.needed_by(user) | Proposal.offered_by(user)
        return self.filter(sides | read_as_carrier(user) | ours)

    def left_to_others_by(self, user: User, *, known_to: User | None = None) -> Self:
        """The proposals of which this coordinator is a side, where another coordinator of the pôle is on none, those
        beside them, and those of what is offered at home under them, whoever else there is."""
        kept = Proposal.kept_from(user, known_to=known_to)
        return self.filter(Proposal.left_to_others(user) | kept)

    def candidates(self, user: User, *, known_to: User | None = None) -> Self:
        """Those by which this coordinator leaves the need to others; `known_to` a reader: without what is offered at home
        under that one, to whom it is as if it weren't there."""
        own = self.filter(Proposal.left_to_others(user))
        return own.filter(~Offer.at_home_under(known_to, at="offer__")) if known_to else own

    def put_forward_elsewhere_by(self, user: User) -> Self:
        """Proposals of offers of this coordinator's pôle for needs of another pôle that asked it, unless they are a
        candidate there. The coordinator sees how they stand, but not what the two sides write to each other."""
        return self.filter(
            ~Proposal.kept_from(user),
            offer__pole__in=coordinated_by(user),
            need__asked_poles__pole=F("offer__pole"),
        )


class Proposal(Movable):
    MOVES, WAYS_BACK = PROPOSAL_MOVES, PROPOSAL_WAYS_BACK

    need = models.ForeignKey(Need, models.CASCADE, related_name="proposals")
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="proposals")
    origin = models.CharField(_("origin"), max_length=20, choices=Origin)
    word = models.TextField(_("a word with it"), max_length=2000, blank=True)
    need_said_yes_at = models.DateTimeField(null=True, blank=True)
    offer_said_yes_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(
        _("state"), max_length=20, choices=ProposalStatus, default=ProposalStatus.OPEN
    )
    declined_side = models.CharField(
        _("who said no"), max_length=10, choices=Side, blank=True, default=""
    )
    again_from = models.DateField(
        _("not before"), null=True, blank=True,
        help_text="“Not now”: from this day on the two may be put in touch again.",
    )  # fmt: skip
    takes_up = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="taken_up_by",
        help_text="What was closed without an answer, before the silent side said yes after all.",
    )  # fmt: skip
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals_made"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "offer"],
                # An agreed one whose mission was interrupted may stand beside it: `going_on`.
                condition=Q(status="OPEN"),
                name="proposal_one_open_per_pair",
                violation_error_message=_("This offer has already been put forward for this need."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=ProposalStatus.values), name="proposal_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status="AGREED")
                | Q(need_said_yes_at__isnull=False, offer_said_yes_at__isnull=False),
                name="proposal_agreed_by_both",
            ),
        ]
        indexes = [models.Index(fields=["status", "created_at"], name="proposal_waiting")]

    def __str__(self) -> str:
        return f"{self.offer} · {self.need}"

    def get_absolute_url(self) -> str:
        return reverse("proposal", args=[self.pk])

    @property
    def is_application(self) -> bool:
        """Whether whoever offers asked first."""
        return self.origin == Origin.APPLICATION

    @staticmethod
    def goes_on() -> Q:
        """A condition: as `going_on` says."""
        missions = apps.get_model("marketplace", "Mission").objects.filter(proposal=OuterRef("pk"))
        last = missions.filter(renewal=None)
        alive = Q(status__in=[ProposalStatus.OPEN, ProposalStatus.AGREED])
        return alive & ~Q(Exists(last.filter(interrupted_at__isnull=False)))

    @staticmethod
    def needed_by(user: User) -> Q:
        """A condition: this person represents the structure of the need."""
        mine = Membership.objects.of(user).representing()
        return Q(need__organisation__in=mine.values("organisation"))

    @staticmethod
    def answered_for_need_by(user: User) -> Q:
        """A condition: this person may answer for the need. Where they would come themselves, wrote a team's offer or have
        come in it, somebody else of the structure answers."""
        comes = Q(offer__person_id=user.pk)
        wrote = Q(offer__person_id=None, offer__created_by_id=user.pk)
        return Proposal.needed_by(user) & ~comes & ~wrote & ~Proposal.came_in_its_team(user.pk)

    @staticmethod
    def came_in_its_team(person: int | OuterRef | None) -> Q:
        """A condition on proposals or missions: this person has said yes to come in its team, though they may have left it.
        A number or, inside a condition on people, the field that holds it."""
        inner = isinstance(person, OuterRef)
        need, offer = OuterRef("need"), OuterRef("offer")
        parts = apps.get_model("marketplace", "TeamMember").objects.filter(
            person=person, agreed_at__isnull=False,
            mission__need=OuterRef(need) if inner else need,
            mission__offer=OuterRef(offer) if inner else offer,
        )  # fmt: skip
        return Q(Exists(parts))

    @staticmethod
    def offered_by(user: User) -> Q:
        """A condition: this person answers for the offer, as `permissions.answers_for_offer` says.

        It is the person who would come (on working time, while they belong to the company);
        for a team's offer whoever represents the company; for an offer on working time also which
        of these wrote it and those whose role oversees it. Nobody but the person answers for their
        own time.
        """
        memberships = Membership.objects.of(user).representing()
        mine = memberships.values("organisation")
        overseen = memberships.filter(
            Q(role=Membership.Role.ADMINISTRATOR) | Q(duties__kind__in=Duty.OVERSEES)
        ).values("organisation")
        at_work = Q(offer__time=Time.WORK) & (
            Q(offer__organisation__in=overseen)
            | Q(offer__organisation__in=mine, offer__created_by_id=user.pk)
        )
        team = Q(offer__person=None, offer__organisation__in=mine)
        return Offer.with_coming(user, at="offer__") | team | at_work

    @staticmethod
    def spoken_for_by(user: User, side: str) -> Q:
        """A condition: this person asked, or said yes, in this side's name, and so says no yes for the other. The same
        answer as `half_yeses.refusal_of`."""
        of_need = side == Side.NEED
        steps = ProposalStep.objects.filter(proposal=OuterRef("pk"), by_id=user.pk)
        said = steps.filter(reason=reasons.coded("yes-need" if of_need else "yes-offer"))
        late = Q(Exists(steps.filter(reason=reasons.coded("late-yes"))))
        at_once = Q(**{"need_said_yes_at" if of_need else "offer_said_yes_at": F("created_at")})
        origin = Origin.INVITATION if of_need else Origin.APPLICATION
        asked = Q(origin=origin, created_by_id=user.pk)
        if not of_need:
            asked |= Q(transfer__asked_by_id=user.pk) | Q(takes_up__transfer__asked_by_id=user.pk)
        return asked | Q(Exists(said)) | (late & at_once)

    @staticmethod
    def has_a_part(user: User) -> Q:
        """A condition on proposals or missions: this person answers for a side of it, has come for it, alone or in a team,
        or wrote its offer."""
        came = Q(offer__person_id=user.pk) | Proposal.came_in_its_team(user.pk)
        wrote = Q(offer__person_id=None, offer__created_by_id=user.pk)
        return Proposal.needed_by(user) | Proposal.offered_by(user) | came | wrote

    @staticmethod
    def on_a_side(user: User) -> Q:
        """A condition on proposals or missions: this person has a part in it, or is of the structure or of the
        company on whose time it is done, though they answer for nothing there, or wrote the need or the offer, though they have left since."""
        mine = Membership.objects.filter(user_id=user.pk).values("organisation")
        at_work = Q(offer__time=Time.WORK, offer__organisation__in=mine)
        wrote = Q(need__created_by_id=user.pk, need__behalf=None)
        wrote |= Q(offer__created_by_id=user.pk)
        part = Proposal.has_a_part(User(pk=user.pk))  # whatever the session opens: it takes away
        return part | Q(need__organisation__in=mine) | at_work | wrote

    @staticmethod
    @by_number.unless_on_no_side
    @by_number.kept
    def left_to_others(user: User) -> Q:
        """The same condition, where somebody else coordinates who is on no side: a coordinator leaves to them what
        the other side confides. Where there is nobody else they keep it, or a call for help would reach nobody."""
        return Proposal.on_a_side(user) & Q(Exists(Proposal.on_no_side().exclude(user_id=user.pk)))

    @staticmethod
    def on_no_side() -> models.QuerySet[Membership]:
        """The memberships of those who coordinate and are on no side, inside a condition on proposals or missions; nor is
        it what somebody under them offers on their own time."""
        theirs = Membership.objects.filter(
            Q(organisation=OuterRef(OuterRef("need__organisation")))
            | Q(organisation=OuterRef(OuterRef("offer__organisation"))),
            user=OuterRef("user"),
        )
        found = Membership.objects.coordinating(OuterRef("need__pole")).filter(
            ~Exists(theirs), user__is_active=True
        )
        comes = Coalesce(OuterRef("offer__person"), OuterRef("offer__created_by"))
        for one in (comes, OuterRef("offer__created_by")):
            found = found.filter(~Q(user=one))
        told = Q(Exists(Need.objects.filter(pk=OuterRef(OuterRef("need")), behalf__isnull=False)))
        found = found.filter(~Q(user=OuterRef("need__created_by")) | told)
        found = found.filter(~Proposal.came_in_its_team(OuterRef("user")))
        return found.filter(~bosses.of_whoever_comes(Time.OWN))

    @staticmethod
    def beside_ones_own(user: User, *, known_to: User | None = None) -> Q:
        """A condition: it is open, and this coordinator is on the side of an offer for the same need, this one or
        another, which they leave to others. They are the rival of all who wait there and, while their own is open, of
        those who have been told no: what these offered, and why it wasn't enough, isn't theirs to read either."""
        own = Proposal.objects.candidates(user, known_to=known_to).filter(need=OuterRef("need"))
        beside = ExpressionWrapper(OuterRef("status"), output_field=models.CharField())
        own = own.annotate(beside=beside)
        one_is_open = Q(status=ProposalStatus.OPEN) | Q(beside=ProposalStatus.OPEN)
        return ~Q(status=ProposalStatus.AGREED) & Q(Exists(own.filter(one_is_open)))

    @staticmethod
    def kept_from(user: User, *, known_to: User | None = None) -> Q:
        """A condition: this coordinator reads nothing of it, since it is beside their own, or what somebody offers on their
        own time under them."""
        beside = Proposal.beside_ones_own(user, known_to=known_to)
        return beside | Offer.at_home_under(user, at="offer__")

    def suspended_on(self, side: str) -> Organisation | None:
        """The suspended organisation of a side: nobody acts in its name meanwhile."""
        offers = self.offer.organisation if self.offer.time == Time.WORK else None
        found = self.need.organisation if side == Side.NEED else offers
        return found if found and found.is_suspended else None

    def has_yes_of(self, side: str) -> bool:
        return bool(self.said_yes_at(side))

    def said_yes_at(self, side: str) -> datetime | None:
        return self.need_said_yes_at if side == Side.NEED else self.offer_said_yes_at

    @property
    def need_said_no(self) -> bool:
        return self.declined_side == Side.NEED

    @property
    def offer_said_no(self) -> bool:
        return self.declined_side == Side.OFFER

    def is_put_off(self, today: date) -> bool:
        """Whether whoever offers has answered “not now”, until a day to come: nobody asks them before, by any offer."""
        return self.offer_said_no and self.again_from is not None and self.again_from > today

    @property
    def silent_sides(self) -> list[str]:
        """The sides that haven't said yes: their answer is awaited, or never came."""
        return [side for side in Side if not self.has_yes_of(side)]

    @property
    def went_on_as(self) -> "Proposal | None":
        """The last later proposal between the same two; None when there is none."""
        later = Proposal.objects.filter(need=self.need_id, offer=self.offer_id, pk__gt=self.pk)
        return later.order_by("pk").last()

    @property
    def with_those_taken_up(self) -> list["Proposal"]:
        """This proposal and those that it takes up (after a late yes), the last first."""
        return [self, *(self.takes_up.with_those_taken_up if self.takes_up else [])]

    @property
    def mission(self) -> "Mission | None":
        """The last mission made of this proposal, since a mission may be renewed. None before both have agreed."""
        return self.missions.order_by("pk").last()

    @property
    def is_open(self) -> bool:
        return self.status == ProposalStatus.OPEN

    @property
    def was_left_unanswered(self) -> bool:
        return self.status == ProposalStatus.UNANSWERED

    @property
    def is_agreed(self) -> bool:
        """Whether both have said yes: contact details are shown from then on, never before."""
        return self.status == ProposalStatus.AGREED


class ProposalStep(Step):
    STATUSES = ProposalStatus
    REASONS = reasons.WORDS

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="steps")
