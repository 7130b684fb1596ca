"""The board, a need's own page, stories, notes and tags."""

import re

import pytest
from django.urls import reverse

from accounts.models import Membership, Organisation
from marketplace.actions.market import proposals
from marketplace.desk import board, score_histogram
from marketplace.models import (
    AskedPole,
    Chase,
    FollowUp,
    HandOver,
    Mission,
    Note,
    Review,
    Side,
    Tag,
)
from marketplace.states import MissionStatus, NeedStatus, OfferStatus
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.desk.desk_people import (
    ago,
    asleep,
    elsewhere,
    make_colleague,
    scope_of,
    submitted,
)


@pytest.fixture
def coordinator():
    return make_coordinator(first_name="Maëlle", last_name="Vandamme")


# --- the board -----------------------------------------------------------------------------------
def column(columns, status):
    return next(column for column in columns if column.status == status)


def test_needs_stand_in_the_column_of_their_state_the_oldest_first(coordinator):
    young, old = submitted(0), submitted(9)
    make_need(member=make_user())
    columns = board.needs(scope_of(coordinator))
    assert [c.row for c in column(columns, NeedStatus.SUBMITTED).cards] == [old, young]
    assert column(columns, NeedStatus.PUBLISHED).count == 1


@pytest.mark.parametrize(
    ("days", "ageing", "words"),
    [(1, "calm", "dans les temps"), (4, "soon", "commence à dater"), (8, "late", "trop long")],
)
def test_ageing_is_a_colour_and_a_word(client, coordinator, days, ageing, words):
    mission = make_mission(status=MissionStatus.FRAMING, work=True)
    Mission.objects.filter(pk=mission.pk).update(moved_at=ago(days))
    client.force_login(coordinator)
    page = client.get(reverse("desk-board", args=["missions"])).content.decode()
    assert f"ageing-{ageing}" in page
    assert words in page


def test_a_full_column_says_how_many_more(client, coordinator):
    for _ in range(board.SHOWN + 3):
        submitted()
    client.force_login(coordinator)
    assert (
        "et 3 plus récents" in client.get(reverse("desk-board", args=["besoins"])).content.decode()
    )


@pytest.mark.parametrize("what", ["besoins", "missions"])
def test_the_board_has_a_query_ceiling(client, coordinator, django_assert_max_num_queries, what):
    for _ in range(3):
        submitted(coordinator=coordinator)
        make_mission(status=MissionStatus.FRAMING)
    client.force_login(coordinator)
    with django_assert_max_num_queries(9):
        assert client.get(reverse("desk-board", args=[what])).status_code == 200


def test_a_board_of_anything_else_is_not_found(client, coordinator):
    client.force_login(coordinator)
    assert client.get(reverse("desk-board", args=["offres"])).status_code == 404


def test_the_board_of_mine_is_mine(coordinator):
    submitted()
    mine = submitted(coordinator=coordinator)
    columns = board.needs(scope_of(coordinator, whose="mine"))
    assert [card.row for card in column(columns, NeedStatus.SUBMITTED).cards] == [mine]


# --- a need's own page ---------------------------------------------------------------------------
def test_who_was_asked_and_what_they_said(client, coordinator):
    proposal = asleep()
    member = proposal.need.organisation.members.get()
    proposals.decline(proposal, side=Side.NEED, reason="Nous cherchons un autre profil.", by=member)
    client.force_login(coordinator)
    page = client.get(reverse("desk-need", args=[proposal.need.pk])).content.decode()
    assert proposal.offer.discreet_name in page
    assert "Nous cherchons un autre profil." in page


def test_the_candidates_and_the_spread_of_their_scores(client, coordinator):
    need = make_need(member=make_user())
    for _ in range(3):
        make_offer(make_user(first_name="Inès"))
    client.force_login(coordinator)
    page = client.get(reverse("desk-need", args=[need.pk]))
    assert page.context["spread"].total == 3
    text = page.content.decode()
    assert text.count("<rect") >= 1
    assert "<table" in text, "the chart has its twin in figures"


