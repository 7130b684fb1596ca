"""Where an amendment is said: the mission, the homes, the desk, letters, the clock; and two at the same moment."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import ForbiddenMove, User
from common.dates import period
from marketplace.actions.missions import agreements, amendments, hours, missions
from marketplace.actions.refusals import NotYet
from marketplace.models import Agreement, Amendment, Mission, Party, Regime
from marketplace.rules import letters_a_day
from marketplace.states import AmendmentStatus, DocumentStatus
from marketplace.tasks import tell_overdue_amendments
from notifications.models import Notification
from tests.at_once import together
from tests.marketplace.desk.desk_people import lines_of
from tests.marketplace.documents.document_desk import head_of
from tests.marketplace.missions.amending import (
    coordinator_of,
    employer_agrees,
    fresh,
    later,
    propose,
    referent_of,
    sign_one,
    sign_papers,
    signed_mission,
)

pytestmark = pytest.mark.django_db


def words(answer) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def told(*kinds) -> set[int]:
    letters = Notification.objects.filter(kind__in=kinds)
    return set(letters.values_list("recipient", flat=True))


@pytest.mark.parametrize("signed", [True, False])
def test_the_employer_s_yes_says_that_signatures_are_awaited_only_while_they_are(signed):
    amendment = propose(signed_mission(Regime.PRESTATION))
    if signed:
        sign_papers(amendment)
    employer_agrees(amendment)
    person = amendment.mission.offer.person
    told = {letter.kind for letter in Notification.objects.filter(recipient=person)}
    assert ("agreement_given" in told, "amendment_in_force" in told) == (not signed, signed)


# --- where it is said ----------------------------------------------------------------------
def test_it_stands_on_the_mission_the_homes_of_those_who_act_and_the_desk(client):
    mission = signed_mission(Regime.LOAN)
    colleague, coordinator = referent_of(mission.need.organisation), coordinator_of(mission)
    amendment = propose(mission, by=coordinator, side="", address="3 rue Neuve")
    url = amendment.get_absolute_url()
    for user in (
        mission.offer.person,
        head_of(mission.offer.organisation),
        head_of(mission.need.organisation),
    ):
        client.force_login(user)
        assert url in client.get("/").content.decode(), user
    client.force_login(colleague)
    assert url not in client.get("/").content.decode()
    page = words(client.get(mission.get_absolute_url()))
    assert "Avenant n° 1 : attendu" in page
    assert url in page
    line = next(line for line in lines_of(coordinator) if line.kind == "amendment")
    assert (line.number, line.url) == (amendment.pk, url)
    sign_papers(amendment)
    assert not [line for line in lines_of(coordinator) if line.kind == "amendment"]
    client.force_login(head_of(mission.need.organisation))
    assert url not in client.get("/").content.decode()
    assert "En vigueur" in words(
        client.get(mission.documents.filter(amendment=None)[0].get_absolute_url())
    )
    assert url in client.get(reverse("mission-documents", args=[mission.pk])).content.decode()


def test_the_manager_reads_what_changes_and_the_structure_never_reads_why_the_employer_refuses(
    client,
):
    mission = signed_mission()
    structure = head_of(mission.need.organisation)
    amendment = propose(mission)
    letter = Notification.objects.get(kind="agreement_asked")
    page = words(client.get(letter.url.replace("http://testserver", "")))
    assert "En vigueur" in page
    assert "90" in page
    for read in (words(client.get(letter.url)), letter.subject, letter.text):
        assert str(mission.offer.person) in read, "whose working time it is"
        assert str(structure) in read, "who asks"
    question = Agreement.objects.waiting().get(amendment=amendment)
    agreements.answer(question, answer="NO", reason="Trop cher pour nous.", now=timezone.now())
    assert not Notification.objects.filter(recipient=structure, text__contains="Trop cher").exists()
    assert (
        Notification.objects.filter(
            recipient=mission.offer.person, text__contains="Trop cher"
        ).count()
        == 1
    )
    assert structure.pk in told("amendment_declined")
    client.force_login(structure)
    assert "Trop cher" not in client.get(amendment.get_absolute_url()).content.decode()


def test_the_dates_that_the_employer_would_rather_have_are_told_to_whoever_proposes_anew(client):
    """“The employer would rather have other dates”, without them, reached both sides and those who sign."""
    mission = signed_mission(Regime.LOAN)
    amendment = propose(mission)
    first, last = later(mission, 1), later(mission, 40)
    agreements.answer(
        amendment.agreements.get(), answer=Agreement.Answer.OTHER_DATES, starts_on=first,
        ends_on=last, now=timezone.now(),
    )  # fmt: skip
    dates = f"d’autres dates\xa0: {period(first, last)}."
    for person in (head_of(mission.need.organisation), head_of(mission.offer.organisation)):
        letter = Notification.objects.get(kind="amendment_declined", recipient=person)
        assert dates in letter.text
    client.force_login(head_of(mission.need.organisation))
    assert dates.replace("\xa0", " ") in words(client.get(amendment.get_absolute_url()))


def test_once_it_has_fallen_the_manager_isn_t_told_to_ask_for_another_letter(client):
    mission = signed_mission()
    amendment = propose(mission)
    link = Notification.objects.get(kind="agreement_asked").url
    amendments.withdraw(amendment, reason="Plus besoin.", by=head_of(mission.need.organisation))
    page = client.get(link)
    assert page.status_code == 410
    assert "rien à répondre" in words(page)
    assert "renvoyer un courriel" not in words(page)
    second = propose(mission)
    link = Notification.objects.filter(kind="agreement_asked").latest("pk").url
    second.agreements.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "renvoyer un courriel" in words(client.get(link)), "this one may be sent again"
    assert "renvoyer un courriel" in words(client.get(reverse("agreement", args=["x" * 43])))


def test_each_letter_goes_to_those_concerned_once():
    mission = signed_mission(Regime.LOAN)
    boss, head, worker = (
        head_of(mission.offer.organisation), head_of(mission.need.organisation), mission.offer.person,
    )  # fmt: skip
    amendment = propose(mission, by=head, address="3 rue Neuve")
    assert told("amendment_proposed") == {boss.pk, worker.pk}
    letter = Notification.objects.filter(kind="amendment_proposed").first()
    assert "3 rue Neuve" in letter.text
    assert "retard" in letter.text
    sign_papers(amendment)
    assert told("amendment_in_force") >= {boss.pk, head.pk, worker.pk}
    keys = [f"document:{document.pk}:signed" for document in amendment.documents.all()]
    assert not Notification.objects.filter(key__in=keys).exists()
    second = propose(mission, by=head, hours=80)
    amendments.withdraw(second, reason="Plus besoin.", by=head)
    assert told("amendment_withdrawn") >= {boss.pk, worker.pk}
    assert head.pk not in told("amendment_withdrawn")


@pytest.mark.parametrize("regime", [Regime.PRESTATION, Regime.PUBLIC_AGENT])
def test_whoever_comes_and_signs_nothing_is_told_what_is_proposed_for_their_time(regime):
    mission = signed_mission(regime)
    person = mission.offer.person
    propose(mission, hours=90)
    letter = Notification.objects.get(recipient=person, kind="amendment_told")
    assert "70 → 90" in letter.text
    assert "Vous n’avez rien à signer" in letter.text
    assert person.pk not in told("amendment_proposed")
    propose(signed_mission(Regime.LOAN), hours=90)
    assert told("amendment_told") == {person.pk}, "whoever is lent signs their contract's amendment"


def test_the_end_that_passes_while_it_waits_is_told_once_to_everybody(client):
    mission = signed_mission(Regime.VOLUNTEERING)
    Mission.objects.filter(pk=mission.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    amendment = propose(mission, ends_on=later(mission))
    coordinator = coordinator_of(mission)
    for _twice in range(2):
        tell_overdue_amendments()
    assert told("amendment_overdue") >= {
        mission.offer.person.pk, head_of(mission.need.organisation).pk,
    }  # fmt: skip
    assert told("amendment_overdue_told") == {coordinator.pk}
    kinds = ["amendment_overdue", "amendment_overdue_told"]
    letters = Notification.objects.filter(kind__in=kinds)
    assert letters.count() == len(told(*kinds))
    assert "Signez l’avenant" in letters.get(recipient=mission.offer.person).text
    hears = letters.get(recipient=coordinator).text
    assert "Signez" not in hears, "it isn't theirs to sign"
    assert "Les personnes qui doivent encore le signer sont prévenues" in hears
    assert "Vous n’avez rien à faire" in hears
    assert "À faire sur" not in hears
    assert "est fait" not in hears, "nor is it theirs to say that the work is done"
    assert "À faire sur" in letters.get(recipient=mission.offer.person).text
    client.force_login(mission.offer.person)
    for page in (mission.get_absolute_url(), amendment.get_absolute_url()):
        assert "La fin en vigueur est passée" in words(client.get(page))


def test_an_amendment_that_leaves_the_end_where_it_is_promises_no_hours_after_it(client):
    mission = signed_mission(Regime.VOLUNTEERING)
    Mission.objects.filter(pk=mission.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    amendment = propose(fresh(mission), address="3 rue Neuve")
    tell_overdue_amendments()
    assert not told("amendment_overdue")
    client.force_login(mission.offer.person)
    for page in (mission.get_absolute_url(), amendment.get_absolute_url()):
        read = words(client.get(page))
        assert "La fin en vigueur est passée" not in read
        assert "ce qui est signé qui compte" in read or "reste en vigueur" in read


def test_signed_by_all_it_says_that_the_employer_s_agreement_is_awaited(client):
    mission = signed_mission()
    amendment = propose(mission, ends_on=later(mission))
    coordinator = coordinator_of(mission)
    sign_papers(amendment)
    Mission.objects.filter(pk=mission.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    tell_overdue_amendments()
    for letter in Notification.objects.filter(kind__startswith="amendment_overdue"):
        assert "l’accord de l’employeur est attendu" in letter.text
    Mission.objects.filter(pk=mission.pk).update(ends_on=mission.ends_on)
    client.force_login(coordinator)
    page = words(client.get(amendment.get_absolute_url()))
    assert "Tous ont signé : l’accord de l’employeur est attendu" in page
    assert "Tant que tous n’ont pas signé" not in page
    assert "En attente de l’accord de l’employeur" in page
    papers = words(client.get(reverse("mission-documents", args=[mission.pk])))
    assert "En attente de l’accord de l’employeur" in papers
    line = next(line for line in lines_of(coordinator) if line.kind == "amendment")
    assert "l’accord de l’employeur est attendu" in line.why


def test_hours_of_the_last_day_itself_count_in_either_language():
    """“From that day on no hours are counted”, of a day whose hours are."""
    mission = signed_mission()
    propose(mission, ends_on=later(mission))
    coordinator_of(mission)
    boss = head_of(mission.need.organisation)
    Mission.objects.filter(pk=mission.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    User.objects.exclude(pk=boss.pk).update(language="en")
    tell_overdue_amendments()
    letters = Notification.objects.filter(kind__startswith="amendment_overdue")
    assert {letter.kind for letter in letters} == {"amendment_overdue", "amendment_overdue_told"}
    for letter in letters:
        after = "Après ce jour" if letter.recipient == boss else "After that day"
        assert after in letter.text


# --- at the same moment --------------------------------------------------------------------
def or_refused(act):
    def run():
        try:
            act()
        except NotYet:
            return

    return run


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_people_who_propose_at_once_make_one_amendment():
    for _round in range(5):
        mission = signed_mission()
        people = (head_of(mission.need.organisation), head_of(mission.offer.organisation))
        together(*(or_refused(lambda m=mission, by=by: propose(m, by=by)) for by in people))
        assert mission.amendments.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_last_signature_and_a_no_at_once_leave_one_answer():
    for _round in range(5):
        mission = signed_mission()
        amendment = propose(mission, address="3 rue Neuve")
        document = amendment.documents.get()
        sign_one(document, Party.STRUCTURE)
        boss = head_of(mission.offer.organisation)
        together(
            or_refused(lambda d=document: sign_one(d, Party.EMPLOYER)),
            or_moved(lambda a=amendment, by=boss: amendments.decline(a, reason="x", by=by)),
        )
        amendment, document = (
            Amendment.objects.get(pk=amendment.pk),
            mission.documents.get(pk=document.pk),
        )
        signed = document.status == DocumentStatus.SIGNED
        assert signed == (amendment.status == AmendmentStatus.IN_FORCE)
        assert fresh(mission).sheet.number == (2 if signed else 1)


def or_moved(act):
    def run():
        try:
            act()
        except ForbiddenMove:
            return

    return run


def test_each_reads_what_changes_in_their_own_language():
    """Not in the language of whoever proposes it, nor of whoever signs last."""
    mission = signed_mission(Regime.LOAN)
    boss = head_of(mission.offer.organisation)
    User.objects.filter(pk=boss.pk).update(language="en")
    with override("fr"):
        amendment = propose(
            mission, by=head_of(mission.need.organisation), hours=mission.sheet.hours + 7
        )
    with override("en"):
        employer_agrees(amendment)
        sign_papers(amendment)
    for kind in ("amendment_proposed", "amendment_in_force"):
        assert "Hours planned" in Notification.objects.get(kind=kind, recipient=boss).text
    person = Notification.objects.get(kind="amendment_in_force", recipient=mission.offer.person)
    assert "Heures prévues" in person.text


def test_a_manager_s_mailbox_is_not_filled_by_amendments_given_up():
    """The address of a manager is typed by hand, and each amendment of hours writes to it."""
    mission = signed_mission()
    head = head_of(mission.need.organisation)
    for _amendment in range(letters_a_day.MOST):
        amendments.withdraw(propose(mission), reason="Non.", by=head)
    with pytest.raises(NotYet, match="continuez demain"):
        propose(mission)
    assert not Amendment.objects.open().exists()
    asked = Notification.objects.filter(kind="agreement_asked")
    assert asked.count() == letters_a_day.MOST


@pytest.mark.parametrize("give_up", [amendments.decline, amendments.withdraw])
def test_what_was_given_up_is_not_said_to_have_changed(client, give_up):
    """The page showed « Avant » and « Après », and the manager's link said that the mission had changed."""
    mission = signed_mission()
    amendment = propose(mission)
    link = re.search(
        r"/accord/[\w-]+/", Notification.objects.get(kind="agreement_asked").text
    ).group()
    give_up(amendment, reason="Le budget est clos.", by=head_of(mission.need.organisation))
    over = words(client.get(link))
    assert "a été abandonnée" in over
    assert "La mission a changé" not in over
    client.force_login(head_of(mission.need.organisation))
    page = words(client.get(amendment.get_absolute_url()))
    assert "Ce qui aurait changé" in page
    assert "Après" not in page


