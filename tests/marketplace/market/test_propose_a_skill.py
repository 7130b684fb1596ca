"""None of these: a skill in one's own words reaches the administrators, and its fate who proposed it."""

import pytest
from django.urls import reverse

from accounts.models import User
from marketplace.actions.market import skill_edits
from marketplace.actions.refusals import NotYet
from marketplace.models.market.skills import SkillProposal
from notifications.models import Notification
from tests.factories import make_offer, make_skill, make_user

PAGE, PICKER = reverse("skill-proposals"), reverse("skills-picker")


@pytest.fixture
def keeper():
    return User.objects.create_superuser("liste@example.org", "x", first_name="Odile")


@pytest.fixture
def noe(client):
    user = make_user(first_name="Noé")
    client.force_login(user)
    return user


def letters(user):
    return list(Notification.objects.filter(recipient=user).values_list("kind", flat=True))


def test_from_the_page_it_reaches_the_administrators_and_waits_in_the_list(client, noe, keeper):
    plain_staff = make_user(is_staff=True)
    answer = client.post(PAGE, {"text": "apiculture", "context": "Des ruches"}, follow=True)
    assert "Pas encore lue" in answer.text
    proposal = SkillProposal.objects.get()
    assert (proposal.text, proposal.context, proposal.proposed_by) == (
        "apiculture",
        "Des ruches",
        noe,
    )
    assert letters(keeper) == ["skill_proposed"]
    assert letters(plain_staff) == []


def test_from_the_picker_it_keeps_what_is_being_written(client, noe, keeper):
    make_skill("site-web", "Création de site")
    held = {"skills": "site-web", "skill_query": "apiculture", "about": "J’ai dix ruches."}
    answer = client.post(PICKER, held | {"propose": "yes"})
    assert "a été envoyé" in answer.text
    assert "Création de site" in answer.text
    assert SkillProposal.objects.get().context == "J’ai dix ruches."


def test_without_javascript_the_offer_form_does_the_same_and_saves_nothing(client, noe, keeper):
    offer = make_offer(noe)
    said = {"title": "Autre", "skills": "site-web", "skill_query": "apiculture", "propose": "yes"}
    answer = client.post(reverse("offer-edit", args=[offer.pk]), said)
    assert "a été envoyé" in answer.text
    offer.refresh_from_db()
    assert offer.title == "Développeur web"


def test_twice_is_once(client, noe, keeper):
    for text in ("Apiculture", " apiculture "):
        client.post(PAGE, {"text": text})
    assert SkillProposal.objects.count() == 1
    assert letters(keeper) == ["skill_proposed"]


def test_nothing_written_and_too_many_are_answered_with_a_sentence(client, noe):
    assert client.post(PAGE, {"text": " "}).status_code == 200
    assert "Écrivez" in client.post(PICKER, {"skill_query": "", "propose": "yes"}).text
    for number in range(skill_edits.MOST_WAITING):
        skill_edits.propose(f"mot {number}", by=noe)
    assert "lire celles-là d’abord" in client.post(PAGE, {"text": "un de trop"}).text
    with pytest.raises(NotYet):
        skill_edits.propose("un de trop", by=noe)


def test_who_proposed_hears_what_became_of_it_once(client, noe, keeper):
    skill = make_skill("miel", "Élevage d’abeilles")
    kept, refused = (skill_edits.propose(text, by=noe) for text in ("apiculture", "gentillesse"))
    for _twice in range(2):
        skill_edits.accept_as_synonym(kept, skill=skill)
        skill_edits.decline(refused)
    assert sorted(letters(noe)) == ["skill_answered", "skill_answered"]
    page = client.get(PAGE).text
    assert "« Élevage d’abeilles »" in page
    assert "Pas ajoutée" in page


def test_a_skill_created_under_the_very_name_gets_no_synonym_of_itself(noe):
    skill = make_skill("apiculture", "Apiculture")
    proposal = skill_edits.propose("apiculture", by=noe)
    skill_edits.accept_as_synonym(proposal, skill=skill)
    proposal.refresh_from_db()
    assert proposal.answer == SkillProposal.Answer.CREATED
    assert not skill.synonyms.exists()


def test_one_sees_ones_own_only_and_a_passer_by_has_to_log_in(client, noe):
    skill_edits.propose("de quelqu’un d’autre", by=make_user())
    assert "de quelqu’un d’autre" not in client.get(PAGE).text
    client.logout()
    assert client.get(PAGE).status_code == 302


def test_a_search_by_name_begins_at_a_word(client):
    """« ta » begins « Tableaux », and is only the middle of « sociétale »."""
    make_skill("tableaux", "Tableaux de bord")
    make_skill("rse", "Responsabilité sociétale")
    client.force_login(make_user())
    shown = client.post(PICKER, {"skill_query": "ta", "look": "yes"}).text
    assert "Tableaux de bord" in shown
    assert "sociétale" not in shown
    assert "Aucune ne convient" in shown
    assert "Aucune ne convient" not in client.post(PICKER, {"skill_query": "zzz"}).text


def test_the_silence_itself_offers_to_propose_what_was_written(client, noe, keeper):
    shown = client.post(PICKER, {"about": "zorglubeur"}).text
    assert "Nous ne reconnaissons pas encore" in shown
    assert 'name="own_words" maxlength="80" value="zorglubeur"' in shown
    held = {
        "about": "zorglubeur",
        "own_words": "zorglub",
        "skill_query": "",
        "propose": "own_words",
    }
    answer = client.post(PICKER, held).text
    assert "a été envoyé" in answer
    assert "own_words" not in answer
    assert SkillProposal.objects.get().text == "zorglub"
    assert 'maxlength="80" value=""' in client.post(PICKER, {"about": "zorglub, " * 20}).text
