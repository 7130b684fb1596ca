"""A non-profit employer lends at cost; less is asked of the coordination before any paper is made."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.documents import documents, ledger
from marketplace.actions.missions import amendments, below_cost, regimes, sheets
from marketplace.actions.refusals import NotYet
from marketplace.desk import Scope
from marketplace.desk.kinds.below_cost import KIND
from marketplace.models import Document, Kind, Mission, MissionSheet, Regime, RegimeChoice, Side
from marketplace.models.documents.documents import kinds_before
from marketplace.rules import permissions
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import DocumentStatus, MissionStatus
from notifications import rules
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.documents.document_desk import head_of
from tests.marketplace.documents.document_desk import make_mission as make_signable
from tests.marketplace.documents.test_documents import text_of
from tests.marketplace.missions.amending import sign_all, sign_papers, signed_mission

CONVENTION = Kind.CONVENTION_NON_PROFIT


@pytest.fixture
def mission():
    """An association lends its bookkeeper to another; two coordinators follow the pôle."""
    found = make_mission(work=True, regime=Regime.NON_PROFIT_LOAN)
    for name in ("Odile", "Nora"):
        make_coordinator(found.need.pole, first_name=name)
    return found


@pytest.fixture
def coordinator(mission):
    return make_coordinator(mission.need.pole, first_name="Sami", last_name="Roy")


def bill(mission, share, *, side=Side.OFFER):
    mission.refresh_from_db()
    by = mission.offer.person if side == Side.OFFER else mission.need.created_by
    read = MissionSheet.objects.get(mission=mission).number
    return sheets.change(mission, {"billed_share": share}, read=read, side=side, by=by)


def fresh(mission):
    return Mission.objects.with_course().get(pk=mission.pk)


def waits(mission, user):
    scope = Scope.of(user, user.memberships.all(), timezone.now())
    return KIND.rows(scope).filter(pk=mission.pk).exists()


def told(kind, user):
    return Notification.objects.filter(kind=kind, recipient=user).count()


def test_at_cost_nothing_is_asked_and_the_papers_say_so(mission, coordinator):
    assert mission.sheet.billed_share == 100
    assert bill(mission, 100) is None
    assert not waits(mission, coordinator)
    signed = make_signable(Regime.NON_PROFIT_LOAN)
    said = text_of(documents.preview(CONVENTION, signed))
    assert "ce que la personne lui coûte" in said
    assert "en dessous de son coût" not in said


def test_less_is_asked_of_the_coordination_and_no_paper_is_made_meanwhile(mission, coordinator):
    bill(mission, 40)
    MissionSheet.objects.update(need_agreed=2, offer_agreed=2)
    assert told("below_cost_asked", coordinator) == 1
    assert waits(mission, coordinator)
    for reader in (mission.need.created_by, mission.offer.person):
        assert not told("below_cost_asked", reader)
    with pytest.raises(NotYet, match="facturé à 40\xa0% de son coût"):
        documents.make(CONVENTION, fresh(mission), by=mission.need.created_by, now=timezone.now())
    tasks = [act.task for act in next_acts.acts(fresh(mission))]
    assert "dire si le prêt peut être facturé en dessous de son coût" in tasks


def test_nobody_is_told_to_make_papers_that_the_coordination_holds_back(mission, coordinator):
    bill(mission, 40)
    MissionSheet.objects.update(need_agreed=2, offer_agreed=2)
    Mission.objects.update(status=MissionStatus.DOCUMENTS, agreed_version=2, agreed_hours=70)
    make = "établir les documents"
    assert make not in [act.task for act in next_acts.acts(fresh(mission))]
    below_cost.answer(mission, share=40, agrees=False, words="Non.", by=coordinator)
    assert make not in [act.task for act in next_acts.acts(fresh(mission))]
    below_cost.answer(mission, share=40, agrees=True, words="", by=coordinator)
    assert make in [act.task for act in next_acts.acts(fresh(mission))]


def test_a_coordinator_finds_the_question_from_the_mission_and_reads_what_waits(
    client, mission, coordinator
):
    door = reverse("mission-below-cost", args=[mission.pk])
    for reader, leads in ((coordinator, True), (mission.need.created_by, False)):
        client.force_login(reader)
        page = client.get(mission.get_absolute_url()).text
        assert "Facturé à prix coûtant" in page
        assert (door in page) == leads
    client.force_login(coordinator)
    waits_for_you = "Tant que vous n’avez pas répondu"
    assert waits_for_you not in client.get(door).text
    bill(mission, 40)
    assert waits_for_you in client.get(door).text
    below_cost.answer(mission, share=40, agrees=True, words="", by=coordinator)
    assert waits_for_you not in client.get(door).text


@pytest.mark.parametrize(("billed", "told_to"), [(40, True), (60, False)])
def test_only_whom_the_no_holds_back_is_told_to_bill_more(mission, coordinator, billed, told_to):
    bill(mission, billed)
    below_cost.answer(mission, share=40, agrees=False, words="Non.", by=coordinator)
    letter = Notification.objects.get(kind="below_cost_answered", recipient=mission.need.created_by)
    assert "n’est pas d’accord" in letter.text
    assert ("Augmentez la part facturée" in letter.text) == told_to


def test_a_coordinator_says_yes_and_the_papers_say_what_is_billed(client, mission, coordinator):
    bill(mission, 40)
    client.force_login(coordinator)
    door = reverse("mission-below-cost", args=[mission.pk])
    page = client.get(door)
    assert page.context["form"].initial == {"share": 40}
    client.post(door, {"share": 40, "agrees": "yes", "words": "Vu avec le réseau."})
    assert not waits(mission, coordinator)
    for reader in (mission.need.created_by, mission.offer.person):
        letter = Notification.objects.get(kind="below_cost_answered", recipient=reader)
        assert "40\xa0%" in letter.text
        assert "Vu avec le réseau." in letter.text
    MissionSheet.objects.update(need_agreed=2, offer_agreed=2)
    said = text_of(documents.preview(CONVENTION, fresh(mission)))
    assert "40 % du coût de la personne" in said.replace("\xa0", " ")
    assert "en dessous de son coût" in said
    bill(mission, 60)
    assert not waits(mission, coordinator), "a yes for less is a yes for more"
    bill(mission, 30)
    assert waits(mission, coordinator)


def test_a_no_is_told_with_its_reason_and_is_not_asked_again(client, mission, coordinator):
    bill(mission, 40)
    client.force_login(coordinator)
    door = reverse("mission-below-cost", args=[mission.pk])
    assert "Dites pourquoi" in client.post(door, {"share": 40, "agrees": "no"}).text
    client.post(door, {"share": 40, "agrees": "no", "words": "Pas sans avis."})
    assert not waits(mission, coordinator)
    letter = Notification.objects.get(kind="below_cost_answered", recipient=mission.need.created_by)
    assert "Pas sans avis." in letter.text
    [words] = {act.words for act in next_acts.acts(fresh(mission))}
    assert "a dit non" in words
    client.force_login(mission.offer.person)
    sheet = reverse("mission-sheet", args=[mission.pk])
    asked = client.get(f"{sheet}?modifier=oui").context["form"].initial
    sent = {name: value for name, value in asked.items() if value is not None}
    page = client.post(sheet, sent | {"billed_share": 20, "where": "BOTH", "rights": "NONE"})
    assert "a dit non" in page.text
    assert MissionSheet.objects.get(mission=mission).billed_share == 40
    below_cost.answer(mission, share=20, agrees=True, words="", by=coordinator)
    bill(mission, 20)
    assert not waits(mission, coordinator), "the last answer counts"


@pytest.mark.parametrize("share", [-1, 100, 400, "", "moitié"])
def test_a_share_that_isnt_one_is_said_beside_the_field(client, mission, coordinator, share):
    client.force_login(coordinator)
    door = reverse("mission-below-cost", args=[mission.pk])
    page = client.post(door, {"share": share, "agrees": "yes", "words": "Oui."})
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"share"}
    assert MissionSheet.objects.get(mission=mission).least_share == 100


def test_a_no_voids_the_papers_that_wait_for_signatures(mission, coordinator):
    """Both could sign, and start, what the coordination had just refused."""
    bill(mission, 40)
    MissionSheet.objects.update(need_agreed=2, offer_agreed=2)
    Mission.objects.update(status=MissionStatus.DOCUMENTS, agreed_version=2, agreed_hours=70)
    below_cost.answer(mission, share=40, agrees=True, words="", by=coordinator)
    by = mission.need.created_by
    paper = documents.make(CONVENTION, fresh(mission), by=by, now=timezone.now())
    below_cost.answer(mission, share=30, agrees=False, words="Trop peu.", by=coordinator)
    paper.refresh_from_db()
    assert paper.status == DocumentStatus.TO_SIGN
    below_cost.answer(mission, share=40, agrees=False, words="Avis défavorable.", by=coordinator)
    paper.refresh_from_db()
    assert paper.status == DocumentStatus.VOIDED
    assert "Avis défavorable" in str(paper.steps.last().said)


def test_the_manager_reads_what_is_billed_and_of_no_time_that_is_given(client, mission):
    """“Il s’agit de temps de travail, donné par Noé…” was said of a loan at cost, whose share stood nowhere there."""
    bill(mission, 40)
    Mission.objects.update(status=MissionStatus.AGREEMENT)
    client.force_login(mission.offer.person)
    asked = {"manager_name": "Dominique Roy", "manager_email": "dominique@example.org"}
    client.post(reverse("mission-agreement", args=[mission.pk]), asked)
    client.logout()
    letter = Notification.objects.get(kind="agreement_asked").text
    page = client.get(re.search(r"/accord/[\w-]+/", letter)[0], follow=True).text
    assert "Facturé à 40\xa0% de son coût" in page
    assert "donné par" not in page


def test_no_sheet_bills_above_cost(mission):
    with pytest.raises(IntegrityError), transaction.atomic():
        MissionSheet.objects.filter(mission=mission).update(billed_share=101)


def test_only_who_follows_it_as_the_coordination_says_so(client, mission, coordinator):
    bill(mission, 40)
    elsewhere = make_coordinator(make_pole("Pôle voisin"))
    sided = make_coordinator(mission.need.pole, first_name="Léa")
    Membership.objects.create(user=sided, organisation=mission.offer.organisation)
    gone = make_coordinator(mission.need.pole, first_name="Max")
    gone.memberships.all().delete()
    others = [mission.need.created_by, mission.offer.person, elsewhere, sided, gone, make_user()]
    door = reverse("mission-below-cost", args=[mission.pk])
    for reader in others:
        client.force_login(reader)
        assert client.get(door).status_code in {403, 404}
        sent = {"share": 40, "agrees": "yes", "words": "."}
        assert client.post(door, sent).status_code in {403, 404}
        assert not permissions.can_agree_below_cost(reader, mission)
        assert not waits(mission, reader)
    client.logout()
    assert client.post(door, {"share": 40}).status_code == 302
    assert MissionSheet.objects.get(mission=mission).least_share == 100


def test_where_the_one_in_charge_is_a_side_the_others_are_told(mission, coordinator):
    Mission.objects.filter(pk=mission.pk).update(coordinator=coordinator)
    Membership.objects.create(user=coordinator, organisation=mission.offer.organisation)
    bill(mission, 40)
    asked = Notification.objects.filter(kind="below_cost_asked")
    assert asked.count() == 2
    assert not asked.filter(recipient=coordinator).exists()


def test_the_question_falls_when_the_frame_or_the_share_changes(mission, coordinator):
    bill(mission, 40)
    letter = Notification.objects.get(kind="below_cost_asked", recipient=coordinator)
    assert not rules.why_moot(letter)
    bill(mission, 100)
    assert rules.why_moot(letter)
    assert not waits(mission, coordinator)
    bill(mission, 40)
    Mission.objects.filter(pk=mission.pk).update(regime=Regime.NOT_ELIGIBLE)
    assert not waits(mission, coordinator)
    with pytest.raises(NotYet, match="aucune facturation"):
        below_cost.answer(mission, share=40, agrees=True, words="", by=coordinator)


def test_what_all_have_signed_is_not_refused_afterwards_nor_lowered_without_a_yes(coordinator):
    mission = signed_mission(Regime.NON_PROFIT_LOAN)
    by = make_coordinator(mission.need.pole, first_name="Anna")
    told_of = {"why": "Nos comptes.", "read": mission.sheet.number, "side": Side.OFFER}
    told_of |= {"by": mission.offer.person, "now": timezone.now()}
    with pytest.raises(NotYet, match="demande d’abord le oui"):
        amendments.propose(mission, {"billed_share": 50}, **told_of)
    below_cost.answer(mission, share=50, agrees=True, words="", by=by)
    amendment = amendments.propose(
        Mission.objects.get(pk=mission.pk), {"billed_share": 50}, **told_of
    )
    assert [change["name"] for change in amendment.changes] == ["billed_share"]
    papers = {one.kind: text_of(ledger.read(one)) for one in amendment.documents.all()}
    assert "facturé en dessous de son coût" in papers[Kind.CONVENTION_CHANGE]
    assert "en dessous" not in papers[Kind.CONTRACT_CHANGE]
    with pytest.raises(NotYet, match="Ce que tous ont signé"):
        below_cost.answer(mission, share=100, agrees=False, words="Non.", by=by)


def test_a_renewal_and_a_change_of_frame_ask_too(mission, coordinator):
    MissionSheet.objects.update(billed_share=40)
    Mission.objects.filter(pk=mission.pk).update(regime="")
    regimes.choose(
        Mission.objects.get(), whose=RegimeChoice.Whose.NON_PROFIT, directs="STRUCTURE", by=mission.offer.person
    )  # fmt: skip
    assert waits(mission, coordinator)
    need = make_need(mission.need.organisation)
    again = make_proposal(need, make_offer(organisation=mission.offer.organisation))
    following = Mission.objects.create(
        proposal=again, need=need, offer=again.offer, regime=Regime.NON_PROFIT_LOAN,
        starts_on=mission.starts_on, ends_on=mission.ends_on, status=MissionStatus.FRAMING,
    )  # fmt: skip
    sheets.begin_again(following, MissionSheet.objects.get(), hours=10, by=mission.offer.person)
    assert waits(following, coordinator)


def test_the_versions_say_what_is_billed_where_something_is(mission):
    version = bill(mission, 40)
    assert version.data["billed_share"] == "40"
    other = make_mission(work=True, regime=Regime.LOAN)
    changed = {"aim": "Autre but."}
    version = sheets.change(other, changed, read=1, side=Side.OFFER, by=other.offer.person)
    assert "billed_share" not in version.data


def made(mission, kind=CONVENTION):
    by = head_of(mission.need.organisation)
    return documents.make(kind, fresh(mission), by=by, now=timezone.now())


@pytest.mark.parametrize(
    ("regime", "was", "found", "why"),
    [
        (Regime.NON_PROFIT_LOAN, "ASSOCIATION", "SCIC", "Seuls une association"),
        (Regime.LOAN, "SCIC", "ASSOCIATION", "cadre juridique à part"),
    ],
)
def test_nothing_is_made_nor_signed_in_a_frame_that_isn_t_open_to_the_employer(
    regime, was, found, why
):
    mission = make_signable(regime)
    lender = Organisation.objects.filter(pk=mission.offer.organisation_id)
    lender.update(kind=Organisation.Kind.ESS, legal_form=was)
    convention, contract = kinds_before(regime)
    paper = made(mission, convention)
    lender.update(legal_form=found)
    with pytest.raises(NotYet, match=why):
        sign_all(Document.objects.get(pk=paper.pk))
    with pytest.raises(NotYet, match=why):
        made(mission, contract)
    assert not paper.signatures.exists()


def test_what_the_coordination_has_refused_meanwhile_is_not_signed(coordinator):
    mission = make_signable(Regime.NON_PROFIT_LOAN)
    MissionSheet.objects.filter(mission=mission).update(billed_share=40, least_share=40)
    paper = made(mission)
    below_cost.answer(mission, share=40, agrees=False, words="Non.", by=coordinator)
    with pytest.raises(NotYet, match="plus valable"):
        sign_all(Document.objects.get(pk=paper.pk))
    assert not paper.signatures.exists()
    below_cost.answer(mission, share=40, agrees=True, words="", by=coordinator)
    sign_all(made(mission))


def test_nor_does_an_amendment_that_it_has_refused_since_come_into_force(coordinator):
    mission = signed_mission(Regime.NON_PROFIT_LOAN)
    below_cost.answer(mission, share=50, agrees=True, words="", by=coordinator)
    amendment = amendments.propose(
        fresh(mission), {"billed_share": 50}, why="Nos comptes.", read=mission.sheet.number,
        side=Side.OFFER, by=mission.offer.person, now=timezone.now(),
    )  # fmt: skip
    below_cost.answer(mission, share=50, agrees=False, words="Non.", by=coordinator)
    with pytest.raises(NotYet, match="demande d’abord le oui"):
        sign_papers(amendment)
    assert MissionSheet.objects.get(mission=mission).billed_share == 100


def test_who_asked_for_it_for_a_side_leaves_the_answer_to_others_once_they_have_left(
    client, mission, coordinator
):
    gone = make_coordinator(mission.need.pole, first_name="Lou")
    Mission.objects.filter(pk=mission.pk).update(coordinator=gone)
    there = Membership.objects.create(user=gone, organisation=mission.offer.organisation)
    sheets.change(mission, {"billed_share": 40}, read=1, side=Side.OFFER, by=gone)
    there.delete()
    bill(mission, 30)
    assert told("below_cost_asked", coordinator) == 2
    assert not told("below_cost_asked", gone)
    assert not waits(mission, gone)
    client.force_login(gone)
    sent = {"share": 30, "agrees": "yes", "words": "."}
    assert client.post(reverse("mission-below-cost", args=[mission.pk]), sent).status_code == 403
    assert waits(mission, coordinator)
    alone = Membership.objects.coordinating(mission.need.pole).exclude(user=gone)
    alone.delete()
    assert permissions.can_agree_below_cost(gone, fresh(mission)), "nobody else is left to say so"


def test_who_agrees_at_work_reads_what_is_billed(client, mission):
    bill(mission, 40)
    MissionSheet.objects.filter(mission=mission).update(need_agreed=2, offer_agreed=2)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.AGREEMENT)
    manager = {"manager_name": "Dominique Roy", "manager_email": "dominique@example.org"}
    client.force_login(mission.offer.person)
    client.post(reverse("mission-agreement", args=[mission.pk]), manager)
    client.logout()
    letter = Notification.objects.get(kind="agreement_asked")
    page = client.get(re.search(r"/accord/[\w-]+/", letter.text).group())
    assert "Facturé à 40\xa0% de son coût" in page.text
