"""manage.py check_mail: whether mailboxes can know that our letters are ours, and a letter to try it."""

import hashlib
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import override

from notifications import mime, proofs, refusals, rendering, transports
from notifications.models import Notification
from notifications.models.letters import message_id_of

A_MINUTE = 60
MARKS = {"green": "ok", "amber": "look", "red": "MISSING"}


class Command(BaseCommand):
    help = (
        "Reads what the domain that sends our letters says of itself (SPF, DKIM, DMARC), says what is missing and the line to "
        "give to whoever holds the domain; sends a letter to try it, once a minute. Fails when something is missing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--file", type=Path, help="read a zone, or what dig has printed, instead of the DNS"
        )
        parser.add_argument(
            "--to",
            metavar="ADDRESS",
            help="send a test letter there, and say what the server answers",
        )
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with override(options["language"]):
            if options["to"]:
                self._send(options["to"])
                return
            found = proofs.findings(self._records(options["file"]))
            for one in found:
                self.stdout.write(f"{MARKS[one.tone]:>7}  {one.what} ({one.name}): {one.said}")
                self.stdout.write(
                    "".join(f"         = {line}\n" for line in one.found.splitlines()), ending=""
                )
                if one.line:
                    self.stdout.write(f"         + {one.line}")
        if missing := [one.what for one in found if one.tone == "red"]:
            raise CommandError(f"To put right: {', '.join(missing)}.")

    def _records(self, file: Path | None) -> dict[str, proofs.Texts]:
        if file is None:
            return proofs.asked()
        try:
            return proofs.written(file.read_text(encoding="utf-8", errors="replace"))
        except OSError as error:
            raise CommandError(f"{file} can’t be read: {error.strerror}.") from None

    def _send(self, address: str) -> None:
        """By the same way as all letters, but at once, so that what the server answers can be read here."""
        try:
            validate_email(address)
        except ValidationError:
            raise CommandError(f"{address} isn’t an address.") from None
        if not cache.add(_once(address), 1, A_MINUTE):
            raise CommandError("One a minute: the one before may be on its way still.")
        transport = transports.chosen()
        try:
            transport.carry(address, _letter_to(address))
        except transports.NotCarried as refusal:
            raise CommandError(_in_words(str(refusal))) from None
        finally:
            transport.close()
        self.stdout.write(
            f"The mail server has taken a letter for {address}. Its source says spf, dkim and dmarc."
        )


def _once(address: str) -> str:
    return f"check-mail-{hashlib.sha256(address.lower().encode()).hexdigest()[:16]}"


def _letter_to(address: str) -> bytes:
    words = rendering.render("mail_test", {}, recipient=None)
    letter = Notification(
        address=address, kind="mail_test", subject=words.subject, text=words.text, html=words.html,
        message_id=message_id_of(str(uuid.uuid4()), address, settings.MAIL_DOMAIN),
    )  # fmt: skip
    return mime.build(letter, extra={}, timestamp=timezone.now().timestamp())


def _in_words(answer: str) -> str:
    meaning = refusals.meaning_of(answer)
    told = f"Not taken. The mail server says: {answer}"
    return f"{told}\n{meaning.means} {meaning.do}" if meaning else told
