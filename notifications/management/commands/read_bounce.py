"""manage.py read_bounce < report: reads a delivery report that the mail server pipes in (Postfix: an alias with
`|`)."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications import bounces

MOST = 1024 * 1024


class Command(BaseCommand):
    help = (
        "Reads one delivery report from the standard input and marks the addresses that are dead."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        marked = bounces.read(sys.stdin.buffer.read(MOST), now=timezone.now())
        for address in marked:
            self.stdout.write(f"Nothing arrives at {address} any more.")
        if not marked:
            self.stdout.write("Nothing to mark: no final failure of a letter of ours.")
