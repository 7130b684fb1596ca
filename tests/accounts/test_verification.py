"""Coordinators decide who comes in; nothing of an organisation is public before."""

import pytest
from django.urls import reverse

from accounts import permissions
from accounts.actions import organisations
from accounts.actions.refusals import Refusal
from accounts.models import ForbiddenMove, Organisation
from accounts.states import ORGANISATION_MOVES, OrganisationStatus
from notifications.models import Notification
from tests.factories import make_coordinator, make_need, make_organisation, make_pole, make_user

QUEUE = reverse("organisations-to-verify")


@pytest.fixture
def applicant(pole, administrator):
    """An association that waits for its verification."""
    return make_organisation(
        name="La Ruche aux Vélos", pole=pole, administrator=administrator, status="SUBMITTED"
    )


def page(organisation):
    return reverse("organisation-verify", args=[organisation.pk])


def decide(browser, organisation, verb, reason="Parce que."):
    said = {"verb": verb, "reason": reason, "read": organisation.fingerprint}
    answer = browser.post(page(organisation), said, follow=True)
    organisation.refresh_from_db()
    return answer


@pytest.mark.parametrize(
    ("before", "verb", "after", "subject"),
    [
        ("SUBMITTED", "accept", "ACCEPTED", "est vérifiée"),
        ("MORE_ASKED", "accept", "ACCEPTED", "est vérifiée"),
        ("SUBMITTED", "ask", "MORE_ASKED", "Une question sur"),
        ("SUBMITTED", "refuse", "REFUSED", "À propos de votre inscription"),
        ("MORE_ASKED", "refuse", "REFUSED", "À propos de votre inscription"),
        ("ACCEPTED", "suspend", "SUSPENDED", "est suspendue"),
        ("SUSPENDED", "restore", "ACCEPTED", "de nouveau publique"),
    ],
)
def test_each_decision_moves_it_and_tells_its_administrators(
    as_, applicant, coordinator, administrator, before, verb, after, subject
):
    Organisation.objects.filter(pk=applicant.pk).update(status=before)
    decide(as_(coordinator), applicant, verb, "Il manque les statuts.")
    assert applicant.status == after
    step = applicant.steps.get()
    assert (step.before, step.after, step.by, step.reason) == (
        *(before, after),
        *(coordinator, "Il manque les statuts."),
    )
    letter = Notification.objects.get(recipient=administrator)
    assert subject in letter.subject
    assert "Il manque les statuts." in letter.text


@pytest.mark.parametrize("kind", ["ESS", "COMPANY"])
def test_who_belongs_to_it_leaves_it_to_another_coordinator(as_, coordinator, pole, kind):
    other = make_coordinator(pole, first_name="Odile", last_name="Renard")
    mine = make_organisation(kind, pole=pole, administrator=coordinator, status="SUBMITTED")
    seen = as_(coordinator).get(page(mine)).text
    assert "Odile Renard" in seen
    assert 'name="verb"' not in seen
    for verb in ("accept", "refuse", "ask"):
        assert decide(as_(coordinator), mine, verb).status_code == 403
    assert mine.status == "SUBMITTED"
    decide(as_(other), mine, "accept")
    assert mine.status == "ACCEPTED"
    assert not permissions.can_edit_identity(coordinator, mine)


def test_who_registered_it_and_has_left_leaves_it_to_another_coordinator(as_, coordinator, pole):
    mine = make_organisation(pole=pole, administrator=make_user(), status="SUBMITTED")
    mine.steps.create(before="", after="SUBMITTED", by=coordinator)
    assert permissions.can_verify(coordinator, mine)  # nobody else coordinates
    other = make_coordinator(pole, first_name="Odile", last_name="Renard")
    seen = as_(coordinator).get(page(mine)).text
    assert "Odile Renard" in seen
    assert "Vous l’avez inscrite" in seen
    assert decide(as_(coordinator), mine, "accept").status_code == 403
    decide(as_(other), mine, "accept")
    assert mine.status == "ACCEPTED"


