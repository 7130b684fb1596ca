"""The mission sheet: filled in beforehand, changed by both sides, agreed by both, each version kept."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from common.dates import in_french
from marketplace.actions.market import proposals
from marketplace.actions.missions import missions, renewals, sheets
from marketplace.actions.refusals import NotYet
from marketplace.documents import facts
from marketplace.models import (
    Kind,
    Mission,
    MissionSheet,
    Place,
    Regime,
    SheetVersion,
    Side,
)
from marketplace.rules import half_yeses
from marketplace.states import MissionStatus
from notifications.models import Notification
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
from tests.marketplace.documents.document_desk import make_mission as lent


@pytest.fixture
def mission():
    return make_mission(work=True, regime=Regime.PRESTATION)


@pytest.fixture
def treasurer(mission):
    return mission.need.organisation.members.get()


def page(mission) -> str:
    return reverse("mission-sheet", args=[mission.pk])


def written(mission, **changes) -> dict:
    """What the form would send back untouched, then what is changed."""
    sheet = MissionSheet.objects.get(mission=mission)
    values = {
        "read": sheet.number,
        "aim": sheet.aim,
        "work": sheet.work,
        "deliverables": sheet.deliverables,
        "starts_on": mission.starts_on,
        "ends_on": mission.ends_on,
        "hours": sheet.hours,
        "schedule": sheet.schedule,
        "where": sheet.where,
        "address": sheet.address,
        "need_referent": sheet.need_referent_id or "",
        "offer_referent": sheet.offer_referent_id or "",
        "rights": sheet.rights,
    }
    return values | changes


def test_it_begins_with_what_need_and_offer_say():
    sheet = make_mission(work=True, written=False).sheet
    mission = sheet.mission
    assert (sheet.aim, sheet.work) == ("", ""), "written for the papers, never from the need's “I”"
    assert sheet.deliverables == mission.need.deliverable
    assert sheet.hours == mission.need.hours
    assert sheet.offer_referent == mission.offer.person
    assert sheet.versions.get().number == 1


@pytest.mark.parametrize("regime", [Regime.VOLUNTEERING, Regime.NON_PROFIT_LOAN])
def test_nobody_is_told_to_write_of_a_company_where_there_is_none(client, regime):
    mission = make_mission(work=regime != Regime.VOLUNTEERING, regime=regime)
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-sheet", args=[mission.pk]), {"modifier": "oui"}).text
    assert "Les papiers impriment ces mots" in page
    assert "«\xa0l’entreprise\xa0»" not in page


def test_the_structure_is_shown_no_list_of_who_works_at_the_company(client, mission, treasurer):
    colleague, company = make_user("Zoé", "Martinez"), mission.offer.organisation
    company.memberships.create(user=colleague)
    offered = f'value="{colleague.pk}"'
    for who, shown in ((treasurer, False), (mission.offer.person, True)):
        client.force_login(who)
        form = client.get(page(mission), {"modifier": ""}).text
        assert ("Zoé Martinez" in form, offered in form) == (shown, shown)
    client.force_login(treasurer)
    client.post(page(mission), written(mission, offer_referent=colleague.pk, hours=30))
    sheet = MissionSheet.objects.get(mission=mission)
    assert (sheet.number, sheet.offer_referent) == (1, mission.offer.person)
    client.force_login(mission.offer.person)
    client.post(page(mission), written(mission, offer_referent=colleague.pk))
    client.force_login(treasurer)
    client.post(page(mission), written(mission, hours=30))
    sheet.refresh_from_db()
    assert (sheet.hours, sheet.offer_referent) == (30, colleague), "whom the company chose stays"


def test_a_change_is_a_version_and_the_other_side_hears_of_it(client, mission, treasurer):
    client.force_login(treasurer)
    client.post(page(mission), written(mission, hours=24, material="Un ordinateur."))
    version = SheetVersion.objects.get(number=2)
    assert (version.by, version.side) == (treasurer, Side.NEED)
    letter = Notification.objects.get(recipient=mission.offer.person, kind="sheet_changed")
    assert "version 2" in letter.text
    shown = client.get(reverse("mission-versions", args=[mission.pk])).content.decode()
    assert "Un ordinateur." in shown
    assert "Avant" in shown


def test_whoever_saves_says_yes_and_the_other_has_to_say_it_again(mission, treasurer):
    missions.agree(mission, read=1, side=Side.OFFER, by=mission.offer.person)
    sheets.change(mission, {"hours": 24}, read=1, side=Side.NEED, by=treasurer)
    sheet = MissionSheet.objects.get(mission=mission)
    assert sheet.is_agreed_by(Side.NEED)
    assert not sheet.is_agreed_by(Side.OFFER)


def test_saving_the_same_is_no_version(client, mission, treasurer):
    client.force_login(treasurer)
    answer = client.post(page(mission), written(mission), follow=True)
    assert "Rien n’a changé." in answer.content.decode()
    assert SheetVersion.objects.count() == 1


def test_nobody_overwrites_what_they_have_not_read(client, mission, treasurer):
    sheets.change(mission, {"hours": 24}, read=1, side=Side.OFFER, by=mission.offer.person)
    client.force_login(treasurer)
    answer = client.post(page(mission), written(mission, read=1, aim="Un texte bien à elle."))
    shown = answer.content.decode()
    assert "Quelqu’un a changé la fiche" in shown
    assert "Un texte bien à elle." in shown
    assert SheetVersion.objects.count() == 2


def test_two_yeses_lead_to_the_employer(client, mission, treasurer):
    for person in (treasurer, mission.offer.person):
        client.force_login(person)
        client.post(reverse("mission-sheet-agree", args=[mission.pk]), {"read": 1})
    mission.refresh_from_db()
    assert mission.status == MissionStatus.AGREEMENT


def test_the_last_yes_to_the_sheet_is_one_letter(mission, treasurer):
    told = Notification.objects.filter(recipient=mission.offer.person).exclude(
        kind="proposal_agreed"
    )
    missions.agree(mission, read=1, side=Side.OFFER, by=mission.offer.person)
    assert Notification.objects.filter(recipient=treasurer, kind="sheet_agreed").exists()
    missions.agree(mission, read=1, side=Side.NEED, by=treasurer)
    assert [letter.kind for letter in told] == ["mission_moved"]
    assert "Les deux parties ont dit oui à la fiche" in told.get().text
    assert "qui est votre responsable" in told.get().text
    assert "la personne qui vient" not in told.get().text, "it is its reader"


def test_the_letter_says_who_names_the_manager(mission, treasurer):
    """“Nous écrivons à son ou sa responsable” was sent to whoever comes, who has yet to say who that is."""
    person = mission.offer.person
    sheets.change(mission, {"work": "Construire."}, read=1, side=Side.NEED, by=treasurer)
    missions.agree(mission, read=2, side=Side.OFFER, by=person)
    told = Notification.objects.get(kind="mission_moved", recipient=treasurer)
    assert "la personne qui vient nous indique" in told.text


def test_a_colleague_isn_t_told_that_they_said_yes_themselves(client, mission, treasurer):
    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=mission.need.organisation)
    missions.agree(mission, read=1, side=Side.NEED, by=treasurer)
    client.force_login(colleague)
    said = client.get(page(mission)).text
    assert "Vous avez dit oui" not in said
    assert "De votre côté, c’est oui à cette version" in said


def test_twice_is_once(mission, treasurer):
    missions.agree(mission, read=1, side=Side.NEED, by=treasurer)
    with pytest.raises(NotYet, match="déjà acceptée"):
        missions.agree(mission, read=1, side=Side.NEED, by=treasurer)


def test_a_yes_is_to_the_version_that_was_read(client, mission, treasurer):
    sheets.change(mission, {"hours": 24}, read=1, side=Side.OFFER, by=mission.offer.person)
    client.force_login(treasurer)
    url = reverse("mission-sheet-agree", args=[mission.pk])
    assert "lisez d’abord" in client.post(url, {"read": "1"}, follow=True).content.decode()
    assert "lisez d’abord" in client.post(url, {"read": "²"}, follow=True).content.decode()
    assert not MissionSheet.objects.get(mission=mission).is_agreed_by(Side.NEED)


def test_without_a_frame_two_yeses_go_nowhere(treasurer):
    mission = make_mission(work=True)
    person = mission.offer.person
    missions.agree(mission, read=1, side=Side.OFFER, by=person)
    missions.agree(mission, read=1, side=Side.NEED, by=mission.need.created_by)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.FRAMING
    with pytest.raises(NotYet, match="cadre juridique"):
        missions.frame(mission, by=person)


def test_a_loan_of_four_years_is_refused_in_a_sentence(mission, treasurer):
    mission.regime = Regime.LOAN
    mission.ends_on = in_days(4 * 366)
    mission.save()
    for side, by in ((Side.NEED, treasurer), (Side.OFFER, mission.offer.person)):
        with pytest.raises(NotYet, match="La loi l’arrête"):
            missions.agree(mission, read=1, side=side, by=by)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("hours", "-3", "supérieure ou égale à"),
        ("hours", "1000000000000", "inférieure ou égale à"),
        ("hours", "3,5", "nombre entier"),
        ("aim", "", "obligatoire"),
    ],
)
def test_a_bad_value_is_answered_in_a_sentence(client, mission, treasurer, name, value, sentence):
    client.force_login(treasurer)
    shown = client.post(page(mission), written(mission, **{name: value})).content.decode()
    assert sentence in shown
    assert SheetVersion.objects.count() == 1


def test_the_end_cannot_come_before_the_beginning(client, mission, treasurer):
    client.force_login(treasurer)
    changes = written(mission, starts_on=in_days(10), ends_on=in_days(5))
    assert "La fin est avant le début" in client.post(page(mission), changes).content.decode()


def test_a_change_during_the_signatures_frames_it_anew(treasurer):
    mission = make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.DOCUMENTS)
    sheets.change(mission, {"hours": 24}, read=1, side=Side.NEED, by=mission.need.created_by)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.FRAMING


def test_it_is_too_late_once_delivered(client, treasurer):
    mission = make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.DELIVERED)
    client.force_login(mission.offer.person)
    shown = client.post(page(mission), written(mission, hours=24)).content.decode()
    assert "La fiche ne peut plus changer" in shown


def test_a_coordinator_edits_on_behalf_and_both_are_asked(mission):
    coordinator = make_coordinator(mission.need.pole)
    sheets.change(mission, {"hours": 24}, read=1, side="", by=coordinator)
    sheet = MissionSheet.objects.get(mission=mission)
    assert not sheet.is_agreed_by(Side.NEED)
    assert not sheet.is_agreed_by(Side.OFFER)
    assert Notification.objects.filter(kind="sheet_changed").count() == 2


def test_a_stranger_finds_nothing_and_nobody_signs_in(client, mission):
    names = ("mission-sheet", "mission-sheet-agree", "mission-versions", "mission-go-on")
    for name in names:
        url = reverse(name, args=[mission.pk])
        client.logout()
        assert client.post(url).status_code == 302
        client.force_login(make_user())
        assert client.post(url).status_code in {404, 405}


@pytest.mark.parametrize(
    "status",
    [MissionStatus.LEFT, MissionStatus.DELIVERED, MissionStatus.CLOSED, MissionStatus.INTERRUPTED],
)
def test_nobody_says_yes_to_the_sheet_of_a_mission_that_awaits_none(client, status):
    stopped = {"interrupted_at": timezone.now()} if status == MissionStatus.INTERRUPTED else {}
    mission = make_mission(work=True, regime=Regime.PRESTATION, status=status, **stopped)
    client.force_login(mission.need.organisation.members.get())
    door = reverse("mission-sheet-agree", args=[mission.pk])
    said = client.post(door, {"read": 1}, follow=True)
    assert "Plus personne n’a à dire oui" in said.text
    assert MissionSheet.objects.get(mission=mission).need_agreed is None


def test_a_colleague_named_to_turn_to_reads_the_mission_and_acts_for_nobody(client, mission):
    colleague, company = make_user("Zoé", "Martinez"), mission.offer.organisation
    company.memberships.create(user=colleague)
    client.force_login(colleague)
    assert client.get(mission.get_absolute_url()).status_code == 404
    MissionSheet.objects.filter(mission=mission).update(offer_referent=colleague)
    thread = mission.proposal.thread
    thread.messages.create(author=mission.offer.person, text="Entre nous deux.", sent_key="k")
    for door in ("mission", "mission-sheet", "mission-documents", "mission-hours"):
        seen = client.get(reverse(door, args=[mission.pk]))
        assert seen.status_code == 200, door
        assert "Entre nous deux." not in seen.text
    assert client.get(thread.get_absolute_url()).status_code == 404
    for door in ("mission-sheet", "mission-sheet-agree", "mission-interrupt", "mission-start"):
        assert client.post(reverse(door, args=[mission.pk]), {"read": 1}).status_code == 403, door
    assert client.get(reverse("amendment-new", args=[mission.pk])).status_code == 302, "may propose"
    company.memberships.filter(user=colleague).delete()
    assert client.get(mission.get_absolute_url()).status_code == 404


def test_at_work_nobody_is_named_to_turn_to_for_what_is_done_on_one_s_own_time(client):
    mission, colleague = make_mission(work=True), make_user()
    mission.offer.organisation.memberships.create(user=colleague)
    MissionSheet.objects.filter(mission=mission).update(offer_referent=colleague)
    type(mission.offer).objects.filter(pk=mission.offer_id).update(time="OWN")
    client.force_login(colleague)
    assert client.get(mission.get_absolute_url()).status_code == 404


def test_whoever_comes_stands_on_the_sheet_and_not_who_wrote_their_offer():
    writer = make_user(first_name="Odile")
    offer = make_offer(make_user(first_name="Noé"), created_by=writer)
    need = make_need(member=make_user())
    proposal = make_proposal(need, offer)
    mission = proposals.accept(proposal, side=Side.NEED, by=need.organisation.members.get())
    assert mission.sheet.offer_referent == offer.person


def test_the_structure_turns_to_somebody_else_of_the_company_than_whoever_is_lent():
    """Conventions said that whoever is lent stands for the company that lends them."""
    boss = make_user(first_name="Irène")
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    assert make_mission(work=True, company=company).sheet.offer_referent == boss
    alone = make_mission(work=True, company=company, person=boss)
    assert alone.sheet.offer_referent == boss, "there is nobody else"
    both = make_mission(work=True, company=company, need=make_need(make_organisation(member=boss)))
    assert both.sheet.offer_referent == both.offer.person, "who is of the structure too isn't asked"
    assert make_mission().sheet.offer_referent.memberships.count() == 0


@pytest.mark.parametrize(("where", "told"), [(Place.REMOTE, False), (Place.BOTH, True)])
def test_a_mission_that_is_remote_tells_no_address_on_site(client, mission, where, told):
    MissionSheet.objects.filter(mission=mission).update(where=where, address="3 rue du Moulin")
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-sheet", args=[mission.pk]))
    assert ("3 rue du Moulin" in str(page.context["lines"])) is told


@pytest.mark.parametrize("wrote", ["has left", "comes"])
def test_nobody_is_told_to_turn_to_somebody_who_isn_t_there(wrote):
    """Who wrote the need may have left the structure, or come for it: its papers would name them."""
    aline, inès = make_user(first_name="Aline"), make_user(first_name="Inès")
    need = make_need(make_organisation(member=aline, administrator=inès), created_by=aline)
    aline.memberships.get().delete()
    offer = make_offer(aline if wrote == "comes" else make_user())
    mission = proposals.accept(make_proposal(need, offer), side=Side.NEED, by=inès)
    assert mission.sheet.need_referent == inès


def test_nor_does_what_is_made_later_name_somebody_who_has_left_since():
    """A paper, and the sheet of a renewal."""
    mission = make_mission(work=True, status=MissionStatus.CLOSED, regime=Regime.PRESTATION)
    structure, company = mission.need.organisation, mission.offer.organisation
    first, other = mission.sheet.need_referent, make_user(first_name="Odile")
    structure.memberships.create(user=other, role="ADMINISTRATOR")
    colleague = make_user(first_name="Hugo")
    company.memberships.create(user=colleague)
    MissionSheet.objects.update(offer_referent=colleague)
    Membership.objects.filter(user__in=[first, colleague]).delete()
    mission = Mission.objects.get()
    said = facts.of_mission(Kind.CONVENTION_SERVICE, mission, on=in_days(0))["mission"]
    assert said["structure-referent"] == ""
    assert said["other-referent"] == str(mission.offer.person)
    days = {"starts_on": mission.ends_on + timedelta(days=9), "ends_on": in_days(400)}
    sheet = renewals.renew(mission, **days, hours=10, by=other).sheet
    assert sheet.need_referent == other
    assert sheet.offer_referent != colleague


@pytest.mark.parametrize("theirs", [True, False])
def test_the_agreement_to_be_lent_is_of_the_day_of_their_own_yes_to_its_terms(theirs):
    """Their yes to the proposal comes before its terms are written; nobody else's yes is theirs."""
    mission = lent(Regime.LOAN)
    sheet, by = mission.sheet, mission.offer.person if theirs else make_user()
    sheet.offer_agreed = sheet.number
    mission.steps.create(
        before=mission.status, after=mission.status, by=by,
        reason=half_yeses.to_sheet(Side.OFFER, sheet.number), at=timezone.now() + timedelta(days=7),
    )  # fmt: skip
    said = facts.of_mission(Kind.CONVENTION_LOAN, mission, on=timezone.localdate())
    assert said["person"]["agreed"] == in_french(in_days(7 if theirs else 0))
