"""Taking, handing over, chasing: one line or several, and never twice."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.desk import desk as acts
from marketplace.actions.market import people, proposals
from marketplace.actions.refusals import NotYet
from marketplace.models import Chase, HandOver, Mission, Need, Note, Side, Tag
from marketplace.states import MissionStatus
from notifications import rules
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_mission,
    make_offer,
    make_organisation,
    make_pole,
    make_user,
)
from tests.marketplace.desk.desk_people import (
    ago,
    asleep,
    elsewhere,
    key_of,
    lines_of,
    make_colleague,
    make_operator,
    scope_of,
    submitted,
)


@pytest.fixture
def maelle():
    return make_coordinator(first_name="Maëlle", last_name="Vandamme")


@pytest.fixture
def karim(maelle):
    return make_colleague(maelle, first_name="Karim", last_name="Benali")


def act(client, name, *keys, **fields):
    return client.post(reverse("desk-bulk"), {"act": name, "item": keys, **fields})


def letters(kind, to):
    return Notification.objects.filter(kind=kind, recipient=to)


# --- taking --------------------------------------------------------------------------------------
def test_taking_makes_it_mine(client, maelle):
    need = submitted()
    client.force_login(maelle)
    page = act(client, "take", key_of(maelle, need)).content.decode()
    need.refresh_from_db()
    assert need.coordinator == maelle
    assert need.title in page
    assert "Fait" in page


def test_two_who_take_the_same_line_do_not_both_have_it(client, maelle, karim):
    need = submitted()
    seen_by_both = key_of(maelle, need)
    client.force_login(karim)
    act(client, "take", seen_by_both)
    client.force_login(maelle)
    page = act(client, "take", seen_by_both).content.decode()
    assert "Quelqu’un vous a devancé\u00a0: Karim Benali le suit maintenant." in page
    need.refresh_from_db()
    assert need.coordinator == karim


def test_taking_what_is_mine_says_so(client, maelle):
    need = submitted(coordinator=maelle)
    client.force_login(maelle)
    assert "déjà vous" in act(client, "take", key_of(maelle, need)).content.decode()


def test_taking_from_a_colleague_tells_them(client, maelle, karim):
    need = submitted(coordinator=karim)
    client.force_login(maelle)
    act(client, "take", key_of(maelle, need))
    assert letters("need_taken", karim).count() == 1


@pytest.mark.parametrize("row", ["mission", "organisation"])
def test_missions_and_organisations_are_taken_too(client, maelle, row):
    if row == "mission":
        subject = make_mission(status=MissionStatus.DISPUTED)
    else:
        subject = make_organisation(status=OrganisationStatus.SUBMITTED)
    client.force_login(maelle)
    act(client, "take", key_of(maelle, subject))
    assert [line.number for line in lines_of(maelle, whose="mine")] == [subject.pk]


# --- several at once -----------------------------------------------------------------------------
def test_several_lines_are_shown_before_anything_is_done(client, maelle):
    needs = [submitted(), submitted()]
    client.force_login(maelle)
    keys = [key_of(maelle, need) for need in needs]
    page = client.get(reverse("desk-bulk"), {"act": "take", "item": keys}).content.decode()
    assert all(need.title in page for need in needs)
    assert "Oui, je m’en charge" in page
    assert lines_of(maelle, whose="mine") == []


def test_each_line_has_its_own_outcome(client, maelle, karim):
    needs = [submitted(), submitted(), submitted()]
    keys = [key_of(maelle, need) for need in needs]
    acts.take(acts.find(keys[1], scope_of(karim)), by=karim)
    client.force_login(maelle)
    page = act(client, "take", *keys)
    assert [outcome["done"] for outcome in page.context["outcomes"]] == [True, False, True]
    assert "Karim Benali" in page.context["outcomes"][1]["words"]


def test_without_a_ticked_line_one_is_told_to_tick(client, maelle):
    client.force_login(maelle)
    page = client.get(reverse("desk-bulk"), {"act": "take"}, follow=True).content.decode()
    assert "Cochez au moins une ligne" in page


@pytest.mark.parametrize(
    "key", ["", "need", "need:x:nobody", "need:²:nobody", "need:99999999999999999999:p1", "x:1:p1"]
)
def test_a_key_of_nonsense_is_nobody_s_line(client, maelle, key):
    client.force_login(maelle)
    assert act(client, "take", key).status_code == 302


def test_a_stranger_touches_nothing(client, maelle):
    need = submitted()
    key = key_of(maelle, need)
    client.force_login(elsewhere())
    for name in acts.ACTS:
        act(client, name, key)
    need.refresh_from_db()
    assert need.coordinator is None
    assert not HandOver.objects.exists()


@pytest.mark.parametrize("name", list(acts.ACTS))
def test_the_wrong_role_and_nobody_are_turned_away(client, maelle, name):
    key = key_of(maelle, submitted())
    assert act(client, name, key)["Location"].startswith("/compte/")
    client.force_login(make_user())
    assert act(client, name, key).status_code == 403


# --- handing over --------------------------------------------------------------------------------
def test_a_colleague_takes_over_with_my_words(client, maelle, karim):
    need = submitted(coordinator=maelle)
    client.force_login(maelle)
    key = key_of(maelle, need)
    act(client, "hand_over", key, to=f"p{karim.pk}", note="J’ai promis une visite mardi.")
    need.refresh_from_db()
    assert need.coordinator == karim
    letter = letters("handed_over", karim).get()
    assert "J’ai promis une visite mardi." in letter.text
    assert "Voir ce que vous reprenez" in letter.text
    assert "À faire sur" not in letter.text
    assert HandOver.objects.get().by == maelle


def test_another_operator_takes_over_as_a_whole(client, maelle):
    pole = maelle.organisations.get().pole
    people = [make_user(), make_user()]
    operator = make_operator(pole, name="Les Passeurs", member=people[0], administrator=people[1])
    need = submitted(coordinator=maelle)
    client.force_login(maelle)
    act(client, "hand_over", key_of(maelle, need), to=f"o{operator.pk}", note="")
    need.refresh_from_db()
    assert (need.coordinator, need.operator) == (None, operator)
    assert all(letters("handed_over", person).count() == 1 for person in people)
    assert [line.number for line in lines_of(people[0], whose="operator")] == [need.pk]


@pytest.mark.parametrize("joins", ["before", "while the letter waits"])
@pytest.mark.parametrize("noun", ["need", "organisation"])
def test_what_is_passed_on_to_an_operator_isn_t_told_to_who_is_on_a_side_there(
    client, maelle, noun, joins
):
    """Its note is what coordinators say among themselves; and an organisation couldn't be passed on so at all."""
    pole = maelle.organisations.get().pole
    sided, other = make_user(), make_user()
    operator = make_operator(pole, name="Les Passeurs", member=sided)
    operator.memberships.create(user=other)
    need = submitted()
    structure = need.organisation
    if noun == "organisation":
        Organisation.objects.filter(pk=structure.pk).update(status=OrganisationStatus.SUBMITTED)
    if joins == "before":
        structure.memberships.create(user=sided)
    client.force_login(maelle)
    line = f"{noun}:{need.pk if noun == 'need' else structure.pk}:nobody"
    act(client, "hand_over", line, to=f"o{operator.pk}", note="Leur présidente exagère.")
    assert "exagère" in letters("handed_over", other).get().text
    if joins != "before":
        structure.memberships.create(user=sided)
        assert rules.why_moot(letters("handed_over", sided).get())
    else:
        assert not letters("handed_over", sided).exists()
    assert not rules.why_moot(letters("handed_over", other).get())


