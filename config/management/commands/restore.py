"""manage.py restore FOLDER: puts a backup in the place of what there is, and holds the post until somebody has looked at it."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.backup import alone, marks, restoring
from config.backup.refusals import NotPossible, require_own_account
from config.direct import speak_directly

THE_POST = (
    "The post is held: nothing leaves until somebody decides what does, on /courrier/retenu/ or with `manage.py post`. "
    "Everybody has to log in again."
)


def moment(said: str) -> datetime:
    at = datetime.fromisoformat(said)
    return at if at.tzinfo else timezone.make_aware(at)


class Command(BaseCommand):
    help = (
        "Restores a backup that `manage.py backup` took; stop the site first. Files that are there and that it doesn't hold "
        "are kept. What was erased since is erased anew, what had left doesn't leave twice, and the post is held."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", help="one backup, by its date")
        parser.add_argument(
            "--as-of",
            metavar="MOMENT",
            type=moment,
            help="the database was put back by other means, as it was at 2026-11-30T02:30+01:00: do the rest",
        )
        parser.add_argument("--check", action="store_true", help="read it all, restore nothing")
        parser.add_argument("--over", action="store_true", help="although there are people in it")
        parser.add_argument("--other-keys", action="store_true", help="although the keys are lost")
        parser.add_argument("--apart", type=Path, help="a newer copy of VAR_DIR/apart")

    def handle(self, *args: Any, **options: Any) -> None:
        speak_directly()
        if (options["folder"] is None) is (options["as_of"] is None):
            raise CommandError("Name a backup, or say --as-of.")
        try:
            require_own_account(Path(settings.VAR_DIR))
            if options["check"]:
                self._check(options)
                return
            with alone.nobody_at_work():
                outcome = self._restored(options)
        except NotPossible as refusal:
            raise CommandError(f"Nothing was restored. {refusal}") from None
        self._tell(outcome)

    def _restored(self, options: dict[str, Any]) -> restoring.Outcome:
        if options["as_of"]:
            return restoring.after_others(options["as_of"], self._say, options["apart"])
        return restoring.restore(options["folder"].absolute(), **self._asked(options))

    def _check(self, options: dict[str, Any]) -> None:
        if options["as_of"]:
            raise NotPossible("--check reads a backup: name one.")
        folder = options["folder"].absolute()
        said = restoring.require_restorable(folder, **self._asked(options), only_look=True)
        marks.note(marks.CHECKED)
        self.stdout.write(f"Whole: {said.files} files, of {said.at}, {said.release}.")

    def _asked(self, options: dict[str, Any]) -> dict[str, Any]:
        given = {name: options[name] for name in ("over", "other_keys")}
        return given | {"say": self._say, "also_apart": options["apart"]}

    def _say(self, words: str) -> None:
        self.stdout.write(f"restore: {words}")
        self.stdout.flush()

    def _tell(self, outcome: restoring.Outcome) -> None:
        lines = [
            f"As it was on {outcome.of:%Y-%m-%d at %H:%M} (UTC).",
            f"{outcome.files_back} file(s) put back, {outcome.files_aside} of the same name put aside.",
            f"{outcome.erased} erased anew.",
            f"{outcome.sent_already} letter(s) that waited had left: they don’t leave again.",
        ]
        if outcome.foreign_lines:
            lines.append(
                f"{outcome.foreign_lines} line(s) of the lists apart are torn, or signed with another key: they count for "
                "nothing. Somebody who was erased may be there again."
            )
        lines += [f"Not in the database, kept in the vault: {one}" for one in outcome.lost_papers]
        lines += [f"Nobody administers it any more: {one}" for one in outcome.without_head]
        self.stdout.write("\n".join([*lines, THE_POST]))
        if outcome.not_erased:
            raise CommandError(
                "Couldn’t be erased anew, mend it and restore again with --over:\n"
                + "\n".join(outcome.not_erased)
            )
