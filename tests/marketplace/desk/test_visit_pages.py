"""The pages of visits: a coordinator's hours, the proposal, and one visit for both sides, with or without an account."""

import pytest
from django.urls import reverse
from django.utils import formats, timezone

from accounts.models import Membership, Organisation
from marketplace.actions.desk import behalf
from marketplace.actions.desk import visits as acts
from marketplace.models import FreeTime, Visit
from marketplace.states import VisitStatus
from tests.factories import make_need, make_user, verify
from tests.marketplace.desk import behalf_people
from tests.marketplace.desk.visiting import (
    THERE,
    People,
    a_visit,
    an_agreed_one,
    another_pole,
    at,
    begun,
    free,
    letters_to,
    links_in,
    three,
)


@pytest.fixture
def them():
    return People()


def local(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def by_hand(times, **fields):
    names = ("first", "second", "third")
    said = dict(zip(names, map(local, times), strict=False))
    return said | {"how": "THERE", "minutes": "60", "word": ""} | fields


def propose(client, who, noun, pk, data=None):
    client.force_login(who)
    url = reverse("visit-new", args=[noun, pk])
    return client.get(url) if data is None else client.post(url, data)


def link_of(them, visit):
    return links_in(letters_to(them.petit, "visit_proposed").get())


# --- one's hours ---------------------------------------------------------------------------
def test_hours_are_said_and_taken_away(client, them):
    client.force_login(them.awa)
    url = reverse("visit-hours")
    client.post(url, {"when": "1", "begins": "09:00", "ends": "12:00"})
    (one,) = FreeTime.objects.all()
    assert "09:00" in client.get(url).content.decode()
    client.post(reverse("visit-hours-drop", args=[one.pk]))
    assert not FreeTime.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"begins": "12:00", "ends": "09:00"}, "ends"),
        ({"begins": "neuf heures", "ends": "10:00"}, "begins"),
        ({"begins": "03:00", "ends": "05:00"}, "begins"),
        ({"when": "once", "begins": "09:00", "ends": "10:00"}, "day"),
        ({"when": "9", "begins": "09:00", "ends": "10:00"}, "when"),
        ({"day": "2020-01-01", "begins": "09:00", "ends": "10:00"}, "day"),
    ],
)
def test_hours_that_cannot_be_are_refused_beside_their_field(client, them, said, field):
    client.force_login(them.awa)
    page = client.post(reverse("visit-hours"), {"when": "1"} | said)
    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert not FreeTime.objects.exists()


def test_nobody_takes_the_hours_of_a_colleague_away(client, them):
    one = free(them.awa, 1)
    client.force_login(them.colleague)
    assert client.post(reverse("visit-hours-drop", args=[one.pk])).status_code == 404


# --- proposed ------------------------------------------------------------------------------
def test_three_ticked_times_go_to_the_structure(client, them):
    for weekday in range(5):
        free(them.awa, weekday)
    page = propose(client, them.awa, "organisation", them.house.pk)
    assert "Anne Petit" in page.content.decode()
    values = [value for value, _words in page.context["form"].fields["times"].choices][:3]
    said = {"times": values, "how": "THERE", "minutes": "60"}
    propose(client, them.awa, "organisation", them.house.pk, said)
    visit = Visit.objects.get()
    assert [local(time.begins_at) for time in visit.times.all()] == values


def test_two_times_are_refused_and_what_was_typed_stays(client, them):
    said = by_hand(three()[:2], word="Je passe par Lens.")
    page = propose(client, them.awa, "organisation", them.house.pk, said)
    assert page.status_code == 200
    assert "Je passe par Lens." in page.content.decode()
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": "demain matin"},
        {"first": "2027-03-28T02:30"},  # that night the clocks go from two to three
        {"minutes": "100000000000"},
        {"minutes": "-5"},
        {"how": "PIGEON"},
        {"how": "VIDEO", "where": ""},
        {"where": "x" * 301},
    ],
)
def test_what_cannot_be_is_a_sentence_and_nothing_is_held(client, them, wrong):
    page = propose(client, them.awa, "organisation", them.house.pk, by_hand(three()) | wrong)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not Visit.objects.exists()


