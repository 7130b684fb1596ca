"""The people of a suspended organisation read what is theirs, export it and write to the coordination."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import organisations
from accounts.models import Invitation, Membership
from marketplace import letters
from marketplace.desk import own_missions
from marketplace.models import Duty, Message, Need, Proposal, Time
from marketplace.models.market.proposals import Origin
from marketplace.rules import permissions
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.home_lines import lines_of

NOTICE = "suspendue pour l’instant"


@pytest.fixture
def inès():
    """She administers a structure that is suspended, and belongs to another that isn't."""
    boss = make_user(first_name="Inès")
    make_organisation(name="Les Ateliers", administrator=boss)
    make_organisation(name="La Ressourcerie", member=boss)
    return boss


@pytest.fixture
def structure(inès):
    return inès.organisations.get(name="Les Ateliers")


@pytest.fixture
def suspend(structure):
    def act(organisation=structure):
        organisations.suspend(
            organisation, reason="À voir.", by=make_coordinator(organisation.pole)
        )

    return act


def test_each_page_says_what_stays_possible_and_how_to_write(client, inès, suspend):
    suspend()
    client.force_login(inès)
    page = client.get(reverse("home")).text
    assert NOTICE in page
    assert page.count("Les Ateliers est suspendue") == 1
    assert "La Ressourcerie est suspendue" not in page


def test_invitations_stop(client, inès, structure, suspend):
    suspend()
    client.force_login(inès)
    invited = {"email": "eve@example.org", "role": "MEMBER"}
    answer = client.post(reverse("members", args=[structure.pk]), invited)
    assert answer.status_code == 403
    assert NOTICE in answer.text
    assert not Invitation.objects.exists()
    assert client.get(reverse("members", args=[structure.pk])).status_code == 200


def test_a_closed_page_says_that_the_organisation_is_suspended_and_not_that_a_role_lacks(
    client, inès, structure, suspend
):
    url = reverse("need-submit", args=[make_need(structure, status="DRAFT").pk])
    suspend()
    client.force_login(inès)
    page = client.post(url)
    assert page.status_code == 403
    assert "Les Ateliers est suspendue\xa0: rien ne se fait en son nom" in page.text
    assert "demande un autre rôle" not in page.text
    client.force_login(make_user())
    page = client.get(reverse("desk"))
    assert page.status_code == 403
    assert "demande un autre rôle" in page.text


def test_a_need_is_posted_for_those_alone_that_may_act(client, inès, structure, suspend):
    suspend()
    client.force_login(inès)
    chosen = f'name="organisation" value="{structure.pk}"'
    page = client.get(reverse("need-new")).text
    assert chosen not in page.partition("<main")[2]
    assert "La Ressourcerie" in page.partition("<main")[2]
    suspend(inès.organisations.get(name="La Ressourcerie"))
    page = client.get(reverse("need-new")).text.partition("<main")[2]
    assert 'name="organisation"' not in page
    assert "Les Ateliers est suspendue\xa0: aucun besoin" in page
    assert "Inscrire ma structure" not in page


def test_needs_are_read_and_left_as_they_are(client, inès, structure, suspend):
    need = make_need(structure)
    draft = make_need(structure, status="DRAFT")
    suspend()
    client.force_login(inès)
    assert client.get(reverse("need", args=[need.pk])).status_code == 200
    for name in ("need-candidates", "need-edit", "need-end", "need-split", "need-why-not"):
        assert client.get(reverse(name, args=[need.pk])).status_code in {302, 403, 405}, name
    for name in ("need-submit", "need-end", "need-edit"):
        assert client.post(reverse(name, args=[draft.pk])).status_code == 403
    assert client.post(reverse("need-wake", args=[need.pk])).status_code == 403
    assert set(Need.objects.values_list("status", flat=True)) == {"PUBLISHED", "DRAFT"}


def test_the_other_organisation_of_the_same_person_goes_on(client, inès, suspend):
    draft = make_need(inès.organisations.get(name="La Ressourcerie"), status="DRAFT")
    suspend()
    client.force_login(inès)
    assert client.post(reverse("need-submit", args=[draft.pk])).status_code == 302
    draft.refresh_from_db()
    assert draft.status == "SUBMITTED"