def test_the_first_of_the_operator_takes_it(maelle):
    operator = make_operator(maelle.organisations.get().pole, member=make_user())
    member = operator.members.get()
    need = submitted(operator=operator)
    acts.take(acts.find(key_of(member, need), scope_of(member)), by=member)
    need.refresh_from_db()
    assert (need.coordinator, need.operator) == (member, None)


def test_two_who_hand_over_the_same_line_do_it_once(maelle, karim):
    third = make_colleague(maelle, first_name="Inès", last_name="Roy")
    need = submitted(coordinator=karim)
    key = key_of(maelle, need)
    acts.hand_over(acts.find(key, scope_of(maelle)), to=third, note="", by=maelle)
    with pytest.raises(NotYet, match="Inès Roy"):
        acts.hand_over(acts.find(key, scope_of(maelle)), to=maelle, note="", by=maelle)
    assert HandOver.objects.count() == 1


def test_one_only_hands_over_within_the_pole(client, maelle):
    need, stranger = submitted(), elsewhere()
    client.force_login(maelle)
    page = act(client, "hand_over", key_of(maelle, need), to=f"p{stranger.pk}")
    assert "outcomes" not in page.context
    assert not HandOver.objects.exists()


def test_who_coordinates_two_poles_hands_the_lines_of_each_over_within_it(client, maelle, karim):
    need, stranger = submitted(), elsewhere()
    there = stranger.organisations.get()
    Membership.objects.create(user=maelle, organisation=there)
    client.force_login(maelle)
    for to in (f"p{stranger.pk}", f"o{there.pk}"):
        page = act(client, "hand_over", key_of(maelle, need), to=to)
        assert "outcomes" not in page.context
    for to in (stranger, there):
        with pytest.raises(NotYet, match="coordonne ailleurs"):
            acts.hand_over(
                acts.find(key_of(maelle, need), scope_of(maelle)), to=to, note="", by=maelle
            )
    assert not HandOver.objects.exists()
    act(client, "hand_over", key_of(maelle, need), to=f"p{karim.pk}", note="")
    assert HandOver.objects.get().to_person == karim


