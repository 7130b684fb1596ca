"""All that somebody follows, taken over in one act; and what they leave behind as they go."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.desk import cases, takeovers
from marketplace.actions.market import people
from marketplace.actions.refusals import NotYet
from marketplace.models import Case, HandOver, Mission, Need, Referent
from marketplace.states import MissionStatus, NeedStatus
from marketplace.views.desk import takeovers as page
from notifications import rules
from tests.factories import (
    make_mission,
    make_need,
    make_organisation,
    make_pole,
    make_seat,
    make_user,
)
from tests.marketplace.desk.absent_people import away, told
from tests.marketplace.desk.desk_people import elsewhere, make_operator
from tests.marketplace.market.test_at_home import make_boss


@pytest.fixture
def followed(nadia, sonia):
    """A need, a mission, an organisation and a case of hers, with one of each that isn't."""
    need, _other = make_need(coordinator=nadia), make_need(coordinator=sonia)
    mission, its = make_mission(coordinator=nadia), make_mission(coordinator=sonia)
    structure, theirs = make_organisation(), make_organisation()
    Referent.objects.create(organisation=structure, coordinator=nadia)
    Referent.objects.create(organisation=theirs, coordinator=sonia)
    now = timezone.now()
    case = cases.open_about(mission, reason=Case.Reason.OTHER, by=nadia, now=now)
    cases.open_about(its, reason=Case.Reason.OTHER, by=sonia, now=now)
    return {"need": need, "mission": mission, "organisation": structure.referent, "case": case}


def counts(person, by) -> list[int]:
    """Without the visits: those are in test_visits.py."""
    return [rows.count() for rows in takeovers.lines_of(person, by=by)][:5]


def followers(followed) -> set:
    for row in followed.values():
        row.refresh_from_db()
    case = followed["case"].in_charge
    return {case, *(followed[noun].coordinator for noun in ("need", "mission", "organisation"))}


def take(client, person, to, what="all", **fields):
    said = {"to": to.pk, "what": what, "note": "Merci."} | fields
    return client.post(reverse("takeover", args=[person.pk]), said, follow=True)


def test_all_of_it_changes_hands_in_one_act_with_one_letter_each(
    client, nadia, karim, sonia, followed
):
    client.force_login(sonia)
    page = take(client, nadia, karim).content.decode()
    assert "Karim Benali suit désormais 4 lignes." in page
    assert followers(followed) == {karim}
    letter = told("lines_taken", karim).get()
    assert "Merci." in letter.text
    assert "4 lignes" in letter.subject
    assert told("lines_passed_on", nadia).count() == 1
    assert counts(sonia, by=karim) == [1, 1, 1, 1, 0]


def test_each_line_keeps_in_its_history_who_followed_it(nadia, karim, followed):
    takeovers.take_over(nadia, to=karim, note="Bonne suite", by=karim)
    rows = HandOver.objects.all()
    assert {(one.from_person, one.to_person, one.note) for one in rows} == {
        (nadia, karim, "Bonne suite")
    }
    assert {one.subject for one in rows} == {
        followed["need"], followed["mission"], followed["organisation"].organisation,
    }  # fmt: skip
    assert "Bonne suite" in followed["case"].entries.last().told


def test_whoever_takes_it_for_themselves_gets_no_letter_of_it(nadia, karim, followed):
    takeovers.take_over(nadia, to=karim, by=karim)
    assert not told("lines_taken", karim).exists()
    assert told("lines_passed_on", nadia).exists()


def test_passing_all_of_it_on_to_somebody_away_says_so_and_tells_who_answers(
    client, nadia, karim, sonia, followed
):
    away(karim, sonia)
    client.force_login(nadia)
    assert "Sonia Lopez répond" in client.get(reverse("takeover", args=[nadia.pk])).content.decode()
    page = take(client, nadia, karim)
    assert "Sonia Lopez répond" in " ".join(map(str, page.context["messages"]))
    assert "sont désormais les vôtres" in told("lines_taken", karim).get().subject
    letter = told("lines_taken", sonia).get()
    assert "pour qui vous répondez" in letter.subject
    assert "les vôtres" not in letter.subject + letter.text


