"""A volunteer or a company publishes what they offer, pauses it, and hears when it is over."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace import ranking
from marketplace.actions.market import needs, offers, proposals
from marketplace.models import Offer, Proposal, Side, Time
from marketplace.rules import own_yes
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus
from notifications.models import Notification
from tests.factories import (
    a_pole,
    in_days,
    make_commune,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_skill,
    make_user,
)


@pytest.fixture
def typed():
    a_pole()
    make_skill("site-web", "Site internet")
    return {
        "title": "Développeuse web",
        "about": "Je construis des sites simples.",
        "place": "BOTH",
        "commune": make_commune().insee,
        "radius_km": "30",
        "starts_on": in_days(0).isoformat(),
        "ends_on": in_days(120).isoformat(),
        "days": ["0", "2"],
        "volume": "20",
        "unit": "hours",
        "capacity": "1",
        "skills": ["site-web"],
    }


def test_a_volunteer_publishes_an_offer_on_their_own_time(client, typed):
    volunteer = make_user()
    client.force_login(volunteer)
    client.post(reverse("offer-new"), typed | {"publish": "yes"})
    offer = Offer.objects.get()
    assert (offer.person, offer.organisation, offer.time) == (volunteer, None, Time.OWN)
    assert (offer.status, offer.weekdays, offer.hours) == (OfferStatus.PUBLISHED, 0b101, 20)
    assert offer.pole == a_pole()


def test_more_hours_than_the_dates_have_room_for_are_said_beside_them(client, typed):
    client.force_login(make_user())
    week = {"ends_on": in_days(6).isoformat(), "volume": "71", "publish": "yes"}
    errors = client.post(reverse("offer-new"), typed | week).context["form"].errors
    assert list(errors) == ["volume"]
    assert "70 heures au plus" in errors["volume"][0].replace("\u00a0", " ")
    client.post(reverse("offer-new"), typed | week | {"volume": "70"})
    assert Offer.objects.get().hours == 70


def test_a_company_offers_one_of_its_people_on_working_time(client, typed):
    boss, employee = make_user(), make_user()
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss, member=employee)
    client.force_login(boss)
    client.post(
        reverse("offer-new"), typed | {"publish": "yes", "time": "WORK", "person": employee.pk}
    )
    offer = Offer.objects.get()
    assert (offer.person, offer.organisation, offer.time) == (employee, company, Time.WORK)
    assert offer.status == OfferStatus.DRAFT, "the employee is asked first"


def test_an_employee_offers_themselves_unless_they_say_otherwise(client):
    company, employee, csr = make_organisation("COMPANY"), make_user(), make_user()
    company.memberships.create(user=employee)
    company.memberships.create(user=csr, role="ADMINISTRATOR")
    for person, expected in ((employee, employee), (csr, None)):
        client.force_login(person)
        form = client.get(reverse("offer-new")).context["form"]
        assert form["person"].value() == (expected and expected.pk)


def test_a_company_cannot_offer_somebody_else(client, typed):
    company = make_organisation(Organisation.Kind.COMPANY, administrator=make_user())
    client.force_login(company.members.get())
    page = client.post(
        reverse("offer-new"), typed | {"publish": "yes", "time": "WORK", "person": make_user().pk}
    ).content.decode()
    assert "Sélectionnez un choix valide" in page
    assert not Offer.objects.exists()


@pytest.mark.parametrize("whose", ["a colleague", "a team"])
def test_nobody_gives_the_free_time_of_others(client, typed, whose):
    boss, employee = make_user(), make_user()
    make_organisation(Organisation.Kind.COMPANY, administrator=boss, member=employee)
    client.force_login(boss)
    person = employee.pk if whose == "a colleague" else ""
    page = client.post(
        reverse("offer-new"), typed | {"publish": "yes", "time": "OWN", "person": person}
    )
    assert not Offer.objects.exists()
    assert "Le temps libre appartient" in page.text


def test_nor_turns_their_working_time_into_free_time(client, typed):
    boss, employee = make_user(), make_user()
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss, member=employee)
    offer = make_offer(employee, organisation=company)
    client.force_login(boss)
    client.post(
        reverse("offer-edit", args=[offer.pk]), typed | {"time": "OWN", "person": employee.pk}
    )
    offer.refresh_from_db()
    assert offer.time == Time.WORK


def test_in_a_company_too_one_may_give_ones_own_free_time(client, typed):
    boss = make_user()
    make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    client.force_login(boss)
    client.post(reverse("offer-new"), typed | {"publish": "yes", "time": "OWN", "person": boss.pk})
    assert Offer.objects.get().time == Time.OWN


def test_an_unverified_company_prepares_but_does_not_publish(client, typed):
    company = make_organisation(
        Organisation.Kind.COMPANY, administrator=make_user(), status=OrganisationStatus.SUBMITTED
    )
    client.force_login(company.members.get())
    page = client.post(
        reverse("offer-new"), typed | {"publish": "yes", "time": "WORK"}, follow=True
    ).content.decode()
    assert "La coordination vérifie votre organisation" in page
    assert Offer.objects.get().status == OfferStatus.DRAFT


def test_where_no_pole_is_the_sentence_says_so(client, typed):
    client.force_login(make_user())
    typed["commune"] = make_commune("13055", "Marseille").insee
    page = client.post(reverse("offer-new"), typed | {"publish": "yes"}).content.decode()
    assert "Aucun pôle ne couvre encore ce département" in page
    assert not Offer.objects.exists()


def test_an_offer_gives_no_address_and_keeps_what_was_typed(client, typed):
    client.force_login(make_user())
    about = "Appelez-moi au 06 12 34 56 78."
    page = client.post(reverse("offer-new"), typed | {"about": about, "publish": "yes"}).text
    assert "dès que les deux ont dit oui" in page
    assert about in page
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "\u200b", "Écrivez-le avec des mots"),
        ("title", "Web – 06 12 34 56 78", "de côté"),
        ("starts_on", "2016-01-01", "plus de 3 ans"),
        ("days", [], "Choisissez au moins un jour."),
        ("radius_km", "5000", "Mille kilomètres au plus."),
        ("radius_km", "-4", "supérieure ou égale"),
        ("capacity", "0", "Au moins une mission."),
        ("capacity", "201", "Deux cents missions au plus."),
        ("ends_on", in_days(-2).isoformat(), "déjà passée"),
        ("commune", "Nullepart-les-Oies", "commune"),
    ],
)
def test_bad_input_gets_a_sentence_beside_the_field(client, typed, field, value, sentence):
    client.force_login(make_user())
    page = client.post(
        reverse("offer-new"), typed | {field: value, "publish": "yes"}
    ).content.decode()
    assert sentence in page
    assert "Je construis des sites simples." in page
    assert not Offer.objects.exists()


def test_a_pause_hides_it_from_structures(client):
    need = make_need(member=make_user())
    offer = make_offer()
    client.force_login(need.organisation.members.get())
    assert client.get(offer.get_absolute_url()).status_code == 200
    client.force_login(offer.person)
    client.post(reverse("offer-pause", args=[offer.pk]))
    client.force_login(need.organisation.members.get())
    assert client.get(offer.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "EXPIRED", "starts_on": in_days(-60), "ends_on": in_days(-3)}, "change"),
        ({"status": "DRAFT", "skills": ()}, "au moins une compétence"),
    ],
)
def test_an_offer_that_can_t_be_shown_says_what_to_put_right_first(client, changes, said):
    offer = make_offer(**changes)
    client.force_login(offer.person)
    page = client.get(offer.get_absolute_url()).text
    assert reverse("offer-publish", args=[offer.pk]) not in page
    assert said in page
    assert "Publiez-la" not in page


def test_ones_own_time_is_said_as_such_to_whoever_gives_it(client):
    need, offer = make_need(member=make_user()), make_offer(time=Time.OWN)
    aline = need.organisation.members.get()
    for reader, words in (
        (offer.person, "sur votre temps personnel"),
        (aline, "sur son temps personnel"),
    ):
        client.force_login(reader)
        assert words in client.get(offer.get_absolute_url()).text.lower()


def test_a_stranger_finds_nothing(client):
    offer = make_offer()
    client.force_login(make_user())
    assert client.get(offer.get_absolute_url()).status_code == 404
    assert client.post(reverse("offer-publish", args=[offer.pk])).status_code == 404


def test_a_structure_may_look_but_not_touch(client):
    need = make_need(member=make_user())
    offer = make_offer()
    client.force_login(need.organisation.members.get())
    for name in ("offer-edit", "offer-publish", "offer-pause"):
        assert client.post(reverse(name, args=[offer.pk])).status_code == 403


def test_the_coordinator_of_another_pole_finds_nothing(client):
    offer = make_offer()
    client.force_login(make_coordinator(make_pole("Autre pôle", ["02"])))
    assert client.get(offer.get_absolute_url()).status_code == 404


def test_when_the_dates_are_over_everyone_who_waited_hears_it():
    need = make_need(member=make_user())
    offer = make_offer(starts_on=in_days(-30), ends_on=in_days(-1))
    proposal = make_proposal(need, offer)
    assert offers.expire_past(in_days(0)) == 1
    assert offers.expire_past(in_days(0)) == 0
    offer.refresh_from_db()
    proposal.refresh_from_db()
    assert offer.status == OfferStatus.EXPIRED
    assert proposal.status == ProposalStatus.CLOSED
    kinds = set(Notification.objects.filter(recipient=offer.person).values_list("kind", flat=True))
    assert kinds == {"offer_expired", "proposal_closed"}
    assert Notification.objects.filter(kind="proposal_closed").count() == 2


# --- an offer of a company that somebody has been asked through ----------------------------
@pytest.fixture
def house():
    """A company with Ana, who comes, and Bob, her colleague."""
    ana, bob = make_user("Ana"), make_user("Bob")
    company = make_organisation(Organisation.Kind.COMPANY, member=ana, legal_form="SAS")
    company.memberships.create(user=bob)
    return company, ana, bob


def agree(offer):
    need = make_need(member=make_user())
    return proposals.accept(make_proposal(need, offer), side=Side.NEED, by=need.created_by)


@pytest.mark.parametrize("what", ["a mission", "a question that waits"])
def test_nobody_takes_the_place_of_a_colleague_who_was_asked(client, typed, house, what):
    company, ana, bob = house
    offer = make_offer(ana, organisation=company)
    mission = agree(offer) if what == "a mission" else make_proposal(offer=offer)
    client.force_login(bob)
    page = client.post(
        reverse("offer-edit", args=[offer.pk]), typed | {"time": "WORK", "person": bob.pk}
    )
    assert "écrivez une autre offre" in page.text
    assert Offer.objects.get(pk=offer.pk).person == ana
    assert client.get(mission.get_absolute_url()).status_code == 404


def test_working_time_that_was_agreed_to_does_not_become_free_time(client, typed, house):
    company, ana, _bob = house
    offer = make_offer(ana, organisation=company)
    mission = agree(offer)
    client.force_login(ana)
    edit = reverse("offer-edit", args=[offer.pk])
    page = client.post(edit, typed | {"time": "OWN", "person": ana.pk})
    assert "écrivez une autre offre" in page.text
    assert not type(mission).objects.get(pk=mission.pk).is_own_time
    client.post(edit, typed | {"time": "WORK", "person": ana.pk, "title": "Graphiste"})
    assert Offer.objects.get(pk=offer.pk).title == "Graphiste"


def test_whoever_comes_in_a_team_s_name_says_so_themselves(client, typed, house):
    company, ana, bob = house
    offer = make_offer(ana, organisation=company, somebody=None)
    mission = agree(offer)
    edit = reverse("offer-edit", args=[offer.pk])
    client.force_login(ana)
    page = client.post(edit, typed | {"time": "WORK", "person": bob.pk})
    assert "qui viendra le dit soi-même" in page.text
    assert Offer.objects.get(pk=offer.pk).person is None
    client.force_login(bob)
    client.post(edit, typed | {"time": "WORK", "person": bob.pk})
    assert Offer.objects.get(pk=offer.pk).person == bob
    mission = type(mission).objects.get(pk=mission.pk)
    assert own_yes.agreed_at(mission), "their yes to what the team had agreed to"


@pytest.mark.parametrize("status", [OfferStatus.DRAFT, OfferStatus.PUBLISHED])
def test_what_one_offers_on_ones_own_time_is_no_colleagues_business(client, typed, house, status):
    company, ana, bob = house
    offer = make_offer(ana, organisation=company, time=Time.OWN, status=status)
    need = make_need(member=make_user())
    client.force_login(bob)
    assert client.get(offer.get_absolute_url()).status_code == 404
    for name in ("offer-edit", "offer-publish", "offer-pause"):
        assert client.post(reverse(name, args=[offer.pk]), typed).status_code == 404
    client.post(reverse("need-apply", args=[need.pk]), {"offer": offer.pk, "word": ""})
    assert not Proposal.objects.exists()
    client.force_login(ana)
    edit = client.get(reverse("offer-edit", args=[offer.pk]))
    assert edit.status_code == 200


def test_fewer_missions_than_there_are_close_the_offer_and_what_waits(client, typed):
    noe = make_user()
    offer = make_offer(noe, capacity=3)
    agree(offer)
    waits = make_proposal(offer=offer)
    client.force_login(noe)
    client.post(reverse("offer-edit", args=[offer.pk]), typed | {"capacity": "1"})
    offer.refresh_from_db()
    waits.refresh_from_db()
    assert (offer.status, waits.status) == (OfferStatus.USED_UP, ProposalStatus.CLOSED)


def test_fewer_people_wanted_than_the_need_has_fill_it():
    need = make_need(member=make_user(), places=3)
    by = need.created_by
    proposals.accept(make_proposal(need), side=Side.NEED, by=by)
    waits = make_proposal(need)
    need.refresh_from_db()
    need.places = 1
    chosen = [SimpleNamespace(skill=make_skill(), level=2, required=True)]
    needs.write(need, SimpleNamespace(save_m2m=lambda: None), chosen, by=by)
    need.refresh_from_db()
    waits.refresh_from_db()
    assert (need.status, waits.status) == (NeedStatus.FILLED, ProposalStatus.CLOSED)


def test_an_offer_whose_skills_change_is_found_at_once_for_the_new_ones(client, typed):
    noe = make_user()
    offer = make_offer(noe)
    make_skill("paie", "Paie")
    needs_of = {code: make_need(skills=(code,)) for code in ("site-web", "paie")}
    client.force_login(noe)
    client.post(reverse("offer-edit", args=[offer.pk]), typed | {"skills": ["paie"]})
    found = {code: ranking.offers_for(need) for code, need in needs_of.items()}
    assert [match.offer for match in found["paie"]] == [offer]
    assert found["site-web"] == []


def test_whoever_belongs_nowhere_is_sent_to_no_menu(client):
    """« Choisissez-la dans le menu, en haut » stood for people who have no such menu."""
    client.force_login(make_user())
    page = client.get(reverse("offer-new")).text
    assert "menu" not in page.partition("<main")[2].partition("<form")[0]
    assert reverse("organisation-new") in page.partition("<main")[2]


def test_a_draft_without_skills_says_so_under_their_title(client):
    person = make_user()
    offer = make_offer(person, status=OfferStatus.DRAFT)
    offer.held.all().delete()
    client.force_login(person)
    assert "Aucune pour l’instant" in client.get(offer.get_absolute_url()).text
