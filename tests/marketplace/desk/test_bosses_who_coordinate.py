"""What somebody offers on their own time is told to none of their bosses: who coordinates their pôle reads nothing of
it, neither the rows nor how many there are. The other coordinators follow it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace import letters, ranking
from marketplace.actions.desk import elsewhere, notes
from marketplace.actions.missions import followups
from marketplace.actions.talk import messages
from marketplace.models import (
    Block,
    Case,
    Finding,
    FollowUp,
    Mission,
    Need,
    Offer,
    Proposal,
    Review,
    ReviewFactor,
    Tag,
    Thread,
)
from marketplace.ranking import clock
from marketplace.rules import audience, permissions
from marketplace.states import MissionStatus, NeedStatus
from notifications import outbox, rules
from notifications.models import Notification, SuppressedAddress
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.market.test_at_home import make_boss

pytestmark = pytest.mark.django_db
COMPANY = Organisation.Kind.COMPANY
BOSSES = ["ADMINISTRATOR", "HR", "CSR", "PROGRAMME", "MANAGER", "MAILBOX", "SECOND MAILBOX"]
MARK = "Zibeline"  # in all that is written about what is offered at home
HERE = {"kind": "BRAKE", "code": "calendars"}


def seat(user, pole):
    make_organisation(Organisation.Kind.OPERATOR, pole=pole, member=user)
    return user


def at_home(hat, **company):
    """A pôle with two coordinators, one of whom is a boss of somebody who offers at home: an open proposal and its
    conversation, a mission with all that is said of it, and what waits to be proposed."""
    pole = make_pole()
    person = make_user("Zacharie", "Quenot")
    house = make_organisation(COMPANY, member=person, pole=pole, **company)
    boss, other = make_boss(hat, house, person), make_coordinator(pole)
    seat(boss, pole)
    structure = make_organisation(member=make_user(), pole=pole)
    about = {"pole": pole, "about": MARK, "title": f"{MARK} du samedi"}
    offer = make_offer(person, capacity=9, **about)
    open_one = make_proposal(make_need(structure), offer, word=f"{MARK} !", created_at=in_past(9))
    messages.say(open_one.thread, by=person, text=f"{MARK}, votre projet.", sent_key="a")
    wanted = make_need(structure, created_at=in_past(30), published_at=in_past(20))
    done = make_mission(
        person=person, need=make_need(structure, ranked=False), status=MissionStatus.RUNNING
    )
    Offer.objects.filter(pk=done.offer_id).update(**about)
    needed = structure.members.first()
    asked = FollowUp.objects.create(
        mission=done, kind="FIRST_WEEK", side="NEED", asked=needed, asked_on=in_days(-2)
    )
    followups.answer(asked, answer=FollowUp.Answer.HELP, words=f"{MARK} ne vient plus.")
    question = messages.open_about(wanted, by=person)
    messages.say(question, by=person, text=f"{MARK} ?", sent_key="b")
    for subject in (done, person):
        notes.write(subject, pole=pole, body=f"{MARK} à rappeler.", by=other)
        notes.pin(subject, pole=pole, words=MARK, by=other)
    clock.refresh_marked(now=timezone.now())
    return SimpleNamespace(**vars() | {"proposal": open_one, "mission": done})


def in_past(days):
    return timezone.now() - timedelta(days=days)


def lists(world):
    """Every page of a coordinator that lists what there is in the pôle."""
    pole, need = world.pole.pk, world.wanted.pk
    return [
        *map(reverse, ("home", "offers", "desk", "desk-load", "inbox", "missions", "letters-desk")),
        *map(reverse, ("reports", "register", "figures", "organisations-to-verify")),
        *(reverse("desk-board", args=[what]) for what in ("besoins", "missions")),
        *(reverse(name, args=[pole]) for name in ("portfolio", "blocks-of-pole", "fairness")),
        *(reverse(name, args=[need]) for name in ("need", "desk-need", "need-candidates")),
        *(reverse(name, args=[world.mission.need_id]) for name in ("need", "desk-need")),
        *(reverse(name, args=[world.proposal.need_id]) for name in ("need", "desk-need")),
        reverse("need-why-not", args=[need]) + "?qui=Quenot",
        reverse("inbox") + "?q=projet",
        reverse("offers") + "?state=PUBLISHED",
        *(reverse("organisation-story", args=[one.pk]) for one in (world.house, world.structure)),
        reverse("person-story", args=[world.person.pk]),
    ]


def things(world):
    """The pages of what is offered at home, and of all that came of it."""
    offer, need = world.offer, world.wanted
    return [
        offer.get_absolute_url(),
        reverse("offer-block", args=[offer.pk]),
        reverse("need-ask-offer", args=[need.pk, offer.pk]),
        reverse("need-why-pair", args=[need.pk, offer.pk]),
        world.proposal.get_absolute_url(),
        world.proposal.thread.get_absolute_url(),
        world.question.get_absolute_url(),
        world.mission.get_absolute_url(),
        reverse("mission-documents", args=[world.mission.pk]),
        reverse("case-open", args=["proposal", world.proposal.pk]),
        Case.objects.get().get_absolute_url(),
        reverse("tagged", args=[Tag.objects.get(mission=world.mission).pk]),
    ]


def reading(client, user, doors):
    client.force_login(user)
    return {door: client.get(door) for door in doors}


@pytest.mark.parametrize("hat", [*BOSSES, "MEMBER"])
def test_who_coordinates_reads_nothing_of_what_those_under_them_offer_at_home(client, hat):
    """Human resources that coordinate had the list of what their people offer on Saturdays, and to whom."""
    world = at_home(hat)
    readers = [(world.boss, hat == "MEMBER")] + [(world.other, True)] * (hat == "HR")
    for reader, reads in readers:
        pages = reading(client, reader, lists(world))
        assert {page.status_code for page in pages.values()} == {200}
        named = [door for door, page in pages.items() if MARK in page.text]
        assert len(named) > 10 if reads else named == []
        answers = {door: page.status_code for door, page in reading(client, reader, things(world)).items()}  # fmt: skip
        assert set(answers.values()) <= ({200, 302} if reads else {404}), answers


@pytest.fixture
def world():
    return at_home("HR")


def told(kind):
    return set(Notification.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_the_others_follow_it_and_its_letters_are_theirs(world):
    """The boss was in charge of the need; what is confided about the mission goes to whoever else coordinates."""
    boss, other = world.boss, world.other
    assert told("help_asked") == {other.pk}
    for subject in (world.mission, world.proposal):
        Need.objects.filter(pk=subject.need_id).update(coordinator=boss)
        subject.refresh_from_db()
        assert not permissions.follows(boss, subject)
        assert audience.who_follows(subject) == audience.who_hears(subject) == [other]
    Need.objects.filter(pk=world.wanted.pk).update(coordinator=boss)
    question = Thread.objects.get(asker=world.person)
    assert audience.who_reads(question) == [other]
    assert not permissions.can_keep_notes(boss, question)
    letters.need_alone(Need.objects.get(pk=world.wanted.pk))
    letter = Notification.objects.get(kind="need_alone")
    assert letter.recipient == boss
    assert "samedi" not in letter.text
    letters.proposal_agreed(world.mission)
    assert boss.pk not in told("proposal_agreed")
    assert Case.objects.get().in_charge is None


def test_a_letter_written_before_they_were_a_boss_doesnt_leave(world):
    """What waits for a summary is read again as it leaves: somebody may have been hired meanwhile."""
    Membership.objects.filter(organisation=world.house, user=world.boss).delete()
    letters.need_alone(world.wanted)
    letters.proposal_agreed(world.mission)
    about_mission = Notification.objects.filter(recipient=world.boss, matter__startswith="mission")
    alone = Notification.objects.get(kind="need_alone", recipient=world.boss)
    letters_of_theirs = [alone, *about_mission]
    assert len(letters_of_theirs) > 1
    assert not any(rules.why_moot(letter) for letter in letters_of_theirs)
    Membership.objects.create(user=world.boss, organisation=world.house, role="ADMINISTRATOR")
    assert all(rules.why_moot(letter) for letter in letters_of_theirs)


def test_where_nobody_else_coordinates_it_is_read_by_nobody_and_the_need_goes_on(client, world):
    """Closed by default: the two sides go on by themselves, and the need stays its coordinator's."""
    Membership.objects.filter(user=world.other).delete()
    client.force_login(world.boss)
    assert client.get(world.mission.get_absolute_url()).status_code == 404
    assert audience.who_hears(world.mission) == []
    assert audience.neutral_of(world.wanted) == [world.boss]
    assert permissions.can_propose(world.boss, world.wanted)
    assert client.get(reverse("need-candidates", args=[world.wanted.pk])).status_code == 200
    followups.add(FollowUp.objects.get(), words="Toujours rien.")
    client.force_login(world.person)
    assert client.get(world.mission.get_absolute_url()).status_code == 200


