"""A certificate that waits for a signature is a line of whoever signs it, until it is signed."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.states import OrganisationStatus
from marketplace.actions.documents import documents, signatures
from marketplace.desk import own_papers
from marketplace.models import Document, Duty, Mission, Regime, Signature
from marketplace.models.documents.documents import Kind, Party
from marketplace.rules import permissions
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_coordinator, make_user
from tests.marketplace.documents.document_desk import duty, give_hours, head_of, make_mission

LINE = "Un document attend votre signature"


@pytest.fixture
def mission():
    return give_hours(make_mission(Regime.VOLUNTEERING, status=MissionStatus.CLOSED))


@pytest.fixture
def passport(mission):
    """The person signs it, then the structure."""
    return made(mission, Kind.PASSPORT)


def made(mission, kind):
    return documents.make(
        kind, mission, by=head_of(mission.need.organisation), now=timezone.now()
    )  # fmt: skip


def sign(document, party, user):
    told = {"read": document.sha256, "name": user.get_full_name(), "capacity": "présidente"}
    how = {"how": Signature.How.ACCOUNT, "now": timezone.now(), "ip": "192.0.2.7"}
    signatures.sign(document, party=party, by=user, **told, **how)


def home(client, user):
    client.force_login(user)
    return client.get(reverse("home")).text


def waits_for(user) -> set[Document]:
    return set(own_papers.to_sign(user))


def test_the_signatory_finds_it_at_home_once_the_mission_is_closed(client, mission):
    signatory = head_of(mission.need.organisation)
    assert LINE not in home(client, signatory)
    paper = made(mission, Kind.HOURS_CERTIFICATE)
    page = home(client, signatory)
    assert LINE in page
    assert paper.get_absolute_url() in page
    sign(paper, Party.STRUCTURE, signatory)
    assert LINE not in home(client, signatory)


def test_the_missions_page_asks_for_it_too_and_doesn_t_say_that_nothing_is_asked(client, mission):
    """“Rien de plus n’est demandé : elle se clôt d’elle-même” stood there."""
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.REVIEWED)
    document = made(mission, Kind.HOURS_CERTIFICATE)
    client.force_login(head_of(mission.need.organisation))
    page = client.get(mission.get_absolute_url()).text
    assert f'href="{document.get_absolute_url()}">Signer' in page
    assert "Rien de plus" not in page


def test_whoever_comes_signs_theirs_and_the_structure_its_own(mission, passport):
    person, signatory = mission.offer.person, head_of(mission.need.organisation)
    assert (waits_for(person), waits_for(signatory)) == ({passport}, {passport})
    sign(passport, Party.PERSON, person)
    assert (waits_for(person), waits_for(signatory)) == (set(), {passport})


def _colleague(structure):
    user = make_user()
    structure.memberships.create(user=user, role="MEMBER")
    return user


def _treasurer(structure):
    user = _colleague(structure)
    duty(user, structure, Duty.Kind.TREASURER)
    return user


def _second_administrator(structure):
    user = make_user()
    structure.memberships.create(user=user, role="ADMINISTRATOR")
    return user


@pytest.mark.parametrize("who", [_colleague, _treasurer, _second_administrator])
def test_it_is_no_line_of_those_who_don_t_sign(mission, passport, who):
    assert waits_for(who(mission.need.organisation)) == set()
    assert waits_for(make_coordinator(mission.need.pole)) == set()


def test_where_nobody_is_charged_with_it_it_is_the_administrators(mission, passport):
    Duty.objects.all().delete()
    assert waits_for(_second_administrator(mission.need.organisation)) == {passport}


def _left(mission, signatory):
    signatory.memberships.all().delete()


def _suspended(mission, signatory):
    mission.need.organisation.move(OrganisationStatus.SUSPENDED, by=signatory, reason="À voir.")


def _came_themselves(mission, signatory):
    type(mission.offer).objects.update(person=signatory)


def _voided(mission, signatory):
    documents.void(Document.objects.get(), reason="Erreur.", by=signatory)


@pytest.mark.parametrize("what", [_left, _suspended, _came_themselves, _voided])
def test_nor_of_the_signatory_who_may_not_sign_today(mission, what):
    paper, signatory = made(mission, Kind.HOURS_CERTIFICATE), head_of(mission.need.organisation)
    assert waits_for(signatory) == {paper}
    what(mission, signatory)
    assert waits_for(signatory) == set()
    fresh = Document.objects.get(pk=paper.pk)
    fresh.mission = Mission.objects.get(pk=mission.pk)
    assert permissions.parties_to_sign(type(signatory).objects.get(pk=signatory.pk), fresh) == []


def test_a_paper_that_one_alone_signs_isn_t_said_to_be_signed_by_all(mission, passport):
    person, signatory = mission.offer.person, head_of(mission.need.organisation)
    sign(passport, Party.PERSON, person)
    sign(passport, Party.STRUCTURE, signatory)
    certificate = made(mission, Kind.VOLUNTEER_CERTIFICATE)
    sign(certificate, Party.STRUCTURE, signatory)
    letters = Notification.objects.filter(kind="document_signed", recipient=person).order_by("pk")
    of_all, of_one = letters
    assert "tous ont signé" in of_all.text
    assert "Signatures au complet" in of_all.subject
    assert "est signé" in of_one.text
    assert "tous" not in of_one.text + of_one.subject


def test_its_page_doesn_t_say_so_either(client, mission, passport):
    person, signatory = mission.offer.person, head_of(mission.need.organisation)
    certificate = made(mission, Kind.HOURS_CERTIFICATE)
    sign(certificate, Party.STRUCTURE, signatory)
    client.force_login(person)
    assert "ignatures au complet" not in client.get(certificate.get_absolute_url()).text
    sign(passport, Party.PERSON, person)
    sign(passport, Party.STRUCTURE, signatory)
    assert "ignatures au complet" in client.get(passport.get_absolute_url()).text


@pytest.mark.parametrize("signed", [True, False])
def test_a_paper_that_nobody_has_signed_isn_t_kept_with_its_signatures(mission, passport, signed):
    person, by = mission.offer.person, head_of(mission.need.organisation)
    if signed:
        sign(passport, Party.PERSON, person)
    documents.void(passport, reason="Une erreur.", by=by)
    letter = Notification.objects.get(kind="document_voided", recipient=person).text
    assert ("avec ses signatures" in letter) is signed
    assert "Il est conservé" in letter
    assert "les personnes qui la signent y sont invitées" in letter


def test_the_letter_of_own_time_is_asked_for_at_home_until_it_is_signed_or_out_of_date(client):
    """A letter said “À faire sur Trait d’union”, and neither the home nor the mission's page had a word of it."""
    mission = make_mission(Regime.VOLUNTEERING, status=MissionStatus.FRAMING)
    person, signatory = mission.offer.person, head_of(mission.need.organisation)
    letter = made(mission, Kind.MISSION_LETTER)
    for user in (person, signatory):
        assert LINE in home(client, user)
        assert (
            f'href="{letter.get_absolute_url()}">Signer'
            in client.get(mission.get_absolute_url()).text
        )
    sign(letter, Party.PERSON, person)
    assert (waits_for(person), waits_for(signatory)) == (set(), {letter})
    mission.sheet.number += 1
    mission.sheet.save()
    assert waits_for(signatory) == set(), "a newer one has to be made"
    mission.sheet.number -= 1
    mission.sheet.save()
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DELIVERED)
    assert waits_for(signatory) == set()
