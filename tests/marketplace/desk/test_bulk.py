"""Acts on many rows of a list: each row by its own rule, all of them taken back for ten minutes, and nobody told meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.desk import bulk
from marketplace.actions.desk import desk as single
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    BulkAct,
    BulkLine,
    Chase,
    HandOver,
    Need,
    Offer,
    Referent,
    Tag,
)
from marketplace.models.desk.desk import key_of, leaves
from marketplace.rules import permissions
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus
from notifications.models import Notification
from tests.factories import (
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.desk.bulk_acts import (
    Act,
    do,
    fresh,
    letters,
    preview,
    sent,
    start,
    undo,
    whys,
)
from tests.marketplace.desk.desk_people import asleep, elsewhere, make_operator, submitted

LATER = timedelta(minutes=11)
SOON = timedelta(minutes=9)


@pytest.fixture
def two(karim):
    """Two needs to be read: one that nobody follows, one that Karim follows."""
    return submitted(), submitted(coordinator=karim)


# --- take ------------------------------------------------------------------------------------
def test_rows_are_taken_and_who_followed_them_reads_of_it_after_ten_minutes(nadia, karim, two):
    made = do(nadia, Act.TAKE, "besoins", two)
    assert {fresh(need).coordinator for need in two} == {nadia}
    assert HandOver.objects.get().from_person == karim
    assert not sent(made, SOON)
    assert not Notification.objects.on_screen_of(karim).exists()
    assert [letter.recipient for letter in sent(made, LATER)] == [karim]


def test_taking_is_taken_back_as_it_was_and_nobody_is_told(nadia, karim, two):
    made = do(nadia, Act.TAKE, "besoins", two)
    undo(made)
    assert [fresh(need).coordinator for need in two] == [None, karim]
    assert not HandOver.objects.exists()
    assert not sent(made, LATER)


def test_what_was_taken_back_may_be_taken_again_and_is_told_once(nadia, karim, two):
    undo(do(nadia, Act.TAKE, "besoins", two))
    made = do(nadia, Act.TAKE, "besoins", two)
    assert [letter.recipient for letter in sent(made, LATER)] == [karim]
    assert Notification.objects.filter(kind="rows_taken").count() == 1


def test_a_row_that_somebody_took_since_stays_theirs_and_the_others_go_back(nadia, karim, sonia):
    rows = [submitted(coordinator=karim), submitted(coordinator=karim)]
    made = do(nadia, Act.TAKE, "besoins", rows)
    single.take(
        single.Item(single.BY_CODE["need"], rows[0].pk, f"p{nadia.pk}", rows[0], rows[0]), by=sonia
    )
    undo(made)
    assert [fresh(need).coordinator for need in rows] == [sonia, karim]
    assert "Sonia" in whys(made)[rows[0].pk]
    told = Notification.objects.get(kind="rows_taken")
    assert told.recipient == karim
    assert "1 ligne" in told.subject
    assert told.due_at <= timezone.now()


def test_who_followed_it_and_has_left_the_operator_gets_nothing_back(nadia, karim, two):
    made = do(nadia, Act.TAKE, "besoins", two)
    Membership.objects.filter(user=karim).delete()
    undo(made)
    assert [fresh(need).coordinator for need in two] == [None, nadia]


@pytest.mark.parametrize("listed", ["missions", "organisations"])
def test_missions_and_organisations_are_taken_and_given_back_too(nadia, listed, pole):
    mission = make_mission()
    row = mission if listed == "missions" else mission.need.organisation
    made = do(nadia, Act.TAKE, listed, [row])

    def follows():
        if listed == "missions":
            return fresh(row).coordinator
        return Referent.objects.get(organisation=row).coordinator

    assert follows() == nadia
    undo(made)
    assert follows() is None


def test_the_preview_says_which_rows_stay_and_why(nadia, karim, two):
    mine = submitted(coordinator=nadia)
    own = submitted(organisation=make_organisation(member=nadia))
    seen = preview(nadia, Act.TAKE, "besoins", [*two, mine, own])
    assert seen.to_do == sorted(need.pk for need in two)
    assert seen.left.keys() == {mine.pk, own.pk}
    assert "déjà" in seen.left[mine.pk]


def test_rows_of_another_pole_are_not_there(nadia):
    pole = elsewhere().organisations.get().pole
    theirs = submitted(organisation=make_organisation(pole=pole))
    with pytest.raises(NotYet):
        start(nadia, Act.TAKE, "besoins", [theirs])


def test_what_changed_since_the_preview_is_shown_again(nadia, karim, two):
    seen = preview(nadia, Act.TAKE, "besoins", two)
    seal = seen.seal
    do(karim, Act.TAKE, "besoins", two[:1])
    now = preview(nadia, Act.TAKE, "besoins", two)
    with pytest.raises(NotYet):
        bulk.start(now, seal=seal, query="", now=timezone.now())
    assert not BulkAct.objects.filter(by=nadia).exists()


def test_a_row_that_changes_while_it_runs_holds_up_none_of_the_others(nadia, karim, two):
    made = start(nadia, Act.TAKE, "besoins", two)
    do(karim, Act.TAKE, "besoins", two[:1])
    bulk.carry_on(made)
    assert [fresh(need).coordinator for need in two] == [karim, nadia]
    assert "Karim" in whys(made)[two[0].pk]


def test_somebody_who_leaves_while_it_runs_does_nothing_more(nadia, karim, two):
    made = start(nadia, Act.TAKE, "besoins", two)
    Membership.objects.filter(user=nadia).delete()
    bulk.carry_on(made)
    assert [fresh(need).coordinator for need in two] == [None, karim]
    assert fresh(made).done == 0


def test_a_fault_of_ours_in_one_row_is_set_aside(nadia, two, monkeypatch):
    broken = two[0].pk
    real = single.take

    def take(item, **how):
        if item.number == broken:
            raise ZeroDivisionError
        return real(item, **how)

    monkeypatch.setattr(single, "take", take)
    made = do(nadia, Act.TAKE, "besoins", two)
    assert made.lines.get(number=broken).state == BulkLine.State.LEFT
    assert fresh(two[1]).coordinator == nadia


def _of_all_sides(nadia):
    """Needs that Nadia is a side of, in one way or another, beside one that she isn't."""
    offer = make_offer(person=nadia)
    rival = make_proposal(make_need(member=make_user()), offer).need
    written = submitted()
    Need.objects.filter(pk=written.pk).update(created_by=nadia)
    mine = make_need(make_organisation(member=nadia))
    over = make_need(member=make_user(), status=NeedStatus.CLOSED)
    return [submitted(), make_need(member=make_user()), rival, written, mine, over]


