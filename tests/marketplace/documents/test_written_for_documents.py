"""What papers say of the aim and the work: asked for on the sheet, in the third person, before any is made."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import documents, ledger
from marketplace.actions.market import proposals
from marketplace.actions.missions import missions, sheets
from marketplace.actions.refusals import NotYet
from marketplace.documents.facts import the_pole
from marketplace.models import (
    Kind,
    Mission,
    MissionSheet,
    Origin,
    Place,
    Proposal,
    Regime,
    Side,
)
from marketplace.states import MissionStatus
from marketplace.words.persons import first_person
from tests.factories import (
    make_commune,
    make_mission,
    make_need,
    make_offer,
    make_proposal,
    make_user,
    write_for_papers,
)
from tests.marketplace.documents import document_desk
from tests.marketplace.documents.test_documents import text_of
from tests.marketplace.missions.amending import fresh, signed_mission
from tests.marketplace.missions.test_amendment_doors import new_page
from tests.marketplace.missions.test_amendment_doors import posted as amended
from tests.marketplace.missions.test_mission_sheet import page, written

WRITTEN = {"aim": "L’association publie ses annonces.", "work": "Construire le site."}


@pytest.fixture
def mission():
    return make_mission(work=True, regime=Regime.PRESTATION, written=False)


@pytest.fixture
def treasurer(mission):
    return mission.need.organisation.members.get()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Je suis trésorière", "Je"),
        ("Ce que j’ai fait", "j’"),
        ("Refaire notre site", "notre"),
        ("l'outil de nos bénévoles", "nos"),
        ("C’est à nous", "nous"),
        ("Un mois de moisson, nosologie", ""),
        ("La paroisse Notre-Dame", ""),
        ("Le devis « Mon site »", ""),
        ("L’association aide ses membres", ""),
    ],
)
def test_whoever_says_i_is_heard_and_nobody_else(text, word):
    assert first_person(text) == word


def test_nobody_says_yes_to_a_sheet_that_the_papers_cannot_print(client, mission, treasurer):
    with pytest.raises(NotYet, match="le but et le travail confié"):
        missions.agree(mission, read=1, side=Side.NEED, by=treasurer)
    client.force_login(treasurer)
    shown = client.get(page(mission)).content.decode()
    assert "Écrivez ce que diront les papiers" in shown
    assert "Oui à cette fiche" not in shown


def test_writing_them_is_a_yes_and_then_the_other_side_says_theirs(client, mission, treasurer):
    client.force_login(treasurer)
    assert client.post(page(mission), written(mission, **WRITTEN)).status_code == 302
    sheet = MissionSheet.objects.get(mission=mission)
    assert (sheet.aim, sheet.is_agreed_by(Side.NEED)) == (WRITTEN["aim"], True)
    assert missions.agree(mission, read=2, side=Side.OFFER, by=mission.offer.person)


def test_the_work_starts_from_what_the_need_expects_unless_it_says_we(client, mission, treasurer):
    client.force_login(treasurer)
    mission.need.context = "Je suis trésorière depuis un an."
    mission.need.deliverable = "Un site que l’équipe sait modifier."
    mission.need.save()
    form = client.get(page(mission) + "?modifier=oui").context["form"]
    assert form["work"].value() == "Un site que l’équipe sait modifier."
    assert form["aim"].value() == ""
    mission.need.deliverable = "Un site que nous savons modifier."
    mission.need.save()
    form = client.get(page(mission) + "?modifier=oui").context["form"]
    assert form["work"].value() == ""


@pytest.mark.parametrize("name", ["aim", "work", "deliverables", "material", "expenses"])
def test_we_typed_there_is_pointed_at_beside_the_field(client, mission, treasurer, name):
    client.force_login(treasurer)
    said = written(mission, **WRITTEN | {name: "Nous prêtons notre ordinateur."})
    answer = client.post(page(mission), said)
    assert list(answer.context["form"].errors) == [name]
    assert "plutôt que «\u00a0Nous\u00a0»" in answer.content.decode()
    assert "Je garde ces mots" in answer.content.decode()
    assert client.post(page(mission), said | {"warned": "on"}).status_code == 302


def test_a_stranger_writes_nothing_there(client, mission):
    client.force_login(make_user())
    assert client.post(page(mission), written(mission, **WRITTEN)).status_code == 404


@pytest.mark.parametrize("regime", list(Regime))
def test_an_old_sheet_is_asked_for_its_words_before_the_next_paper(regime):
    mission = document_desk.make_mission(regime)
    MissionSheet.objects.filter(mission=mission).update(work="", aim="Je suis trésorière.")
    mission = Mission.objects.get(pk=mission.pk)
    by = document_desk.head_of(mission.need.organisation)
    for kind in documents.kinds_before(regime):
        with pytest.raises(NotYet, match="le but et le travail confié"):
            documents.make(kind, mission, by=by, now=timezone.now())
    sheets.change(mission, WRITTEN, read=1, side=Side.NEED, by=by)
    MissionSheet.objects.filter(mission=mission).update(need_agreed=2, offer_agreed=2)
    mission = Mission.objects.get(pk=mission.pk)
    for kind in documents.kinds_before(regime):
        told = documents.make(kind, mission, by=by, now=timezone.now()).facts["mission"]
        assert (told["aim"], told["work"]) == (WRITTEN["aim"], WRITTEN["work"])


@pytest.mark.parametrize(("values", "version"), [({}, 2), ({"hours": 71}, 1)])
def test_writing_them_on_an_old_sheet_leaves_the_employer_s_yes(values, version):
    mission = document_desk.make_mission(Regime.LOAN)
    MissionSheet.objects.filter(mission=mission).update(work="")
    Mission.objects.filter(pk=mission.pk).update(agreed_version=1, agreed_hours=70)
    by = document_desk.head_of(mission.need.organisation)
    sheets.change(mission, WRITTEN | values, read=1, side=Side.NEED, by=by)
    assert Mission.objects.get(pk=mission.pk).agreed_version == version


def test_papers_that_lack_their_words_lead_to_the_sheet(client):
    mission = document_desk.make_mission(Regime.LOAN)
    MissionSheet.objects.filter(mission=mission).update(work="")
    client.force_login(document_desk.head_of(mission.need.organisation))
    shown = client.get(reverse("mission-documents", args=[mission.pk])).content.decode()
    assert "le but et le travail confié" in shown
    assert f'href="{page(mission)}"' in shown
    assert "Écrivez sur la fiche" in client.get(mission.get_absolute_url()).content.decode()


def test_nobody_is_sent_to_a_sheet_that_cannot_change_any_more(client):
    """A mission on own time ran without these words and was stopped: its papers asked for them all the same."""
    mission = document_desk.make_mission(Regime.VOLUNTEERING)
    MissionSheet.objects.filter(mission=mission).update(aim="", work="")
    Mission.objects.filter(pk=mission.pk).update(
        status="INTERRUPTED", started_at=timezone.now(), interrupted_at=timezone.now()
    )
    client.force_login(document_desk.head_of(mission.need.organisation))
    shown = client.get(reverse("mission-documents", args=[mission.pk])).text
    assert "Écrivez d’abord" not in shown
    assert f'href="{page(mission)}"' not in shown
    assert "La mission est terminée" in shown


def test_what_was_signed_in_the_first_person_is_amended_without_being_written_again(client):
    mission = signed_mission()
    MissionSheet.objects.filter(mission=mission).update(work="", aim="Je suis trésorière.")
    mission = fresh(mission)
    client.force_login(document_desk.head_of(mission.need.organisation))
    answer = client.post(new_page(mission), amended(mission, hours=90, step="see"))
    assert answer.context["form"].errors == {}
    answer = client.post(
        new_page(mission), amended(mission, hours=90, step="see", why="Nous avons du retard.")
    )
    assert list(answer.context["form"].errors) == ["why"]


def test_an_old_sheet_s_aim_is_left_out_of_what_is_certified():
    mission = document_desk.give_hours(document_desk.make_mission(Regime.VOLUNTEERING))
    MissionSheet.objects.filter(mission=mission).update(work="", aim="Je suis trésorière.")
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DELIVERED)
    mission = Mission.objects.get(pk=mission.pk)
    by = document_desk.head_of(mission.need.organisation)
    for kind in (Kind.VOLUNTEER_CERTIFICATE, Kind.PASSPORT):
        paper = documents.make(kind, mission, by=by, now=timezone.now())
        assert "Je suis" not in text_of(ledger.read(paper))


# --- where, and how long -------------------------------------------------------------------
def test_the_address_is_the_structure_s_when_the_need_is_there():
    assert make_mission(work=True).sheet.address == "59000 Lille"
    roubaix = make_commune("59512", "Roubaix (Nord)", postal_codes="59100")
    away = make_mission(work=True, need=make_need(member=make_user(), commune=roubaix))
    assert away.sheet.address == "59100 Roubaix (Nord)"


@pytest.mark.parametrize("place", list(Place))
def test_a_place_is_said_in_the_words_of_its_choice(place):
    mission = document_desk.make_mission()
    MissionSheet.objects.filter(mission=mission).update(where=place, address="3 rue Neuve (cour)")
    mission = Mission.objects.get(pk=mission.pk)
    by = document_desk.head_of(mission.need.organisation)
    told = documents.make(Kind.CONVENTION_SERVICE, mission, by=by, now=timezone.now()).facts
    assert (
        told["mission"]["where"]
        == {
            Place.ON_SITE: "sur place, 3 rue Neuve (cour)",
            Place.REMOTE: "à distance",
            Place.BOTH: "sur place ou à distance ; sur place : 3 rue Neuve (cour)",
        }[place]
    )


def test_the_two_papers_of_a_loan_say_the_same_of_what_the_sheet_leaves_open():
    mission = document_desk.make_mission(Regime.LOAN)
    MissionSheet.objects.filter(mission=mission).update(schedule="", material="")
    mission = Mission.objects.get(pk=mission.pk)
    by = document_desk.head_of(mission.need.organisation)
    for kind in (Kind.CONVENTION_LOAN, Kind.AMENDMENT):
        said = text_of(ledger.read(documents.make(kind, mission, by=by, now=timezone.now())))
        assert "convenus entre les référents" in said
        assert "chaque partie fournit ce qui lui est habituel" in said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Pôle du Nord", "le Pôle du Nord"),
        ("Grand Est", "le pôle Grand Est"),
        ("Le pôle des Hauts", "le pôle des Hauts"),
        ("PÔLE NORD", "le PÔLE NORD"),
        ("Les Hauts", "les Hauts"),
    ],
)
def test_a_pole_is_named_once_with_its_article(name, said):
    assert the_pole(name) == said


def test_the_sheet_starts_from_the_fewer_hours_and_says_so(client):
    need = make_need(member=make_user(), hours=70)
    offer = make_offer(hours=20)
    proposal = make_proposal(need, offer)
    by = need.organisation.members.get()
    mission = proposals.accept(proposal, side=Side.NEED, by=by)
    assert mission.sheet.hours == 20
    client.force_login(by)
    said = "le besoin en demande 70, l’offre en donne 20"
    assert said in client.get(page(mission)).content.decode()
    write_for_papers(mission)
    sheets.change(mission, {"hours": 30}, read=1, side=Side.NEED, by=by)
    assert said not in client.get(page(mission)).content.decode()


@pytest.mark.parametrize("goes_on", ["renewal", "transfer"])
def test_no_offer_is_said_to_give_the_hours_with_which_a_mission_goes_on(client, goes_on):
    """“L’offre en donne 33” was said to the colleague who takes over the 33 hours that are left of 40."""
    need = make_need(member=make_user(), hours=40)
    proposal = make_proposal(need, make_offer(hours=33))
    by = need.organisation.members.get()
    mission = proposals.accept(proposal, side=Side.NEED, by=by)
    if goes_on == "renewal":
        Mission.objects.filter(pk=mission.pk).update(renewed_from=make_mission())
    else:
        Proposal.objects.filter(pk=proposal.pk).update(origin=Origin.TRANSFER)
    client.force_login(by)
    assert "l’offre en donne" not in client.get(page(mission)).text
