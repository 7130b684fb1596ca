"""Who may propose, sign, decline and withdraw an amendment; what each sees of it, and what they are told."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.missions import amendments, regimes
from marketplace.actions.refusals import NotYet
from marketplace.models import Duty, Kind, Party, Regime, Side
from marketplace.rules import permissions
from marketplace.states import AmendmentStatus, DocumentStatus, MissionStatus
from tests.factories import make_coordinator, make_pole, make_user
from tests.marketplace.documents.document_desk import duty, head_of
from tests.marketplace.market.programme_house import make_programme
from tests.marketplace.missions.amending import (
    coordinator_of,
    employer_agrees,
    fresh,
    propose,
    referent_of,
    sign_papers,
    signed_mission,
)

pytestmark = pytest.mark.django_db


def posted(mission, **said):
    sheet = mission.sheet
    return {"read": sheet.number, "aim": sheet.aim, "work": sheet.work, "deliverables": sheet.deliverables, "hours": sheet.hours,
            "where": sheet.where, "rights": sheet.rights, "starts_on": mission.starts_on,
            "need_referent": sheet.need_referent_id or "", "offer_referent": sheet.offer_referent_id or "",
            "ends_on": mission.ends_on, "why": "Le chantier a pris du retard."} | said  # fmt: skip


def new_page(mission) -> str:
    return reverse("amendment-new", args=[mission.pk])


def words(answer) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


# --- who may propose -----------------------------------------------------------------------
def test_referents_and_signatories_of_both_sides_and_coordinators_may_propose(client):
    mission = signed_mission(Regime.LOAN)
    structure, company = mission.need.organisation, mission.offer.organisation
    ours, theirs = referent_of(structure), referent_of(company)
    duty(theirs, company, Duty.Kind.HR)  # they see what their people do at work
    mission.sheet.need_referent, mission.sheet.offer_referent = ours, theirs
    mission.sheet.save()
    for user in (head_of(structure), head_of(company), ours, theirs, coordinator_of(mission)):
        client.force_login(user)
        assert client.get(new_page(mission)).status_code == 200, user


def test_the_employee_lent_and_colleagues_without_a_duty_may_not(client):
    mission = signed_mission(Regime.LOAN)
    structure, company = mission.need.organisation, mission.offer.organisation
    assert mission.sheet.offer_referent == mission.offer.person
    for user in (mission.offer.person, referent_of(structure)):
        client.force_login(user)
        assert client.get(new_page(mission)).status_code == 403
        assert client.post(new_page(mission), posted(mission, hours=90)).status_code == 403
    client.force_login(referent_of(company))
    assert client.get(new_page(mission)).status_code in {403, 404}
    assert not mission.amendments.exists()


def test_a_volunteer_is_their_own_side(client):
    mission = signed_mission(Regime.VOLUNTEERING)
    client.force_login(mission.offer.person)
    answer = client.post(new_page(mission), posted(mission, hours=90, step="propose"))
    amendment = mission.amendments.get()
    assert answer.url == amendment.get_absolute_url()
    assert (amendment.side, amendment.proposed_by) == (Side.OFFER, mission.offer.person)


def test_strangers_and_coordinators_of_elsewhere_find_nothing(client):
    mission = signed_mission()
    amendment = propose(mission)
    doors = [
        new_page(mission),
        *(reverse(name, args=[amendment.pk])
          for name in ("amendment", "amendment-decline", "amendment-withdraw")),
    ]  # fmt: skip
    other = signed_mission()
    for user in (
        make_user(),
        make_coordinator(make_pole("Pôle du Sud", ("34",))),
        head_of(other.need.organisation),
    ):
        client.force_login(user)
        assert [client.get(door).status_code for door in doors] == [404] * 4
        assert client.post(doors[2], {"reason": "x"}).status_code == 404
    client.logout()
    assert [client.get(door).status_code for door in doors] == [302] * 4


@pytest.mark.parametrize("side", [Side.NEED, Side.OFFER])
def test_whoever_has_left_neither_proposes_nor_signs(client, side):
    mission = signed_mission(Regime.LOAN)
    organisation = mission.need.organisation if side == Side.NEED else mission.offer.organisation
    leaver, party = head_of(organisation), Party.STRUCTURE if side == Side.NEED else Party.EMPLOYER
    amendment = propose(mission, by=coordinator_of(mission), side="", address="3 rue Neuve")
    document = amendment.documents.get(kind=Kind.CONVENTION_CHANGE)
    Membership.objects.filter(user=leaver, organisation=organisation).delete()
    client.force_login(leaver)
    assert client.get(new_page(mission)).status_code == 404
    said = {"party": party, "read": document.sha256, "capacity": "présidente", "agreed": "on"}
    assert client.post(reverse("document-sign", args=[document.pk]), said).status_code == 404
    assert (
        client.post(reverse("amendment-decline", args=[amendment.pk]), {"reason": "x"}).status_code
        == 404
    )
    assert not document.signatures.exists()


# --- the two steps -------------------------------------------------------------------------
def test_what_changes_is_shown_before_anything_is_sent(client):
    mission = signed_mission()
    client.force_login(head_of(mission.need.organisation))
    said = posted(mission, hours=90, address="3 rue Neuve, Lille")
    seen = words(client.post(new_page(mission), said | {"step": "see"}))
    assert "En vigueur" in seen
    assert "3 rue Neuve, Lille" in seen
    assert "Proposer cet avenant" in seen
    assert not mission.amendments.exists()
    again = words(client.post(new_page(mission), said | {"step": "change"}))
    assert 'value="90"' in again
    assert "Voir ce qui change" in again
    client.post(new_page(mission), said | {"step": "propose"})
    assert mission.amendments.get().values == {"hours": 90, "address": "3 rue Neuve, Lille"}


def test_refusals_stand_on_the_form_and_keep_what_was_typed(client):
    mission = signed_mission()
    client.force_login(head_of(mission.need.organisation))
    assert "Rien ne change" in words(client.post(new_page(mission), posted(mission)))
    page = words(client.post(new_page(mission), posted(mission, hours=90, read=7, step="propose")))
    assert "a changé la fiche" in page
    assert 'value="90"' in page
    assert "Ce champ est obligatoire" in words(
        client.post(new_page(mission), posted(mission, why=" "))
    )
    propose(mission)
    answer = client.get(new_page(mission), follow=True)
    assert "attend ses signatures" in words(answer)
    answer = client.post(new_page(mission), posted(mission, hours=99, step="propose"))
    assert "attend ses signatures" in words(answer)
    assert mission.amendments.count() == 1


def test_other_ends_of_line_change_nothing(client):
    mission = signed_mission()
    mission.sheet.aim = "Une ligne.\nUne autre."
    mission.sheet.save()
    client.force_login(head_of(mission.need.organisation))
    said = posted(mission, aim="Une ligne.\r\nUne autre.", step="propose")
    assert "Rien ne change" in words(client.post(new_page(mission), said))


ENDED = {
    MissionStatus.DELIVERED: ("livrée", {}),
    MissionStatus.CLOSED: ("close", {}),
    MissionStatus.INTERRUPTED: ("arrêtée", {"interrupted_at": timezone.now()}),
    MissionStatus.VALUED: ("arrêtée", {"interrupted_at": timezone.now()}),
}


@pytest.mark.parametrize("status", ENDED)
def test_nothing_is_said_to_be_in_force_once_its_mission_is_over(client, status):
    """And how it has ended is known: “livrée, arrêtée ou close” was said."""
    mission = signed_mission(Regime.LOAN)
    amendment = propose(mission, hours=90)
    employer_agrees(amendment)
    sign_papers(amendment)
    client.force_login(head_of(mission.need.organisation))
    agreement = mission.documents.get(kind=Kind.CONVENTION_LOAN, amendment=None)
    page, sheet, papers = (
        reverse("document", args=[agreement.pk]),
        reverse("mission-sheet", args=[mission.pk]),
        reverse("mission-documents", args=[mission.pk]),
    )
    assert "En vigueur : toutes les parties ont signé." in words(client.get(page))
    assert "En vigueur ; changements : Avenant" in words(client.get(papers))
    assert "En vigueur</span>" in words(client.get(amendment.get_absolute_url()))
    word, beside = ENDED[status]
    type(mission).objects.filter(pk=mission.pk).update(status=status, **beside)
    stopped = words(client.get(page))
    assert f"Toutes les parties ont signé. La mission est {word}." in stopped
    assert f"La mission est {word}. Ce que dit sa fiche a été signé par tous" in words(
        client.get(sheet)
    )
    assert "En vigueur jusqu’à la fin de la mission ; changements : Avenant" in words(
        client.get(papers)
    )
    for address in (page, papers):
        said = words(client.get(address)).lower()
        assert said.count("en vigueur") == said.count("en vigueur jusqu’à la fin de la mission")
    own_page = words(client.get(amendment.get_absolute_url()))
    assert "En vigueur jusqu’à la fin de la mission</span>" in own_page
    assert "En vigueur</span>" not in own_page


def test_the_sheet_says_that_it_is_in_force_and_its_form_is_shut(client):
    mission = signed_mission(Regime.LOAN)
    url = reverse("mission-sheet", args=[mission.pk])
    client.force_login(mission.offer.person)
    page = words(client.get(url, {"modifier": "oui"}))
    assert "signé par tous" in page
    assert "écrivez-leur" in page
    assert "<textarea" not in page
    assert "se propose par un avenant" in words(client.post(url, posted(mission, hours=90)))
    assert fresh(mission).sheet.number == 1
    type(mission).objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    page = words(client.get(url))
    assert "et ne change plus" in page
    assert "écrivez-leur" not in page


# --- signing, declining, withdrawing -------------------------------------------------------
def test_all_sign_from_their_accounts_and_it_is_in_force(client):
    mission = signed_mission(Regime.LOAN)
    amendment = propose(mission, hours=90)
    employer_agrees(amendment)
    for user in (
        mission.offer.person,
        head_of(mission.offer.organisation),
        head_of(mission.need.organisation),
    ):
        client.force_login(user)
        assert "Lire et signer" in words(client.get(amendment.get_absolute_url()))
        for document in permissions.documents_to_sign(user, amendment):
            for party in Party:
                said = {
                    "party": party,
                    "read": document.sha256,
                    "capacity": "en qualité",
                    "agreed": "on",
                }
                client.post(reverse("document-sign", args=[document.pk]), said)
    amendment.refresh_from_db()
    assert amendment.status == AmendmentStatus.IN_FORCE
    page = words(client.get(amendment.get_absolute_url()))
    assert "En vigueur" in page
    assert "Refuser l’avenant" not in page


def test_whoever_has_to_sign_may_decline_once_and_the_proposing_side_may_withdraw(client):
    mission = signed_mission()
    amendment = propose(mission)
    decline, withdraw = (
        reverse(f"amendment-{name}", args=[amendment.pk]) for name in ("decline", "withdraw")
    )
    boss = head_of(mission.offer.organisation)
    client.force_login(boss)
    assert client.post(withdraw, {"reason": "Non."}).status_code == 403
    client.force_login(mission.offer.person)
    assert client.post(decline, {"reason": "Non."}).status_code == 403
    client.force_login(boss)
    assert client.post(decline, {"reason": " "}).status_code == 200
    assert amendment.steps.count() == 1
    assert (
        client.post(decline, {"reason": "Le budget est clos."}).url == amendment.get_absolute_url()
    )
    client.post(decline, {"reason": "Encore."})
    assert [step.reason for step in amendment.steps.filter(after="DECLINED")] == [
        "Le budget est clos."
    ]
    second = propose(mission)
    client.force_login(head_of(mission.need.organisation))
    client.post(reverse("amendment-withdraw", args=[second.pk]), {"reason": "Plus besoin."})
    second.refresh_from_db()
    assert second.status == AmendmentStatus.WITHDRAWN


def test_what_all_signed_is_voided_by_a_coordinator_alone_and_an_amendment_s_paper_by_nobody(
    client,
):
    mission = signed_mission()
    convention = mission.documents.get()
    coordinator = coordinator_of(mission)
    url = reverse("document-void", args=[convention.pk])
    for user in (
        head_of(mission.need.organisation),
        head_of(mission.offer.organisation),
        mission.offer.person,
    ):
        client.force_login(user)
        assert client.post(url, {"reason": "x"}).status_code == 403
    amendment = propose(mission)
    client.force_login(coordinator)
    paper = amendment.documents.get()
    assert (
        client.post(reverse("document-void", args=[paper.pk]), {"reason": "x"}).status_code == 403
    )
    assert "doit d’abord être retiré" in words(client.post(url, {"reason": "x"}, follow=True))
    amendments.withdraw(amendment, reason="x", by=coordinator)
    client.post(url, {"reason": "Erreur de nom."})
    convention.refresh_from_db()
    assert convention.status == DocumentStatus.VOIDED
    assert fresh(mission).status == MissionStatus.SUSPENDED


def test_a_signed_frame_isn_t_changed_by_a_side_s_form(client):
    mission = signed_mission(status=MissionStatus.DOCUMENTS)
    page = reverse("mission-regime", args=[mission.pk])
    client.force_login(mission.offer.person)
    assert page not in client.get(mission.get_absolute_url()).text
    said = client.get(page).text
    assert "signés par tous" in said
    assert "Choisir ce cadre" not in said
    with pytest.raises(NotYet, match="coordination"):
        regimes.choose(
            mission, whose="COMPANY", directs="STRUCTURE", receipt="YES", by=mission.offer.person
        )
    assert set(mission.documents.values_list("status", flat=True)) == {DocumentStatus.SIGNED}


def test_an_amendment_takes_nothing_of_a_programme_under_which_the_mission_isn_t(client):
    """“Cette mission en demande 22,3” was said of a programme that nobody had chosen."""
    mission = signed_mission()
    make_programme(mission.offer.organisation)
    propose(mission)
    client.force_login(head_of(mission.offer.organisation))
    page = client.get(reverse("mission-agreement", args=[mission.pk])).text
    assert "Deux jours" in page, "it may still be chosen"
    assert "Ce qu’il reste à" not in page