def test_who_answers_is_told_only_of_what_they_may_follow(nadia, karim, sonia, followed):
    """Neither how many there are of which they are a side, nor the word with it, which may be about one of them."""
    followed["mission"].need.organisation.memberships.create(user=sonia)
    away(karim, sonia)
    takeovers.take_over(nadia, to=karim, note="Leur trésorière se méfie.", by=nadia)
    assert "se méfie" in told("lines_taken", karim).get().text
    heard = told("lines_taken", sonia).get()
    assert "se méfie" not in heard.text
    assert "2 lignes" in heard.subject


def test_who_answers_hears_nothing_of_lines_that_are_all_of_their_side(
    nadia, karim, sonia, followed
):
    mission = followed["mission"]
    mission.need.organisation.memberships.create(user=sonia)
    away(karim, sonia)
    chosen = {f"mission-{mission.pk}"}
    takeovers.take_over(nadia, to=karim, note="À surveiller.", chosen=chosen, by=nadia)
    assert told("lines_taken", karim).exists()
    assert not told("lines_taken", sonia).exists()


def test_only_what_is_ticked_changes_hands(client, nadia, karim, followed):
    client.force_login(karim)
    take(client, nadia, karim, "ticked", line=[f"need-{followed['need'].pk}", "need-0", "x", ""])
    assert counts(nadia, by=karim) == [0, 1, 1, 1, 0]


def test_ticked_without_a_tick_is_asked_again(client, nadia, karim, followed):
    client.force_login(karim)
    assert "Cochez au moins une ligne" in take(client, nadia, karim, "ticked").content.decode()
    assert counts(nadia, by=karim) == [1, 1, 1, 1, 0]


def test_a_second_click_finds_nothing_and_tells_nobody_twice(client, nadia, karim, followed):
    client.force_login(karim)
    take(client, nadia, karim)
    page = take(client, nadia, karim).content.decode()
    assert "Rien à reprendre" in page
    assert told("lines_passed_on", nadia).count() == 1
    with pytest.raises(NotYet):
        takeovers.take_over(nadia, to=karim, by=karim)


def test_what_is_over_stays_in_the_name_of_who_followed_it(nadia, karim):
    closed = make_need(coordinator=nadia, status=NeedStatus.CLOSED)
    ended = make_mission(coordinator=nadia, status=MissionStatus.CLOSED)
    assert sum(counts(nadia, by=karim)) == 0
    with pytest.raises(NotYet):
        takeovers.take_over(nadia, to=karim, by=karim)
    assert Need.objects.get(pk=closed.pk).coordinator == nadia
    assert Mission.objects.get(pk=ended.pk).coordinator == nadia


def test_a_filled_need_is_followed_as_long_as_one_of_its_missions_goes_on(nadia, karim):
    need = make_need(coordinator=nadia, places=2)
    first, second = make_mission(need=need), make_mission(need=need)
    Need.objects.filter(pk=need.pk).update(status=NeedStatus.FILLED)
    for mission, followed_still in ((first, 1), (second, 0)):
        Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
        assert counts(nadia, by=karim)[0] == followed_still


def test_what_the_new_one_is_a_side_of_stays_where_it_was_and_is_said(
    client, nadia, karim, sonia, followed
):
    followed["mission"].need.organisation.memberships.create(user=karim)
    client.force_login(sonia)
    page = take(client, nadia, karim).content.decode()
    assert "restent où elles étaient" in page
    followed["mission"].refresh_from_db()
    followed["case"].refresh_from_db()
    assert (followed["mission"].coordinator, followed["case"].in_charge) == (nadia, nadia)


def test_what_the_reader_is_a_side_of_isn_t_on_their_list(client, nadia, karim, sonia, followed):
    followed["mission"].need.organisation.memberships.create(user=sonia)
    client.force_login(sonia)
    page = client.get(reverse("takeover", args=[nadia.pk]))
    assert [group["count"] for group in page.context["groups"]] == [1, 1]
    assert followed["mission"].need.title not in page.content.decode()


def test_another_pole_s_lines_stay_where_they_are(nadia, karim):
    first, second = nadia.organisations.get().pole, make_pole("Le second", ["02"])
    make_seat(nadia.organisations.get(), second)
    there = make_need(make_organisation(pole=second), coordinator=nadia)
    here = make_need(make_organisation(pole=first), coordinator=nadia)
    other = make_user()
    make_operator(first, member=other)
    takeovers.take_over(nadia, to=other, by=other)
    assert Need.objects.get(pk=there.pk).coordinator == nadia
    assert Need.objects.get(pk=here.pk).coordinator == other


