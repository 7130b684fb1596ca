"""`manage.py prepare`: what it refuses to open, and what it makes anew after an upgrade."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from io import StringIO

import numpy as np
import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, reset_queries
from django.db.migrations.loader import MigrationLoader

from config.management.commands.prepare import (
    BEFORE_THE_FIRST_RELEASE,
    REFERENCE,
    fingerprint,
    unnoted,
)
from marketplace import ranking
from marketplace.matching.columns import NEED_CARD, OFFER_CARD, layout_of
from marketplace.models import Need
from marketplace.models.market.matching import NeedPosting
from tests.factories import make_need, make_offer


def test_a_database_of_before_the_first_release_is_left_as_it_is_with_a_sentence(tmp_path):
    file = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(file)) as former, former:
        former.execute(
            "CREATE TABLE django_migrations (id integer, app text, name text, applied text)"
        )
        former.execute(
            "INSERT INTO django_migrations VALUES (1, ?, ?, '2026-10-01')", BEFORE_THE_FIRST_RELEASE
        )
    plain = {
        "DATABASE_URL": "sqlite",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        "REDIS_URL": "none",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=settings.BASE_DIR,
        env=os.environ | plain | {"DEBUG": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "before version 0.1.0" in done.stderr
    assert "start again" in done.stderr
    with closing(sqlite3.connect(file)) as former, former:
        assert former.execute("SELECT name FROM sqlite_master").fetchall() == [
            ("django_migrations",)
        ]


def test_no_migration_of_today_bears_that_name():
    """Else every database would be refused."""
    assert BEFORE_THE_FIRST_RELEASE not in MigrationLoader(None).disk_migrations


def prepared_again() -> str:
    said = StringIO()
    call_command("prepare", stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_an_index_whose_cards_are_laid_out_otherwise_is_written_anew_once(monkeypatch):
    monkeypatch.setattr(settings, "DEBUG", True)
    for command, folder in REFERENCE.items():
        caches["prepared"].set(command, fingerprint(settings.BASE_DIR / folder))
    need, offer = make_need(), make_offer()
    card = NeedPosting.objects.get().card
    NeedPosting.objects.update(card=b"of another release")
    caches["prepared"].set("match--index", "another layout")
    assert "match --index" in prepared_again()
    assert bytes(NeedPosting.objects.get().card) == bytes(card)
    assert [match.offer for match in ranking.offers_for(need)] == [offer]
    NeedPosting.objects.update(card=b"left as it is")
    assert "match --index" not in prepared_again()
    assert bytes(NeedPosting.objects.get().card) == b"left as it is"


def test_a_column_that_comes_or_widens_is_another_layout():
    now = layout_of(NEED_CARD, OFFER_CARD)
    more = np.dtype([*NEED_CARD.descr, ("odd", "u1")])
    wider = [(name, "<i8" if name == "hours" else kind) for name, kind in OFFER_CARD.descr]
    assert len({now, layout_of(more, OFFER_CARD), layout_of(NEED_CARD, np.dtype(wider))}) == 3
    assert layout_of(NEED_CARD, OFFER_CARD) == now


@pytest.mark.django_db
def test_what_it_asks_the_database_isnt_noted_where_debug_is_on(monkeypatch):
    monkeypatch.setattr(settings, "DEBUG", True)
    reset_queries()
    with unnoted():
        assert Need.objects.count() == 0
    assert connection.queries == []
    assert Need.objects.count() == 0
    assert len(connection.queries) == 1
