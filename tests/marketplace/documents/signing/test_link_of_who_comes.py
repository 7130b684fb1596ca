"""The link by which whoever comes signs for themselves: it asks what their account is asked."""

import pytest
from django.urls import reverse

from accounts.actions import organisations
from marketplace.models import Kind, Party, Regime
from marketplace.rules import permissions
from notifications.models import Notification
from tests.factories import make_coordinator, make_user
from tests.marketplace.documents.document_desk import duty, head_of, make_mission
from tests.marketplace.documents.signing.links import YES, words
from tests.marketplace.documents.test_documents import make


@pytest.fixture
def document():
    """The amendment to the contract of somebody who is lent."""
    return make(make_mission(Regime.LOAN), Kind.AMENDMENT)


@pytest.fixture
def coordinator(document):
    return make_coordinator(document.mission.need.pole)


def send(client, document, by):
    client.force_login(by)
    person = document.mission.offer.person
    said = {"party": Party.PERSON, "to": f"account-{person.pk}"}
    client.post(reverse("document-link", args=[document.pk]), said)
    client.logout()
    letters = Notification.objects.filter(recipient=person, kind="signing_link")
    return letters.latest("pk").url if letters.exists() else ""


@pytest.mark.parametrize("sender", ["whoever comes", "a coordinator"])
def test_while_their_company_is_suspended_they_sign_by_no_link_either(
    client, document, coordinator, sender
):
    """Their account refuses it; once the company is restored the same link signs."""
    person, company = document.mission.offer.person, document.mission.offer.organisation
    page = send(client, document, person if sender == "whoever comes" else coordinator)
    organisations.suspend(company, reason="À voir.", by=coordinator)
    assert permissions.parties_to_sign(person, document) == []
    signs = {"read": document.sha256} | YES
    shown = client.get(page)
    assert shown.status_code == 410
    assert f"{company} ne peut pas signer" in words(shown)
    assert client.get(page + "document.pdf").status_code == 410
    assert client.post(page, signs).status_code == 410
    assert not document.signatures.exists()
    organisations.restore(company, by=coordinator)
    assert client.post(page, signs | {"capacity": "x"}).status_code == 200
    assert document.signatures.get().user == person


def test_no_link_is_sent_to_them_while_it_would_sign_nothing(client, document, coordinator):
    person, company = document.mission.offer.person, document.mission.offer.organisation
    organisations.suspend(company, reason="À voir.", by=coordinator)
    assert send(client, document, person) == ""
    assert send(client, document, coordinator) == ""
    client.force_login(coordinator)
    page = client.get(document.get_absolute_url())
    assert Party.PERSON not in [party for party, _form in page.context["link_forms"]]


def test_whoever_comes_signs_in_their_own_name(client, document):
    """“The person who comes” is somebody else for the person who comes."""
    mission = document.mission
    client.force_login(mission.offer.person)
    page = words(client.get(document.get_absolute_url()))
    assert "Signer en votre nom" in page
    assert "Signer pour la personne qui vient" not in page
    client.force_login(head_of(mission.need.organisation))
    assert "Signer pour la structure" in words(client.get(document.get_absolute_url()))


def test_nothing_on_the_page_names_its_reader_as_somebody_else(client, document, coordinator):
    person = document.mission.offer.person
    client.force_login(person)
    page = words(client.get(document.get_absolute_url()))
    assert "la personne qui vient" not in page
    assert "Vous envoyer un lien pour signer" in page
    assert "Signé sur papier ? Envoyez la numérisation" in page
    assert "En attente de votre signature" in page
    client.force_login(coordinator)
    page = words(client.get(document.get_absolute_url()))
    assert "Envoyer un lien à la personne qui signe pour la personne qui vient" not in page
    assert "Envoyer son lien à la personne qui vient" in page
    assert "En attente : la personne qui vient" in page


@pytest.mark.parametrize("sender", ["whoever comes", "a coordinator"])
def test_its_letter_and_its_page_ask_nobody_to_sign_for_themselves(
    client, document, coordinator, sender
):
    person = document.mission.offer.person
    page = send(client, document, person if sender == "whoever comes" else coordinator)
    letter = Notification.objects.get(recipient=person, kind="signing_link")
    for read in (letter.text, words(client.get(page))):
        employer, structure = (
            document.mission.offer.organisation,
            document.mission.need.organisation,
        )
        # The contract that it amends is theirs with their employer.
        assert f"en votre nom, avec {employer} et {structure}" in read
        assert f"pour {person.get_full_name()}, avec" not in read


def test_beside_a_link_others_are_said_to_be_told_only_where_there_are_others(
    client, document, coordinator
):
    """A coordinator read that those who sign are told, of a link that only its reader gets."""
    company = document.mission.offer.organisation
    client.force_login(coordinator)
    assert "Les autres signataires de cette partie" not in words(
        client.get(document.get_absolute_url())
    )
    assert "La signature se fait sans connexion." in words(client.get(document.get_absolute_url()))
    for _two in range(2):
        company.memberships.create(user=(signs := make_user()), role="MEMBER")
        duty(signs, company, "SIGNATORY")
    assert "Les autres signataires de cette partie qui ont un compte sont prévenus" in words(
        client.get(document.get_absolute_url())
    )
