"""What all acts of the demonstration read is read once, before its transaction: of what is read in one nothing is kept."""

import pytest
from django.core.management import call_command
from django.db import transaction

from marketplace import demo
from marketplace.ranking import snapshot
from tests.factories import make_commune, make_skill


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_how_skills_are_related_is_read_before_the_first_act(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr(snapshot, "_kept", None)
    make_commune()
    make_skill()
    read = []

    def load(**_options) -> None:
        with transaction.atomic():
            snapshot.bits(give=True)
            read.extend([snapshot.read(), snapshot.read()])

    monkeypatch.setattr(demo, "load", load)
    call_command("load_demo", verbosity=0)
    first, second = read
    assert first is second