def test_a_spread_counts_each_score_once():
    drawn = score_histogram.of([0, 950, 1000, 9999, 10_000])
    assert [bar.count for bar in drawn.bars] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert (drawn.total, drawn.best, drawn.middle) == (5, 100, 10)
    assert score_histogram.of([]) is None


# --- stories -------------------------------------------------------------------------------------
def test_an_organisation_s_story_tells_everything_in_order(client, coordinator):
    mission = make_mission(status=MissionStatus.RUNNING)
    structure = mission.need.organisation
    mission.move(MissionStatus.DISPUTED, by=mission.need.created_by, reason="Rien n’avance.")
    Chase.objects.create(mission=mission, by=coordinator, day=ago(0).date())
    HandOver.objects.create(
        mission=mission, to_person=coordinator, by=coordinator, note="Voir avec eux."
    )
    Note.objects.create(
        organisation=structure, pole=structure.pole, by=coordinator, body="Très bon accueil."
    )
    client.force_login(coordinator)
    page = client.get(reverse("organisation-story", args=[structure.pk]))
    text = page.content.decode()
    for words in ("Rien n’avance.", "Voir avec eux.", "Très bon accueil.", "Relance"):
        assert words in text
    times = [event.at for event in page.context["page"].object_list]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("what", ["organisation", "need"])
def test_what_coordinators_told_each_other_stays_in_the_pole_that_it_has_left(client, what):
    """Until it is verified an organisation may turn out to be of another pôle, and its needs follow it."""
    former, today = make_pole("Ancien", ("62",)), make_pole("Nouveau", ("59",))
    theirs, ours = make_coordinator(former), make_coordinator(today)
    structure = make_organisation(pole=former, status="SUBMITTED", member=make_user())
    need = make_need(structure, status=NeedStatus.SUBMITTED)
    about = {"organisation": structure, "need": need}[what]
    for to, note in ((theirs, "Méfiance."), (ours, "À voir lundi.")):
        HandOver.objects.create(**{what: about}, to_person=to, by=to, note=note)
    for row in (structure, need):
        type(row).objects.filter(pk=row.pk).update(pole=today)
    client.force_login(ours)
    text = client.get(reverse("organisation-story", args=[structure.pk])).text
    assert "À voir lundi." in text
    assert "Méfiance." not in text


def test_a_person_s_story(client, coordinator):
    proposal = asleep()
    client.force_login(coordinator)
    proposals.withdraw(proposal, reason="Je déménage.", by=proposal.offer.person)
    text = client.get(reverse("person-story", args=[proposal.offer.person_id])).content.decode()
    assert "Je déménage." in text
    assert proposal.need.title in text


def test_a_long_story_has_pages_and_a_query_ceiling(
    client, coordinator, django_assert_max_num_queries
):
    structure = make_organisation(member=make_user())
    Note.objects.bulk_create(
        Note(
            organisation=structure,
            pole=structure.pole,
            by=coordinator,
            body=f"Note {n}.",
            at=ago(n),
        )
        for n in range(1, 60)
    )
    client.force_login(coordinator)
    address = reverse("organisation-story", args=[structure.pk])
    with django_assert_max_num_queries(13):
        first = client.get(address)
    assert len(first.context["page"].object_list) == 40
    second = client.get(address, {"page": 2}).context["page"].object_list
    assert [event.words for event in second][-1] == "Note 59."


def test_another_pole_s_story_is_not_ours(client, coordinator):
    stranger = elsewhere()
    structure, person = make_organisation(), make_offer().person
    client.force_login(stranger)
    assert client.get(reverse("organisation-story", args=[structure.pk])).status_code == 404
    assert client.get(reverse("person-story", args=[person.pk])).status_code == 404
    client.force_login(make_user())
    assert client.get(reverse("organisation-story", args=[structure.pk])).status_code == 403


