"""The invented pôle, its organisations and its people."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import Min
from django.utils import timezone
from django.utils.text import slugify
from stdnum import luhn

from accounts.actions import seats
from accounts.models import (
    Commune,
    Department,
    Door,
    Membership,
    Organisation,
    OrganisationStep,
    Pole,
    SeatStep,
    User,
)
from accounts.permissions import enters_by_own_yes
from accounts.states import OrganisationStatus
from marketplace.demo import clock
from marketplace.demo.files import read
from marketplace.models import Offer
from notifications.models import Notification

PASSWORD = "trait-d-union"  # known to all: load_demo refuses to run where DEBUG is off
KINDS = {
    "operators": Organisation.Kind.OPERATOR,
    "structures": Organisation.Kind.ESS,
    "companies": Organisation.Kind.COMPANY,
    "authorities": Organisation.Kind.AUTHORITY,
}
BEGAN = 420  # days ago
# One of each waits for a coordinator, so that the desk has something to verify.
WAITING = {"regie", "agro"}


def make_pole(data: dict) -> Pole:
    pole = Pole.objects.create(
        name=data["name"], slug=data["slug"], email=data["email"],
        currency=data.get("currency", ""), currency_url=data.get("currency_url", ""),
    )  # fmt: skip
    pole.departments.set(Department.objects.filter(code__in=data["departments"]))
    return pole


def make_organisations(pole: Pole, data: dict, scale: int) -> dict[str, Organisation]:
    """The organisations by their key; copies have "#2", "#3"... after the key and a number after the name."""
    communes = Commune.objects.in_bulk({item["commune"] for group in KINDS for item in data[group]})
    made: dict[str, Organisation] = {}
    today = timezone.localdate()
    for copy in range(1, scale + 1):
        for group, kind in KINDS.items():
            if group == "operators" and copy > 1:
                continue
            for rank, item in enumerate(data[group]):
                number = len(made)
                # A copy lives elsewhere: where another of its kind does.
                home = data[group][(rank + 7 * (copy - 1)) % len(data[group])]["commune"]
                waits = item["key"] in WAITING and copy == 1
                made[item["key"] + suffix(copy)] = Organisation(
                    pole=pole,
                    kind=kind,
                    name=item["name"] + (f" {copy}" if copy > 1 else ""),
                    legal_form=item["legal_form"],
                    level=item.get("level", ""),
                    siren=invented_siren(number),
                    rna=f"W59{number:07d}" if item["legal_form"] == "ASSOCIATION" else "",
                    address=f"{number % 180 + 1} rue de l’Exemple",
                    commune=communes[home],
                    purpose=item["purpose"],
                    status=OrganisationStatus.SUBMITTED if waits else OrganisationStatus.ACCEPTED,
                    created_at=clock.at(today - timedelta(days=1 if waits else BEGAN), 10),
                    listed_from=None if waits else today - timedelta(days=BEGAN),
                )
    Organisation.objects.bulk_create(made.values(), batch_size=500)
    OrganisationStep.objects.bulk_create(
        OrganisationStep(
            organisation=organisation, after=organisation.status, at=organisation.created_at
        )
        for organisation in made.values()
    )
    for item in data["operators"]:
        _seat(made[item["key"]], pole, item)
        for key in [key for key in made if key.split("#")[0] in item["came"]]:
            made[key].came_through = made[item["key"]]
    brought = [one for one in made.values() if one.came_through]
    Organisation.objects.bulk_update(brought, ["came_through"], batch_size=500)
    return made


def _seat(operator: Organisation, pole: Pole, item: dict) -> None:
    """Its seat, with its role, and its door, with its words."""
    be_seated(operator, pole)
    operator.seats.update(role=item["role"])
    Door.objects.filter(operator=operator).update(words=item["words"].strip())


def be_seated(operator: Organisation, pole: Pole) -> None:
    """Since the pôle began."""
    seats.settle(operator, pole, by=None, now=began())
    SeatStep.objects.filter(seat__operator=operator, seat__pole=pole).update(at=began())


def make_people(organisations: dict[str, Organisation], data: dict, scale: int) -> dict[str, User]:
    """The people by last name; copies as for organisations. All have one password hash, since hashing 80 times
    takes a minute."""
    password = make_password(PASSWORD)
    communes = Commune.objects.in_bulk({item["commune"] for item in data["volunteers"]})
    brought = {
        last: organisations[operator["key"]]
        for operator in read("organisations")["operators"]
        for last in operator["people"]
    }
    made: dict[str, User] = {}
    for key, home, copy, item in _described(data, scale):
        made[key] = User(
            email=address(item, copy),
            first_name=item["first"],
            last_name=item["last"],
            trade=item["trade"],
            commune=communes.get(item.get("commune", "")) or organisations[home].commune,
            password=password,
            came_through=organisations[home].came_through if home else brought.get(item["last"]),
        )
    made["admin"] = User(
        email="admin@example.org",
        first_name="Admin",
        last_name="du site",
        password=password,
        is_staff=True,
        is_superuser=True,
    )
    User.objects.bulk_create(made.values(), batch_size=500)
    _verify_addresses(made)
    _enter(made, organisations, data, scale)
    return made


def make_neighbours(rows: dict, data: dict) -> Pole:
    """The neighbouring pôle: its operator, its coordinator and one volunteer."""
    pole = make_pole(rows["neighbour"])
    item = rows["neighbour_operators"][0]
    commune = Commune.objects.get(pk=item["commune"])
    operator = Organisation.objects.create(
        pole=pole, kind=Organisation.Kind.OPERATOR, name=item["name"], legal_form=item["legal_form"],
        siren=invented_siren(9_000), commune=commune, purpose=item["purpose"],
        status=OrganisationStatus.ACCEPTED, created_at=began(),
    )  # fmt: skip
    be_seated(operator, pole)
    password, made = make_password(PASSWORD), {}
    for one in data["neighbours"]:
        made[one["last"]] = User.objects.create(
            email=address(one, 1), first_name=one["first"], last_name=one["last"], trade=one["trade"],
            commune=commune, password=password,
        )  # fmt: skip
        if one["for"]:
            Membership.objects.create(
                user=made[one["last"]], organisation=operator, role="ADMINISTRATOR"
            )
    _verify_addresses(made)
    return pole


def _described(data: dict, scale: int) -> Iterator[tuple[str, str, int, dict]]:
    """For each person: their key, their organisation's ("" without one), the number of the copy, the description."""
    for copy in range(1, scale + 1):
        for group in ("coordinators", "structures", "companies", "volunteers"):
            if group == "coordinators" and copy > 1:
                continue
            for item in data[group]:
                home = item["for"] + suffix(copy) if "for" in item else ""
                yield item["last"] + suffix(copy), home, copy, item