def test_strangers_the_wrong_role_nobody_and_leavers_stay_out(client, nadia, karim, followed):
    url = reverse("takeover", args=[nadia.pk])
    assert client.get(url)["Location"].startswith("/compte/")
    client.force_login(make_user())
    assert client.get(url).status_code == 403
    client.force_login(elsewhere())
    assert client.get(url).status_code == 404
    karim.memberships.all().delete()
    client.force_login(karim)
    assert client.post(url, {"to": karim.pk, "what": "all"}).status_code == 403
    assert counts(nadia, by=nadia) == [1, 1, 1, 1, 0]


def test_somebody_who_never_followed_anything_here_has_no_page(client, nadia):
    client.force_login(nadia)
    assert client.get(reverse("takeover", args=[make_user().pk])).status_code == 404
    assert client.get(reverse("takeover", args=[elsewhere().pk])).status_code == 404


@pytest.mark.parametrize("to", ["stranger", "999999", "x", ""])
def test_it_goes_to_nobody_who_doesn_t_coordinate(client, nadia, karim, followed, to):
    client.force_login(karim)
    url = reverse("takeover", args=[nadia.pk])
    client.post(url, {"to": make_user().pk if to == "stranger" else to, "what": "all"})
    assert counts(nadia, by=karim) == [1, 1, 1, 1, 0]


# --- those who have left -------------------------------------------------------------------------
@pytest.mark.parametrize("way", ["leave", "remove", "close"])
def test_what_somebody_leaves_behind_is_told_listed_and_taken_over(
    client, nadia, karim, sonia, followed, way
):
    membership = nadia.memberships.get()
    operator = membership.organisation
    if way == "leave":
        people.leave(membership, now=timezone.now())
    elif way == "remove":
        operator.memberships.filter(user=sonia).update(role="ADMINISTRATOR")
        people.remove(membership, by=sonia, now=timezone.now())
    else:
        people.close_account(nadia, now=timezone.now())
    followed["need"].refresh_from_db()
    assert (followed["need"].coordinator, followed["need"].operator) == (None, operator)
    assert told("lines_left", karim).count() == 1
    assert told("lines_left", sonia).count() == (0 if way == "remove" else 1)
    client.force_login(karim)
    assert list(client.get(reverse("desk-load")).context["gone"]) == [nadia]
    take(client, nadia, karim)
    for noun in ("need", "mission", "organisation"):
        followed[noun].refresh_from_db()
        assert followed[noun].coordinator == karim
    assert list(client.get(reverse("desk-load")).context["gone"]) == []


def test_what_somebody_has_taken_since_is_left_behind_no_more(nadia, karim, sonia):
    need, still = make_need(coordinator=nadia), make_need(coordinator=nadia)
    people.leave(nadia.memberships.get(), now=timezone.now())
    Need.objects.filter(pk=need.pk).update(coordinator=sonia, operator=None)
    assert counts(nadia, by=karim) == [1, 0, 0, 0, 0]
    takeovers.take_over(nadia, to=karim, by=karim)
    assert Need.objects.get(pk=need.pk).coordinator == sonia
    assert Need.objects.get(pk=still.pk).coordinator == karim


def test_nobody_is_told_of_a_leaver_who_followed_nothing(nadia, karim):
    people.leave(nadia.memberships.get(), now=timezone.now())
    assert not told("lines_left", karim).exists()


def test_a_long_list_shows_forty_and_takes_all(client, nadia, karim, django_assert_max_num_queries):
    structure = make_organisation()
    for _one in range(45):
        make_need(structure, coordinator=nadia)
    client.force_login(karim)
    client.get(reverse("takeover", args=[nadia.pk]))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("takeover", args=[nadia.pk]))
    assert "et 5 de plus, non affichées" in page.content.decode()
    take(client, nadia, karim)
    assert Need.objects.filter(coordinator=karim).count() == 45


def test_the_letter_of_what_was_left_behind_asks_no_more_once_it_is_shared_out(
    nadia, karim, sonia, followed
):
    people.leave(nadia.memberships.get(), now=timezone.now())
    letter = told("lines_left", sonia).get()
    assert rules.why_moot(letter) == ""
    takeovers.take_over(nadia, to=karim, by=karim)
    assert rules.why_moot(letter) == "Another coordinator has dealt with it"


