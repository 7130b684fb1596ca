"""The structure that leads signs for all, once each has agreed to it on the sheet that it has read."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.documents import documents, signatures, signing_links
from marketplace.actions.missions import regimes, served, sheets
from marketplace.actions.refusals import NotYet
from marketplace.models import Document, Kind, Mission, Regime, Signature
from marketplace.rules import permissions
from marketplace.rules.documents import is_stale
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_coordinator, make_organisation, make_user
from tests.marketplace.documents.test_what_documents_say import words_of
from tests.marketplace.missions.served_people import Form, head_of, joint_mission, structure_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return structure_of("Ville", form=Form.PUBLIC)


@pytest.fixture
def company():
    return make_organisation("COMPANY", administrator=make_user(first_name="Paul"))


@pytest.fixture
def mission(town, company):
    mission = joint_mission(
        town, work=True, company=company, regime=Regime.PRESTATION, status=MissionStatus.DOCUMENTS
    )
    sheet = mission.sheet
    sheet.need_agreed = sheet.offer_agreed = sheet.number
    sheet.save()
    return mission


def lead_of(mission):
    return head_of(mission.need.organisation)


def paper(mission):
    return documents.make(
        Kind.CONVENTION_SERVICE, mission, by=mission.offer.person, now=timezone.now()
    )


def sign(document, party, by):
    return signatures.sign(
        document, party=party, read=document.sha256, name=str(by), capacity="présidente",
        how=Signature.How.ACCOUNT, now=timezone.now(), by=by,
    )  # fmt: skip


def agree(mission, structure, **said):
    row = mission.served.get(organisation=structure)
    said = {"read": mission.sheet.number, "capacity": "maire", "by": head_of(structure)} | said
    return served.give_mandate(row, now=timezone.now(), **said)


def test_the_paper_names_each_and_what_it_gives(mission):
    said = paper(mission).facts["served-too"]
    assert [one["name"] for one in said] == ["Ville"]
    assert said[0]["receipt"].startswith("délivre un reçu fiscal")


def test_nobody_signs_for_the_structures_before_each_has_said_yes(mission, town):
    document = paper(mission)
    with pytest.raises(NotYet, match="Ville"):
        sign(document, "STRUCTURE", lead_of(mission))
    sign(document, "EMPLOYER", head_of(mission.offer.organisation))  # who doesn't wait for it
    assert agree(mission, town)
    sign(document, "STRUCTURE", lead_of(mission))
    document.refresh_from_db()
    assert document.parties_left() == []


def test_nobody_is_sent_a_link_to_sign_for_all_before_each_has_said_yes(client, mission, town):
    document, lead = paper(mission), lead_of(mission)
    treasurer = {"name": "Ada Roux", "capacity": "trésorière", "email": "ada@example.org"}
    ask = {"party": "STRUCTURE", "by": lead, "now": timezone.now()}
    for early in (
        lambda: signing_links.give_address(document, **treasurer, **ask),
        lambda: signing_links.send(document, to=lead, **ask),
    ):
        with pytest.raises(NotYet, match="Ville"):
            early()
    client.force_login(lead)
    forms = ("link_forms", "address_forms")
    assert [list(client.get(document.get_absolute_url()).context[name]) for name in forms] == [
        [],
        [],
    ]
    agree(mission, town)
    page = client.get(document.get_absolute_url())
    assert all(list(page.context[name]) for name in forms)
    assert signing_links.give_address(document, **treasurer, **ask).pk
    assert signing_links.send(document, to=lead, **ask).pk


def test_a_mandate_is_given_once_and_for_the_version_that_was_read(mission, town):
    assert agree(mission, town)
    assert not agree(mission, town)
    values = {"schedule": "Le jeudi"}
    sheets.change(mission, values, read=1, side="NEED", by=lead_of(mission))
    mission = Mission.objects.get(pk=mission.pk)
    with pytest.raises(NotYet):
        agree(mission, town, read=1)
    mission.sheet.need_agreed = mission.sheet.offer_agreed = 2
    mission.sheet.save()
    document = paper(mission)
    with pytest.raises(NotYet, match="Ville"):
        sign(document, "STRUCTURE", lead_of(mission))


def test_it_is_taken_back_until_the_papers_are_signed(mission, town):
    agree(mission, town)
    row = mission.served.get(organisation=town)
    assert served.take_mandate_back(row, by=head_of(town))
    assert not served.take_mandate_back(row, by=head_of(town))
    with pytest.raises(NotYet):
        sign(paper(mission), "STRUCTURE", lead_of(mission))


def test_whoever_may_sign_for_it_is_asked_once_and_the_lead_is_told(mission, town):
    paper(mission)
    asked = Notification.objects.filter(kind="mandate_asked")
    assert [one.recipient for one in asked] == [head_of(town)]
    agree(mission, town)
    told = Notification.objects.filter(kind="mandate_given")
    assert [one.recipient for one in told] == [lead_of(mission)]


def test_the_lead_is_told_each_time_a_mandate_is_taken_back(mission, town):
    row = mission.served.get(organisation=town)
    for _ in range(2):
        agree(mission, town)
        served.take_mandate_back(row, by=head_of(town))
    told = Notification.objects.filter(kind="mandate_taken_back")
    assert [one.recipient for one in told] == [lead_of(mission)] * 2
    assert all("ou retirez-la de la mission" in one.text for one in told)
    agree(mission, town)
    Mission.objects.filter(pk=mission.pk).update(status="RUNNING")
    served.take_mandate_back(row, by=head_of(town))
    assert "retirez-la" not in told.latest("pk").text


def test_no_mandate_is_missed_on_the_page_before_anything_was_signed(client, mission, town):
    client.force_login(lead_of(mission))
    mission_page = client.get(mission.get_absolute_url()).text
    assert "n’a pas de mandat" not in mission_page
    agree(mission, town)
    Document.objects.filter(pk=paper(mission).pk).update(status="SIGNED")
    served.take_mandate_back(mission.served.get(organisation=town), by=head_of(town))
    assert (
        "n’a pas de mandat pour signer autre chose" in client.get(mission.get_absolute_url()).text
    )


def page_of(mission, structure):
    return reverse("served-mandate", args=[mission.served.get(organisation=structure).pk])


def test_the_page_shows_the_sheet_and_takes_the_yes(client, mission, town):
    client.force_login(head_of(town))
    url = page_of(mission, town)
    page = client.get(url).text
    assert "Construire le site" in page
    assert "Ville en délivrera un" in page
    refused = client.post(url, {"capacity": "maire", "read": mission.sheet.number})
    assert refused.status_code == 200
    assert 'value="maire"' in refused.text
    said = {"capacity": "maire", "agrees": "on", "read": mission.sheet.number}
    assert client.post(url, said).status_code == 302
    assert mission.served.get(organisation=town).mandated_by == head_of(town)
    assert "Reprendre le mandat" in client.get(url).text
    client.post(reverse("served-mandate-back", args=[mission.served.get(organisation=town).pk]))
    assert not mission.served.get(organisation=town).has_mandated


def test_an_old_version_is_refused_with_a_sentence_and_what_was_typed(client, mission, town):
    client.force_login(head_of(town))
    for read in ("0", "99"):
        answer = client.post(
            page_of(mission, town), {"capacity": "maire", "agrees": "on", "read": read}
        )
        assert answer.status_code == 200
        assert "a changé depuis" in answer.text
        assert 'value="maire"' in answer.text
    for read in ("", "x", "9" * 40, "-1"):
        answer = client.post(
            page_of(mission, town), {"capacity": "maire", "agrees": "on", "read": read}
        )
        assert answer.status_code == 200
    assert not mission.served.get(organisation=town).has_mandated


def test_nobody_else_gives_it(client, mission, town):
    member, left = make_user(), make_user()
    Membership.objects.create(user=member, organisation=town, role="MEMBER")
    Membership.objects.create(user=left, organisation=town).delete()
    people = [
        (member, 403), (left, 404), (make_user(), 404), (lead_of(mission), 403),
        (mission.offer.person, 403), (head_of(mission.offer.organisation), 403),
    ]  # fmt: skip
    said = {"capacity": "x", "agrees": "on", "read": mission.sheet.number}
    for person, answer in people:
        client.force_login(person)
        assert client.post(page_of(mission, town), said).status_code == answer, person
    Organisation.objects.filter(pk=town.pk).update(status="SUSPENDED")
    client.force_login(head_of(town))
    assert client.post(page_of(mission, town), said).status_code == 403
    assert not mission.served.get(organisation=town).has_mandated


def test_who_gave_it_doesnt_sign_for_the_employer_too(mission, town):
    boss = head_of(town)
    agree(mission, town)
    Membership.objects.create(
        user=boss, organisation=mission.offer.organisation, role="ADMINISTRATOR"
    )
    with pytest.raises(NotYet):
        sign(paper(mission), "EMPLOYER", boss)


def test_a_paper_that_names_one_too_many_is_made_anew(mission, town):
    document = paper(mission)
    assert not is_stale(document)
    served.take_out(mission.served.get(organisation=town), by=head_of(town))
    document.refresh_from_db()
    assert document.is_void
    assert "served-too" not in paper(mission).facts


def test_what_is_signed_stands(mission, town):
    document = paper(mission)
    agree(mission, town)
    sign(document, "STRUCTURE", lead_of(mission))
    sign(document, "EMPLOYER", head_of(mission.offer.organisation))
    with pytest.raises(NotYet):
        served.take_out(mission.served.get(organisation=town), by=lead_of(mission))
    carrier = mission.need.carriers.get()
    assert served.carrier_left(carrier, by=head_of(town)) == 0
    assert Document.objects.visible_to(head_of(town)).filter(pk=document.pk).exists()


def test_who_is_of_a_structure_served_gives_no_employers_yes(mission, town):
    boss = head_of(mission.offer.organisation)
    assert permissions.can_answer_for_company(boss, mission)
    Membership.objects.create(user=boss, organisation=town)
    assert not permissions.can_answer_for_company(boss, mission)


def test_a_structures_own_file_holds_the_papers_that_name_it_and_no_others_receipt(mission, town):
    document = paper(mission)
    other = structure_of("Autre")
    assert document in Document.objects.of_house(town)
    assert document in Document.objects.of_house(mission.need.organisation)
    assert document not in Document.objects.of_house(other)


def test_who_coordinates_and_is_of_a_structure_served_judges_nothing_of_it(mission, town):
    neutral, partial = make_coordinator(mission.need.pole), make_coordinator(mission.need.pole)
    Membership.objects.create(user=partial, organisation=town)
    assert permissions.arbitrates(neutral, mission)
    assert not permissions.arbitrates(partial, mission)


def test_another_legal_frame_asks_again(mission, town):
    agree(mission, town)
    regimes.choose(
        mission, whose="COMPANY", directs="STRUCTURE", receipt="YES", by=lead_of(mission)
    )
    assert not mission.served.filter(mandated_at__isnull=False).exists()


def test_nobody_agrees_before_the_legal_frame_is_known_or_while_theirs_is_another(client, mission):
    coop = structure_of("ACEPP", form=Form.SCIC, gives=None)
    served.keep(mission, [coop])
    row = mission.served.get(organisation=coop)
    door = reverse("served-mandate", args=[row.pk])
    client.force_login(head_of(coop))
    for regime, why in ((Regime.PRESTATION, "n’entrent pas"), ("", "cadre juridique")):
        Mission.objects.filter(pk=mission.pk).update(regime=regime)
        with pytest.raises(NotYet, match=why):
            agree(mission, coop)
        page = client.get(door, follow=True)
        assert why in page.text
        assert door not in page.text


def test_whoever_gives_it_reads_who_comes_and_under_which_law_and_isnt_awaited_by_themselves(
    client, mission, town
):
    paper(mission)
    client.force_login(head_of(town))
    page = client.get(reverse("served-mandate", args=[mission.served.get(organisation=town).pk]))
    assert mission.get_regime_display() in page.text
    assert mission.offer.discreet_name in page.text
    assert str(mission.offer.organisation) in page.text
    page = client.get(mission.get_absolute_url())
    assert not any("Ville" in line["who"] for line in page.context["theirs"])
    client.force_login(lead_of(mission))
    page = client.get(mission.get_absolute_url())
    assert any("Ville" in line["who"] for line in page.context["theirs"])


# --- what the paper says of it ----------------------------------------------------------------
WRITTEN = "donne par écrit, après avoir lu la fiche de mission et avant que la Structure signe"


def test_a_mandate_isnt_said_to_be_given_before_it_is(mission):
    """The paper is made, and the employer signs it, before the others have said yes."""
    mission.served.create(organisation=structure_of("Maison"))
    said = words_of(documents.preview(Kind.CONVENTION_SERVICE, mission))
    assert "au nom des structures qui portent le besoin avec elle" in said
    assert f"en vertu du mandat que chacune lui {WRITTEN}" in said
    assert "lui a donné par écrit" not in said


def test_one_other_structure_is_written_of_in_the_singular(mission):
    said = words_of(documents.preview(Kind.CONVENTION_SERVICE, mission))
    assert "au nom de la structure qui porte le besoin avec elle" in said
    assert f"en vertu du mandat que celle-ci lui {WRITTEN}" in said
    assert "vaut pour chacune des deux, pour les siennes" in said
