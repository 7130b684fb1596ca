"""Files brought in and taken back stand in the journal of the pôle; a list that no worker takes up says so."""

from datetime import timedelta

import pytest
from django.urls import reverse

from marketplace.actions.market import imports
from marketplace.actions.refusals import NotYet
from marketplace.models import Import, JournalEntry
from notifications.models import Heartbeat
from tests.factories import make_commune, make_organisation, make_user
from tests.marketplace.desk.bringing import FILES, ORGANISATIONS, PEOPLE, brought, now, sent, work


@pytest.fixture
def coordinator():
    return make_user("Hélène", "Roux")


@pytest.fixture
def operator(coordinator):
    make_commune()
    return make_organisation("OPERATOR", administrator=coordinator, name="Les Passeurs")


def noted():
    rows = JournalEntry.objects.filter(told=False).order_by("at", "pk")
    return [(row.kind, row.by, row.rows, row.words) for row in rows]


# --- the journal -----------------------------------------------------------------------------
def test_who_brings_a_file_in_and_takes_it_back_is_noted(client, operator, coordinator):
    table = brought(operator, coordinator, ORGANISATIONS, name="asso.csv")
    imports.undo(table, by=coordinator, now=now())
    words = "organisations · asso.csv"
    assert noted() == [("BROUGHT", coordinator, 3, words), ("TAKEN_BACK", coordinator, 3, words)]
    client.force_login(coordinator)
    page = client.get(reverse("pole-journal")).text
    for said in ("a apporté un fichier du pôle", "a repris un fichier", "3 lignes"):
        assert said in page


def test_what_is_only_looked_at_or_refused_isn_t_noted(operator, coordinator):
    table = brought(operator, coordinator, ORGANISATIONS)
    for act in (imports.start, imports.undo):
        later = now() + timedelta(hours=25)
        with pytest.raises(NotYet):
            act(Import.objects.get(pk=table.pk), by=coordinator, now=later)
    sent(operator, coordinator, PEOPLE)
    assert [kind for kind, *_rest in noted()] == ["BROUGHT"]


# --- without a worker ------------------------------------------------------------------------
def unread(operator, coordinator, *, minutes):
    table, _new = imports.receive(
        operator, PEOPLE, content=FILES[PEOPLE].encode(), pole=operator.pole, by=coordinator, now=now()
    )  # fmt: skip
    Import.objects.filter(pk=table.pk).update(seen_at=now() - timedelta(minutes=minutes))
    return table


WAITS = "elle attend le service de fond du site"


@pytest.mark.parametrize(("minutes", "waits"), [(0, False), (2, True)])
def test_a_list_that_nobody_reads_says_so_after_a_minute(
    client, operator, coordinator, minutes, waits
):
    table = unread(operator, coordinator, minutes=minutes)
    client.force_login(coordinator)
    page = client.get(table.get_absolute_url()).text
    assert (WAITS in page.lower()) == waits
    assert ("quelques secondes" in page) != waits
    assert "rien n’est à renvoyer" in page or not waits
    assert ("every 10s" in page) == waits, "a page that is left open asks less often"


def test_it_is_read_as_soon_as_a_worker_answers(client, operator, coordinator):
    table = unread(operator, coordinator, minutes=60)
    work(table)
    client.force_login(coordinator)
    assert WAITS not in client.get(table.get_absolute_url()).text.lower()


def test_one_that_is_under_way_is_given_longer(operator, coordinator):
    table = Import(state=Import.State.RUNNING, done=400, seen_at=now() - timedelta(minutes=3))
    assert not table.waits_for_a_worker(now()), "its turn is over: another worker is called"
    assert table.waits_for_a_worker(now() + timedelta(minutes=2))


def test_the_health_page_says_it_too(client, operator, coordinator):
    for name in ("worker", "beat"):
        Heartbeat.objects.create(name=name, seen_at=now())
    table = unread(operator, coordinator, minutes=2)
    assert client.get(reverse("health")).status_code == 200, "the next worker takes it up"
    Import.objects.filter(pk=table.pk).update(seen_at=now() - timedelta(minutes=5))
    answer = client.get(reverse("health"))
    assert answer.status_code == 503
    assert "lists that were sent: NOT WELL, 1 wait for the worker" in answer.text
    work(table)
    assert client.get(reverse("health")).status_code == 200
