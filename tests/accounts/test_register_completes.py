"""The public register completes what a pôle has brought in, and changes nothing that was said."""

from http.server import BaseHTTPRequestHandler

import pytest

from marketplace.actions.desk import record_tellings
from marketplace.models import OrganisationRecord
from tests.accounts.register_server import RNA, SIREN
from tests.factories import make_commune, make_organisation, make_user


@pytest.fixture
def record(monkeypatch):
    monkeypatch.setattr(record_tellings, "PAUSE", 0)
    operator = make_organisation("OPERATOR", name="Les Passeurs")
    make_commune()
    return OrganisationRecord.objects.create(
        pole=operator.pole, operator=operator, by=make_user(), name="Le Fil", siren=SIREN
    )


def test_what_is_empty_is_filled_once(record, register):
    assert record_tellings.complete() == 1
    record.refresh_from_db()
    assert (record.name, record.rna, record.commune_id) == ("Le Fil", RNA, "59350")
    assert record.address == "12 RUE DE LA FILATURE"
    assert record_tellings.complete() == 0


def test_what_was_said_stays(record, register):
    make_commune("59512", "Roubaix")
    OrganisationRecord.objects.update(commune="59512", address="1 rue Longue")
    record_tellings.complete()
    record.refresh_from_db()
    assert (record.commune_id, record.address) == ("59512", "1 rue Longue")


def test_a_register_that_is_down_is_asked_again_later(record, register):
    def broken(handler: BaseHTTPRequestHandler) -> None:
        handler.send_error(503)

    register.misbehaves = broken
    assert record_tellings.complete() == 0
    record.refresh_from_db()
    assert record.register_at is None


def test_without_the_register_nothing_is_asked(record, settings):
    settings.PUBLIC_REGISTER = "none"
    assert record_tellings.complete() == 0