def _takes(need, by):
    try:
        single.take(single.Item(single.BY_CODE["need"], need.pk, "nobody", need, need), by=by)
    except NotYet:
        return False
    return True


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize(
    ("act", "may"),
    [
        (Act.CLOSE, lambda need, by: permissions.can_close_need(by, need)),
        (Act.TAG, lambda need, by: not leaves(by, need)),
        (Act.TAKE, _takes),
    ],
)
def test_the_preview_and_the_single_act_answer_alike(nadia, request, act, may, alone):
    """Whether or not there are others to whom Nadia may leave what she is a side of."""
    if not alone:
        request.getfixturevalue("karim")
    rows = _of_all_sides(nadia)
    will = preview(nadia, act, "besoins", rows, words="urgent").to_do
    assert will == sorted(need.pk for need in rows if may(fresh(need), nadia))


# --- hand over -------------------------------------------------------------------------------
def test_a_colleague_gets_one_letter_about_all_rows(nadia, karim, two):
    rows = [two[0], submitted()]
    made = do(nadia, Act.HAND_OVER, "besoins", rows, to=karim, words="Je pars en congé.")
    assert {fresh(need).coordinator for need in rows} == {karim}
    (told,) = sent(made, LATER)
    assert told.recipient == karim
    assert "2 lignes" in told.subject
    assert "Je pars en congé." in told.text


def test_handing_over_is_taken_back(nadia, karim, two):
    made = do(nadia, Act.HAND_OVER, "besoins", [two[0]], to=karim)
    undo(made)
    assert fresh(two[0]).coordinator is None
    assert not HandOver.objects.exists()
    assert not sent(made, LATER)


def test_rows_go_to_an_operator_as_a_whole_and_come_back(nadia, karim, pole, two):
    operator = make_operator(pole, name="Coup de Pouce")
    one = make_user()
    Membership.objects.create(user=one, organisation=operator)
    made = do(nadia, Act.HAND_OVER, "besoins", two, to=operator)
    assert {fresh(need).operator for need in two} == {operator}
    assert [letter.recipient for letter in letters(made)] == [one]
    undo(made)
    assert [(fresh(need).coordinator, fresh(need).operator) for need in two] == [
        (None, None),
        (karim, None),
    ]


def test_a_row_of_which_the_colleague_is_a_side_stays(nadia, karim, two):
    theirs = submitted(organisation=make_organisation(member=karim))
    seen = preview(nadia, Act.HAND_OVER, "besoins", [two[0], theirs], to=karim)
    assert seen.to_do == [two[0].pk]
    assert "Karim" in seen.left[theirs.pk]


def test_nobody_of_another_pole_takes_over(nadia, two):
    seen = preview(nadia, Act.HAND_OVER, "besoins", two, to=elsewhere())
    assert seen.to_do == []