def _enter(
    people: dict[str, User], organisations: dict[str, Organisation], data: dict, scale: int
) -> None:
    """Make the memberships. The first member of an organisation is its administrator, as when one registers; the others
    of a company are its employees."""
    memberships: list[Membership] = []
    begun: set[str] = set()
    for key, home, _copy, _item in _described(data, scale):
        if home:
            organisation = organisations[home]
            others = "EMPLOYEE" if organisation.kind == Organisation.Kind.COMPANY else "MEMBER"
            role = others if home in begun else "ADMINISTRATOR"
            since = organisation.created_at  # whatever was written before one joined is nothing new
            memberships.append(
                Membership(user=people[key], organisation=organisation, role=role, created_at=since)
            )
            begun.add(home)
    Membership.objects.bulk_create(memberships, batch_size=500)
    named = [one.pk for one in organisations.values() if enters_by_own_yes(one)]
    Organisation.objects.filter(pk__in=named).update(listed_from=None)


def _verify_addresses(people: dict[str, User]) -> None:
    EmailAddress.objects.bulk_create(
        (
            EmailAddress(user=user, email=user.email, verified=True, primary=True)
            for user in people.values()
        ),
        batch_size=500,
    )


def began() -> datetime:
    """When the pôles of the demo began."""
    return clock.at(timezone.localdate() - timedelta(days=BEGAN))


def have_joined() -> None:
    """Each has signed up some days before the first thing that is known of them: an organisation, an offer, a letter."""
    firsts = (Membership.objects.values_list("user"), Offer.objects.values_list("created_by"))
    letters = Notification.objects.exclude(recipient=None).values_list("recipient")
    began_at = began()
    first: dict[int, datetime] = {}
    for rows in (*firsts, letters):
        for pk, moment in rows.order_by().annotate(Min("created_at")):
            first[pk] = min(moment, first.get(pk, moment))
    people = list(User.objects.only("pk"))
    for user in people:
        day = timezone.localdate(first.get(user.pk, began_at)) - timedelta(days=1 + user.pk % 5)
        user.date_joined = clock.at(day, 9 + user.pk % 9, user.pk % 60)
    User.objects.bulk_update(people, ["date_joined"], batch_size=500)


def suffix(copy: int) -> str:
    return "" if copy == 1 else f"#{copy}"


def address(item: dict, copy: int) -> str:
    number = "" if copy == 1 else f"{copy}"
    return f"{slugify(item['first'])}.{slugify(item['last'])}{number}@example.org"


def invented_siren(number: int) -> str:
    """A SIREN whose check digit is right and that begins with 0000, which INSEE gives to nobody."""
    stem = f"{number + 1:08d}"
    return stem + luhn.calc_check_digit(stem)
