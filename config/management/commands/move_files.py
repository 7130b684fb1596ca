"""manage.py move_files: copies what is on this machine's disk into the bucket that S3_BUCKET names."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common import apart
from config.backup import manifest, places
from config.backup.refusals import NotPossible, where_there_is_room

EVERY = 1_000


class Command(BaseCommand):
    help = (
        "Copies papers, files and lists kept apart from VAR_DIR into the bucket, and reads each again. Nothing is deleted "
        "on the disk, what is there already is left alone: run it again after the switch, for what came meanwhile."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not apart.is_shared():
            raise CommandError("S3_BUCKET is empty: there is no bucket to copy into.")
        try:
            with where_there_is_room(str(settings.VAR_DIR)):
                copied, there = self._files()
                apart.take_in(apart.folder())
        except NotPossible as refusal:
            raise CommandError(f"{refusal} What is copied by now is copied.") from None
        self.stdout.write(f"{copied} file(s) copied, {there} were there; the lists kept apart too.")

    def _files(self) -> tuple[int, int]:
        root, bucket = Path(settings.VAR_DIR), places.Bucket()
        copied, there = 0, 0
        stamp = f"{timezone.now():%Y-%m-%d_%H-%M-%S}"
        for path in places.Disk().paths():
            if path.startswith(f"{places.GROWS}/"):
                continue
            sha256 = manifest.sum_of(root / path)
            is_there = bucket.holds(path, sha256)
            if is_there:
                there += 1
                continue
            if is_there is False:
                bucket.put_aside(path, stamp)
            bucket.put(root / path, path)
            if not bucket.holds(path, sha256):
                raise CommandError(f"{path} isn’t in the bucket as it is on the disk.")
            copied += 1
            if copied % EVERY == 0:
                self.stdout.write(f"move_files: {copied}")
        return copied, there