# --- tags ------------------------------------------------------------------------------------
@pytest.mark.parametrize("listed", ["besoins", "missions", "organisations", "personnes"])
def test_rows_of_each_list_get_a_tag_lose_it_and_it_all_goes_back(nadia, listed):
    mission = make_mission()
    row = {
        "besoins": mission.need,
        "missions": mission,
        "organisations": mission.need.organisation,
        "personnes": mission.need.organisation.members.get(),
    }[listed]
    tags = Tag.objects.filter(**{key_of(row): row})
    first = do(nadia, Act.TAG, listed, [row], words="à visiter")
    assert [tag.words for tag in tags] == ["à visiter"]
    undo(first)
    assert not tags.all().exists()
    do(nadia, Act.TAG, listed, [row], words="à visiter")
    before = tags.get()
    second = do(nadia, Act.UNTAG, listed, [row], words="à visiter")
    assert not tags.all().exists()
    undo(second)
    after = tags.get()
    assert (after.words, after.by, after.at, after.pole) == (
        before.words,
        before.by,
        before.at,
        before.pole,
    )


def test_a_row_that_has_the_tag_stays_and_one_without_loses_none(nadia, two):
    do(nadia, Act.TAG, "besoins", two[:1], words="urgent")
    assert preview(nadia, Act.TAG, "besoins", two, words="urgent").to_do == [two[1].pk]
    assert preview(nadia, Act.UNTAG, "besoins", two, words="urgent").to_do == [two[0].pk]


def test_a_tag_that_a_colleague_removed_since_is_said_to_be_gone(nadia, two):
    made = do(nadia, Act.TAG, "besoins", two, words="urgent")
    Tag.objects.filter(need=two[0]).delete()
    undo(made)
    assert whys(made).keys() == {two[0].pk}
    assert not Tag.objects.exists()


def test_a_coordinator_tags_neither_themselves_nor_their_own_structure(nadia, karim):
    own = make_organisation(member=nadia)
    assert preview(nadia, Act.TAG, "organisations", [own], words="urgent").to_do == []
    assert preview(nadia, Act.TAG, "personnes", [nadia], words="urgent").to_do == []


# --- chase -----------------------------------------------------------------------------------
def test_the_silent_are_chased_after_ten_minutes_or_never(nadia):
    slow = asleep()
    made = do(nadia, Act.CHASE, "besoins", [slow.need])
    assert Chase.objects.get().proposal == slow
    assert letters(made).exists()
    assert not sent(made, SOON)
    undo(made)
    assert not Chase.objects.exists()
    assert not letters(made).exists()
    again = do(nadia, Act.CHASE, "besoins", [slow.need])
    assert sent(again, LATER)


def test_nobody_is_chased_twice_a_day_nor_before_the_promise_is_over(nadia):
    slow, quick = asleep(), asleep(days=0)
    do(nadia, Act.CHASE, "besoins", [slow.need])
    seen = preview(nadia, Act.CHASE, "besoins", [slow.need, quick.need])
    assert seen.to_do == []
    assert len(set(seen.left.values())) == 2


# --- close -----------------------------------------------------------------------------------
@pytest.fixture
def open_need():
    need = make_need(member=make_user())
    return asleep(need=need).need


def test_needs_are_closed_and_those_who_waited_are_told_later(nadia, open_need):
    made = do(nadia, Act.CLOSE, "besoins", [open_need], words="Doublon.")
    assert fresh(open_need).status == NeedStatus.CLOSED
    assert open_need.proposals.get().status == ProposalStatus.CLOSED
    assert not sent(made, SOON)
    assert {letter.kind for letter in sent(made, LATER)} == {"need_closed", "proposal_closed"}


@pytest.mark.parametrize("state", [NeedStatus.PUBLISHED, NeedStatus.PAUSED])
def test_a_need_closed_by_mistake_stands_where_it_did_and_its_story_says_so(
    nadia, open_need, state
):
    Need.objects.filter(pk=open_need.pk).update(status=state)
    made = do(nadia, Act.CLOSE, "besoins", [open_need], words="Doublon.")
    undo(made)
    assert fresh(open_need).status == state
    assert open_need.proposals.get().status == ProposalStatus.OPEN
    step = open_need.steps.last()
    assert (step.before, step.after, step.by) == (NeedStatus.CLOSED, state, nadia)
    assert "annulée" in step.said
    assert not sent(made, LATER)


def test_a_proposal_whose_offer_has_ended_keeps_the_need_closed_and_its_letters_leave(
    nadia, open_need
):
    made = do(nadia, Act.CLOSE, "besoins", [open_need], words="Doublon.")
    Offer.objects.update(status=OfferStatus.EXPIRED)
    undo(made)
    assert fresh(open_need).status == NeedStatus.CLOSED
    assert whys(made)
    assert sent(made, timedelta(seconds=1))


def test_a_need_that_is_over_or_another_coordinators_to_judge_stays(nadia, open_need):
    over = make_need(member=make_user(), status=NeedStatus.CLOSED)
    seen = preview(nadia, Act.CLOSE, "besoins", [open_need, over])
    assert seen.to_do == [open_need.pk]


def test_the_road_back_is_nobody_elses(open_need, nadia):
    needs.close(open_need, reason="Trouvé.", by=nadia)
    assert not fresh(open_need).may(NeedStatus.PUBLISHED)