def test_the_length_decides_which_times_are_shown(client, them):
    free(them.awa, day=timezone.localdate(at(2)))
    client.force_login(them.awa)
    url = reverse("visit-new", args=["organisation", them.house.pk])
    choices = client.get(f"{url}?minutes=120").context["form"].fields["times"].choices
    assert [value[-5:] for value, _words in choices] == ["10:00"]
    assert client.get(f"{url}?minutes=rien").status_code == 200


def test_the_door_opens_to_the_coordination_of_the_structure_alone(client, them):
    need, stranger = make_need(them.house), another_pole()
    for noun, pk in (("organisation", them.house.pk), ("need", need.pk)):
        assert propose(client, them.awa, noun, pk).status_code == 200
        assert propose(client, stranger, noun, pk).status_code == 404
        assert propose(client, them.petit, noun, pk).status_code == 403
    assert propose(client, them.awa, "offre", need.pk).status_code == 404
    client.logout()
    assert client.get(reverse("visit-new", args=["need", need.pk])).status_code == 302


def test_a_coordinator_on_a_side_leaves_it_to_the_others(client, them):
    both = them.colleague
    Membership.objects.create(user=both, organisation=them.house)
    assert propose(client, both, "organisation", them.house.pk).status_code == 403


def test_the_organisation_and_the_need_lead_there(client, them):
    need = make_need(them.house)
    client.force_login(them.awa)
    for url, noun, pk in (
        (them.house.get_absolute_url(), "organisation", them.house.pk),
        (reverse("desk-need", args=[need.pk]), "need", need.pk),
    ):
        assert reverse("visit-new", args=[noun, pk]) in client.get(url).content.decode()
    client.force_login(another_pole())
    assert "proposer/organisation" not in client.get(them.house.get_absolute_url()).content.decode()


# --- by the letter ---------------------------------------------------------------------------
def test_a_scanner_that_opens_the_links_chooses_nothing(client, them):
    visit = a_visit(them)
    for url in link_of(them, visit):
        page = client.get(url)
        assert page.status_code == 200
        assert "noindex" in page["X-Robots-Tag"]
        client.head(url)
    assert Visit.objects.get().is_held


def test_the_time_of_the_link_is_confirmed_by_its_button(client, them):
    visit = a_visit(them)
    url = link_of(them, visit)[1]
    number = url.rpartition("=")[2]
    assert f'value="{number}"' in client.get(url).content.decode()
    client.post(url, {"act": "choose", "time": number})
    visit.refresh_from_db()
    assert visit.is_agreed
    assert visit.steps.last().by == them.petit
    assert letters_to(them.awa, "visit_told").count() == 1


def test_another_click_says_that_it_is_done(client, them):
    visit = a_visit(them)
    first, second, _third = link_of(them, visit)
    client.post(first, {"act": "choose", "time": first.rpartition("=")[2]})
    page = client.post(second, {"act": "choose", "time": second.rpartition("=")[2]})
    assert page.status_code == 409
    assert letters_to(them.awa, "visit_told").count() == 1


@pytest.mark.parametrize("said", ["", "abc", "999999999", "9" * 40, "-1"])
def test_a_time_that_is_none_of_the_three_is_a_sentence(client, them, said):
    url = link_of(them, a_visit(them))[0]
    assert client.post(url, {"act": "choose", "time": said}).status_code == 409
    assert Visit.objects.get().is_held


def test_an_act_that_is_none_is_refused(client, them):
    url = link_of(them, a_visit(them))[0]
    assert client.post(url, {"act": "erase"}).status_code == 403
    assert client.post(url, {"act": "took-place", "note": "x"}).status_code == 409


