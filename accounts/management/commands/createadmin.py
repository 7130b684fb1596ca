"""manage.py createadmin EMAIL: somebody runs the site from now on; a link that opens once, for an hour, lets them in."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import override

from accounts.actions import administrators
from accounts.actions.refusals import Refusal


class Command(BaseCommand):
    help = (
        "Has the person with this address run the site (administration, held letters). Without an account they get one, and a "
        "link on which they choose their password: good for an hour, once. No password is typed here, and nothing is sent "
        "unless you say --send. Whoever loses their password runs it again with --link."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        asked = "of a new account; without it their page asks them"
        for name, unknown in zip(("first", "last"), administrators.NAMELESS, strict=True):
            parser.add_argument(f"--{name}-name", default=unknown, help=asked)
        parser.add_argument(
            "--link", action="store_true", help="print a link although they have a password"
        )
        parser.add_argument("--send", action="store_true", help="send the link, and don't print it")

    def handle(self, *args: Any, **options: Any) -> None:
        now, email = timezone.now(), options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"“{email}” isn't an e-mail address.") from None
        names = {name: options[name].strip()[:80] for name in ("first_name", "last_name")}
        with override(settings.LANGUAGE_CODE):
            try:
                user, needs_link = administrators.make(email, **names, now=now)
            except Refusal as refusal:
                raise CommandError(str(refusal)) from None
            self.stdout.write(f"{user.email} runs the site.")
            if not (needs_link or options["link"] or options["send"]):
                self.stdout.write("They log in with the password that they have.")
            elif options["send"]:
                administrators.send_link(user, now=now)
                self.stdout.write("A letter with the link is on its way: good for an hour, once.")
            else:
                self.stdout.write("Give them this link yourself: good for an hour, once.")
                self.stdout.write(settings.SITE_URL + administrators.link(user))
