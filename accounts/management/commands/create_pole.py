"""manage.py create_pole: makes a pôle, its operator, and the letter to its first coordinator, which is all that an
empty site needs."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import override

from accounts.actions import invitations, organisations, seats
from accounts.actions.refusals import Refusal
from accounts.models import Commune, Department, Membership, Organisation, Pole
from accounts.numbers import compact, validate_siren


class Command(BaseCommand):
    help = (
        "Creates a pôle with its operator and invites its first coordinator by letter. "
        "On a pôle that exists, seats one more operator at once, without the yes of those that coordinate "
        "it, or invites again: running it twice is safe."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="the name of the pôle")
        parser.add_argument("--departments", required=True, help="their codes: 59,62")
        parser.add_argument("--operator", required=True, help="the name of the operator")
        parser.add_argument("--email", required=True, help="the first coordinator's address")
        parser.add_argument("--siren", default="", help="the operator's SIREN")
        parser.add_argument("--commune", default="", help="the INSEE code of the operator's seat")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        email = _address(options["email"])
        with override(settings.LANGUAGE_CODE):
            pole = self._pole(options["name"], _departments(options["departments"]), email)
            operator = self._operator(pole, options)
            try:
                seats.settle(operator, pole, by=None, now=now)
            except Refusal as refusal:
                raise CommandError(str(refusal)) from None
            self._invite(operator, email, now)

    def _pole(self, name: str, departments: list[Department], email: str) -> Pole:
        pole, created = Pole.objects.get_or_create(
            name=name, defaults={"slug": slugify(name)[:50], "email": email}
        )
        taken = Pole.objects.exclude(pk=pole.pk).filter(departments__in=departments).first()
        if taken:
            raise CommandError(f"“{taken}” already covers one of these départements.")
        if created:
            pole.departments.set(departments)
        self.stdout.write(f"Pôle “{pole}”: {'created' if created else 'it was there already'}.")
        return pole

    def _operator(self, pole: Pole, options: dict) -> Organisation:
        name = options["operator"]
        found = pole.organisations.filter(kind=Organisation.Kind.OPERATOR, name=name).first()
        if found:
            self.stdout.write(f"Operator “{name}”: it was there already.")
            return found
        operator = Organisation(
            pole=pole,
            kind=Organisation.Kind.OPERATOR,
            name=name,
            legal_form=Organisation.LegalForm.ASSOCIATION,
            siren=_siren(options["siren"]),
            commune=_seat(pole, options["commune"]),
            purpose="",
        )
        operator.save()
        operator.begin(by=None)
        organisations.accept(operator, by=None)
        self.stdout.write(f"Operator “{name}”: created and verified.")
        return operator

    def _invite(self, operator: Organisation, email: str, now: datetime) -> None:
        try:
            _invitation, secret = invitations.invite(
                operator, email=email, role=Membership.Role.ADMINISTRATOR, by=None, now=now
            )
        except Refusal as refusal:
            self.stdout.write(f"{email}: {refusal}")
            return
        self.stdout.write(
            f"A letter is on its way to {email}. It holds this link, good for 14 days:"
        )
        self.stdout.write(settings.SITE_URL + reverse("invitation", args=[secret]))


def _address(email: str) -> str:
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"“{email}” isn't an e-mail address.") from None
    return email.strip().lower()


def _departments(codes: str) -> list[Department]:
    wanted = [code.strip().upper() for code in codes.split(",") if code.strip()]
    found = list(Department.objects.filter(code__in=wanted))
    unknown = sorted(set(wanted) - {department.code for department in found})
    if not wanted or unknown:
        raise CommandError(
            f"Unknown département: {', '.join(unknown) or 'none given'}. They are named by their codes (59,62); "
            "`manage.py prepare` loads those of France."
        )
    return found


def _siren(text: str) -> str:
    number = compact(text)
    try:
        if number:
            validate_siren(number)
    except ValidationError as error:
        raise CommandError(error.messages[0]) from None
    return number


def _seat(pole: Pole, insee: str) -> Commune:
    """The commune given, or the largest of the territory, which can be changed later on the site."""
    communes = Commune.objects.in_departments(pole.departments.values("code"))
    seat = (
        communes.filter(insee=insee).first() if insee else communes.order_by("-population").first()
    )
    if seat is None:
        raise CommandError(
            f"No commune {insee or ''} in these départements: load them with `manage.py import_communes`."
        )
    return seat
