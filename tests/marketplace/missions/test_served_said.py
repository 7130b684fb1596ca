"""What the pages say of the structures that a mission serves: whose paper, whose hours, whose part, and what is possible for one
whose hours don't fit the legal frame."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import receipts, valuations
from marketplace.actions.market import carriers
from marketplace.actions.missions import served
from marketplace.models import Kind, Mission, Regime
from marketplace.states import MissionStatus
from tests.factories import make_need, make_organisation, make_user
from tests.marketplace.documents.test_mandates import agree, lead_of, paper
from tests.marketplace.missions.served_people import Form, head_of, joint_mission, structure_of
from tests.marketplace.missions.test_served_hours import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return structure_of("Ville", form=Form.PUBLIC)


@pytest.fixture
def coop():
    return structure_of("ACEPP", form=Form.SCIC, gives=None)


@pytest.fixture
def company():
    boss = make_user(first_name="Paul")
    return make_organisation(
        "COMPANY", administrator=boss, siren="552100554", address="3 quai du Wault"
    )


def mission_of(company, *others, status=MissionStatus.FRAMING):
    return joint_mission(
        *others, work=True, company=company, regime=Regime.PRESTATION, status=status
    )


def words_of(client, person, url):
    client.force_login(person)
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.text


def set_apart(mission, coop):
    row = mission.served.get(organisation=coop)
    by = lead_of(mission)
    return served.set_apart(row, hours=10, large_lender=True, small_user=True, by=by)


def test_before_a_second_mission_is_made_its_legal_frame_is_said_and_what_else_is_possible(
    client, company, coop, town
):
    mission = mission_of(company, coop, town)
    row = mission.served.get(organisation=coop)
    said = words_of(client, lead_of(mission), reverse("served-apart", args=[row.pk]))
    assert "prêt gratuit de personnel, sans reçu fiscal" in said
    assert "ACEPP dit au jour le jour" in said
    assert "Sur son temps personnel" in said


def test_the_question_about_receipts_says_of_whom_it_asks(client, company, coop):
    mission = mission_of(company, coop)
    said = words_of(client, lead_of(mission), reverse("mission-regime", args=[mission.pk]))
    assert "pour Bottines, si des reçus peuvent être délivrés. Pour les autres (ACEPP)" in said


def test_the_two_missions_lead_to_each_other_for_who_reads_both(client, company, coop, town):
    first = mission_of(company, coop, town)
    second = set_apart(first, coop)
    first_page, second_page = first.get_absolute_url(), second.get_absolute_url()
    for person in (lead_of(first), head_of(company)):
        assert f'href="{second_page}"' in words_of(client, person, first_page)
        assert f'href="{first_page}"' in words_of(client, person, second_page)
    assert f'href="{first_page}"' not in words_of(client, head_of(coop), second_page)
    assert f'href="{second_page}"' not in words_of(client, head_of(town), first_page)


def test_each_is_said_to_give_a_receipt_until_all_is_over(client, company, town):
    mission = mission_of(company, town)
    page, lead = mission.get_absolute_url(), lead_of(mission)
    for name in ("Bottines", "Ville"):
        assert f"{name} en délivrera un" in words_of(client, lead, page)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    assert "en délivrera un" not in words_of(client, lead, page)


def test_a_cooperative_that_is_asked_reads_that_it_gives_none(client, coop, town):
    need = make_need(structure_of("Bottines"), status="SUBMITTED")
    for structure, says in ((coop, True), (town, False)):
        asked = carriers.invite(need, structure, word="", by=need.created_by, now=timezone.now())
        said = words_of(client, head_of(structure), asked.get_absolute_url())
        assert (f"{structure} ne délivre pas de reçu fiscal" in said) is says


# --- papers ----------------------------------------------------------------------------------
@pytest.fixture
def to_sign(company, town):
    mission = mission_of(company, town, status=MissionStatus.DOCUMENTS)
    sheet = mission.sheet
    sheet.need_agreed = sheet.offer_agreed = sheet.number
    sheet.save()
    return mission


def test_the_lead_isnt_asked_to_sign_before_each_has_agreed(client, to_sign, town):
    document, lead = paper(to_sign), lead_of(to_sign)
    door = reverse("document-sign", args=[document.pk])
    said = words_of(client, lead, document.get_absolute_url())
    assert f'action="{door}"' not in said
    assert "Il manque encore\u00a0: Ville" in said
    assert "· Bottines, Ville<" in said
    # Who had the page open before is told why.
    typed = {
        "party": "STRUCTURE", "read": document.sha256, "capacity": "trésorière", "agreed": "on"
    }  # fmt: skip
    refused = client.post(door, typed, follow=True).text
    assert "Il manque encore" in refused
    assert not document.signatures.exists()
    agree(to_sign, town)
    assert f'action="{door}"' in words_of(client, lead, document.get_absolute_url())
    assert "Bottines signe aussi pour elle" in words_of(client, lead, to_sign.get_absolute_url())


def test_the_employer_signs_meanwhile(client, to_sign, company):
    document = paper(to_sign)
    said = words_of(client, head_of(company), document.get_absolute_url())
    assert reverse("document-sign", args=[document.pk]) in said
    assert "Il manque encore" not in said


# --- hours, value, receipts ------------------------------------------------------------------
@pytest.fixture
def worked(company, town):
    mission = mission_of(company, town, status=MissionStatus.RUNNING)
    write(mission, "3.5")
    write(mission, "4", served=town)
    return mission


def test_hours_are_said_for_each_structure_the_first_too(client, worked):
    said = words_of(client, lead_of(worked), reverse("mission-hours", args=[worked.pk]))
    assert "Bottines\u00a0: 3,5 h notées, 0 h confirmées" in said
    assert "Ville\u00a0: 4 h notées, 0 h confirmées" in said
    assert "pour Bottines" in said


def test_a_mission_of_one_structure_names_nobody_in_its_hours(client):
    mission = joint_mission(status=MissionStatus.RUNNING)
    write(mission, "3.5")
    said = words_of(client, lead_of(mission), reverse("mission-hours", args=[mission.pk]))
    assert "h notées" not in said
    assert "pour Bottines" not in said


def test_the_company_reads_by_which_hours_its_value_is_shared_and_the_receipts_whose_they_are(
    client, worked, company, town
):
    now, boss = timezone.now(), head_of(company)
    worked.hours.update(confirmed_at=now, confirmed_by=lead_of(worked))
    Mission.objects.filter(pk=worked.pk).update(status=MissionStatus.REVIEWED, delivered_at=now)
    mission = Mission.objects.get(pk=worked.pk)
    said = words_of(client, boss, reverse("mission-value", args=[mission.pk]))
    for part in (
        'Bottines\u00a0: <strong class="num">3,5 h',
        'Ville\u00a0: <strong class="num">4 h',
    ):
        assert part in said, part
    valuations.declare(mission, 100, by=boss, now=now)
    given = receipts.issue(
        Mission.objects.get(pk=mission.pk), by=head_of(town), now=now, structure=town,
        capacity="maire", counterparts=0,
    )  # fmt: skip
    assert given.kind == Kind.RECEIPT
    assert "· Ville<" in words_of(client, head_of(town), given.get_absolute_url())
    papers = words_of(client, boss, reverse("mission-documents", args=[mission.pk]))
    assert "53,33" in papers