def test_a_colleague_of_whoever_comes_keeps_it_where_the_others_are_their_bosses(world):
    """Who is on a side leaves it to the others; their boss isn't one of them, or it would be followed by nobody."""
    Membership.objects.filter(user=world.other).delete()
    structure = world.mission.need.organisation
    sided = seat(make_user(), world.pole)
    Membership.objects.create(user=sided, organisation=structure)
    assert permissions.follows(sided, world.mission)
    assert audience.who_follows(world.mission) == [sided]
    neutral = make_coordinator(world.pole)
    assert audience.who_follows(world.mission) == [neutral]


def test_what_they_are_no_boss_of_stays_theirs_to_follow(client, world):
    """Working time, people of another company, and whoever has left: the coordinator reads those."""
    elsewhere = make_organisation(COMPANY, pole=world.pole, member=(stranger := make_user()))
    offers = [
        make_offer(world.person, organisation=world.house, pole=world.pole),
        make_offer(stranger, pole=world.pole),
        make_offer(stranger, organisation=elsewhere, time="OWN", pole=world.pole),
    ]
    client.force_login(world.boss)
    for offer in offers:
        assert client.get(offer.get_absolute_url()).status_code == 200
    doors = [world.offer.get_absolute_url(), world.mission.get_absolute_url()]
    Organisation.objects.filter(pk=world.house.pk).update(status=OrganisationStatus.SUSPENDED)
    assert {client.get(door).status_code for door in doors} == {404}
    Membership.objects.filter(user=world.person, organisation=world.house).delete()
    assert {client.get(door).status_code for door in doors} == {200}


