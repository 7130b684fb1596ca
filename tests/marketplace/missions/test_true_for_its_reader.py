"""What a page of a mission says follows from what its acts do: each sentence here was once shown where they do otherwise."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from common.dates import spoken
from marketplace.actions.documents import documents
from marketplace.actions.market import people as people_acts
from marketplace.actions.missions import hours, missions, quotas
from marketplace.documents import facts
from marketplace.models import (
    Agreement,
    Consent,
    ConsentKind,
    Employee,
    HoursEntry,
    Kind,
    Mission,
    Need,
    Proposal,
    Regime,
)
from marketplace.states import MissionStatus, NeedStatus, ProposalStatus
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.documents import document_desk
from tests.marketplace.market import waiting_people
from tests.marketplace.market.programme_house import make_programme
from tests.marketplace.missions import amending, leavers, team_people
from tests.marketplace.missions.served_people import Form, head_of, joint_mission, structure_of
from tests.marketplace.missions.test_served_said import lead_of, mission_of, set_apart

RUNNING = MissionStatus.RUNNING


def shown(client, reader, page, *numbers, **asked):
    client.force_login(reader)
    return client.get(reverse(page, args=numbers), asked, follow=True).text


def done(client, page, *numbers, **said):
    return client.post(reverse(page, args=numbers), said, follow=True).text


@pytest.fixture
def boss():
    return make_user("Paul", "Delattre")


@pytest.fixture
def company(boss):
    return make_organisation(
        "COMPANY", administrator=boss, siren="552100554", address="3 quai du Wault"
    )


def lent(company, **fields):
    fields = {"status": RUNNING, "regime": Regime.PRESTATION} | fields
    return make_mission(work=True, company=company, **fields)


# --- hours ---------------------------------------------------------------------------------
def test_whoever_steps_out_of_a_team_isnt_said_to_have_left_their_employer(client):
    mission, (ana, *_others) = team_people.running()
    Mission.objects.update(starts_on=in_days(-20))
    yes = Consent.objects.standing(ana.person, ConsentKind.TEAM, ana).first()
    team_people.teams.step_out(ana, consent=yes, now=timezone.now() - timedelta(days=1))
    page = shown(client, ana.person, "team-hours", ana.pk)
    assert "Après le dernier jour dans l’équipe" in page
    assert "chez l’employeur" not in page


def test_two_structures_that_contest_one_day_leave_one_day_to_look_at(client):
    lead, town = structure_of("Bottines"), structure_of("Ville")
    mission = joint_mission(town, lead=lead, status=RUNNING)
    Mission.objects.update(starts_on=in_days(-9), started_at=timezone.now() - timedelta(days=9))
    for served in (None, town):
        day = {in_days(-1): (2, "Atelier")}
        hours.write(mission, day, person=mission.offer.person, today=in_days(0), served=served)
    for entry in HoursEntry.objects.all():
        hours.contest(entry, why="Non.", by=head_of(lead), now=timezone.now())
    page = shown(client, mission.offer.person, "mission-hours", mission.pk)
    assert "Un jour à revoir" in page
    assert f"&amp;pour={town.pk}#id_hours_" in page


def test_a_mission_stopped_after_its_last_day_isnt_said_to_have_stopped_on_it(client):
    """“Arrêtée le 23 novembre, avant la fin” stood on a receipt, of a mission that was stopped in December."""
    mission = amending.signed_mission()
    began, last = in_days(-60), in_days(-10)
    Mission.objects.update(starts_on=began, ends_on=last, started_at=timezone.now())
    Mission.objects.update(started_at=timezone.now() - timedelta(days=60))
    by = mission.need.organisation.members.first()
    missions.interrupt(amending.fresh(mission), reason="Non.", by=by, now=timezone.now())
    mission = amending.fresh(mission)
    assert not mission.stopped_early
    assert "avant la fin" not in facts._given(mission) + facts._lasted(mission)
    page = shown(client, mission.offer.person, "mission-hours", mission.pk)
    assert "En dehors des dates de la mission, arrêtée" not in page
    Mission.objects.update(ends_on=in_days(10))
    mission = amending.fresh(mission)
    assert mission.stopped_early
    assert "avant la fin" in facts._given(mission)


# --- somebody has left ---------------------------------------------------------------------
def test_while_somebody_waits_for_the_place_the_need_isnt_said_to_open_again(client, boss, company):
    mission = lent(company)
    need = Need.objects.get()
    waiting_people.wait(need)
    leavers.goes(mission, by=boss)
    page = shown(client, need.created_by, "mission-left", mission.pk)
    assert "elle est gardée pour qui en attend une" in page
    said = done(client, "mission-replace", mission.pk)
    assert "le besoin est de nouveau ouvert" not in said
    need.refresh_from_db()
    assert need.status == NeedStatus.FILLED


def test_the_second_mission_for_one_structure_opens_nothing_with_its_end(client, boss, company):
    """Neither “le besoin et l’offre s’ouvrent de nouveau” nor “chercher quelqu’un d’autre”: it had taken no place."""
    coop = structure_of("ACEPP", form=Form.COOPERATIVE, gives=False)
    mission = mission_of(company, coop)
    second = set_apart(mission, coop)
    Mission.objects.filter(pk=second.pk).update(
        status=RUNNING, started_at=timezone.now(), starts_on=in_days(0)
    )
    before = Need.objects.get().status
    assert (
        "ouvr"
        not in shown(client, lead_of(mission), "mission-interrupt", second.pk).split("<form")[0]
    )
    leavers.goes(Mission.objects.get(pk=second.pk), by=boss)
    page = shown(client, lead_of(mission), "mission-left", second.pk)
    assert reverse("mission-replace", args=[second.pk]) not in page
    done(client, "mission-replace", second.pk)
    assert Need.objects.get().status == before
    assert Mission.objects.get(pk=second.pk).status == MissionStatus.LEFT


def test_a_colleague_who_takes_their_yes_back_isnt_said_to_have_been_let_down(
    client, boss, company
):
    mission, colleague = lent(company), make_user("Col", "League")
    company.memberships.create(user=colleague)
    mission = leavers.goes(mission, by=boss)
    transfer = leavers.asked(mission, colleague, boss)
    leavers.says(client, transfer, "YES", colleague)
    transfer.refresh_from_db()
    yes = Consent.objects.standing(colleague, ConsentKind.MISSION, transfer.proposal).first()
    done(client, "consent-take-back", yes.pk)
    assert Proposal.objects.get(pk=transfer.proposal_id).status == ProposalStatus.WITHDRAWN
    page = shown(client, boss, "mission-left", mission.pk)
    assert "cela n’a pas eu de suite" in page
    assert "la structure n’a pas donné suite" not in page


@pytest.mark.parametrize("status", [MissionStatus.AGREEMENT, RUNNING])
def test_whoever_is_back_reads_whether_the_employer_is_asked_anew(client, boss, company, status):
    mission = lent(company, status=status)
    Agreement.objects.create(
        mission=mission, asked="MANAGER", name="Chef", email="chef@example.org", answer="YES",
        sheet_version=1, asked_by=mission.offer.person, answered_at=timezone.now(),
    )  # fmt: skip
    leavers.back(leavers.goes(mission, by=boss))
    page = shown(client, boss, "mission-left", mission.pk)
    asks_anew = status == MissionStatus.AGREEMENT
    assert ("l’accord de l’employeur est redemandé" in page) == asks_anew
    assert ("avec ce qui" in page) != asks_anew
    done(client, "mission-person-back", mission.pk)
    assert mission.agreements.current().exists() != asks_anew


# --- the sheet and its papers --------------------------------------------------------------
def test_what_waits_for_the_employer_alone_isnt_said_to_wait_for_signatures(client):
    mission = amending.signed_mission()
    amendment = amending.propose(mission)
    amending.sign_papers(amendment)
    amendment.refresh_from_db()
    assert amendment.waits_for_employer_alone
    head = mission.need.organisation.members.first()
    page = shown(client, head, "mission-sheet", mission.pk)
    assert "Tant qu’il n’est pas en vigueur, cette version vaut" in page
    assert "Tant qu’il n’est pas signé par tous" not in page


def test_a_sheet_that_comes_too_late_for_a_disagreement_isnt_said_to_be_over(client, company):
    mission = lent(company)
    head = mission.need.organisation.members.first()
    client.force_login(head)
    door = reverse("mission-sheet", args=[mission.pk])
    form = client.get(f"{door}?modifier=oui").context["form"]
    written = {name: form[name].value() or "" for name in form.fields}
    missions.dispute(mission, reason="Non.", by=mission.offer.person)
    said = client.post(door, written).text
    assert "sa fiche change une fois qu’elle reprend" in said
    assert "le travail est rendu" not in said


def test_a_new_version_is_neither_in_force_unsigned_nor_changed_by_what_came_before(client):
    """“En vigueur ; changements : Avenant n° 1” stood beside “attend les signatures”."""
    mission = amending.signed_mission()
    amending.sign_papers(amending.propose(mission, aim="Un autre but, plus long."))
    mission, by = amending.fresh(mission), make_coordinator(mission.need.pole)
    head, words = mission.need.organisation.members.first(), "changements"
    assert words in shown(client, head, "mission-documents", mission.pk)
    documents.void(mission.documents.get(kind=Kind.CONVENTION_SERVICE), reason="Une erreur.", by=by)
    anew = documents.make(
        Kind.CONVENTION_SERVICE, amending.fresh(mission), by=head, now=timezone.now()
    )
    assert words not in shown(client, head, "mission-documents", mission.pk)
    amending.sign_all(anew)
    assert words not in shown(client, head, "mission-documents", mission.pk)
    assert "Avenant n" not in shown(client, head, "document", anew.pk).split("Les étapes")[0]


def test_the_papers_of_a_half_signed_mission_arent_said_to_be_unsigned(client, boss, company):
    lead, town = structure_of("Bottines"), structure_of("Ville")
    mission = joint_mission(
        town, lead=lead, work=True, company=company, regime=Regime.PRESTATION,
        status=MissionStatus.DOCUMENTS,
    )  # fmt: skip
    mission.sheet.need_agreed = mission.sheet.offer_agreed = mission.sheet.number
    mission.sheet.save()
    paper = documents.make(Kind.CONVENTION_SERVICE, mission, by=boss, now=timezone.now())
    amending.sign_one(paper, "EMPLOYER")
    row = mission.served.get(organisation=town)
    page = shown(client, head_of(lead), "served-out", row.pk)
    assert "sont annulés, avec les signatures déjà données" in page
    done(client, "served-out", row.pk)
    paper.refresh_from_db()
    assert paper.is_void


def test_nobody_is_to_be_charged_with_the_signature_of_whoever_has_left(client):
    mission = document_desk.make_mission(Regime.LOAN)
    mission.sheet.need_agreed = mission.sheet.offer_agreed = mission.sheet.number
    mission.sheet.save()
    mission.offer.organisation.memberships.get_or_create(user=mission.offer.person)
    head = mission.need.organisation.members.first()
    paper = documents.make(Kind.AMENDMENT, mission, by=head, now=timezone.now())
    leavers.goes(mission, by=amending.signer(mission, "EMPLOYER"))
    page = shown(client, make_coordinator(mission.need.pole), "document", paper.pk)
    assert "La personne qui vient ne peut pas signer aujourd’hui" in page
    assert "en charge une personne" not in page


# --- who reads, who is asked ---------------------------------------------------------------
def test_whoever_answers_on_working_time_reads_that_their_employer_reads_it(client, boss, company):
    noe = make_user("Noé", "Lambert")
    company.memberships.create(user=noe)
    need = make_need(member=make_user("Aline", "M"), questions="Le samedi ?", ranked=False)
    at_work = make_proposal(need, make_offer(noe, organisation=company, ranked=False))
    words = "les personnes qui suivent votre offre là où vous travaillez"
    assert words in shown(client, noe, "proposal-answers", at_work.pk)
    own = make_proposal(need, make_offer(noe, ranked=False))
    assert words not in shown(client, noe, "proposal-answers", own.pk)


def test_each_ones_manager_isnt_said_to_be_asked_from_the_page_of_the_agreement(client):
    mission = team_people.a_team(status=MissionStatus.FRAMING, agreed=False)
    page = shown(client, team_people.boss_of(mission), "mission-agreement", mission.pk)
    assert "la hiérarchie de chaque personne est ensuite sollicitée" in page


def test_whoever_has_given_a_review_isnt_said_to_be_asked_for_it_again(client):
    mission = make_mission(status=RUNNING)
    head, words = mission.need.organisation.members.get(), "Nous attendons les bilans qui manquent"
    client.force_login(mission.offer.person)
    assert words not in done(client, "mission-deliver", mission.pk)
    mission.refresh_from_db()
    missions.review(mission, side="NEED", rating=4, again=True, words="Bien.", by=head)
    missions.resume(Mission.objects.get(), reason="Il manque les codes.", by=head)
    assert words in done(client, "mission-deliver", mission.pk)


# --- what an employer gives ----------------------------------------------------------------
def test_hours_already_written_are_asked_of_the_year_in_which_they_were_given(boss, company):
    """“Cette mission en demande 26,4 en 2027” of a mission that had 23 left: the 15 of 2026 had been given."""
    programme = make_programme(company, days_per_year=Decimal(11))
    mission = lent(company, programme=programme, starts_on=date(2026, 12, 10))
    Mission.objects.update(
        ends_on=date(2027, 2, 26), started_at=timezone.now(), starts_on=date(2026, 12, 10)
    )
    mission = Mission.objects.get()
    one = Employee.objects.create(organisation=company, person=mission.offer.person)
    days = {"starts_on": mission.starts_on, "ends_on": mission.ends_on}

    def asked(year):
        return quotas.quota_from(programme, one, year, hours=38, but=mission, **days).asked

    assert asked(2026) + asked(2027) == 38
    assert asked(2026) < 15
    for day in (11, 18):
        HoursEntry.objects.create(
            mission=mission, person=mission.offer.person, day=date(2026, 12, day), hours="7.5"
        )
    assert (asked(2026), asked(2027)) == (15, 23)


def test_the_page_of_ones_part_ends_with_the_mission(client):
    """“Quand : … au 5 mars” stood under “jusqu’au 26 février”, of work that had been done a week before."""
    mission, (ana, *_others) = team_people.running()
    last = mission.ends_on
    assert spoken(last, "j F") in shown(client, ana.person, "team-member", ana.pk)
    by = mission.need.organisation.members.first()
    missions.deliver(Mission.objects.get(), by=by, now=timezone.now())
    assert spoken(last, "j F") not in shown(client, ana.person, "team-member", ana.pk)


def test_no_paper_waits_for_whoever_has_closed_their_account(client):
    """“Un papier attend votre signature”, late, of a certificate that nobody could sign any more."""
    mission = make_mission(status=MissionStatus.DELIVERED, regime=Regime.VOLUNTEERING)
    person, head = mission.offer.person, mission.need.organisation.members.get()
    document_desk.give_hours(mission, 7)
    Mission.objects.update(status=MissionStatus.CLOSED, delivered_at=timezone.now())
    made = documents.make(Kind.PASSPORT, Mission.objects.get(), by=head, now=timezone.now())
    assert made.parties_left()
    people_acts.close_account(person, now=timezone.now())
    made.refresh_from_db()
    assert made.is_void
    assert "a fermé son compte" in shown(client, head, "document", made.pk)
    assert "Un papier attend votre signature" not in shown(client, head, "home")
