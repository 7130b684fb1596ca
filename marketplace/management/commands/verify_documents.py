"""manage.py verify_documents: reads every document again (rows, bytes, chains, numbers), and fails when anything
was touched."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.actions.documents import verification
from marketplace.models import Document


class Command(BaseCommand):
    help = "Finds any tampering with a document: a row, a byte, a number, a link of the chain."

    def handle(self, *args: Any, **options: Any) -> None:
        for kept in verification.unknown():
            self.stdout.write(kept)
        found = list(verification.faults())
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise CommandError(f"{len(found)} fault(s) in {Document.objects.count()} document(s).")
        self.stdout.write(f"{Document.objects.count()} document(s), all as they were made.")
