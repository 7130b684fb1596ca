"""Who may have a seat at a gathering today, how many are left, why one can't be announced, and who is told of it. Reads
only."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.capabilities import Capability
from accounts.models import Membership, Organisation, Seat, User
from accounts.models.leavings import why_not_from, why_nothing_new
from accounts.scope import scope_of
from accounts.states import ACTIVE, OrganisationStatus
from common.dates import midnight
from marketplace.models import Attendance, Block, Gathering, Need, NeedSkill, Offer, Time
from marketplace.models.market.bosses import under
from marketplace.models.talk.blocks import ends_of_offer
from marketplace.rules import audience
from marketplace.states import NEED_MOVES, GatheringStatus, NeedStatus

MYSELF = "moi"  # in one's own name, in a form
SEAT_KEPT = timedelta(hours=24)
USE_ASKED_AFTER = timedelta(days=90)
FURTHEST = timedelta(days=2 * 365)
LONGEST = timedelta(days=14)
SAID_FOR = timedelta(days=60)  # so long its host may say, and say otherwise, who came


def why_not_announced(gathering: Gathering, now: datetime) -> str:
    """Why it can't be announced, as a sentence; "" when it can."""
    host = gathering.host
    if not host.is_accepted:
        return _(
            "%(organisation)s has to be verified first: nothing of it may be public before."
        ) % {"organisation": host}
    if why := why_nothing_new(host) if gathering.is_draft else "":
        return why
    if gathering.has_begun(now):
        return _("Its beginning is already past: change it first.")
    return why_not_from(timezone.localdate(gathering.ends_at), host)


def needs_it_may_end(attendance: Attendance) -> QuerySet[Need]:
    """The needs of the structure in whose name they came that may end served by what they learnt: `that_served`, asked from
    the other end."""
    if not (attendance.came and attendance.serves):
        return Need.objects.none()
    ends = [one for one, after in NEED_MOVES.items() if NeedStatus.SERVED_BY_GATHERING in after]
    rows = Need.objects.filter(organisation=attendance.organisation_id, status__in=ends)
    taught = list(attendance.gathering.skills.order_by().values_list("pk", flat=True))
    if taught:
        rows = rows.filter(Exists(NeedSkill.objects.filter(need=OuterRef("pk"), skill__in=taught)))
    return rows.order_by("-pk")


def free_seats(gathering: Gathering) -> int:
    """How many seats nobody has, nor is offered."""
    return max(0, gathering.seats - gathering.attendances.seated().count())


def why_not_attend(
    user: User, gathering: Gathering, organisation: Organisation | None, now: datetime
) -> str:
    """Why this person can't put their name down today, in that name, as a sentence; "" when they can."""
    if gathering.is_cancelled:
        return _("It has been cancelled.")
    if not gathering.is_to_come(now):
        return _("Too late: it isn’t open to new names any more.")
    if not gathering.host.is_accepted:
        return _("Its host may not act here at the moment.")
    if not user.is_active:
        return _("This account is closed.")
    if organisation is None and not scope_of(user).own:
        return _("In your own name only from your own account: log in with your own password.")
    if organisation is not None and not user.works_for(organisation):
        return _("You can’t come in the name of %(organisation)s today.") % {
            "organisation": organisation
        }
    if are_apart(user, organisation, gathering):
        return said_apart()
    if leads(user, gathering):
        return _("You lead it: you need no seat.")
    if not is_for(user, gathering, organisation):
        return _("It is for %(audience)s.") % {"audience": gathering.get_audience_display()}
    return _why_no_more_of(gathering, organisation, user)


def are_apart(user: User, organisation: Organisation | None, gathering: Gathering) -> bool:
    """Whether a block stands between the host and whoever comes; what their house keeps away is nothing to them where they
    come in their own name."""
    comes = [user.pk, *([-organisation.pk] if organisation else [])]
    return Block.objects.between(comes, [-gathering.host_id]).exists()


def said_apart() -> str:
    """It doesn’t say who keeps whom away."""
    return _("These two can’t be put in touch: the coordinators know why.")


def why_not_led_by(offer: Offer, host: Organisation, by: User) -> str:
    """Why whoever offers it can’t be asked to lead what this house hosts, as a sentence; "" when they can."""
    asking = [by.pk, -host.pk]
    if offer.person_id == by.pk or not Block.objects.between(asking, ends_of_offer(offer)).exists():
        return ""
    return said_apart()


def is_for(user: User, gathering: Gathering, organisation: Organisation | None) -> bool:
    """Whether somebody of its audience comes, asked today: in the name of an organisation, that one counts."""
    if gathering.audience == Gathering.Audience.ALL:
        return True
    if gathering.audience == Gathering.Audience.AUTHORITIES:
        return organisation is not None and organisation.is_authority
    if organisation is not None and organisation.pole_id == gathering.pole_id:
        return True
    audience_today = Gathering.objects.filter(Gathering.announced_to(user), pk=gathering.pk)
    return audience_today.exists()


def _why_no_more_of(gathering: Gathering, organisation: Organisation | None, user: User) -> str:
    """Those who wait count as well: nobody waits for a seat that their house couldn't have."""
    if organisation is None or gathering.seats_each is None:
        return ""
    others = gathering.attendances.standing().filter(organisation=organisation).exclude(person=user)
    if others.count() < gathering.seats_each:
        return ""
    return _(
        "%(organisation)s has its seats already: each structure may put down %(n)s. Come in your own name, or ask a colleague to give theirs up."
    ) % {"organisation": organisation, "n": gathering.seats_each}