def test_no_number_tells_that_there_is_one_more(client, world):
    """« 1 personne convient » above an empty list said that one of theirs offers their Saturdays."""
    Proposal.objects.filter(need=world.wanted).delete()
    for reader, fits in ((world.boss, False), (world.other, True)):
        client.force_login(reader)
        line = next(
            line
            for line in client.get(reverse("desk") + "?kind=alone").context["listing"].lines
            if line.number == world.wanted.pk
        )
        assert ("1" in str(line.why)) is fits
        plan = client.get(reverse("portfolio", args=[world.pole.pk])).context["plan"]
        assert (plan.ours.served > 0) is fits
        spread = client.get(reverse("desk-need", args=[world.wanted.pk])).context["spread"]
        assert bool(spread) is fits


def test_nor_by_another_pole_that_is_asked_or_by_the_register(client, world):
    """A pôle that is asked looks among its own people; a brake names the missions that met it."""
    there = make_pole("Un autre", ["02"])
    need = make_need(make_organisation(member=make_user(), pole=there))
    need.asked_poles.create(pole=world.pole, by=make_coordinator(there), word="Qui ?")
    look = reverse("need-elsewhere-look", args=[need.pk])
    far = make_proposal(need, world.offer, created_by=world.boss, origin="COORDINATOR")
    far.steps.create(after="OPEN", by=world.boss)
    review = Review.objects.create(
        mission=world.mission, side="NEED", author=world.needed, rating=4, again=True, words=MARK
    )
    ReviewFactor.objects.create(review=review, code=HERE["code"])
    finding = Finding.objects.create(pole=world.pole, title="Agendas", evidence="Vu.", **HERE)
    finding.missions.add(world.mission)
    Mission.objects.filter(pk=world.mission.pk).update(
        status=MissionStatus.CLOSED, delivered_at=in_past(60)
    )
    title = world.mission.need.title
    doors = [reverse("factor", args=["calendars"]), finding.get_absolute_url()]
    doors += [
        reverse("finding-edit", args=[finding.pk]),
        reverse("finding-new") + "?code=calendars",
    ]
    for reader, reads in ((world.boss, False), (world.other, True)):
        assert (MARK in reading(client, reader, [look])[look].text) is reads
        assert [title in page.text for page in reading(client, reader, doors).values()] == [
            reads
        ] * 4
        count = client.get(reverse("register")).context["mentions"]
        assert any(line.now for line in count) is reads
    assert audience.put_forward_by(far) == []
    client.force_login(world.boss)
    fields = {"title": "Agendas", "evidence": "Revu.", "status": finding.status, **HERE}
    assert client.post(doors[2], fields).status_code == 302
    assert list(finding.missions.all()) == [world.mission]


def test_nor_does_what_another_pole_puts_forward(client, world):
    """Somebody who lives elsewhere offers at home there: their boss coordinates the pôle that asks."""
    there = make_pole("Un autre", ["02"])
    finds = make_coordinator(there)
    asked = elsewhere.ask(world.wanted, there, word="", by=world.boss)
    Need.objects.filter(pk=world.wanted.pk).update(coordinator=world.other)
    offer = make_offer(world.person, pole=there, title=MARK)
    proposal = make_proposal(world.wanted, offer, created_by=finds, origin="COORDINATOR")
    elsewhere.somebody_proposed(proposal, by=finds)
    told = Notification.objects.filter(kind="pole_answered")
    assert [letter.recipient for letter in told] == [world.other]
    for reader, number in ((world.boss, 0), (world.other, 1)):
        client.force_login(reader)
        for door in ("need-elsewhere", "desk-need", "need"):
            context = client.get(reverse(door, args=[world.wanted.pk])).context
            (line,) = context["asked" if door == "need-elsewhere" else "elsewhere"]
            assert line.pk == asked.pk
            assert line.proposed == number