def test_none_suits_is_said_with_a_word(client, them):
    url = link_of(them, a_visit(them))[0]
    client.post(url, {"act": "none", "word": "Après le 15, s’il vous plaît."})
    visit = Visit.objects.get()
    assert visit.status == VisitStatus.NO_TIME
    client.force_login(them.awa)
    assert "Après le 15" in client.get(visit.get_absolute_url()).content.decode()


def test_the_link_of_somebody_who_has_left_opens_nothing(client, them):
    visit = a_visit(them)
    url = link_of(them, visit)[0]
    them.house.memberships.all().delete()
    assert client.get(url).status_code == 410
    assert client.post(url, {"act": "choose", "time": url.rpartition("=")[2]}).status_code == 410
    assert Visit.objects.get().is_held


def test_a_link_that_is_cut_forged_or_for_somebody_else_chooses_nothing(client, them):
    url = link_of(them, a_visit(them))[0]
    path = url.partition("?")[0]
    assert client.get("/visite/").status_code == 404
    assert client.get(path[:-4] + "/").status_code == 404
    client.force_login(make_user())
    assert client.get(url).status_code == 410
    assert Visit.objects.get().is_held


def test_a_structure_without_an_account_answers_moves_and_cancels_by_its_own_link(client):
    desk = behalf_people.desk()
    need = behalf_people.a_sent_need(desk)
    acts.invite(need, times=three(), place=THERE, by=desk.writer, now=timezone.now())
    url = links_in(letters_to(behalf_people.ADDRESS, "visit_offered").get())[0]
    client.post(url, {"act": "choose", "time": url.rpartition("=")[2]})
    visit = Visit.objects.get()
    assert visit.is_agreed
    assert letters_to(desk.writer, "visit_told").count() == 1
    assert not letters_to(behalf_people.ADDRESS, "visit_said").exists()
    client.post(url, {"act": "cancel", "word": ""})
    visit.refresh_from_db()
    assert visit.status == VisitStatus.CANCELLED


def test_once_it_is_taken_up_the_link_of_the_address_is_over(client):
    desk = behalf_people.desk()
    need = behalf_people.a_sent_need(desk)
    acts.invite(need, times=three(), place=THERE, by=desk.writer, now=timezone.now())
    url = links_in(letters_to(behalf_people.ADDRESS, "visit_offered").get())[0]
    row = behalf_people.row_of(need)
    behalf.claim(row, by=verify(make_user(email=behalf_people.ADDRESS)), now=timezone.now())
    assert client.get(url).status_code == 410


# --- signed in -------------------------------------------------------------------------------
def test_the_page_opens_to_both_sides_and_to_nobody_else(client, them):
    url = an_agreed_one(them).get_absolute_url()
    for who, status in (
        (them.awa, 200),
        (them.colleague, 200),
        (them.petit, 200),
        (another_pole(), 404),
        (make_user(), 404),
    ):
        client.force_login(who)
        assert client.get(url).status_code == status
        assert (client.post(url, {"act": "take"}).status_code == 404) == (status == 404)
    client.logout()
    assert client.get(url).status_code == 302


def test_the_structure_moves_it_among_the_coordinators_free_times_only(client, them):
    visit = an_agreed_one(them)
    free(them.awa, day=timezone.localdate(at(8)))
    client.force_login(them.petit)
    wanted, other = at(8, 11), at(8, 16)
    page = client.post(visit.get_absolute_url(), {"act": "move", "time": local(other)})
    assert page.status_code == 200
    client.post(visit.get_absolute_url(), {"act": "move", "time": local(wanted)})
    visit.refresh_from_db()
    assert visit.begins_at == wanted
    client.post(visit.get_absolute_url(), {"act": "move", "at": local(other)})
    visit.refresh_from_db()
    assert visit.begins_at == wanted


def test_how_it_was_is_said_by_the_coordination_after_it_alone(client, them):
    visit = an_agreed_one(them)
    client.force_login(them.awa)
    assert client.post(visit.get_absolute_url(), {"act": "took-place"}).status_code == 409
    begun(visit)
    client.force_login(them.petit)
    assert client.post(visit.get_absolute_url(), {"act": "took-place"}).status_code == 409
    client.force_login(them.awa)
    client.post(visit.get_absolute_url(), {"act": "took-place", "note": "Une belle équipe."})
    visit.refresh_from_db()
    assert visit.status == VisitStatus.TOOK_PLACE
    client.force_login(them.petit)
    assert "Une belle équipe." not in client.get(visit.get_absolute_url()).content.decode()


