"""manage.py load_causes: the causes and the beneficiaries, two short lists from which forms choose."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from marketplace.models import Beneficiary, Cause

DATA = Path(__file__).resolve().parents[2] / "data"


class Command(BaseCommand):
    help = "Loads the causes and the people served from marketplace/data, as often as you like."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for model, name in ((Cause, "causes"), (Beneficiary, "beneficiaries")):
            with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
                for row in csv.DictReader(lines):
                    model.objects.update_or_create(code=row.pop("code"), defaults=row)
            self.stdout.write(f"{model.objects.count()} {name}")