def test_whoever_only_corrects_it_meanwhile_still_decides(as_, applicant, coordinator, pole):
    applicant.steps.create(before="SUBMITTED", after="SUBMITTED", by=coordinator, reason="name")
    make_coordinator(pole)
    decide(as_(coordinator), applicant, "accept")
    assert applicant.status == "ACCEPTED"


def test_where_nobody_else_coordinates_they_decide_and_the_history_says_so(as_, coordinator, pole):
    mine = make_organisation(pole=pole, administrator=coordinator, status="SUBMITTED")
    assert "personne d’autre ne coordonne" in as_(coordinator).get(page(mine)).text
    decide(as_(coordinator), mine, "accept")
    assert (mine.status, mine.steps.get().by) == ("ACCEPTED", coordinator)


def test_what_is_accepted_is_what_the_coordinator_has_read(as_, applicant, coordinator):
    seen = Organisation.objects.get(pk=applicant.pk)
    Organisation.objects.filter(pk=applicant.pk).update(name="Croix de Secours")
    answer = decide(as_(coordinator), seen, "accept")
    assert seen.status == "SUBMITTED"
    assert "Elle a été modifiée pendant votre lecture" in answer.text
    assert decide(as_(coordinator), seen, "accept").status_code == 200
    assert seen.status == "ACCEPTED"


def test_a_name_typed_before_the_verification_is_not_kept_after_it(applicant, coordinator):
    """Its administrator's form was read before the coordinator's click, and written after it."""
    theirs = Organisation.objects.get(pk=applicant.pk)
    organisations.accept(applicant, by=coordinator)
    before, theirs.name = theirs.identity, "Croix de Secours"
    with pytest.raises(Refusal):
        organisations.edit(theirs, before=before, by=applicant.members.get())
    applicant.refresh_from_db()
    assert applicant.name == "La Ruche aux Vélos"


def test_simple_members_do_not_get_the_letter(as_, applicant, coordinator, member):
    applicant.memberships.create(user=member)
    decide(as_(coordinator), applicant, "accept")
    assert not Notification.objects.filter(recipient=member).exists()


@pytest.mark.parametrize("verb", ["ask", "refuse", "suspend"])
def test_a_decision_that_disappoints_says_why(as_, applicant, coordinator, verb):
    answer = decide(as_(coordinator), applicant, verb, reason="  ")
    assert "obligatoire" in answer.content.decode()
    assert applicant.status == "SUBMITTED"
    assert not Notification.objects.exists()


def test_two_coordinators_at_once_the_second_hears_it_is_too_late(
    as_, applicant, coordinator, pole
):
    second = make_coordinator(pole)
    decide(as_(coordinator), applicant, "accept")
    answer = decide(as_(second), applicant, "refuse")
    assert "Trop tard" in answer.content.decode()
    assert applicant.status == "ACCEPTED"
    assert applicant.steps.count() == 1


def test_a_stale_page_does_not_move_it_twice(applicant, coordinator):
    stale = Organisation.objects.get(pk=applicant.pk)
    organisations.accept(applicant, by=coordinator)
    with pytest.raises(ForbiddenMove):
        organisations.refuse(stale, reason="Non.", by=coordinator)


def test_restoring_lifts_a_suspension_and_accepts_nobody(as_, applicant, coordinator):
    assert "Trop tard" in decide(as_(coordinator), applicant, "restore").content.decode()
    assert applicant.status == "SUBMITTED"


def test_an_unknown_verb_finds_nothing(as_, applicant, coordinator):
    assert as_(coordinator).post(page(applicant), {"verb": "crown"}).status_code == 404


def test_the_buttons_are_those_that_lead_somewhere(as_, applicant, coordinator):
    offered = {status: set() for status in OrganisationStatus.values}
    for status in OrganisationStatus.values:
        Organisation.objects.filter(pk=applicant.pk).update(status=status)
        decisions = as_(coordinator).get(page(applicant)).context["decisions"]
        offered[status] = {decision.verb for decision in decisions}
    assert offered == {
        "SUBMITTED": {"accept", "ask", "refuse"},
        "MORE_ASKED": {"accept", "refuse"},
        "ACCEPTED": {"suspend"},
        "REFUSED": set(),
        "SUSPENDED": {"restore"},
        "CLOSED": set(),
    }
    assert set(ORGANISATION_MOVES) == set(OrganisationStatus.values)


