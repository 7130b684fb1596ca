"""The pages of letters to several: who opens them, what is refused beside its field, and what its reader reads."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.desk import mailings as acts
from marketplace.actions.desk import pole_letters
from marketplace.models import Addressee, Consent, ConsentKind, LetterModel, Mailing, Thread
from notifications.models import Notification
from tests.factories import make_commune, make_mission, make_need, make_organisation, make_user
from tests.marketplace.desk.desk_people import elsewhere

WRITE = reverse("lists-write", args=["besoins"])
SAID = {"subject": "À {structure}", "text": "Votre besoin {besoin} avance."}


@pytest.fixture
def aline():
    return make_user("Aline", "Moreau")


@pytest.fixture
def need(nadia, aline):
    return make_need(member=aline, title="Refaire le site")


@pytest.fixture
def mailing(nadia, pole, need):
    said = {"code": "besoins", "query": "all=1", **SAID}
    return acts.draft(pole, by=nadia, now=timezone.now(), **said)


def page_of(client, person, url) -> str:
    client.force_login(person)
    return client.get(url).content.decode()


# --- written -------------------------------------------------------------------------------
def test_ticked_lines_become_a_draft_that_says_who_receives_it(client, nadia, need, aline):
    client.force_login(nadia)
    other = make_need(member=make_user("Zoé", "Autre"))
    answer = client.post(WRITE, {"rows": [need.pk]} | SAID, follow=True)
    page = answer.content.decode()
    assert "1 personne la reçoit" in page
    assert "Votre besoin Refaire le site avance." in page
    assert "Zoé" not in page, other
    assert not Notification.objects.filter(kind="pole_letter").exists()


def test_a_letter_that_nobody_wants_yet_says_so_and_not_that_nobody_is_left_out(
    client, nadia, pole
):
    empty = Mailing.objects.create(pole=pole, by=nadia, subject="Les nouvelles", text="Merci.")
    page = page_of(client, nadia, reverse("mailing", args=[empty.pk]))
    assert "Personne n’a encore dit oui" in page
    assert "Personne n’est laissé de côté" not in page


def test_the_list_hands_its_rows_over_by_either_way(client, nadia, need):
    client.force_login(nadia)
    for answer in (client.get(WRITE, {"rows": need.pk}), client.post(WRITE, {"rows": need.pk})):
        assert f'name="rows" value="{need.pk}"' in answer.content.decode()
        assert not Mailing.objects.exists()


def test_a_variable_that_nobody_knows_is_said_beside_its_field_and_what_was_typed_stays(
    client, nadia, need
):
    client.force_login(nadia)
    said = {"rows": need.pk, "subject": "Bonjour {nom}", "text": "À bientôt, {prenom}"}
    page = client.post(WRITE, said).content.decode()
    assert "Nous ne savons pas remplacer {nom}" in page
    assert "À bientôt, {prenom}" in page
    assert not Mailing.objects.exists()


def test_nothing_ticked_is_said(client, nadia, need):
    assert "Aucune ligne n’est choisie" in page_of(client, nadia, WRITE)


def test_a_model_is_where_one_begins(client, nadia, pole, need):
    model = acts.keep_model(pole, name="Relance", by=nadia, now=timezone.now(), **SAID)
    page = page_of(client, nadia, f"{WRITE}?rows={need.pk}&modele={model.pk}")
    assert "À {structure}" in page


@pytest.mark.parametrize("typed", ["x", "99999999999999999999", "-1", "²"])
def test_a_number_of_a_model_that_is_none_begins_blank(client, nadia, need, typed):
    client.force_login(nadia)
    assert client.get(WRITE, {"rows": need.pk, "modele": typed}).status_code == 200


def test_a_list_that_there_is_not_is_not_found(client, nadia):
    client.force_login(nadia)
    assert client.get(reverse("lists-write", args=["voisins"])).status_code == 404


def test_what_somebody_has_no_value_for_is_said_before_it_leaves(client, nadia, pole, aline, need):
    pole_letters.want(pole, by=aline)
    client.force_login(nadia)
    said = {"all": "1", "subject": "Bonjour", "text": "Votre besoin : {besoin}"}
    url = reverse("lists-write", args=["personnes"])
    page = client.post(url, said, follow=True).content.decode()
    assert "{besoin}\N{NO-BREAK SPACE}: 1 personne n’en a pas" in page


def test_the_page_says_who_does_not_receive_it_and_why(client, nadia, mailing, need):
    gone = make_user("Luc", "Petit", is_active=False)
    Membership.objects.create(user=gone, organisation=need.organisation, role="MEMBER")
    page = page_of(client, nadia, mailing.get_absolute_url())
    assert "Luc Petit" in page
    assert "Compte fermé" in page


# --- by whom -------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["mailing", "mailing-edit"])
def test_a_stranger_finds_nothing(client, mailing, name):
    url = reverse(name, args=[mailing.pk])
    assert client.get(url).status_code == 302, "who are you?"
    for person in (make_user(), elsewhere()):
        client.force_login(person)
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("act", ["try", "send", "call-off", "drop"])
def test_nobody_else_does_anything_with_it(client, mailing, act, aline):
    url = reverse(f"mailing-{act}", args=[mailing.pk])
    for person in (aline, elsewhere()):
        client.force_login(person)
        assert client.post(url).status_code == 404
        assert client.get(url).status_code == 405
    mailing.refresh_from_db()
    assert mailing.is_draft


@pytest.mark.parametrize("url", [WRITE, reverse("mailings"), reverse("letter-models"), reverse("letter-model-new")])  # fmt: skip
def test_who_coordinates_nothing_is_refused(client, need, aline, url):
    client.force_login(aline)
    assert client.get(url).status_code == 403


def test_who_has_left_finds_it_no_more(client, nadia, mailing):
    nadia.memberships.all().delete()
    client.force_login(nadia)
    assert client.post(reverse("mailing-send", args=[mailing.pk])).status_code == 404


# --- sent ----------------------------------------------------------------------------------
def test_it_is_sent_by_one_click_said_with_its_number_and_called_off(client, nadia, mailing):
    client.force_login(nadia)
    answer = client.post(reverse("mailing-send", args=[mailing.pk]), follow=True)
    page = answer.content.decode()
    assert "Elle part dans dix minutes, à 1 personne." in page
    assert "Part à" in page
    again = client.post(reverse("mailing-send", args=[mailing.pk]), follow=True)
    assert "déjà envoyée" in again.content.decode()
    page = client.post(reverse("mailing-call-off", args=[mailing.pk]), follow=True)
    assert "Personne n’a rien reçu." in page.content.decode()
    acts.post_due(timezone.now() + timedelta(minutes=20))
    assert not Notification.objects.filter(kind="pole_letter").exists()


def test_a_draft_is_changed_tried_and_thrown_away(client, nadia, mailing):
    client.force_login(nadia)
    url = reverse("mailing-edit", args=[mailing.pk])
    client.post(url, {"subject": "Autre objet", "text": "Autre texte"})
    client.post(reverse("mailing-try", args=[mailing.pk]))
    letter = Notification.objects.get(kind="pole_letter_tried")
    assert (letter.recipient, letter.subject) == (nadia, "Essai\N{NO-BREAK SPACE}: Autre objet")
    client.post(reverse("mailing-drop", args=[mailing.pk]))
    assert not Mailing.objects.exists()


def test_what_a_colleague_sent_is_shown_to_a_boss_as_others_read_it(
    client, nadia, karim, pole, need, aline
):
    noe = make_user("Noé", "Lambert")
    make_mission(need=need, person=noe)
    said = {"code": "missions", "query": "all=1", "subject": "Bravo {prénom}", "text": "Merci !"}
    mailing = acts.draft(pole, by=nadia, now=timezone.now(), **said)
    acts.send(mailing, by=nadia, now=timezone.now())
    Addressee.objects.filter(person=aline).delete()
    assert "Bravo Noé" in page_of(client, karim, mailing.get_absolute_url())
    company = make_organisation(Organisation.Kind.COMPANY, administrator=karim)
    Membership.objects.create(user=noe, organisation=company, role="EMPLOYEE")
    page = page_of(client, karim, mailing.get_absolute_url())
    assert "Noé" not in page
    assert "Lambert" not in page
    assert "Bravo Noé" in page_of(client, nadia, mailing.get_absolute_url())


def test_what_is_sent_is_changed_no_more(client, nadia, mailing):
    acts.send(mailing, by=nadia, now=timezone.now())
    client.force_login(nadia)
    client.post(reverse("mailing-edit", args=[mailing.pk]), {"subject": "Autre", "text": "Autre"})
    mailing.refresh_from_db()
    assert mailing.subject == SAID["subject"]
    client.post(reverse("mailing-drop", args=[mailing.pk]))
    assert Mailing.objects.exists()


def test_how_many_questions_the_pages_ask_does_not_grow(
    client, nadia, mailing, django_assert_max_num_queries
):
    for number in range(20):
        make_need(member=make_user("Une", f"Personne {number}"))
    client.force_login(nadia)
    with django_assert_max_num_queries(45):
        page = client.get(mailing.get_absolute_url()).content.decode()
    assert "21 personnes la reçoivent" in page


# --- received ------------------------------------------------------------------------------
def received(mailing, nadia):
    acts.send(mailing, by=nadia, now=timezone.now())
    acts.post_due(timezone.now() + timedelta(minutes=11))
    return mailing.addressees.get()


def test_its_reader_reads_it_on_the_site_and_answers_the_coordination(
    client, nadia, mailing, aline, need
):
    it = received(mailing, nadia)
    url = reverse("letter-received", args=[it.pk])
    assert "Votre besoin Refaire le site avance." in page_of(client, aline, url)
    answer = client.post(reverse("need-talk", args=[need.pk]))
    assert answer.url == Thread.objects.get(need=need, asker=None).get_absolute_url()


def test_nobody_else_reads_it(client, nadia, mailing, need):
    it = received(mailing, nadia)
    other = make_user()
    Membership.objects.create(user=other, organisation=need.organisation, role="MEMBER")
    for person in (nadia, other, elsewhere()):
        client.force_login(person)
        assert client.get(reverse("letter-received", args=[it.pk])).status_code == 404


def test_about_a_mission_the_answer_goes_where_both_sides_read(client, nadia, pole, need):
    noe = make_user("Noé", "Lambert")
    mission = make_mission(need=need, person=noe)
    mailing = acts.draft(pole, code="missions", query="all=1", by=nadia, now=timezone.now(), **SAID)
    acts.send(mailing, by=nadia, now=timezone.now())
    acts.post_due(timezone.now() + timedelta(minutes=11))
    it = mailing.addressees.get(person=noe)
    page = page_of(client, noe, reverse("letter-received", args=[it.pk]))
    assert mission.proposal.thread.get_absolute_url() in page


# --- the tick in the profile ---------------------------------------------------------------
DETAILS = {"first_name": "Noé", "last_name": "Lambert", "commune": "59350", "language": "fr"}


def test_the_letters_are_off_until_one_ticks_them(client, nadia, pole):
    noe = make_user("Noé", "Lambert", commune=make_commune())
    client.force_login(noe)
    page = client.get(reverse("profile")).content.decode()
    assert "Recevoir les lettres du pôle" in page
    client.post(reverse("profile"), DETAILS)
    assert not Consent.objects.exists()
    client.post(reverse("profile"), DETAILS | {"letters": [pole.pk]})
    (given,) = Consent.objects.standing(noe, ConsentKind.LETTERS)
    assert (given.about, given.how) == (pole.pk, Consent.How.ACCOUNT)
    assert given.words.startswith("Je souhaite recevoir les lettres du pôle")
    client.post(reverse("profile"), DETAILS)
    assert not Consent.objects.standing(noe).exists()


def test_it_is_taken_back_among_ones_consents_too(client, nadia, pole):
    noe = make_user("Noé", "Lambert")
    pole_letters.want(pole, by=noe)
    assert str(pole) in page_of(client, noe, reverse("consents"))
    url = reverse("consent-take-back", args=[Consent.objects.get().pk])
    assert "ne vous parviennent plus" in client.get(url).content.decode()
    client.post(url)
    assert not Consent.objects.standing(noe).exists()


def test_a_pole_far_away_is_not_asked_for(client, nadia):
    far = elsewhere().organisations.get().pole
    noe = make_user("Noé", "Lambert", commune=make_commune())
    client.force_login(noe)
    client.post(reverse("profile"), DETAILS | {"letters": [far.pk]})
    assert not Consent.objects.exists()


# --- models --------------------------------------------------------------------------------
def test_a_model_is_written_changed_and_retired_by_those_of_the_pole(client, nadia, karim, pole):
    client.force_login(nadia)
    client.post(reverse("letter-model-new"), {"name": "Relance"} | SAID)
    model = LetterModel.objects.get()
    client.force_login(karim)
    client.post(model.get_absolute_url(), {"name": "Relance douce"} | SAID)
    model.refresh_from_db()
    assert (model.name, model.by) == ("Relance douce", karim)
    client.post(reverse("letter-model-retire", args=[model.pk]))
    assert client.get(model.get_absolute_url()).status_code == 404
    assert client.post(reverse("letter-model-retire", args=[model.pk])).status_code == 404


def test_two_models_of_one_name_are_refused_beside_the_name(client, nadia, pole):
    acts.keep_model(pole, name="Relance", by=nadia, now=timezone.now(), **SAID)
    client.force_login(nadia)
    page = client.post(reverse("letter-model-new"), {"name": "Relance"} | SAID).content.decode()
    assert "déjà un modèle de ce nom" in page
    assert LetterModel.objects.count() == 1


def test_a_model_of_another_pole_is_not_found(client, nadia, pole):
    model = acts.keep_model(pole, name="Relance", by=nadia, now=timezone.now(), **SAID)
    client.force_login(elsewhere())
    assert client.get(model.get_absolute_url()).status_code == 404
    assert client.post(reverse("letter-model-retire", args=[model.pk])).status_code == 404


def test_a_company_that_has_no_coordinator_has_no_letters(client, nadia):
    boss = make_user()
    make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    client.force_login(boss)
    assert client.get(reverse("mailings")).status_code == 403