def test_what_was_signed_isn_t_said_to_stand_when_the_mission_is_stopped(client):
    """The letter that withdraws the amendment leaves with the one that says that the mission stops here."""
    mission = signed_mission()
    propose(mission)
    head = head_of(mission.need.organisation)
    client.force_login(head)
    page = client.get(reverse("mission-interrupt", args=[mission.pk])).text
    assert "peuvent encore être notées" in page
    missions.interrupt(mission, reason="Le budget manque.", by=head, now=timezone.now())
    withdrawn = Notification.objects.filter(kind="amendment_withdrawn")
    assert withdrawn
    for letter in withdrawn:
        assert "reste en vigueur" not in letter.text
    today = timezone.localdate()
    written = {today: (Decimal(2), "Maquettes")}
    assert hours.write(mission, written, person=mission.offer.person, today=today) == 1


def test_the_company_that_agreed_is_told_that_the_mission_stops():
    """“Toutes les personnes concernées sont prévenues”: whoever had signed for it heard nothing."""
    mission = signed_mission()
    boss = head_of(mission.offer.organisation)
    agreed = {"asked": Agreement.Asked.COMPANY, "sheet_version": 1, "answer": "YES"}
    at = {"answered_at": timezone.now(), "asked_by": mission.offer.person}
    Agreement.objects.create(mission=mission, **agreed, **at)
    by = head_of(mission.need.organisation)
    missions.interrupt(mission, reason="Le budget manque.", by=by, now=timezone.now())
    assert boss.pk in told("mission_interrupted")
