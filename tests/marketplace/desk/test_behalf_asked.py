"""Who holds the letter's link and uses another address asks to take up what was written; a coordinator answers by one press."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.desk import behalf as acts
from marketplace.actions.desk import behalf_asked, unclaimed
from marketplace.actions.refusals import NotYet
from marketplace.models import Behalf
from notifications.models import Notification
from tests.factories import make_organisation, make_user, verify
from tests.marketplace.desk.behalf_people import (
    a_sent_need,
    an_offer,
    desk,
    page_of,
    row_of,
    the_letter,
    the_link,
)

OTHER = "anne@ailleurs.example"


@pytest.fixture
def them():
    return desk()


@pytest.fixture
def need(them):
    return a_sent_need(them)


@pytest.fixture
def anne():
    """Whom it is for, with an account at another address."""
    return verify(make_user("Anne", "Petit", email=OTHER))


def ask(client, user, link=None):
    client.force_login(user)
    return client.post(link or the_link(), {"ask": "yes"})


def answer(client, by, row, said="yes", asker=None):
    client.force_login(by)
    whom = asker or row.asked_by_id or 0
    return client.post(reverse("behalf-answer", args=[row.pk]), {"asker": whom, said: said})


def kinds(kind):
    return Notification.objects.filter(kind=kind)


def test_another_address_asks_and_the_coordinators_are_told_once(client, need, anne, them):
    link = the_link()
    client.force_login(anne)
    assert "demander à la coordination" in client.get(link).text
    for _twice in range(2):
        ask(client, anne, link)
    told = {letter.recipient for letter in kinds("behalf_asked")}
    assert told == {them.writer, them.colleague}
    assert kinds("behalf_asked").count() == 2
    assert "Vous avez demandé" in client.get(link).text
    assert not anne.belongs_to(need.organisation), "asking takes nothing up"


def test_one_press_sends_the_letter_to_their_own_address_and_they_take_it_up(
    client, need, anne, them
):
    ask(client, anne)
    row = row_of(need)
    client.force_login(them.colleague)
    assert "Anne Petit" in client.get(reverse("desk")).text
    assert OTHER in client.get(page_of(row)).text
    answer(client, them.colleague, row)
    assert the_letter(OTHER)
    client.force_login(anne)
    client.post(the_link(OTHER), {"yes": "yes"})
    assert anne.administers(need.organisation)
    assert (row_of(need).asked_by, row_of(need).email) == (None, "")


def test_a_no_is_told_and_frees_the_place(client, need, anne, them):
    link = the_link()
    ask(client, anne, link)
    answer(client, them.writer, row_of(need), "no")
    assert kinds("behalf_not_yours").get().recipient == anne
    assert row_of(need).asked_by is None
    assert row_of(need).token, "the letter's own link goes on working"
    ask(client, verify(make_user("Paul", "Roy", email="paul@example.org")), link)
    assert row_of(need).asked_by.first_name == "Paul"


def test_somebody_else_waits_for_the_answer_to_the_first(client, need, anne):
    ask(client, anne)
    other = verify(make_user("Paul", "Roy", email="paul@example.org"))
    page = client.get(ask(client, other).url).text
    assert "déjà" in page
    assert row_of(need).asked_by == anne


def test_an_offer_is_asked_for_too(client, them, anne):
    row = an_offer(them)
    ask(client, anne)
    answer(client, them.writer, Behalf.objects.get(pk=row.pk))
    client.force_login(anne)
    assert client.post(the_link(OTHER), {"yes": "yes"}).url == reverse("offer-new")


# --- who may not -----------------------------------------------------------------------------
def test_nobody_asks_without_an_account_nor_without_an_address_of_their_own(client, need):
    client.post(the_link(), {"ask": "yes"})
    assert row_of(need).asked_by is None
    ask(client, make_user("Tom", "Roy"))
    assert row_of(need).asked_by is None


@pytest.mark.parametrize("who", ["stranger", "asker", "nobody"])
def test_only_a_coordinator_of_the_pole_answers(client, need, anne, them, who):
    ask(client, anne)
    row = row_of(need)
    client.logout()
    if who == "nobody":
        said = {"asker": anne.pk, "yes": "yes"}
        assert client.post(reverse("behalf-answer", args=[row.pk]), said).status_code == 302
    else:
        user = anne if who == "asker" else them.stranger
        assert answer(client, user, row).status_code == 404
    assert row_of(need).asked_by == anne
    assert not Notification.objects.filter(address=OTHER, kind="behalf_written").exists()


def test_nobody_answers_their_own_question(need, them):
    verify(them.colleague)
    behalf_asked.ask(row_of(need), by=them.colleague, now=timezone.now())
    row = row_of(need)
    with pytest.raises(NotYet):
        behalf_asked.grant(row, asker=them.colleague.pk, by=them.colleague, now=timezone.now())
    assert row_of(need).asked_by == them.colleague


def test_what_the_page_showed_is_what_is_answered(client, need, anne, them):
    ask(client, anne)
    row = row_of(need)
    answer(client, them.writer, row, asker=them.stranger.pk)
    assert row_of(need).asked_by == anne
    answer(client, them.writer, row, asker="x" * 30)
    assert row_of(need).asked_by == anne


# --- too late --------------------------------------------------------------------------------
def test_answered_twice_is_once(client, need, anne, them):
    ask(client, anne)
    row = row_of(need)
    answer(client, them.writer, row)
    answer(client, them.colleague, row, "no", asker=anne.pk)
    assert Notification.objects.filter(address=OTHER, kind="behalf_written").count() == 1
    assert not kinds("behalf_not_yours").exists()


def test_after_sixty_days_or_once_taken_up_nothing_is_asked_nor_granted(need, anne, them):
    late = timezone.now() + timedelta(days=61)
    with pytest.raises(NotYet):
        behalf_asked.ask(row_of(need), by=anne, now=late)
    behalf_asked.ask(row_of(need), by=anne, now=timezone.now())
    with pytest.raises(NotYet):
        behalf_asked.grant(row_of(need), asker=anne.pk, by=them.writer, now=late)
    row = row_of(need)
    unclaimed.refuse(row, by=them.writer, now=timezone.now())
    with pytest.raises(NotYet):
        behalf_asked.grant(row, asker=anne.pk, by=them.writer, now=timezone.now())


def test_who_has_closed_their_account_is_given_nothing(need, anne, them):
    behalf_asked.ask(row_of(need), by=anne, now=timezone.now())
    type(anne).objects.filter(pk=anne.pk).update(is_active=False)
    with pytest.raises(NotYet):
        behalf_asked.grant(row_of(need), asker=anne.pk, by=them.writer, now=timezone.now())


def test_a_coordinator_who_has_left_answers_nothing(need, anne, them):
    behalf_asked.ask(row_of(need), by=anne, now=timezone.now())
    them.colleague.memberships.all().delete()
    with pytest.raises(NotYet):
        behalf_asked.grant(row_of(need), asker=anne.pk, by=them.colleague, now=timezone.now())


def test_a_structure_that_has_somebody_is_asked_itself(need, anne):
    row = row_of(need)
    need.organisation.memberships.create(user=make_user("Eve", "Roy"), role="ADMINISTRATOR")
    with pytest.raises(NotYet):
        behalf_asked.ask(row, by=anne, now=timezone.now())


def test_a_link_that_was_replaced_asks_nothing(need, anne):
    row = row_of(need)
    later = timezone.now() + timedelta(minutes=20)
    acts.renew(row, email="", by=row.by, now=later)
    with pytest.raises(NotYet):
        behalf_asked.ask(row, by=anne, now=later)


def test_a_boss_who_coordinates_reads_nothing_of_what_their_people_ask_for(them, anne):
    row = an_offer(them)
    make_organisation("COMPANY", administrator=them.colleague, member=anne, name="Verreries")
    behalf_asked.ask(Behalf.objects.get(pk=row.pk), by=anne, now=timezone.now())
    assert not Behalf.objects.visible_to(them.colleague).exists()
    assert {letter.recipient for letter in kinds("behalf_asked")} == {them.writer}