def test_the_structure_finds_it_on_its_first_page(client, them):
    visit = a_visit(them)
    client.force_login(them.petit)
    assert visit.get_absolute_url() in client.get("/").content.decode()
    acts.choose(visit, visit.times.first(), by=them.petit, now=timezone.now())
    assert visit.get_absolute_url() in client.get("/").content.decode()
    acts.cancel(visit, word="", by=them.petit)
    assert visit.get_absolute_url() not in client.get("/").content.decode()


def test_the_list_asks_the_same_number_of_questions_however_many_there_are(
    client, them, django_assert_max_num_queries
):
    client.force_login(them.awa)
    client.get(reverse("visits"))
    for n in range(6):
        an_agreed_one(People(awa=them.awa), times=three(2, hour=8 + 2 * n))
    with django_assert_max_num_queries(25):
        page = client.get(reverse("visits"))
    assert len(page.context["agreed"]) == 6


def test_a_suspended_structure_reads_and_answers_nothing(client, them):
    visit = a_visit(them)
    Organisation.objects.filter(pk=them.house.pk).update(status="SUSPENDED")
    client.force_login(them.petit)
    url = visit.get_absolute_url()
    assert client.post(url, {"act": "none", "word": ""}).status_code in {403, 404, 409}
    assert Visit.objects.get().is_held


def test_an_old_page_takes_no_visit_that_a_colleague_has_taken_meanwhile(client, them):
    visit, luc = an_agreed_one(them), them.colleague
    client.force_login(them.colleague)
    old = {"act": "take", "instead": str(them.awa.pk)}
    assert f'name="instead" value="{them.awa.pk}"' in client.get(visit.get_absolute_url()).text
    acts.take(visit, by=luc, now=timezone.now())
    page = client.post(visit.get_absolute_url(), old)
    assert page.status_code == 409
    assert luc.get_full_name() in page.text
    assert Visit.objects.get().coordinator == luc


def test_three_times_are_asked_for_and_not_called_optional(client, them):
    for weekday in range(5):
        free(them.awa, weekday)
    form = propose(client, them.awa, "organisation", them.house.pk).context["form"]
    assert form.fields["times"].required
    page = propose(client, them.awa, "organisation", them.house.pk, by_hand(three(hour=15)))
    assert page.status_code == 302  # those by hand do as well


# --- what a coordinator looks for ------------------------------------------------------------
def test_where_an_invitation_waits_the_door_leads_to_it(client, them):
    visit = a_visit(them)
    page = propose(client, them.awa, "organisation", them.house.pk)
    assert page.status_code == 302
    assert page.url == visit.get_absolute_url()
    seen = client.get(page.url).text
    assert "attend déjà" in seen
    assert them.house.get_absolute_url() in seen


def test_the_place_is_said_with_its_commune(client, them):
    them.house.address = "12 rue des Lilas"
    them.house.save(update_fields=["address"])
    visit = an_agreed_one(them)
    client.force_login(them.awa)
    said = f"12 rue des Lilas, {them.house.commune}"
    assert said in client.get(visit.get_absolute_url()).text
    assert said in letters_to(them.awa, "visit_told").get().text


def test_the_list_says_until_when_an_answer_is_awaited(client, them):
    visit = a_visit(them)
    client.force_login(them.awa)
    said = formats.date_format(visit.last_day, "l j F")
    assert f"jusqu’au {said}" in client.get(reverse("visits")).text


def test_for_how_long_the_times_are_held_is_said(client, them):
    client.force_login(them.awa)
    assert "jusqu’à la réponse, 5 jours ouvrés au plus." in client.get(reverse("visits")).text
