"""Questions of a structure to whoever offers themselves: written with the need, answered beside the word, kept as asked."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import people, proposals
from marketplace.forms.market.answers import AnswersForm
from marketplace.forms.market.needs import NeedForm
from marketplace.models import Answer, Need, Origin, Proposal, Side
from marketplace.rules.questions import not_to_be_asked
from marketplace.states import NeedStatus
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)

pytestmark = pytest.mark.django_db
QUESTIONS = "Avez-vous déjà fait un site ?\nPar quoi commenceriez-vous ?"


def asking(**fields):
    return make_need(questions=QUESTIONS, **fields)


def step_of(need, **changed):
    """The step of the form that asks them, as it is sent."""
    said = {"place": need.place, "time": need.time, "places": "1", "commune": str(need.commune)}
    said |= {"commune-code": need.commune_id, "cause": need.cause_id, "spoken": ["1"]}
    return said | changed


def test_a_structure_writes_up_to_three(client):
    need = make_need(status=NeedStatus.DRAFT)
    client.force_login(need.created_by)
    door = reverse("need-step", args=[need.pk, "ou"])
    said = step_of(need, question_1="Une ?", question_2="", question_3=" Deux  mots ? ")
    client.post(door, said | {"later": "yes"})
    assert Need.objects.get(pk=need.pk).question_list == ["Une ?", "Deux mots ?"]
    assert "Deux mots ?" in client.get(door).content.decode()


def test_a_page_that_doesnt_ask_them_leaves_them():
    need = asking(status=NeedStatus.DRAFT)
    form = NeedForm({"context": "Le site."}, instance=need, part="quoi", is_draft=True)
    form.is_valid()
    assert form.kept().questions == QUESTIONS


@pytest.mark.parametrize("wrong", ["x" * 201, "Écrivez-moi à a@example.org ?"])
def test_a_question_that_wont_do_is_told_beside_it_and_kept(client, wrong):
    need = make_need(status=NeedStatus.DRAFT)
    client.force_login(need.created_by)
    door = reverse("need-step", args=[need.pk, "ou"])
    page = client.post(door, step_of(need, question_1=wrong) | {"next": "yes"}).content.decode()
    assert 'id="id_question_1_error"' in page
    assert wrong.split("@")[0] in page


def test_whoever_applies_answers_beside_their_word(client):
    need, offer = asking(), make_offer(make_user())
    client.force_login(offer.person)
    door = reverse("need-apply", args=[need.pk])
    assert "Par quoi commenceriez-vous ?" in client.get(door).content.decode()
    client.post(
        door, {"offer": offer.pk, "word": "Bonjour.", "answer_1": "Trois fois.", "answer_2": " "}
    )
    proposal = Proposal.objects.get()
    assert [(one.question, one.words) for one in proposal.answers.all()] == [
        ("Avez-vous déjà fait un site ?", "Trois fois.")
    ]


@pytest.mark.parametrize("reader", ["structure", "coordinator"])
def test_the_structure_and_the_coordinators_read_the_answers(client, reader):
    need, offer = asking(), make_offer(make_user())
    proposal = proposals.apply(
        need, offer, word="", by=offer.person, answers=[(need.question_list[0], "Trois fois.")]
    )
    who = need.created_by if reader == "structure" else make_coordinator(need.pole)
    client.force_login(who)
    assert "Trois fois." in client.get(proposal.get_absolute_url()).content.decode()


def test_a_question_that_changes_changes_no_answer():
    need, offer = asking(), make_offer(make_user())
    said = [(need.question_list[0], "Trois fois.")]
    proposal = proposals.apply(need, offer, word="", by=offer.person, answers=said)
    Need.objects.update(questions="Tout autre chose ?")
    assert proposal.answers.get().question == "Avez-vous déjà fait un site ?"


def test_an_address_in_an_answer_waits_until_both_have_said_yes():
    form = AnswersForm({"answer_1": "moi@example.org", "answer_2": "x" * 1001}, need=asking())
    assert not form.is_valid()
    assert set(form.errors) == {"answer_1", "answer_2"}


def invited(need=None, offer=None):
    return make_proposal(
        need or asking(), offer or make_offer(make_user()), origin=Origin.INVITATION
    )


def test_whoever_was_asked_answers_with_their_yes(client):
    proposal = invited()
    client.force_login(proposal.offer.person)
    door = reverse("proposal-answers", args=[proposal.pk])
    assert door in client.get(proposal.get_absolute_url()).content.decode()
    assert "Par quoi commenceriez-vous ?" in client.get(door).content.decode()
    client.post(door, {"answer_2": "Par vous écouter.", "yes": "yes"})
    proposal.refresh_from_db()
    assert proposal.is_agreed
    assert proposal.answers.get().words == "Par vous écouter."
    client.post(door, {"answer_2": "Autre chose.", "yes": "yes"})
    assert proposal.answers.get().words == "Par vous écouter."


def test_a_yes_that_was_said_already_is_answered_after_it(client):
    need, offer = asking(), make_offer(make_user())
    proposal = proposals.apply(need, offer, word="", by=offer.person)
    client.force_login(offer.person)
    door = reverse("proposal-answers", args=[proposal.pk])
    client.post(door, {"answer_1": "Deux fois."})
    client.post(door, {"answer_1": "Trois fois."})
    assert proposal.answers.get().words == "Trois fois."


@pytest.mark.parametrize("who", ["stranger", "structure", "colleague", "nobody"])
def test_nobody_answers_for_somebody(client, who):
    company = make_organisation(kind="COMPANY", administrator=(head := make_user()))
    proposal = invited(offer=make_offer(make_user(), organisation=company))
    readers = {"stranger": make_user(), "structure": proposal.need.created_by, "colleague": head}
    if who != "nobody":
        client.force_login(readers[who])
    door = reverse("proposal-answers", args=[proposal.pk])
    answer = client.post(door, {"answer_1": "À sa place.", "yes": "yes"})
    assert answer.status_code == {"stranger": 404, "nobody": 302}.get(who, 403)
    assert not Answer.objects.exists()


def test_answers_are_erased_with_their_writer():
    need, offer = asking(), make_offer(make_user())
    said = [(need.question_list[0], "Trois fois.")]
    proposals.apply(need, offer, word="", by=offer.person, answers=said)
    people.close_account(offer.person, now=timezone.now())
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("question", "is_doubtful"),
    [
        ("Avez-vous des enfants ?", True),
        ("Êtes-vous en bonne SANTÉ ?", True),
        ("Quelle est votre nationalité ?", True),
        ("Quel âge avez-vous ?", True),
        ("Avez-vous déjà tenu une comptabilité ?", False),
        ("Qu’aimeriez-vous apprendre ici ?", False),
    ],
)
def test_what_may_not_be_asked_is_shown_to_the_coordinator(client, question, is_doubtful):
    assert bool(not_to_be_asked([question])) is is_doubtful
    need = make_need(status=NeedStatus.SUBMITTED, questions=question)
    client.force_login(make_coordinator(need.pole))
    page = client.get(reverse("need-qualify", args=[need.pk])).content.decode()
    assert ("L. 1132-1" in page) is is_doubtful


def test_the_side_that_asks_reads_no_button_to_answer(client):
    proposal = invited()
    client.force_login(proposal.need.created_by)
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert reverse("proposal-answers", args=[proposal.pk]) not in page
    assert proposal.has_yes_of(Side.NEED)