@pytest.mark.parametrize(
    ("who", "status"), [("administrator", 403), ("stranger", 403), (None, 302)]
)
def test_only_coordinators_verify(as_, request, applicant, who, status):
    browser = as_(who and request.getfixturevalue(who))
    assert browser.get(QUEUE).status_code == status
    assert browser.get(page(applicant)).status_code == status
    assert browser.post(page(applicant), {"verb": "accept"}).status_code == status
    applicant.refresh_from_db()
    assert applicant.status == "SUBMITTED"


def test_a_coordinator_never_suspends_an_operator(as_, coordinator):
    operator = coordinator.organisations.get()
    assert as_(coordinator).get(page(operator)).status_code == 404
    assert (
        as_(coordinator).post(page(operator), {"verb": "suspend", "reason": "x"}).status_code == 404
    )


def test_the_detail_shows_every_fact_and_those_alike(as_, applicant, coordinator):
    Organisation.objects.filter(pk=applicant.pk).update(siren="732829320", rna="W595001234")
    make_organisation(name="la ruche aux vélos", pole=applicant.pole)
    seen = as_(coordinator).get(page(applicant)).content.decode()
    for fact in (
        "732829320",
        "W595001234",
        "Paul Lefèvre",
        "annuaire-entreprises",
        "la ruche aux vélos",
    ):
        assert fact in seen


def test_the_administrator_answers_and_it_goes_back_to_the_coordinators(
    as_, applicant, coordinator, administrator
):
    organisations.ask_for_more(applicant, reason="Vos statuts ?", by=coordinator)
    url = reverse("organisation-resubmit", args=[applicant.pk])
    browser = as_(administrator)
    assert "Vos statuts ?" in browser.get(applicant.get_absolute_url()).content.decode()
    assert "Vos statuts ?" in browser.get(url).content.decode()
    browser.post(url, {"reason": "Les voici, en ligne."})
    applicant.refresh_from_db()
    assert applicant.status == "SUBMITTED"
    letter = Notification.objects.get(recipient=coordinator)
    assert "à relire" in letter.subject
    assert "Les voici, en ligne." in letter.text


@pytest.mark.parametrize(
    ("who", "status"), [("member", 403), ("coordinator", 403), ("stranger", 404)]
)
def test_only_its_administrator_sends_it_again(as_, request, applicant, member, who, status):
    applicant.memberships.create(user=member)
    Organisation.objects.filter(pk=applicant.pk).update(status="MORE_ASKED")
    url = reverse("organisation-resubmit", args=[applicant.pk])
    assert as_(request.getfixturevalue(who)).post(url, {"reason": "x"}).status_code == status


def test_a_refused_one_whose_number_was_taken_meanwhile_is_told(as_, applicant, administrator):
    Organisation.objects.filter(pk=applicant.pk).update(status="REFUSED", rna="W595001234")
    make_organisation(rna="W595001234")
    answer = as_(administrator).post(
        reverse("organisation-resubmit", args=[applicant.pk]), {"reason": ""}, follow=True
    )
    assert "déjà inscrite avec ce numéro" in answer.content.decode()
    applicant.refresh_from_db()
    assert applicant.status == "REFUSED"


@pytest.mark.parametrize(
    "status", [status for status in OrganisationStatus.values if status != "ACCEPTED"]
)
def test_nothing_of_it_is_public_unless_it_is_accepted(as_, client, applicant, stranger, status):
    need = make_need(applicant)
    Organisation.objects.filter(pk=applicant.pk).update(status=status)
    for browser in (client, as_(stranger)):
        for door in (applicant.get_absolute_url(), need.get_absolute_url()):
            assert browser.get(door).status_code == 404
        for shop_window in (reverse("home"), reverse("needs")):
            assert need.title not in browser.get(shop_window).content.decode()