def test_their_own_blocks_and_notes_are_not_their_bosss_to_read(client, world):
    """What somebody keeps at a distance is said in their own name; a note about them may name their Saturdays."""
    Block.objects.create(by=world.person, organisation=world.structure, reason=MARK)
    page = reverse("blocks-of-pole", args=[world.pole.pk])
    for reader, reads in ((world.boss, False), (world.other, True)):
        assert (MARK in reading(client, reader, [page])[page].text) is reads
        about = {"mission": world.mission.pk, "person": world.person.pk}
        said = {kind: reverse("note-new", args=[kind, pk]) for kind, pk in about.items()}
        answers = {
            kind: client.post(door, {"body": "x"}).status_code for kind, door in said.items()
        }
        assert answers == ({"mission": 302, "person": 302} if reads else {"mission": 404, "person": 403})  # fmt: skip


def test_the_desk_doesnt_say_by_its_refusal_whose_it_is(client, world):
    """« You are on a side of it », for a number that was tried, said that it is one of theirs."""
    client.force_login(world.boss)
    taken = {"act": "take", "item": "mission:999999:nobody"}
    gone = client.post(reverse("desk-bulk"), taken)
    keys = (f"mission:{world.mission.pk}:nobody", f"proposal:{world.proposal.pk}:nobody")
    for key in keys:
        answer = client.post(reverse("desk-bulk"), taken | {"item": key})
        assert (answer.status_code, answer["Location"]) == (302, gone["Location"])
    client.force_login(world.other)
    assert client.post(reverse("desk-bulk"), taken | {"item": keys[0]}).status_code == 200
    world.mission.refresh_from_db()
    assert world.mission.coordinator == world.other


def test_nor_does_the_step_that_filled_a_need_name_them(client, world):
    need = make_need(world.structure, places=1)
    need.move(NeedStatus.FILLED, by=world.person)
    doors = [need.get_absolute_url(), reverse("desk-need", args=[need.pk])]
    doors += [reverse("organisation-story", args=[world.structure.pk])]
    for reader, reads in ((world.boss, False), (world.other, True)):
        named = ["Quenot" in page.text for page in reading(client, reader, doors).values()]
        assert named == [reads] * 3


def test_an_address_that_refuses_is_shown_to_those_who_know_whose_it_is(client, world):
    """Somebody whose company is of another pôle is known here by what they offer at home alone."""
    Organisation.objects.filter(pk=world.house.pk).update(pole=make_pole("Un autre", ["02"]))
    SuppressedAddress.objects.create(address=world.person.email, reason="bounce", since=in_past(1))
    story = reverse("person-story", args=[world.person.pk])
    for reader, reads in ((world.boss, False), (world.other, True)):
        client.force_login(reader)
        assert ("Quenot" in client.get(reverse("desk")).text) is reads
        assert client.get(story).status_code == (200 if reads else 404)


def test_who_reads_the_mail_of_the_pole_reads_of_no_letter_about_it(world):
    letters.new_needs(world.offer, ranking.needs_for(world.offer))
    theirs = Notification.objects.filter(recipient=world.person)
    assert theirs.count() > 1
    assert not theirs.filter(pk__in=rules.rules().desk(world.boss)).exists()
    assert theirs.filter(pk__in=rules.rules().desk(world.other)).count() == theirs.count()


def test_nor_of_one_about_the_person_alone_where_they_are_known_by_it_alone(world):
    """Their password was changed: that it stands at the desk of this pôle says that they offer something here."""
    outbox.post(
        recipient=world.person, key="k", template="reply_refused", url="/messages/", reason="x"
    )
    theirs = Notification.objects.filter(recipient=world.person, kind="reply_refused")
    assert theirs.filter(pk__in=rules.rules().desk(world.boss)).exists()  # their company is here
    Organisation.objects.filter(pk=world.house.pk).update(pole=make_pole("Un autre", ["02"]))
    assert not theirs.filter(pk__in=rules.rules().desk(world.boss)).exists()
    assert theirs.filter(pk__in=rules.rules().desk(world.other)).exists()


@pytest.mark.parametrize("page", ["offers", "desk", "inbox", "missions", "home"])
def test_a_page_asks_nothing_more_of_a_boss_for_each_row(client, world, page):
    asked = []
    for _many in range(2):
        client.force_login(world.boss)
        client.get(reverse(page))
        with CaptureQueriesContext(connection) as questions:
            client.get(reverse(page))
        asked.append(len(questions))
        for _more in range(3):
            make_proposal(make_need(world.structure), make_offer(world.person, pole=world.pole))
    assert asked[1] <= asked[0]