def test_it_writes_to_the_coordination_and_not_to_its_contacts(client, inès, structure, suspend):
    need, reader = make_need(structure), make_coordinator(structure.pole)
    proposal = make_proposal(need)
    suspend()
    client.force_login(inès)
    said = {"text": "Que nous reproche-t-on ?", "sent_key": "k1"}
    assert client.get(proposal.thread.get_absolute_url()).status_code == 200
    assert client.post(proposal.thread.get_absolute_url(), said).status_code == 403
    opened = client.post(reverse("need-talk", args=[need.pk]))
    assert client.post(opened["Location"].split("#")[0], said).status_code == 302
    thread = Message.objects.get().thread
    assert (thread.need, thread.asker) == (need, None), (
        "the structure's own, and no stranger's question"
    )
    assert reader in letters.readers_of(thread)
    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=structure)
    client.force_login(colleague)
    assert client.post(reverse("need-talk", args=[need.pk]))["Location"] == opened["Location"]


def test_a_mission_is_read_and_nothing_of_it_is_done(client, inès, structure, suspend):
    mission = make_mission(need=make_need(structure), work=True)
    suspend()
    client.force_login(inès)
    for name in (
        "mission",
        "mission-sheet",
        "mission-versions",
        "mission-documents",
        "mission-hours",
    ):
        assert client.get(reverse(name, args=[mission.pk])).status_code == 200, name
    for name in ("mission-sheet", "mission-sheet-agree", "hours-confirm", "mission-interrupt",
                 "milestone-new", "deliverable-new", "mission-start", "mission-dispute"):  # fmt: skip
        assert client.post(reverse(name, args=[mission.pk])).status_code == 403, name
    assert "modifier" not in client.get(reverse("mission-sheet", args=[mission.pk])).text


def test_the_year_is_read_and_exported_and_no_receipt_is_given(client, inès, structure, suspend):
    suspend()
    client.force_login(inès)
    year = timezone.localdate().year
    for name in ("receipts-year", "organisation-statement", "organisation-year"):
        assert client.get(reverse(name, args=[structure.pk, year])).status_code == 200, name
    rows = client.get(
        reverse("organisation-entries", args=[structure.pk, year, "csv"]), {"rate": "12"}
    )
    assert rows.status_code == 200
    assert client.post(reverse("receipts-make", args=[structure.pk, year])).status_code == 403


@pytest.mark.parametrize(
    "kind", [Duty.Kind.HR, Duty.Kind.CSR, Duty.Kind.MANAGER, Duty.Kind.SIGNATORY]
)
def test_no_duty_of_a_suspended_company_acts(kind, suspend):
    company = make_organisation("COMPANY", member=make_user(), legal_form="SAS")
    holder = company.members.get()
    Duty.objects.create(membership=Membership.objects.get(user=holder), kind=kind, given_by=holder)
    able = {
        Duty.Kind.HR: permissions.can_see_costs,
        Duty.Kind.CSR: permissions.is_in_charge_at,
        Duty.Kind.MANAGER: permissions.manages_at,
        Duty.Kind.SIGNATORY: permissions.may_sign_for,
    }[kind]
    assert able(holder, company)
    suspend(company)
    company.refresh_from_db()
    assert not able(holder, company)


def test_an_employee_reads_the_mission_and_own_time_goes_on(client, suspend):
    mission = make_mission(work=True)
    company, noe = mission.offer.organisation, mission.offer.person
    own = make_offer(noe, organisation=company, time=Time.OWN, status="PAUSED")
    suspend(company)
    client.force_login(noe)
    assert client.get(reverse("mission", args=[mission.pk])).status_code == 200
    assert client.post(reverse("mission-hours", args=[mission.pk])).status_code == 403
    assert not mission.offer.person_has_left
    assert client.get(reverse("offer", args=[own.pk])).status_code == 200
    assert permissions.owns_offer(noe, own)


def test_nothing_that_it_cannot_do_waits_for_it(inès, structure, suspend):
    make_need(structure, status="DRAFT", title="Un brouillon")
    make_proposal(make_need(structure), origin=Origin.APPLICATION)
    make_mission(need=make_need(structure))

    def lines():
        rows = list(inès.memberships.select_related("organisation"))
        missions = own_missions.under_way(inès, rows)
        return lines_of(inès, rows, missions)

    assert {line.kind for line in lines() if line.act} >= {"need", "proposal", "mission"}
    suspend()
    assert [line.kind for line in lines() if line.act] == []
    assert Proposal.objects.open().count() == 1
