"""Whose boss somebody is: what these offer on their own time is nothing that they learn of."""

from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Lower

from accounts.models import AddressChange, Membership, User
from marketplace.models import by_number
from marketplace.models.market.programmes import Duty, Employee
from marketplace.states import NeedStatus

# A condition on memberships: whoever answers for the people of the organisation, or manages a team there.
ANSWERS_FOR_PEOPLE = Q(role=Membership.Role.ADMINISTRATOR) | Q(
    duties__kind__in=[*Duty.OVERSEES, Duty.Kind.MANAGER]
)


def answered_for_by(user: User) -> models.QuerySet[Membership]:
    """The memberships of those whose employer this person answers for, or whose team they manage; not their own."""
    theirs = Membership.objects.filter(ANSWERS_FOR_PEOPLE, user_id=user.pk).values("organisation")
    return Membership.objects.filter(organisation__in=theirs).exclude(user_id=user.pk)


def managed_by(user: User) -> models.QuerySet[Employee]:
    """The employees whose employer has named this person's mailbox as their manager's, while they are there."""
    return Employee.objects.managed_from_a_mailbox_of(User.objects.filter(pk=user.pk))


@by_number.kept
def under(user: User, person: str) -> Q:
    """A condition: whoever `person` leads to ("offer__person", or "pk" on people) has this user as a boss: one who answers
    for their employer, manages a team there, or whose mailbox is that of their manager. Nobody is under themselves."""
    people, led = answered_for_by(user).values("user"), managed_by(user).values("person")
    ours = Q(**{f"{person}__in": people}) | Q(**{f"{person}__in": led})
    return ours & ~Q(**{person: user.pk})


def numbers_under(user: User) -> models.QuerySet:
    """The numbers of those under this user, perhaps with their own, as one list: of a condition with "or", as `under` is,
    the database would read every row that it is asked about."""
    people, led = answered_for_by(user).order_by(), managed_by(user).order_by()
    return people.values("user").union(led.values("person"))


def bosses_among(users: Collection[int], people: Collection[int]) -> set[tuple[int, int]]:
    """Of these users and these people, each (user, person) where the person is under the user, as `under` says it; in
    three questions, however many there are."""
    found = set(answering_among(users, people).values_list("user", BESIDE))
    led = set(led_among(users, people).values_list("person", flat=True))
    return with_those_who_lead(found, users, led)


BESIDE = "organisation__memberships__user"


def answering_among(users: Collection[int], people: Collection[int]) -> models.QuerySet[Membership]:
    """The memberships by which these users answer for an employer of these people, or manage there, each with the person it is
    about (`BESIDE`): themselves as well."""
    beside = {f"{BESIDE}__in": people}
    return Membership.objects.filter(ANSWERS_FOR_PEOPLE, user__in=users, **beside).order_by()


def led_among(users: Collection[int], people: Collection[int]) -> models.QuerySet[Employee]:
    """Those of these people whose manager's mailbox is one of these users': whose of them, it doesn't say."""
    led = Employee.objects.managed_from_a_mailbox_of(User.objects.filter(pk__in=users))
    return led.filter(person__in=people).order_by()


def with_those_who_lead(
    found: set[tuple[int, int]], users: Collection[int], led: set[int]
) -> set[tuple[int, int]]:
    """What `answering_among` has `found`, with whoever leads those whom `led_among` has."""
    if led:
        for user in users:  # rare: mailboxes are compared one user at a time
            theirs = managed_by(User(pk=user)).filter(person__in=led).order_by()
            found |= {(user, person) for person in theirs.values_list("person", flat=True)}
    return {(user, person) for user, person in found if user != person}


@by_number.kept
def mailbox_under(user: User, mailbox: str) -> Q:
    """A condition: what `mailbox` holds, in small letters, is an address of somebody under this user: the one of their
    account, or another that they have shown to be theirs."""
    theirs = User.objects.filter(pk__in=numbers_under(user)).exclude(pk=user.pk).order_by()
    first = theirs.annotate(at=Lower("email")).values("at")
    others = EmailAddress.objects.filter(verified=True, user__in=theirs.values("pk"))
    others = others.order_by().annotate(at=Lower("email")).values("at")
    return Q(**{f"{mailbox}__in": first}) | Q(**{f"{mailbox}__in": others})


FILLED = Q(before=NeedStatus.FILLED) | Q(after=NeedStatus.FILLED)


def filled_under(user: User) -> Q:
    """A condition on the steps of needs: a yes of somebody under this user filled the need, or it opened again as they
    stopped. The step would name them."""
    return FILLED & under(user, "by")


def filled_by(people: Collection[int]) -> Q:
    """The same, of those under them by their numbers: where the steps of many needs are read."""
    return FILLED & Q(by__in=people)


def of_whoever_comes(time: str) -> Q:
    """A condition on memberships, inside one on rows with an offer: it is on this time, and the member is a boss of whoever
    would come. The same answer as `under`, for a member who isn't that person."""
    comes = OuterRef(OuterRef("offer__person"))
    whose = ExpressionWrapper(OuterRef(OuterRef("offer__time")), output_field=CharField())
    answers = Membership.objects.filter(
        ANSWERS_FOR_PEOPLE, user=OuterRef("user"), organisation__memberships__user=comes
    )
    found = answers, _managed_from_the_members_mailbox().filter(person=comes)
    one, other = (Exists(rows.annotate(whose=whose).filter(whose=time)) for rows in found)
    return Q(one) | Q(other)


def _managed_from_the_members_mailbox() -> models.QuerySet[Employee]:
    """`EmployeeQuerySet.managed_from_a_mailbox_of` the member of an outer row."""
    theirs = {"user": OuterRef(OuterRef("user")), "at": OuterRef("mailbox")}
    shown = EmailAddress.objects.alias(at=Lower("email")).filter(verified=True, **theirs)
    former = AddressChange.objects.alias(at=Lower("before")).filter(**theirs)
    return Employee.objects.alias(mailbox=Lower("manager_email")).filter(
        Q(mailbox=Lower(OuterRef("user__email"))) | Q(Exists(shown)) | Q(Exists(former)),
        organisation__memberships__user=F("person"),
    )