def test_a_mission_of_another_pole_isn_t_told_where_its_person_is_lent_from(client, coordinator):
    """What was said to the coordinators of the need stays theirs; that the proposal stands is told."""
    stranger = elsewhere()
    there = stranger.organisations.get().pole
    lender = make_organisation("COMPANY", pole=there, legal_form="SAS")
    need = make_need(member=make_user())
    AskedPole.objects.create(need=need, pole=there, by=coordinator)
    mission = make_mission(work=True, company=lender, need=need, status=MissionStatus.RUNNING)
    mission.move(MissionStatus.DISPUTED, by=mission.need.created_by, reason="Dit ici.")
    FollowUp.objects.create(
        mission=mission, kind="FIRST_WEEK", side="NEED", asked=mission.need.created_by,
        asked_on=ago(3).date(), answer="HELP", words="Dit à mon pôle.", answered_at=ago(2),
    )  # fmt: skip
    Review.objects.create(
        mission=mission, side="NEED", author=mission.need.created_by, rating=2, again=False,
        words="Dit à la fin.",
    )  # fmt: skip
    # Settled and delivered since: the reviews are open by now.
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.REVIEWED, delivered_at=ago(30)
    )
    client.force_login(stranger)
    text = client.get(reverse("organisation-story", args=[lender.pk])).text
    assert not [
        words for words in ("Dit ici.", "Dit à mon pôle.", "Dit à la fin.") if words in text
    ]
    assert mission.need.title in text
    client.force_login(coordinator)
    ours = client.get(reverse("organisation-story", args=[mission.need.organisation_id])).text
    assert all(words in ours for words in ("Dit ici.", "Dit à mon pôle.", "Dit à la fin."))


# --- notes and tags ------------------------------------------------------------------------------
def subjects():
    mission = make_mission()
    return {
        "person": mission.offer.person,
        "organisation": mission.need.organisation,
        "need": mission.need,
        "mission": mission,
    }


@pytest.mark.parametrize("kind", ["person", "organisation", "need", "mission"])
def test_a_note_and_a_tag_are_read_by_the_pole_s_coordinators(client, coordinator, kind):
    about = subjects()[kind]
    client.force_login(coordinator)
    client.post(reverse("tag-new", args=[kind, about.pk]), {"words": "  À  Visiter "})
    page = client.post(
        reverse("note-new", args=[kind, about.pk]), {"body": "Rappeler en mars."}, follow=True
    ).content.decode()
    assert "Rappeler en mars." in page
    assert "à visiter" in page
    client.force_login(make_colleague(coordinator))
    tagged = client.get(reverse("tagged", args=[Tag.objects.get().pk])).content.decode()
    assert str(about) in tagged


@pytest.mark.parametrize("knows", ["by an offer", "by an organisation"])
def test_what_is_said_of_somebody_is_kept_in_the_pole_that_knows_them(client, coordinator, knows):
    stranger, person = elsewhere(), make_user()
    there = stranger.organisations.get()
    Membership.objects.create(user=coordinator, organisation=there)
    if knows == "by an offer":
        make_offer(person, pole=there.pole)
    else:
        make_organisation(pole=there.pole, member=person)
    client.force_login(coordinator)
    client.post(reverse("note-new", args=["person", person.pk]), {"body": "Rappeler."})
    client.post(reverse("tag-new", args=["person", person.pk]), {"words": "à voir"})
    assert [Note.objects.get().pole, Tag.objects.get().pole] == [there.pole, there.pole]


def test_neither_side_reads_what_coordinators_say(client, coordinator):
    mission = make_mission()
    Note.objects.create(mission=mission, pole=mission.need.pole, by=coordinator, body="Tendu.")
    for person in (mission.need.created_by, mission.offer.person):
        client.force_login(person)
        page = client.get(mission.get_absolute_url())
        assert page.status_code == 200
        assert "Tendu." not in page.content.decode()


def test_the_same_tag_twice_is_once(client, coordinator):
    structure = make_organisation()
    client.force_login(coordinator)
    for _ in range(2):
        page = client.post(
            reverse("tag-new", args=["organisation", structure.pk]), {"words": "QPV"}, follow=True
        )
    assert "y est déjà" in page.content.decode()
    assert Tag.objects.count() == 1