def test_what_is_over_keeps_the_name_of_who_left(nadia, karim):
    closed = make_need(coordinator=nadia, status=NeedStatus.CLOSED)
    ended = make_mission(coordinator=nadia, status=MissionStatus.CLOSED)
    people.leave(nadia.memberships.get(), now=timezone.now())
    assert Need.objects.get(pk=closed.pk).coordinator == nadia
    assert Mission.objects.get(pk=ended.pk).coordinator == nadia


def test_who_coordinates_there_by_another_operator_keeps_what_they_follow(nadia, karim, followed):
    make_operator(nadia.organisations.get().pole, member=nadia)
    people.leave(nadia.memberships.get(organisation=karim.organisations.get()), now=timezone.now())
    assert followers(followed) == {nadia}
    assert not told("lines_left", karim).exists()


def test_of_a_suspended_operator_those_are_told_who_coordinate_the_pole(nadia, karim, followed):
    operator = nadia.organisations.get()
    other = make_user()
    make_operator(operator.pole, member=other)
    Organisation.objects.filter(pk=operator.pk).update(status=OrganisationStatus.SUSPENDED)
    people.leave(nadia.memberships.get(), now=timezone.now())
    assert told("lines_left", other).count() == 1
    assert not told("lines_left", karim).exists()


def test_a_side_is_told_of_no_line_that_isn_t_theirs_to_take(client, nadia, karim, sonia):
    """Neither that somebody has left one behind, nor how many, nor by a page that finds nothing."""
    mission = make_mission(coordinator=nadia)
    mission.need.organisation.memberships.create(user=karim)
    people.leave(nadia.memberships.get(), now=timezone.now())
    assert not told("lines_left", karim).exists()
    assert "1 ligne" in told("lines_left", sonia).get().text
    for reader, gone in ((karim, []), (sonia, [nadia])):
        client.force_login(reader)
        assert list(client.get(reverse("desk-load")).context["gone"]) == gone


@pytest.mark.parametrize("hat", ["ADMINISTRATOR", "MAILBOX"])
def test_a_boss_is_told_of_no_line_about_own_time(client, nadia, karim, sonia, hat):
    person = make_user()
    company = make_organisation(Organisation.Kind.COMPANY, member=person)
    boss = make_boss(hat, company, person)
    karim.organisations.get().memberships.create(user=boss)
    make_mission(person=person, coordinator=nadia)
    make_need(coordinator=nadia)
    people.leave(nadia.memberships.get(), now=timezone.now())
    assert "1 ligne" in told("lines_left", boss).get().text
    assert "2 lignes" in told("lines_left", sonia).get().text
    Need.objects.filter(operator__isnull=False).update(operator=None)
    for reader, gone in ((boss, []), (sonia, [nadia])):
        client.force_login(reader)
        assert list(client.get(reverse("desk-load")).context["gone"]) == gone


def test_the_letter_leads_to_a_page_once_a_colleague_has_taken_it_all(
    client, nadia, karim, sonia, followed
):
    people.leave(nadia.memberships.get(), now=timezone.now())
    takeovers.take_over(nadia, to=karim, by=karim)
    client.force_login(sonia)
    page = client.get(told("lines_left", sonia).get().url)
    assert "Rien à reprendre" in page.content.decode()
    client.force_login(elsewhere())
    assert client.get(reverse("takeover", args=[nadia.pk])).status_code == 404


def test_the_story_says_who_followed_it_until_then(client, nadia, karim, sonia, followed):
    takeovers.take_over(nadia, to=karim, note="Bonne suite.", by=sonia)
    client.force_login(sonia)
    structure = followed["need"].organisation_id
    page = client.get(reverse("organisation-story", args=[structure])).content.decode()
    assert "Relais passé à Karim Benali (suivi jusque-là par Nadia Berger). Bonne suite." in page


def test_of_very_many_the_first_are_shown_the_others_counted_and_all_of_them_taken(
    client, nadia, karim, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(page, "SHOWN", 3)
    house = make_organisation()
    needs = [make_need(house, coordinator=nadia) for _one in range(5)]
    client.force_login(karim)
    url = reverse("takeover", args=[nadia.pk])
    client.get(url)
    with django_assert_max_num_queries(12):
        shown = client.get(url)
    (group,) = shown.context["groups"]
    assert [line["key"] for line in group["lines"]] == [f"need-{one.pk}" for one in needs[:3]]
    assert (group["count"], group["more"]) == (5, 2)
    take(client, nadia, karim)
    assert Need.objects.filter(coordinator=karim).count() == 5
