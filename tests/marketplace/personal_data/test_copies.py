"""What a copy says of real missions and conversations: own time, others' names, and who may no longer read."""

import json

import pytest
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.models import HoursEntry, JournalEntry, JournalKind, Message, Note, Tag, Thread
from marketplace.models.desk.records import PersonRecord
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_user,
    verify,
)
from tests.marketplace.desk.test_data_copies import made, said

pytestmark = pytest.mark.django_db


def tables(owner, by=None):
    return json.loads(said(made(owner, by=by))["donnees.json"])["tables"]


def whole(owner, by=None):
    return "".join(said(made(owner, by=by)).values())


@pytest.fixture
def aline():
    return make_user("Aline", "Delattre-Quesnoy", email="aline@bottines.example")


@pytest.fixture
def bottines(aline):
    return make_organisation(administrator=aline, name="Les Bottines")


@pytest.fixture
def nora():
    return make_user("Nora", "Cherif")


def write(thread, author, text):
    now = timezone.now()
    return Message.objects.create(
        thread=thread, author=author, text=text, sent_key=f"{author.pk}-{now.timestamp()}"
    )


@pytest.fixture
def mission(nora, bottines):
    """On her own time."""
    need = make_need(bottines, title="Repeindre la salle")
    return make_mission(need=need, person=nora, status="RUNNING")


def test_others_words_are_there_without_their_names(mission, nora, aline):
    thread = Thread.objects.get(proposal=mission.proposal)
    write(thread, nora, "Je passe mardi avec mes rouleaux.")
    write(
        thread,
        aline,
        "Parfait, mardi à neuf heures. Aline Delattre-Quesnoy, aline@bottines.example",
    )
    found = tables(nora)
    assert found["marketplace.message"][0]["text"] == "Je passe mardi avec mes rouleaux."
    [theirs] = found["marketplace.message.others"]
    assert theirs["author"] == "ESS"
    assert theirs["text"].startswith("Parfait, mardi à neuf heures.")
    del found["notifications.notification"]  # letters stay as they were got
    assert "Delattre" not in json.dumps(found)
    assert "aline@" not in json.dumps(found)


def test_others_words_of_a_conversation_that_one_no_longer_reads_arent(
    mission, nora, aline, bottines
):
    boris = make_user("Boris", "Lenoir")
    membership = Membership.objects.create(
        user=boris, organisation=bottines, role=Membership.Role.REPRESENTATIVE
    )
    thread = Thread.objects.get(proposal=mission.proposal)
    write(thread, boris, "Je vous attends.")
    write(thread, nora, "Pinceaux ou rouleaux ?")
    assert "Pinceaux" in whole(boris)
    membership.delete()
    left = whole(boris)
    assert "Je vous attends." in left
    assert "Pinceaux" not in left


def test_what_the_coordination_noted_of_somebody_is_theirs(nora):
    coordinator = make_coordinator(first_name="Solène", last_name="Wattrelos")
    pole = make_organisation().pole
    Note.objects.create(
        pole=pole, person=nora, by=coordinator, body="Préfère le matin. Solène Wattrelos"
    )
    Tag.objects.create(pole=pole, person=nora, by=coordinator, words="à rappeler")
    found = tables(nora)
    [note] = found["marketplace.note"]
    assert (note["person"], note["by"]) == ("me", "coordination")
    assert note["body"].startswith("Préfère le matin.")
    assert "Wattrelos" not in json.dumps(found)
    assert found["marketplace.tag"][0]["words"] == "à rappeler"


def test_what_a_coordinator_noted_of_another_names_nobody(nora):
    coordinator = make_coordinator()
    pole = make_organisation().pole
    Note.objects.create(
        pole=pole, person=nora, by=coordinator, body="Nora Cherif préfère le matin."
    )
    texts = whole(coordinator)
    assert "préfère le matin" in texts
    assert "Cherif" not in texts