def test_only_its_author_removes_a_note(client, coordinator):
    structure = make_organisation()
    note = Note.objects.create(
        organisation=structure, pole=structure.pole, by=coordinator, body="Mienne."
    )
    address = reverse("note-remove", args=[note.pk])
    client.force_login(elsewhere())
    assert client.post(address).status_code == 404
    client.force_login(make_colleague(coordinator))
    assert client.post(address).status_code == 403
    client.force_login(coordinator)
    client.post(address)
    assert not Note.objects.exists()
    assert client.post(address).status_code == 404


def test_a_tag_is_removed_by_any_coordinator_of_the_pole(client, coordinator):
    structure = make_organisation()
    tag = Tag.objects.create(
        organisation=structure, pole=structure.pole, by=coordinator, words="qpv"
    )
    client.force_login(elsewhere())
    assert client.post(reverse("tag-remove", args=[tag.pk])).status_code == 404
    client.force_login(make_colleague(coordinator))
    client.post(reverse("tag-remove", args=[tag.pk]))
    assert not Tag.objects.exists()


@pytest.mark.parametrize("name", ["note-new", "tag-new"])
def test_notes_are_for_coordinators_about_what_is_theirs(client, coordinator, name):
    structure = make_organisation()
    address = reverse(name, args=["organisation", structure.pk])
    words = {"body": "x", "words": "x"}
    assert client.post(address, words)["Location"].startswith("/compte/")
    client.force_login(make_user())
    assert client.post(address, words).status_code == 403
    client.force_login(elsewhere())
    assert client.post(address, words).status_code == 404
    client.force_login(coordinator)
    assert client.get(address).status_code == (302 if name == "note-new" else 405)
    assert client.post(reverse(name, args=["planet", 1]), words).status_code == 404


def test_empty_words_are_not_kept(client, coordinator):
    structure = make_organisation()
    client.force_login(coordinator)
    page = client.post(reverse("note-new", args=["organisation", structure.pk]), {"body": " "},
                       follow=True).content.decode()  # fmt: skip
    assert "Écrivez quelque chose" in page
    assert not Note.objects.exists()


def test_every_line_of_the_desk_leads_to_a_story(client, coordinator):
    asleep()
    client.force_login(coordinator)
    page = client.get(reverse("desk")).content.decode()
    (story,) = set(re.findall(r"/bureau/histoire/[a-z]+/\d+/", page))
    assert client.get(story).status_code == 200


def test_a_story_tells_neither_drafts_nor_what_another_pole_s_coordinators_follow(client):
    company = make_organisation(Organisation.Kind.COMPANY)
    person = make_user()
    company.memberships.create(user=person)
    far = make_pole("Un autre pôle", ["02"])
    member = make_user()
    drafted = make_need(member=member, status=NeedStatus.DRAFT, title="Un brouillon de besoin")
    drafted.begin(by=member)
    sketched = make_offer(
        person, organisation=company, status=OfferStatus.DRAFT, title="Une offre en brouillon"
    )
    sketched.begin(by=person)
    offer = make_offer(person, organisation=company, pole=far, title="Une offre de là-bas")
    offer.begin(by=person)
    there = make_need(make_organisation(pole=far, member=make_user()), title="Un besoin de là-bas")
    proposals.decline(
        make_proposal(there, offer), side="NEED", reason="Pas le bon profil.", by=make_user()
    )
    here = make_need(member=make_user(), title="Un besoin d’ici")
    make_proposal(here, make_offer(person, organisation=company)).begin(by=person)
    client.force_login(make_coordinator(company.pole))
    doors = [
        reverse("organisation-story", args=[company.pk]),
        reverse("organisation-story", args=[drafted.organisation_id]),
        reverse("person-story", args=[person.pk]),
        reverse("person-story", args=[member.pk]),
    ]
    read = " ".join(client.get(door).text for door in doors)
    for hidden in ("brouillon", "Une offre de là-bas", "Un besoin de là-bas", "Pas le bon profil"):
        assert hidden not in read
    assert "Un besoin d’ici" in read
