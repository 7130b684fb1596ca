"""« I want to learn »: said by oneself, read by few, found at trainings and beside somebody who knows it; never held."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.scope import Scope
from marketplace import letters, ranking
from marketplace.actions.market import learnings, people, proposals, skill_edits
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.models import Learning, Side
from marketplace.ranking.full_run import begin_anew
from marketplace.views.market.learnings import of
from notifications.models import Notification
from tests.factories import (
    make_commune,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_skill,
    make_user,
)
from tests.marketplace.gatherings.people import full, make_gathering, put_down

pytestmark = pytest.mark.django_db
PAGE = reverse("learning")


@pytest.fixture
def awa():
    return make_user(first_name="Awa", last_name="Diop", commune=make_commune())


def wish(person, *codes):
    for code in codes:
        learnings.write(
            person,
            kept=[row.skill for row in person.learnings.all()],
            added=make_skill(code),
        )


def found(person):
    return of(person, timezone.now())


# --- said, changed, taken back --------------------------------------------------------------
def test_somebody_says_what_they_would_like_to_learn_and_takes_it_back(client, awa):
    sheet, video = make_skill("tableur"), make_skill("video")
    client.force_login(awa)
    assert "tableur" in client.get(PAGE).text
    client.post(PAGE, {"added": "tableur"})
    client.post(PAGE, {"added": "video", "kept": [sheet.pk]})
    assert [row.skill for row in awa.learnings.all()] == [sheet, video]
    client.post(PAGE, {"added": "video", "kept": [sheet.pk, video.pk]})
    client.post(PAGE, {"kept": [video.pk]})
    assert [row.skill for row in awa.learnings.all()] == [video]
    client.post(PAGE, {})
    assert not awa.learnings.exists()


def test_once_the_last_wish_is_unticked_nothing_is_announced(client, awa):
    wish(awa, "tableur")
    client.force_login(awa)
    kept = client.post(PAGE, {"kept": [awa.learnings.get().skill_id]}, follow=True)
    assert [str(one) for one in kept.context["messages"]] != ["Gardé."]
    page = client.post(PAGE, {}, follow=True)
    assert page.context["learnt"] is None
    assert [str(one) for one in page.context["messages"]] == ["Gardé."]


def test_five_at_the_most(client, awa):
    wish(awa, *(f"skill-{n}" for n in range(5)))
    make_skill("video")
    kept = [row.skill_id for row in awa.learnings.all()]
    client.force_login(awa)
    answer = client.post(PAGE, {"added": "video", "kept": kept})
    assert "Cinq compétences au plus" in answer.text
    with pytest.raises(NotYet):
        wish(awa, "video")
    assert awa.learnings.count() == 5
    client.post(PAGE, {"added": "video", "kept": kept[1:]})
    assert awa.learnings.filter(skill__code="video").exists()


@pytest.mark.parametrize("wrong", ["nothing-such", "a\0b", "9" * 40, "é"])
def test_what_is_no_skill_is_told_beside_the_field_and_nothing_is_lost(client, awa, wrong):
    wish(awa, "tableur")
    client.force_login(awa)
    for field in ("added", "kept"):
        answer = client.post(PAGE, {"kept": [awa.learnings.get().skill_id], field: [wrong]})
        assert answer.status_code in {200, 400}
        assert awa.learnings.count() == 1


def test_a_visitor_logs_in_and_an_employers_sign_in_opens_nothing_of_it(client, awa):
    assert client.get(PAGE).status_code == 302
    wish(awa, "tableur")
    make_gathering()
    assert found(awa)
    awa.scope = Scope(own=False, only=1)
    assert found(awa) is None
    assert not Learning.objects.visible_to(awa).exists()


def test_a_closed_account_leaves_none_and_merged_skills_one(awa):
    old, new = make_skill("vieux"), make_skill("neuf")
    wish(awa, "vieux", "neuf")
    noe = make_user()
    wish(noe, "vieux")
    skill_edits.merge(old, into=new)
    assert [[row.skill for row in one.learnings.all()] for one in (awa, noe)] == [[new], [new]]
    people.close_account(awa, now=timezone.now())
    assert not Learning.objects.filter(person=awa).exists()


# --- who reads it ---------------------------------------------------------------------------
def test_it_is_read_by_oneself_and_the_coordinators_and_by_nobody_else(client, awa):
    wish(awa, "tableur")
    aline, paul = make_user(), make_user()
    house = make_organisation(member=aline)
    make_need(house)
    company = make_organisation("COMPANY", administrator=paul)
    offer = make_offer(awa)
    work = make_offer(awa, organisation=company)
    solene = make_coordinator()
    elsewhere = make_coordinator(pole=make_pole("Pôle du Lac", ("74",)))
    for person, reads in (
        (awa, True),
        (solene, True),
        (aline, False),
        (paul, False),
        (elsewhere, False),
    ):
        for one in (offer, work):
            client.force_login(person)
            assert ("tableur" in client.get(one.get_absolute_url()).text) is reads, (person, one)
    Membership.objects.create(user=solene, organisation=company, role="ADMINISTRATOR")
    client.force_login(solene)
    assert "tableur" not in client.get(work.get_absolute_url()).text, "their boss"


# --- what is found --------------------------------------------------------------------------
def test_a_training_with_a_seat_left_is_found_near_or_online_with_its_reason(client, awa):
    training = make_gathering(seats=2)
    make_gathering(skills=("video",), title="La vidéo")
    make_gathering(
        commune=make_commune("13055", "Marseille", latitude=43.3, longitude=5.4), title="Trop loin"
    )
    wish(awa, "tableur")
    assert [one.gathering for one in found(awa).sessions] == [training]
    client.force_login(awa)
    for page in (reverse("home"), PAGE):
        text = client.get(page).text
        assert training.title in text
        assert "on y apprend\N{NO-BREAK SPACE}: tableur" in text
    full(training)
    assert found(awa).sessions == [], "no seat is left"


def test_of_several_wishes_those_for_which_there_is_nothing_are_named(client, awa):
    make_gathering()
    wish(awa, "tableur", "video")
    assert found(awa).without == "video"
    client.force_login(awa)
    assert "Rien encore pour\N{NO-BREAK SPACE}: video." in client.get(PAGE).text
    learnings.write(awa, kept=[make_skill("tableur")], added=None)
    assert "Rien encore pour" not in client.get(PAGE).text


def test_who_has_a_seat_is_shown_another_training(awa):
    mine = make_gathering()
    wish(awa, "tableur")
    put_down(mine, awa)
    assert found(awa).sessions == []


def test_what_is_taken_back_is_gone_at_once(client, awa):
    training = make_gathering()
    wish(awa, "tableur")
    learnings.write(awa, kept=[], added=None)
    client.force_login(awa)
    assert training.title not in client.get(reverse("home")).text
    assert found(awa) is None


def led(company=None):
    """A need in a pair: Noé comes on working time, who knows the spreadsheet; somebody is wanted who builds sites."""
    need = make_need(
        skills=("tableur", "site-web"), in_pair=True, places=2, title="Suivre le budget"
    )
    noe = make_user(first_name="Noé")
    work = make_offer(
        noe, organisation=company or make_organisation("COMPANY"), skills=("tableur",)
    )
    mission = proposals.accept(
        make_proposal(need, work), side=Side.NEED, by=need.organisation.members.first()
    )
    return need, mission


def lists_anew():
    begin_anew(timezone.now(), timezone.localdate())
    ranking.refresh_due(timezone.now())


def test_a_need_in_a_pair_where_the_other_one_knows_it_is_found_with_its_reason(client, awa):
    offer = make_offer(awa, skills=("site-web",))
    need, mission = led()
    wish(awa, "tableur")
    lists_anew()
    (lesson,) = found(awa).lessons
    assert (lesson.need, lesson.skills) == (need, "tableur")
    client.force_login(awa)
    for page in (reverse("home"), offer.get_absolute_url()):
        text = client.get(page).text
        assert "vous l’apprendriez à ses côtés" in text
        assert "Noé" not in text
    missions.interrupt(mission, reason="Stop.", by=mission.offer.person, now=timezone.now())
    assert found(awa).lessons == [], "nobody leads there any more"


def test_a_need_of_a_team_where_somebody_masters_it_is_found_and_one_of_a_beginner_is_not(awa):
    make_offer(awa, skills=("site-web",))
    need = make_need(skills=("site-web", "tableur"), places=3)
    need.wanted.filter(skill__code="tableur").update(required=False)
    mission = make_mission(need=need)
    lists_anew()
    wish(awa, "tableur")
    assert found(awa).lessons == []
    held = mission.offer.held.create(skill=make_skill("tableur"), level=1)
    assert found(awa).lessons == []
    held.level = 2
    held.save()
    assert [one.need for one in found(awa).lessons] == [need]


def test_a_wish_never_counts_as_holding_the_skill(awa):
    offer = make_offer(awa, skills=("site-web",))
    before = make_need(skills=("tableur",))
    wish(awa, "tableur")
    ranking.changed(offer, before)
    assert ranking.needs_for(offer) == []
    assert ranking.offers_for(before) == []
    assert "tableur" not in str(ranking.why(before, offer).reasons_for_need_side)


def test_the_letter_of_new_needs_says_that_there_is_something_to_learn_on_own_time_alone(awa):
    company = make_organisation("COMPANY")
    offer, work = make_offer(awa), make_offer(awa, organisation=company)
    wish(awa, "tableur")
    need = make_need()
    for one in (offer, work):
        letters.new_needs(one, [ranking.why(need, one)])
    told = {
        row.key.split(":")[2]: row.text for row in Notification.objects.filter(kind="new_needs")
    }
    assert "où apprendre" in told[str(offer.pk)]
    assert "où apprendre" not in told[str(work.pk)]
    assert "tableur" not in "".join(told.values())


def test_whoever_wishes_for_nothing_is_asked_one_question_more(awa, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        assert found(awa) is None


def test_where_nobody_teaches_it_what_is_near_isn_t_looked_for(awa, django_assert_max_num_queries):
    wish(awa, "tableur")
    with django_assert_max_num_queries(4):
        assert found(awa).sessions == []