def test_a_hand_over_needs_somebody(client, maelle):
    client.force_login(maelle)
    page = act(client, "hand_over", key_of(maelle, submitted()), to="").content.decode()
    assert "Ce champ est obligatoire" in page


# --- chasing -------------------------------------------------------------------------------------
def test_chasing_writes_to_the_silent_side_only(client, maelle):
    proposal = asleep()
    client.force_login(maelle)
    act(client, "chase", key_of(maelle, proposal))
    silent = proposal.need.organisation.members.get()
    letter = letters("proposal_chased", silent).get()
    assert "Maëlle Vandamme" in letter.text
    assert not letters("proposal_chased", proposal.offer.person).exists()


def test_two_coordinators_chase_once_a_day(client, maelle, karim):
    proposal = asleep()
    key = key_of(maelle, proposal)
    client.force_login(karim)
    act(client, "chase", key)
    client.force_login(maelle)
    page = act(client, "chase", key).content.decode()
    assert "Karim Benali a déjà relancé aujourd’hui" in page
    assert Chase.objects.count() == 1
    assert Notification.objects.filter(kind="proposal_chased").count() == 1


def test_nobody_is_chased_after_their_answer(client, maelle):
    proposal = asleep()
    key = key_of(maelle, proposal)
    member = proposal.need.organisation.members.get()
    proposals.decline(proposal, side=Side.NEED, reason="Trop loin.", by=member)
    client.force_login(maelle)
    assert "entre-temps" in act(client, "chase", key).content.decode()
    assert not Chase.objects.exists()


def test_a_stuck_mission_chases_those_it_waits_for(maelle):
    mission = make_mission(status=MissionStatus.FRAMING)
    first_day = timezone.localdate(ago(9))
    Mission.objects.filter(pk=mission.pk).update(moved_at=ago(9), starts_on=first_day)
    acts.chase(acts.find(key_of(maelle, mission), scope_of(maelle)), by=maelle)
    told = set(
        Notification.objects.filter(kind="mission_chased").values_list("recipient", flat=True)
    )
    assert told == {mission.offer.person_id, mission.need.organisation.members.get().pk}


def test_what_has_nobody_to_chase_says_so(client, maelle):
    client.force_login(maelle)
    page = act(client, "chase", key_of(maelle, submitted())).content.decode()
    assert "personne à relancer ici" in page


# --- when a coordinator goes ---------------------------------------------------------------------
def test_whoever_leaves_the_operator_leaves_their_lines_to_it(client, maelle, karim):
    need = submitted(coordinator=maelle)
    client.force_login(maelle)
    client.post(reverse("membership-leave", args=[maelle.memberships.get().pk]))
    need.refresh_from_db()
    assert (need.coordinator, need.operator) == (None, karim.organisations.get())
    assert [line.number for line in lines_of(karim, whose="operator")] == [need.pk]


def test_whoever_leaves_one_of_two_poles_goes_on_following_in_the_other(maelle, karim):
    """What they follow there isn't left to the operator of this one, whose people don't see it."""
    there = make_coordinator(make_pole("Voisin", ("62",))).memberships.get().organisation
    there.memberships.create(user=karim)
    here, elsewhere = submitted(), make_mission()
    Need.objects.filter(pk=elsewhere.need_id).update(pole=there.pole)
    for row in (here, elsewhere.need, elsewhere):
        type(row).objects.filter(pk=row.pk).update(coordinator=karim)
    operator = maelle.memberships.get().organisation
    people.leave(karim.memberships.get(organisation=operator), now=timezone.now())
    here.refresh_from_db()
    assert (here.coordinator, here.operator) == (None, operator)
    for row in (elsewhere.need, elsewhere):
        row.refresh_from_db()
        assert (row.coordinator, row.operator) == (karim, None)


def test_a_closed_account_takes_along_what_was_said_of_it(maelle, karim):
    offer = make_offer()
    Note.objects.create(person=offer.person, pole=offer.pole, by=maelle, body="Très juste.")
    Tag.objects.create(person=offer.person, pole=offer.pole, by=maelle, words="qpv")
    people.close_account(offer.person, now=timezone.now())
    assert not Note.objects.exists()
    assert not Tag.objects.exists()
