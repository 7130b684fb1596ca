"""A coordinator writes a need for a structure that phones, and answers for it until these take it up."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.desk import behalf as acts
from marketplace.actions.market import needs, proposals
from marketplace.actions.refusals import NotYet
from marketplace.models import Behalf, Mission, Need, Offer
from marketplace.rules import permissions
from marketplace.states import NeedStatus, ProposalStatus
from notifications.models import Notification
from tests.factories import (
    make_commune,
    make_offer,
    make_organisation,
    make_pole,
    make_user,
    verify,
)
from tests.marketplace.desk.behalf_people import (
    ADDRESS,
    SENTENCE,
    a_draft,
    a_published_need,
    a_sent_need,
    an_offer,
    completed,
    desk,
    new_house,
    page_of,
    row_of,
    the_link,
    told,
)

FORM = {
    "text": SENTENCE,
    "name": "Les Bottines",
    "commune": "Lille",
    "number": "",
    "person": "Mme Petit",
    "reach": ADDRESS,
    "heard": "CALL",
}


@pytest.fixture
def them():
    return desk()


def form(**fields):
    return FORM | {"heard_on": timezone.localdate().isoformat()} | fields


# --- writing -------------------------------------------------------------------------------
def test_a_call_becomes_a_draft_of_a_structure_made_with_it(client, them):
    client.force_login(them.writer)
    answer = client.post(reverse("behalf-need") + "?nom=Les+Bottines", form())
    need = Need.objects.get()
    assert answer.url == reverse("need-steps", args=[need.pk])
    assert need.context == SENTENCE
    assert need.organisation.name == "Les Bottines"
    assert need.organisation.kind == Organisation.Kind.ESS
    row = row_of(need)
    assert (row.made_here, row.email, row.by) == (True, ADDRESS, them.writer)
    assert not need.organisation.memberships.exists()
    assert not Notification.objects.filter(address=ADDRESS).exists(), "before it is sent"


def test_the_steps_are_those_of_any_need(client, them):
    need = a_draft(them)
    client.force_login(them.colleague)
    page = client.get(reverse("need-step", args=[need.pk, "quoi"]))
    assert page.status_code == 200
    assert SENTENCE in page.content.decode()


@pytest.mark.parametrize("name", ["behalf-first", "behalf-need", "behalf-offer"])
def test_nobody_but_coordinators_writes_for_others(client, them, name):
    assert client.get(reverse(name)).status_code == 302
    client.force_login(make_organisation(member=make_user()).members.get())
    assert client.get(reverse(name)).status_code == 403


def test_a_structure_of_another_pole_is_not_found(client, them):
    house = make_organisation(pole=them.pole)
    client.force_login(them.stranger)
    assert client.get(reverse("behalf-need") + f"?structure={house.pk}").status_code == 404
    client.force_login(them.writer)
    assert client.get(reverse("behalf-need") + f"?structure={house.pk}").status_code == 200


def test_a_commune_of_another_pole_is_refused_in_words(client, them):
    make_commune("74010", "Annecy")
    client.force_login(them.writer)
    page = client.post(reverse("behalf-need"), form(commune="Annecy"))
    assert "Pôle du Lac" in page.content.decode()
    assert SENTENCE in page.content.decode(), "what was typed is kept"
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("text", "", "obligatoire"),
        ("name", "", "son nom"),
        ("commune", "", "sa commune"),
        ("reach", "abc", "ou un numéro de téléphone"),
        ("number", "123", "SIREN"),
        ("heard_on", "2000-01-01", "un an"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client, them, field, value, said):
    client.force_login(them.writer)
    page = client.post(reverse("behalf-need"), form(**{field: value}))
    assert page.status_code == 200
    assert said in page.content.decode()
    assert not Need.objects.exists()


def test_a_number_that_is_taken_makes_no_second_structure(client, them):
    make_organisation(pole=them.pole, siren="732829320")
    client.force_login(them.writer)
    page = client.post(reverse("behalf-need"), form(number="732829320"))
    assert page.status_code == 200
    assert "numéro" in page.content.decode()
    assert Organisation.objects.filter(name="Les Bottines").count() == 0


def test_the_same_form_twice_writes_once(client, them):
    client.force_login(them.writer)
    for _ in range(2):
        client.post(reverse("behalf-need"), form())
    assert Need.objects.count() == Behalf.objects.count() == 1


def test_nothing_is_written_for_a_suspended_structure(them):
    house = make_organisation(pole=them.pole, status="SUSPENDED")
    with pytest.raises(NotYet):
        a_draft(them, house)
    assert not Need.objects.exists()


def test_a_coordinator_who_has_left_writes_nothing(them):
    Membership.objects.filter(user=them.writer).delete()
    with pytest.raises(NotYet):
        a_draft(them)
    with pytest.raises(NotYet):
        an_offer(them)
    assert not Behalf.objects.exists()


def test_a_structure_is_found_as_one_types(client, them):
    make_organisation(pole=them.pole, name="Léon et Cie", siren="732829320")
    make_organisation(pole=them.stranger.organisations.get().pole, name="Léon du Lac")
    client.force_login(them.writer)
    for asked in ("leon", "732 829 320"):
        page = client.get(reverse("behalf-first"), {"q": asked}, headers={"HX-Request": "true"})
        assert "Léon et Cie" in page.content.decode()
        assert "Léon du Lac" not in page.content.decode()
    assert "<html" not in page.content.decode()


def test_the_ways_in_are_on_the_desk_and_on_the_structures_page(client, them):
    house = make_organisation(pole=them.pole)
    client.force_login(them.writer)
    assert reverse("behalf-first") in client.get(reverse("desk")).content.decode()
    way = reverse("behalf-need") + f"?structure={house.pk}"
    assert way in client.get(house.get_absolute_url()).content.decode()
    client.force_login(them.stranger)
    assert way not in client.get(house.get_absolute_url()).content.decode()


# --- who sees, who answers -----------------------------------------------------------------
def test_the_draft_is_seen_by_this_poles_coordinators_alone(client, them):
    need = a_draft(them)
    for person, status in ((them.writer, 200), (them.colleague, 200), (them.stranger, 404), (make_user(), 404)):  # fmt: skip
        client.force_login(person)
        assert client.get(need.get_absolute_url()).status_code == status, person
        assert client.get(page_of(row_of(need))).status_code == (200 if status == 200 else 403 if person != them.stranger else 404)  # fmt: skip


def test_the_page_says_by_whom_and_from_what(client, them):
    need = a_sent_need(them)
    client.force_login(them.colleague)
    page = client.get(need.get_absolute_url()).content.decode()
    assert "Écrit par Awa Diallo pour Les Bottines" in page
    assert "La coordination répond pour Les Bottines" in page
    assert "à partir d’un appel du" in page, "in its story"


def test_one_letter_leaves_when_the_need_is_sent(them):
    need = a_sent_need(them)
    letters = Notification.objects.filter(address=ADDRESS)
    assert [one.kind for one in letters] == ["behalf_written"]
    assert letters.get().secret
    assert row_of(need).ends_at > timezone.now() + timedelta(days=59)


def test_whoever_wrote_it_may_qualify_it(client, them):
    need = a_published_need(them)
    assert need.status == NeedStatus.PUBLISHED
    assert need.coordinator == them.writer


def applied(need, **fields):
    offer = make_offer(pole=need.pole, **fields)
    return proposals.apply(need, offer, word="", by=offer.person)


def test_the_coordination_says_yes_for_the_structure(client, them):
    proposal = applied(a_published_need(them))
    client.force_login(them.writer)
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "Vous répondez pour Les Bottines" in page
    client.post(reverse("proposal-accept", args=[proposal.pk]))
    assert Mission.objects.count() == 1
    mission = Mission.objects.get()
    page = client.get(mission.get_absolute_url()).content.decode()
    assert "Rien n’est signé" in page
    told = Notification.objects.get(recipient=proposal.offer.person, kind="proposal_agreed")
    assert "La coordination répond pour la structure (Les Bottines)" in told.text
    assert them.writer.email in told.text


def test_the_coordination_says_no_for_the_structure(client, them):
    proposal = applied(a_published_need(them))
    client.force_login(them.colleague)
    client.post(reverse("proposal-decline", args=[proposal.pk]), {"cause": "found"})
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.DECLINED
    assert proposal.need_said_no


def test_the_application_reaches_who_answers(them):
    proposal = applied(a_published_need(them))
    told = Notification.objects.filter(kind="proposal_to_need").values_list("recipient", flat=True)
    assert list(told) == [them.writer.pk]
    assert "?answer=yes" in Notification.objects.get(kind="proposal_to_need").text
    assert proposal.need_said_yes_at is None


@pytest.mark.parametrize("who", ["stranger", "nobody"])
def test_nobody_else_answers_for_it(client, them, who):
    proposal = applied(a_published_need(them))
    client.force_login(them.stranger if who == "stranger" else make_user())
    assert client.post(reverse("proposal-accept", args=[proposal.pk])).status_code == 404


def test_a_coordinator_who_is_a_candidate_answers_for_nobody(client, them):
    need = a_published_need(them)
    mine = applied(need, person=them.colleague)
    client.force_login(them.colleague)
    client.post(reverse("proposal-accept", args=[mine.pk]))
    mine.refresh_from_db()
    assert mine.is_open
    other = applied(need)
    assert client.post(reverse("proposal-accept", args=[other.pk])).status_code in (403, 404)


def test_nothing_of_a_mission_is_signed_in_its_place(them):
    need = a_published_need(them)
    mission = proposals.accept(applied(need), side="NEED", by=them.writer)
    assert permissions.side_in(them.writer, mission) is None
    assert permissions.side_of(them.writer, mission.proposal) is None


def test_once_taken_up_the_coordination_no_longer_answers(client, them):
    need = a_published_need(them)
    proposal = applied(need)
    chief = verify(make_user(email=ADDRESS))
    acts.claim(row_of(need), by=chief, now=timezone.now())
    client.force_login(them.writer)
    assert client.post(reverse("proposal-accept", args=[proposal.pk])).status_code == 403
    client.force_login(chief)
    client.post(reverse("proposal-accept", args=[proposal.pk]))
    assert Mission.objects.count() == 1


def test_a_draft_is_sent_by_a_colleague(client, them):
    need = completed(a_draft(them))
    client.force_login(them.colleague)
    client.post(reverse("need-submit", args=[need.pk]))
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED


# --- an offer ------------------------------------------------------------------------------
def test_an_offer_is_nobodys_before_a_yes(client, them):
    row = an_offer(them)
    assert not Offer.objects.exists()
    client.force_login(them.colleague)
    assert "comptabilité" in client.get(page_of(row)).content.decode()
    for person in (them.stranger, make_user()):
        client.force_login(person)
        assert client.get(page_of(row)).status_code in (403, 404)
    assert Notification.objects.get(address=ADDRESS).kind == "behalf_written"


def test_with_a_telephone_alone_no_letter_leaves_until_there_is_an_address(client, them):
    row = an_offer(them, email="", phone="06 12 34 56 78")
    assert not Notification.objects.filter(kind="behalf_written").exists()
    client.force_login(them.writer)
    client.post(reverse("behalf-renew", args=[row.pk]), {"email": ""})
    assert not Notification.objects.filter(kind="behalf_written").exists()
    client.post(reverse("behalf-renew", args=[row.pk]), {"email": ADDRESS})
    assert the_link()


def test_the_offer_form_keeps_it(client, them):
    client.force_login(them.writer)
    said = {"text": "Je sais coudre.", "person": "Karim", "reach": "karim@example.org", "heard": "VISIT"}  # fmt: skip
    said |= {"heard_on": timezone.localdate().isoformat(), "pole": them.pole.pk, "commune": ""}
    answer = client.post(reverse("behalf-offer"), said)
    row = Behalf.objects.get()
    assert answer.url == page_of(row)
    assert (row.text, row.heard) == ("Je sais coudre.", "VISIT")
    other = make_pole("Ailleurs", departments=("75",))
    client.post(reverse("behalf-offer"), said | {"pole": other.pk, "text": "Autre."})
    assert Behalf.objects.count() == 1, "not for another pôle"


def test_a_need_of_a_structure_on_the_site_goes_to_its_administrators(client, them):
    chief = make_user()
    house = make_organisation(pole=them.pole, administrator=chief)
    need = a_sent_need(them, house)
    assert Notification.objects.get(recipient=chief, kind="behalf_yours")
    assert not Notification.objects.filter(kind="behalf_written").exists()
    client.force_login(chief)
    assert "nous le prenons en main" in client.get(need.get_absolute_url()).content.decode()
    client.post(reverse("need-take-up", args=[need.pk]))
    assert row_of(need).claimed_by == chief
    client.force_login(them.writer)
    assert client.post(reverse("need-take-up", args=[need.pk])).status_code == 403


def test_a_second_need_of_the_same_new_structure_is_claimed_with_the_first(them):
    first = a_sent_need(them)
    second = acts.write_need(
        first.organisation, told=told(email="autre@example.org"), text="Autre chose.",
        by=them.writer, now=timezone.now(),
    )  # fmt: skip
    chief = verify(make_user(email=ADDRESS))
    acts.claim(row_of(first), by=chief, now=timezone.now())
    assert row_of(second).claimed_by == chief


def test_the_pages_ask_few_questions_however_many_rows(client, them, django_assert_max_num_queries):
    for number in range(12):
        a_draft(them, new_house(f"Structure {number}"))
    client.force_login(them.writer)
    client.get(reverse("behalf-first"))
    with django_assert_max_num_queries(14):
        client.get(reverse("behalf-first"))


def test_needs_write_leaves_a_need_of_a_structure_as_before(them):
    chief = make_user()
    need = completed(a_draft(them, make_organisation(pole=them.pole, administrator=chief)))
    needs.submit(need, by=chief)
    assert row_of(need).claimed_by == chief


def test_the_desk_says_that_it_was_written_for_the_structure(client, them):
    a_sent_need(them)
    client.force_login(them.colleague)
    assert "écrit pour la structure" in client.get(reverse("desk")).content.decode()


def test_a_structure_that_turns_out_to_be_elsewhere_takes_it_along(them):
    need, far = a_sent_need(them), them.stranger.organisations.get().pole
    Organisation.objects.filter(pk=need.organisation_id).update(pole=far)
    needs.follow_moved_structures()
    row = row_of(need)
    assert row.pole == far
    assert not Behalf.objects.visible_to(them.writer).exists()
    assert Behalf.objects.visible_to(them.stranger).get() == row
