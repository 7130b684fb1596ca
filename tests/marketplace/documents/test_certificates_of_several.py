"""Certificates of a mission that serves several structures: each answers for its own hours."""

from decimal import Decimal as D

import pytest
from django.utils import timezone

from marketplace.actions.documents import documents
from marketplace.actions.missions import hours
from marketplace.models import Kind, Mission, Regime
from marketplace.states import MissionStatus
from tests.factories import in_days
from tests.marketplace.documents.test_what_documents_say import words_of
from tests.marketplace.missions.served_people import Form, head_of, joint_mission, structure_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return structure_of("Ville", form=Form.PUBLIC)


@pytest.fixture
def house():
    return structure_of("Maison")


def write(mission, amount, served=None, *, day=0, confirmed=True):
    said = {in_days(day): (D(amount), "Atelier")}
    hours.write(mission, said, person=mission.offer.person, today=in_days(0), served=served)
    if confirmed:
        rows = mission.hours.to_confirm()
        rows.update(confirmed_at=timezone.now(), confirmed_by=head_of(served or mission.structure))


def mission_of(*others, regime=Regime.VOLUNTEERING, **fields):
    return joint_mission(
        *others, lead=structure_of("Bottines"), regime=regime, status=MissionStatus.RUNNING,
        starts_on=in_days(-20), ends_on=in_days(20), **fields,
    )  # fmt: skip


def said_by(kind, mission):
    return words_of(documents.preview(kind, Mission.objects.get(pk=mission.pk)))


def test_the_lead_certifies_its_own_hours_and_not_those_of_the_others(town, house):
    mission = mission_of(town, house)
    write(mission, "9", day=-3)
    write(mission, "9", day=-2)
    write(mission, "3.5", town, day=-2)
    write(mission, "8.5", town, day=-1)
    said = said_by(Kind.HOURS_CERTIFICATE, mission)
    assert (
        "Le temps ci-dessus, soit 30 heures au total, a été reçu par les structures nommées et confirmé par chacune pour le sien, ou sans réponse en 7 jours. Bottines certifie le sien, soit 18 heures."
        in said
    )
    assert "Structures Bottines, Ville, Maison" in said
    assert "certifie avoir reçu" not in said


def test_a_lead_that_received_none_certifies_none(town):
    mission = mission_of(town)
    write(mission, "4", town, day=-1)
    assert "Bottines n’en a pas reçu." in said_by(Kind.HOURS_CERTIFICATE, mission)


def test_where_it_serves_one_it_certifies_all():
    mission = mission_of()
    write(mission, "9", day=-3)
    said = said_by(Kind.HOURS_CERTIFICATE, mission)
    assert "Bottines certifie avoir reçu le temps ci-dessus, soit 9 heures au total" in said


def test_a_volunteers_certificate_tells_apart_who_received_which_hours(town, house):
    mission = mission_of(town, house)
    write(mission, "9", day=-3)
    write(mission, "9", day=-2)
    write(mission, "12", town, day=-1)
    said = said_by(Kind.VOLUNTEER_CERTIFICATE, mission)
    assert "pour 18 heures confirmées et, pour Ville : 12 heures confirmées." in said
    assert "Chaque structure répond de ses propres heures." in said
    assert "Maison" not in said
    assert "30 heures" not in said
    assert "18 heures confirmées et, pour Ville" in said_by(Kind.PASSPORT, mission)