def test_once_accepted_its_page_is_public_with_its_needs_and_without_its_people(client, applicant):
    Organisation.objects.filter(pk=applicant.pk).update(status="ACCEPTED")
    need = make_need(applicant)
    seen = client.get(applicant.get_absolute_url()).content.decode()
    assert "La Ruche aux Vélos" in seen
    assert need.title in seen
    assert "Lefèvre" not in seen
    assert "/membres/" not in seen


# --- the queue -----------------------------------------------------------------------------
def test_the_queue_shows_who_waits_the_oldest_first(as_, applicant, coordinator, pole):
    make_organisation(name="Déjà là", pole=pole)
    newer = make_organisation(name="Arrivée après", pole=pole, status="SUBMITTED")
    listed = as_(coordinator).get(QUEUE).context["page"].object_list
    assert list(listed) == [applicant, newer]


def test_the_queue_is_searched_and_filtered(as_, applicant, coordinator, pole):
    make_organisation(name="Garage Sud", pole=pole, status="SUBMITTED", rna="W595001234")
    browser = as_(coordinator)
    found = browser.get(QUEUE, {"q": "ruche"}).context["page"].object_list
    assert [each.name for each in found] == ["La Ruche aux Vélos"]
    found = browser.get(QUEUE, {"q": "w595001234"}).context["page"].object_list
    assert [each.name for each in found] == ["Garage Sud"]
    assert browser.get(QUEUE, {"etat": "REFUSED"}).status_code == 200


@pytest.mark.parametrize(
    "query", [{"etat": "N'IMPORTE"}, {"q": "a\0b"}, {"page": "zéro"}, {"page": "99"}]
)
def test_a_strange_query_is_no_error(as_, applicant, coordinator, query):
    assert as_(coordinator).get(QUEUE, query).status_code == 200


def test_an_empty_queue_teaches(as_, coordinator):
    assert "Personne n’attend" in as_(coordinator).get(QUEUE).content.decode()


def test_the_queue_costs_the_same_with_many(as_, coordinator, pole, django_assert_max_num_queries):
    for _one in range(40):
        make_organisation(pole=pole, status="SUBMITTED", administrator=make_user())
    browser = as_(coordinator)
    browser.get(QUEUE)
    with django_assert_max_num_queries(13):
        browser.get(QUEUE)


# --- two pôles in one database -------------------------------------------------------------
def test_a_coordinator_sees_nothing_unpublished_of_another_pole(as_, applicant):
    other = make_coordinator(make_pole("Pôle du Sud", ("62",)))
    browser = as_(other)
    assert "Ruche" not in browser.get(QUEUE).content.decode()
    for door in (
        page(applicant),
        applicant.get_absolute_url(),
        reverse("members", args=[applicant.pk]),
        reverse("organisation-history", args=[applicant.pk]),
        reverse("organisation-edit", args=[applicant.pk]),
    ):
        assert browser.get(door).status_code == 404, door
    assert browser.post(page(applicant), {"verb": "accept", "reason": ""}).status_code == 404


def test_letters_go_to_the_coordinators_of_its_own_pole(applicant, coordinator, administrator):
    other = make_coordinator(make_pole("Pôle du Sud", ("62",)))
    Organisation.objects.filter(pk=applicant.pk).update(status="MORE_ASKED")
    applicant.refresh_from_db()
    organisations.resubmit(applicant, word="", by=administrator)
    assert Notification.objects.filter(recipient=coordinator).exists()
    assert not Notification.objects.filter(recipient=other).exists()


def test_who_belongs_to_a_suspended_operator_coordinates_no_more(as_, applicant, coordinator):
    Organisation.objects.filter(kind="OPERATOR").update(status="SUSPENDED")
    assert as_(coordinator).get(QUEUE).status_code == 403
    assert as_(coordinator).get(applicant.get_absolute_url()).status_code == 404