def names_of(user: User, gathering: Gathering) -> list[Organisation]:
    """The organisations in whose name this person could come, but for how many seats each has."""
    houses = Membership.objects.of(user).acting().select_related("organisation")
    found = [row.organisation for row in houses.order_by("organisation__name", "pk")]
    return [one for one in found if is_for(user, gathering, one)]


def still_there() -> Q:
    """A condition on attendances: the account is open and, in the name of an organisation, they are of it and it acts."""
    of_it = Membership.objects.filter(
        user=OuterRef("person"),
        organisation=OuterRef("organisation"),
        organisation__status__in=ACTIVE,
    )
    return Q(person__is_active=True) & (Q(organisation=None) | Q(Exists(of_it)))


def may_do(attendance: Attendance, now: datetime) -> dict[str, bool]:
    """What its person may do with it at this moment."""
    to_come = attendance.gathering.is_to_come(now)
    return {
        "take": attendance.may_take_it(now) and to_come,
        "give_up": attendance.stands and to_come,
        "say_they_come": attendance.has_a_seat
        and to_come
        and attendance.comes_at is None
        and attendance.gathering.starts_at < after_tomorrow(now),
        "say_they_came": attendance.is_asked and attendance.gathering.was_by(now),
        "say_it_served": attendance.came and attendance.serves is None,
        "say_they_use_it": attendance.came
        and attendance.serves is not False
        and not attendance.uses
        and attendance.gathering.ends_at < long_since(now),
    }


def names_they_came_under(user: User, gathering: Gathering) -> dict[str, Organisation | None]:
    """In whose name somebody who was there without a seat may say so: their houses, and their own."""
    found: dict[str, Organisation | None] = {
        str(house.pk): house for house in names_of(user, gathering)
    }
    return found | ({MYSELF: None} if scope_of(user).own else {})


def turn_of(attendance: Attendance) -> int:
    """Their place on the waiting list, from 1."""
    return attendance.turn_among(attendance.gathering.attendances.all())


def after_tomorrow(now: datetime) -> datetime:
    """Who comes before then is asked whether they still do. By the wall’s clock, also in a night of 23 or 25 hours."""
    return midnight(timezone.localdate(now) + timedelta(days=2))


def long_since(now: datetime) -> datetime:
    """Of what was over before then, one asks whether it is still used: three months, by the wall’s clock."""
    return midnight(timezone.localdate(now) - USE_ASKED_AFTER + timedelta(days=1))


def kept_until(gathering: Gathering, now: datetime) -> datetime:
    """Until when a seat that is freed now is kept for the first who waits."""
    return min(now + SEAT_KEPT, gathering.starts_at)


def hours_of(gathering: Gathering) -> Decimal:
    """How long it lasts, in hours that pass: a night when the clock changes has one more or less."""
    lasts = gathering.ends_at.astimezone(UTC) - gathering.starts_at.astimezone(UTC)
    return (Decimal(int(lasts.total_seconds())) / 3600).quantize(Decimal("0.01"))


def is_kept_from(user: User, offer: Offer) -> bool:
    """Whether this reader is the boss of whoever offers it on their own time."""
    if offer.person is None or offer.time == Time.WORK:
        return False
    return User.objects.filter(under(user, "pk"), pk=offer.person.pk).exists()


def shows_trainer_to(user: User | None, gathering: Gathering) -> bool:
    """Whether the name of who leads it is shown: once they have said yes, to people with an account; on their own time not to
    whoever is their boss."""
    offer = gathering.trainer
    if offer is None or offer.person is None or user is None or not gathering.trainer_agreed_at:
        return False
    return not is_kept_from(user, offer)


def leads(user: User, gathering: Gathering) -> bool:
    """Whether this person has said that they lead it, and may today."""
    offer = gathering.trainer
    return offer is not None and gathering.trainer_agreed_at is not None and offer.brings(user)


def hosts_acting() -> Q:
    """A condition on gatherings: the host is verified and, of an operator, coordinates somewhere; the same answer as
    `permissions.can_host` gives whoever represents it."""
    seated = Seat.objects.coordinating().filter(operator=OuterRef("host"))
    operators = Organisation.objects.that_may(Capability.COORDINATE).values("pk")
    acts = Q(host__status=OrganisationStatus.ACCEPTED)
    return acts & (~Q(host__in=operators) | Q(Exists(seated)))


def trainers_there() -> QuerySet[Offer]:
    """For `Exists` on gatherings: the offer of whoever leads it, while they are there and, on working time, their employer
    acts. Who isn't found by it is asked about again, row by row."""
    of_it = Membership.objects.filter(
        user=OuterRef("person"),
        organisation=OuterRef("organisation"),
        organisation__status__in=ACTIVE,
    )
    still = Q(time=Time.OWN) | Q(Exists(of_it))
    return Offer.objects.filter(still, pk=OuterRef("trainer"), person__is_active=True)


def told_of_host(gathering: Gathering) -> Iterable[User]:
    """Who is told on the host's side: whoever wrote it, while they speak for the host; otherwise all who do."""
    if gathering.created_by.speaks_for(gathering.host):
        return [gathering.created_by]
    return audience.representatives_of(gathering.host)


def called_off_for(gathering: Gathering) -> str:
    """Why it won’t be, as those who were to come were told; "" where nothing was said, or it will."""
    if not gathering.is_cancelled:
        return ""
    step = gathering.steps.filter(after=GatheringStatus.CANCELLED).last()
    return step.said if step is not None and step.reason else ""


def is_open_to_presence(gathering: Gathering, now: datetime) -> bool:
    return gathering.was_by(now) and gathering.host.status in ACTIVE


NO_MORE = (GatheringStatus.TOOK_PLACE, GatheringStatus.CANCELLED)
