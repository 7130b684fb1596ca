"""Who opens the pages in the world of benchmarks.country, and what they open: of each noun the busiest and a usual one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from benchmarks import country, employees

DEMO = {
    "demo: structure": "claire.hermant@example.org",
    "demo: association": "aline.moreau@example.org",
    "demo: volunteer": "noe.lambert@example.org",
    "demo: coordinator": "maelle.vandamme@example.org",
    "demo: operator of the site": "admin@example.org",
}


@dataclass
class Reader:
    """A role, the client that opens pages as it, and the numbers of what it opens first, by noun."""

    role: str
    client: Any
    numbers: dict[str, list[int]] = field(default_factory=dict)


def client_of(user: Any) -> Any:
    from django.test import Client

    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return client


def of_the_demo() -> Iterator[Reader]:
    from accounts.models import User

    for role, email in DEMO.items():
        yield Reader(role, client_of(User.objects.get(email=email)))


def of_the_country() -> list[Reader]:
    """All roles, each before the same busiest objects, and before what is its own."""
    from accounts.models import Membership, Organisation

    large, small = (
        Organisation.objects.get(name=name) for name in (country.STRUCTURE, country.SMALL)
    )
    company = Organisation.objects.get(name=employees.NAME)
    shared = _busiest(large, small, company)
    hired = [one.user for one in company.memberships.order_by("pk").select_related("user")[:4]]
    seated = Membership.objects.filter(
        organisation__seats__pole=large.pole, organisation__kind="OPERATOR"
    )
    seated = seated.order_by("pk").select_related("user")
    people = {
        "visitor": None,
        "volunteer": _volunteer(),
        "member": _member(large),
        "administrator": large.memberships.get(role="ADMINISTRATOR").user,
        "employee": hired[1],
        "employer": hired[0],
        "manager": _manager(company, hired[3]),
        "coordinator": seated.filter(role="MEMBER")[0].user,
        "head": seated.filter(role="ADMINISTRATOR")[0].user,
    }
    return [Reader(role, client_of(user), _own(user, shared)) for role, user in people.items()]


def _volunteer() -> Any:
    from accounts.models import User

    return User.objects.get(email=country.VOLUNTEER)


def _member(structure: Any) -> Any:
    """Somebody who speaks for the large structure beside its administrator."""
    from accounts.models import Membership, User

    user, _new = User.objects.get_or_create(
        email="membre@example.org",
        defaults={"first_name": "Alix", "last_name": "Membre", "password": "!"},
    )
    Membership.objects.get_or_create(user=user, organisation=structure, defaults={"role": "MEMBER"})
    return user


def _manager(company: Any, user: Any) -> Any:
    """Of a team of the company's."""
    from marketplace.models import Duty, Employee

    seat = company.memberships.get(user=user)
    Duty.objects.get_or_create(membership=seat, kind="MANAGER", defaults={"given_by": user})
    team = Employee.objects.filter(organisation=company, team="Équipe 1")
    team.update(manager_name="Une responsable", manager_email=user.email)
    return user


def _busiest(large: Any, small: Any, company: Any) -> dict[str, list[int]]:
    """By noun: the busiest, then a usual one."""
    from marketplace import models as m

    volunteer = _volunteer()
    one = m.Mission.objects.filter(
        offer__person=volunteer, need__organisation=large, status="RUNNING"
    ).earliest("pk")
    usual = m.Mission.objects.filter(need__organisation=small).order_by("pk").first() or one
    need = m.Need.objects.filter(organisation=large).earliest("pk")
    lent = m.Mission.objects.filter(offer__organisation=company).earliest("pk")
    asked = m.Thread.objects.filter(need=need).earliest("pk")
    found = {
        "Mission": [one.pk, usual.pk, lent.pk],
        "Need": [need.pk, usual.need_id, one.need_id],
        "Offer": [one.offer_id, lent.offer_id],
        "Proposal": [*_first(m.Proposal.objects.filter(need=need, status="OPEN")), one.proposal_id],
        "Thread": [one.proposal.thread.pk, asked.pk],
        "Message": [one.proposal.thread.messages.latest("pk").pk],
        "Organisation": [
            large.pk,
            company.pk,
            small.pk,
            *_first(large.pole.organisations.filter(kind="OPERATOR")),
        ],
        "User": [volunteer.pk, need.created_by_id],
        "Pole": [large.pole_id],
        "Membership": [*_first(company.memberships, 2), *_first(large.memberships)],
        "Document": _first(m.Document.objects.filter(mission=one)),
        "HoursEntry": [*_first(one.hours.filter(confirmed_at=None)), *_first(one.hours.all())],
        "Employee": _first(m.Employee.objects.filter(organisation=company)),
        "CompanyProgramme": _first(m.CompanyProgramme.objects.filter(organisation=company)),
        "Site": _first(m.Site.objects.filter(organisation=company)),
        "Duty": _first(m.Duty.objects.filter(membership__organisation=company)),
        "Task": _first(m.Task.objects.filter(pole=large.pole, done_at=None)),
        "Tag": _first(m.Tag.objects.filter(pole=large.pole)),
    }
    for name in ("FollowUp", "Milestone", "Deliverable", "Case", "Note", "Tag"):
        found[name] = _first(getattr(m, name).objects.filter(mission=one))
    return found


def _first(rows: Any, many: int = 1) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:many])


def _own(user: Any, shared: dict[str, list[int]]) -> dict[str, list[int]]:
    if user is None:
        return shared
    from notifications.models import Notification

    letters = (
        Notification.objects.filter(recipient=user).order_by("-pk").values_list("pk", flat=True)
    )
    return shared | {"Notification": list(letters[:2]), "User": [*shared["User"], user.pk]}
