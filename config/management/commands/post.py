"""manage.py post: what the held post holds, and what is decided of it, for those who have a shell."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from notifications import held
from notifications.forms import PutOffForm
from notifications.models import MailPipe


class Command(BaseCommand):
    help = "Says which letters wait since a backup was restored, and lets them leave, drops them or puts them off."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        one = parser.add_mutually_exclusive_group()
        one.add_argument("--release", metavar="KIND", help="let the letters of this kind leave")
        one.add_argument("--drop", metavar="KIND", help="these don't leave any more")
        one.add_argument("--put-off", nargs=2, metavar=("KIND", "DAY"), help="leave on 2026-12-24")
        one.add_argument("--open", action="store_true", help="all that is left leaves as ever")

    def handle(self, *args: Any, **options: Any) -> None:
        pipe, now = MailPipe.objects.held(), timezone.now()
        if pipe is None or pipe.held_since is None:
            self.stdout.write("The post isn’t held: letters leave as ever.")
            return
        if options["release"]:
            self.stdout.write(f"{held.release(options['release'])} letter(s) leave.")
        elif options["drop"]:
            self.stdout.write(f"{held.drop(options['drop'], now=now)} letter(s) won’t leave.")
        elif options["put_off"]:
            self._put_off(*options["put_off"])
        elif options["open"]:
            self.stdout.write(f"The post is open: {held.open_the_post()} letter(s) waited.")
        else:
            self.stdout.write(f"The post is held since {pipe.held_since:%Y-%m-%d %H:%M} (UTC).")
            for kind in held.kinds(now, held_since=pipe.held_since):
                self.stdout.write(
                    f"{kind.count:6} {kind.name}: {kind.due} would leave at once, {kind.since} written "
                    f"since, the oldest was to leave on {kind.oldest_at:%Y-%m-%d %H:%M}"
                )

    def _put_off(self, kind: str, day: str) -> None:
        form = PutOffForm({"day": day})
        if not form.is_valid():
            raise CommandError(" ".join(str(words) for words in form.errors["day"]))
        self.stdout.write(f"{held.put_off(kind, until=form.until)} letter(s) leave then.")
