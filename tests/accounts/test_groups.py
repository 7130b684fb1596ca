"""A group: an organisation names its head, whose people say yes or no; either of the two ends it."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import groups, memberships, organisations
from accounts.actions.refusals import Refusal
from accounts.models import GroupTie
from accounts.models.groups import group_of
from marketplace.actions.market import groups as market
from notifications.models import Notification
from tests.factories import make_coordinator, make_organisation, make_user

pytestmark = pytest.mark.django_db
SIREN, SIRET = "732829320", "73282932000074"


def look(organisation):
    return reverse("group-look", args=[organisation.pk])


def ask(member, head):
    return reverse("group-ask", args=[member.pk, head.pk])


def answer(tie):
    return reverse("group-tie", args=[tie.pk])


def end(tie):
    return reverse("group-end", args=[tie.pk])


def letters(person, kind):
    return Notification.objects.filter(recipient=person, kind=kind)


# --- naming it -----------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["Fonderie", "fonderie NORD", SIREN, "732 829 320 00074"])
def test_the_head_is_found_by_its_name_or_its_number(as_, structure, head, administrator, typed):
    page = as_(administrator).get(look(structure), {"whose": typed}).text
    assert "Fonderie du Nord" in page
    assert ask(structure, head) in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Rien de tel", "Aucune organisation de ce nom"),
        ("732829321", "Aucune organisation de ce nom"),
        ("12", "Aucune organisation de ce nom"),
        ("Ateliers du Fil", "propre organisation"),
        ("Passeurs", "opérateur"),
        ("", "obligatoire"),
        ("a" * 161, "160"),
        ("\0", ""),
    ],
)
def test_what_is_not_found_is_said_beside_the_field_and_kept(
    as_, structure, head, administrator, typed, sentence
):
    make_organisation("OPERATOR", name="Passeurs", pole=structure.pole)
    make_organisation(name="Rien de tel qui attende", status="SUBMITTED", pole=structure.pole)
    page = as_(administrator).get(look(structure), {"whose": typed})
    assert sentence in page.text
    assert 'aria-invalid="true"' in page.text
    assert "\0" in typed or f'value="{typed}"' in page.text or not typed
    assert ask(structure, head) not in page.text


def test_whoever_names_a_member_of_a_group_is_led_to_its_head(as_, head, agreed):
    boss = make_user()
    other = make_organisation(name="La Petite Forge", administrator=boss)
    page = as_(boss).get(look(other), {"whose": "Ateliers"}).text
    assert "fait partie du groupe «\xa0Fonderie du Nord\xa0», qui répondrait" in page
    assert ask(other, head) in page
    with pytest.raises(Refusal, match="nommez Fonderie du Nord"):
        groups.ask(other, agreed.member, by=boss, now=timezone.now())


def test_asking_writes_a_letter_and_a_line_at_home(as_, structure, head, administrator, boss):
    browser = as_(administrator)
    assert "Oui, poser la question" in browser.get(ask(structure, head)).text
    assert not GroupTie.objects.exists(), "reading a page asks nobody"
    browser.post(ask(structure, head))
    tie = GroupTie.objects.get()
    assert (tie.member, tie.head, tie.is_waiting) == (structure, head, True)
    letter = letters(boss, "group_asked").get()
    assert "Les Ateliers du Fil dit faire partie de votre groupe" in letter.subject
    assert answer(tie) in letter.text
    assert answer(tie) in as_(boss).get("/").text
    assert not letters(administrator, "group_asked").exists()


def test_a_double_click_asks_once(as_, structure, head, administrator, boss):
    browser = as_(administrator)
    browser.post(ask(structure, head))
    browser.post(ask(structure, head))
    assert GroupTie.objects.count() == 1
    assert letters(boss, "group_asked").count() == 1


@pytest.mark.parametrize("who", ["member", "coordinator", "stranger", "boss"])
@pytest.mark.parametrize("page", ["look", "ask"])
def test_only_its_administrators_name_its_head(as_, request, structure, head, who, page):
    browser = as_(request.getfixturevalue(who))
    address = look(structure) if page == "look" else ask(structure, head)
    assert browser.get(address).status_code == 403
    if page == "ask":
        assert browser.post(address).status_code == 403
    assert not GroupTie.objects.exists()


@pytest.mark.parametrize("page", [look, lambda one: reverse("group", args=[one.pk])])
def test_nobody_else_reads_these_pages(as_, structure, stranger, page):
    assert as_(stranger).get(page(structure)).status_code == 403
    assert as_(None).get(page(structure)).status_code == 302


def test_an_operator_has_no_group(as_, pole, head):
    coordinator = make_coordinator(pole)
    operator = coordinator.organisations.get()
    operator.memberships.update(role="ADMINISTRATOR")
    assert as_(coordinator).post(ask(operator, head)).status_code == 403
    assert as_(coordinator).get(reverse("group", args=[operator.pk])).status_code == 403


@pytest.mark.parametrize("status", ["SUBMITTED", "SUSPENDED"])
@pytest.mark.parametrize("whose", ["structure", "head"])
def test_nothing_is_asked_of_or_for_one_that_is_not_verified(
    as_, request, structure, head, administrator, whose, status
):
    one = request.getfixturevalue(whose)
    type(one).objects.filter(pk=one.pk).update(status=status)
    assert as_(administrator).post(ask(structure, head)).status_code in {403, 404}
    with pytest.raises(Refusal):
        groups.ask(structure, head, by=administrator, now=timezone.now())
    assert not GroupTie.objects.exists()


def test_one_that_has_named_its_head_names_no_other(as_, asked, administrator):
    another = make_organisation(name="Une autre")
    with pytest.raises(Refusal, match="déjà nommé Fonderie du Nord"):
        groups.ask(asked.member, another, by=administrator, now=timezone.now())
    assert "déjà nommé" in as_(administrator).get(look(asked.member)).text


def test_the_head_of_a_group_belongs_to_no_other(agreed, head, boss):
    another = make_organisation()
    with pytest.raises(Refusal, match="ne peut pas faire partie"):
        groups.ask(head, another, by=boss, now=timezone.now())


def test_one_live_tie_and_never_to_oneself_says_the_database(asked, administrator):
    another = make_organisation()
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupTie.objects.create(member=asked.member, head=another, asked_by=administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupTie.objects.create(member=another, head=another, asked_by=administrator)


# --- the answer ----------------------------------------------------------------------------
def test_a_yes_makes_one_group_and_both_are_told(as_, asked, administrator, boss):
    page = as_(boss).get(answer(asked)).text
    assert "L.\xa08241-3" in page
    as_(boss).post(answer(asked), {"answer": "yes"})
    asked.refresh_from_db()
    assert asked.is_agreed
    assert asked.agreed_by == boss
    assert group_of(asked.member) == group_of(asked.head) == [asked.head, asked.member]
    assert "font partie du même groupe" in letters(administrator, "group_agreed").get().text
    assert not letters(boss, "group_agreed").exists(), "nobody is told of their own act"


def test_anybody_reads_of_the_group_once_it_is_agreed(as_, asked, boss):
    seen = lambda one: as_(None).get(one.get_absolute_url()).text  # noqa: E731
    assert "Fait partie du groupe" not in seen(asked.member), "only asked"
    market.agree(asked, by=boss, now=timezone.now())
    assert "Fait partie du groupe" in seen(asked.member)
    assert asked.head.get_absolute_url() in seen(asked.member)
    assert "Dans son groupe" in seen(asked.head)
    organisations.suspend(asked.head, reason="À voir.", by=make_coordinator(asked.head.pole))
    assert "Fonderie du Nord" not in seen(asked.member), "a suspended one is named nowhere"


def test_a_no_is_told_without_a_reason(as_, asked, administrator, boss):
    as_(boss).post(answer(asked), {"answer": "no"})
    asked.refresh_from_db()
    assert (asked.ended_side, asked.ended_by) == ("HEAD", boss)
    assert letters(administrator, "group_declined").count() == 1
    assert group_of(asked.member) == []


@pytest.mark.parametrize(
    ("who", "status"),
    [("colleague", 403), ("administrator", 403), ("coordinator", 404), ("stranger", 404), (None, 302)],
)  # fmt: skip
def test_only_the_administrators_of_the_head_answer(as_, request, asked, who, status):
    browser = as_(who and request.getfixturevalue(who))
    assert browser.post(answer(asked), {"answer": "yes"}).status_code == status
    asked.refresh_from_db()
    assert asked.is_waiting


@pytest.mark.parametrize("typed", [{}, {"answer": "maybe"}, {"answer": ""}])
def test_neither_yes_nor_no_answers_nothing(as_, asked, boss, typed):
    assert as_(boss).post(answer(asked), typed).status_code == 302
    asked.refresh_from_db()
    assert asked.is_waiting


@pytest.mark.parametrize("second", ["yes", "no"])
@pytest.mark.parametrize("first", ["yes", "no"])
def test_the_first_answer_holds(as_, asked, administrator, boss, first, second):
    browser = as_(boss)
    browser.post(answer(asked), {"answer": first})
    before = GroupTie.objects.values().get()
    told = Notification.objects.count()
    page = browser.post(answer(asked), {"answer": second}, follow=True).text
    assert "Trop tard" in page
    assert GroupTie.objects.values().get() == before
    assert Notification.objects.count() == told


def test_it_is_too_late_once_the_question_is_taken_back(as_, asked, administrator, boss):
    as_(administrator).post(end(asked))
    assert "Trop tard" in as_(boss).post(answer(asked), {"answer": "yes"}, follow=True).text
    asked.refresh_from_db()
    assert (asked.agreed_at, asked.ended_side) == (None, "MEMBER")
    assert "ne demande plus rien" in letters(boss, "group_ended").get().subject


def test_whoever_has_left_the_head_no_longer_answers(as_, asked, boss):
    asked.head.memberships.create(user=make_user(), role="ADMINISTRATOR")
    memberships.leave(boss.memberships.get())
    assert as_(boss).post(answer(asked), {"answer": "yes"}).status_code == 404
    with pytest.raises(Refusal, match="ne pouvez pas décider"):
        market.agree(asked, by=boss, now=timezone.now())


@pytest.mark.parametrize("whose", ["member", "head"])
def test_a_suspended_one_is_of_no_new_group(asked, boss, whose):
    one = getattr(asked, whose)
    organisations.suspend(one, reason="À voir.", by=make_coordinator(one.pole))
    with pytest.raises(Refusal):
        market.agree(asked, by=boss, now=timezone.now())
    asked.refresh_from_db()
    assert asked.is_waiting


def test_a_group_is_flat_whoever_says_yes_first(asked, head, boss):
    """The head names a head itself: it can't lead any more, and those that asked it are told."""
    top = make_organisation(administrator=make_user(), name="Holding du Nord")
    upper = groups.ask(head, top, by=boss, now=timezone.now())
    with pytest.raises(Refusal, match="Holding du Nord"):
        market.agree(asked, by=boss, now=timezone.now())
    market.agree(upper, by=top.members.get(), now=timezone.now())
    asked.refresh_from_db()
    assert (asked.agreed_at, asked.ended_side) == (None, "HEAD")
    assert letters(asked.asked_by, "group_declined").exists()


def test_when_many_bear_the_words_the_page_says_so(as_, structure, administrator):
    for number in range(9):
        make_organisation(name=f"Forge du canton {number}")
    page = as_(administrator).get(look(structure), {"whose": "forge canton"}).text
    assert page.count("Forge du canton") == 8 * 2, "each with its button"
    assert "Il y en a d’autres" in page