def test_a_record_that_was_brought_in_is_found_by_the_address(nora):
    coordinator = make_coordinator()
    pole = make_organisation().pole
    operator = make_organisation(Organisation.Kind.OPERATOR)
    verify(nora)
    common = {"pole": pole, "operator": operator, "by": coordinator}
    PersonRecord.objects.create(
        number="1", first_name="Nora", last_name="Cherif", email=nora.email.upper(), trade="Peintre", **common
    )  # fmt: skip
    PersonRecord.objects.create(
        number="2", first_name="Zoé", last_name="Autre", email="z@x.example", **common
    )
    [record] = tables(nora)["marketplace.personrecord"]
    assert (record["last_name"], record["trade"]) == ("Cherif", "Peintre")
    assert "Autre" not in whole(coordinator)


def test_a_coordinators_copy_says_what_they_took_out_and_not_whom_they_read(nora):
    """Each page that they open is a line, and it is about those whom they read, who are told of it."""
    coordinator, pole, now = make_coordinator(), make_organisation().pole, timezone.now()
    common = {"by": coordinator, "pole": pole, "at": now}
    JournalEntry.objects.create(kind=JournalKind.LIST, words="person", **common)
    JournalEntry.objects.create(kind=JournalKind.PERSON_READ, subject=nora, told=True, **common)
    [line] = tables(coordinator)["marketplace.journalentry"]
    assert line["kind"] == "LIST"
    [read] = tables(nora)["marketplace.journalentry_read"]
    assert read["kind"] == "PERSON_READ"


# --- of an organisation -----------------------------------------------------------------------
@pytest.fixture
def claire():
    return make_user("Claire", "Hermant")


@pytest.fixture
def verreries(claire, nora):
    house = make_organisation(
        Organisation.Kind.COMPANY, administrator=claire, name="Verreries du Nord"
    )
    Membership.objects.create(user=nora, organisation=house, role=Membership.Role.EMPLOYEE)
    return house


def test_an_employer_never_learns_of_own_time(verreries, mission, nora, claire):
    """Even where her offer on her own time still bears the organisation."""
    type(mission.offer).objects.filter(pk=mission.offer_id).update(organisation=verreries)
    thread = Thread.objects.get(proposal=mission.proposal)
    write(thread, nora, "Je viens sur mon temps libre.")
    HoursEntry.objects.create(
        mission=mission,
        person=nora,
        written_by=nora,
        day=timezone.localdate(),
        hours=3,
        what="Le couloir",
    )
    texts = whole(verreries, by=claire)
    for word in ("Repeindre", "temps libre", "Le couloir", "Les Bottines", mission.offer.title):
        assert word not in texts
    assert "Repeindre" in whole(nora)


def test_it_holds_what_its_people_do_on_its_time_and_names_them(verreries, nora, bottines, claire):
    need = make_need(bottines, title="Un plan comptable")
    make_mission(work=True, need=need, person=nora, company=verreries, status="RUNNING")
    found = tables(verreries, by=claire)
    assert [row["need"]["title"] for row in found["marketplace.mission"]] == ["Un plan comptable"]
    assert "Nora Cherif" in [row["user"] for row in found["accounts.membership"]]


def test_a_structure_reads_who_comes_by_what_they_are(mission, bottines, aline, nora):
    thread = Thread.objects.get(proposal=mission.proposal)
    write(thread, nora, "À mardi ! Nora Cherif")
    found = tables(bottines, by=aline)
    assert found["marketplace.mission"][0]["need"]["title"] == "Repeindre la salle"
    assert "À mardi !" in found["marketplace.message"][0]["text"]
    assert "Cherif" not in json.dumps(found)


def test_a_structure_doesnt_read_where_a_volunteer_works(mission, verreries, bottines, aline, nora):
    Membership.objects.filter(user=nora).update(role=Membership.Role.REPRESENTATIVE)
    write(Thread.objects.get(proposal=mission.proposal), nora, "À mardi !")
    [message] = tables(bottines, by=aline)["marketplace.message"]
    assert message["author"] == "person"


def test_notes_about_an_organisation_stay_with_the_coordination(bottines, aline):
    Note.objects.create(
        pole=bottines.pole,
        organisation=bottines,
        by=make_coordinator(),
        body="Leur trésorière hésite.",
    )
    assert "trésorière" not in whole(bottines, by=aline)
