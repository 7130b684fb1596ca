"""What waits for a coordinator: in order, through filters, in few questions."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.desk.kinds import KINDS
from marketplace.models import (
    Case,
    Chase,
    FollowUp,
    KeptMatch,
    Mission,
    Referent,
    SavedFilter,
    Side,
)
from marketplace.rules import working_days
from marketplace.states import MissionStatus
from notifications import health
from notifications.models import Heartbeat, SuppressedAddress
from tests.factories import (
    in_days,
    make_commune,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.desk.desk_people import (
    ago,
    asleep,
    elsewhere,
    lines_of,
    make_colleague,
    make_operator,
    submitted,
)
from tests.marketplace.desk.waiting import one_of_each, refuse_letters_to

MOST_QUERIES = 28


@pytest.fixture
def coordinator():
    return make_coordinator(first_name="Maëlle", last_name="Vandamme")


def kinds_of(user, **filters) -> list[str]:
    return [line.kind for line in lines_of(user, **filters)]


def test_every_kind_has_its_line_with_the_next_act(coordinator):
    one_of_each()
    acts = {line.kind: line.act for line in lines_of(coordinator)}
    answered = ("mail_domain", "claim", "in_place", "below_cost", "asked")
    assert acts == dict.fromkeys(answered, "Répondre") | {
        "case": "Faire médiation",
        "help": "Intervenir",
        "need": "Qualifier",
        "organisation": "Vérifier",
        "proposal": "Relancer",
        "silence": "Prendre contact",
        "mission": "Relancer",
        "receipts": "Vérifier",
        "alone": "Chercher quelqu’un",
        "round": "Voir les équipes",
        "unreachable": "Prendre contact",
        "report": "Le lire",
        "amendment": "Faire signer",
        "visit": "En proposer d’autres",
        "in_turn": "En choisir d’autres",
        "joining": "Voir les deux",
        "waiter": "Proposer des places",
        "task": "Voir et cocher",
    }


def test_each_line_says_what_was_expected_and_why_it_is_late(coordinator):
    one_of_each()
    told = {line.kind: (line.why, line.expected) for line in lines_of(coordinator)}
    expected = "attendu le premier jour"
    assert told["mission"] == ("La mission n’a pas commencé le jour prévu", expected)
    assert told["alone"][1] == "", "« bientôt en retard » since 20 days, « attendu sous 14 jours »"
    assert told["help"] == (told["help"][0], "")  # at once
    told = {line.kind: (line.why, line.expected or line.day) for line in lines_of(coordinator)}
    assert all(why and expected for kind, (why, expected) in told.items() if kind not in {"help", "case", "alone", "in_turn", "joining", "waiter"})  # fmt: skip


def test_a_need_without_anyone_says_since_when_it_is_published_and_not_alone(client, coordinator):
    """Somebody may have been asked meanwhile, or found and gone: « depuis 60 jours » wasn't so."""
    make_need(member=make_user(), published_at=ago(61))
    client.force_login(coordinator)
    page = client.get(reverse("desk"), {"kind": "alone"}).text
    assert "À prendre en main" in page
    assert "publié il y a 2 mois" in page
    assert "depuis 2 mois" not in page


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ([], "Pas de sollicitation en cours, et personne ne remplit toutes les conditions"),
        ([7_000], "Pas de sollicitation en cours : 1 offre remplit toutes les conditions"),
        (
            [7_000, 8_400, 9_900],
            "Pas de sollicitation en cours : 3 offres remplissent toutes les conditions, dont 2 très bien",
        ),
    ],
)
def test_a_need_without_anyone_says_whether_somebody_fits(coordinator, scores, said):
    need = make_need(member=make_user(), published_at=ago(20))
    KeptMatch.objects.filter(need=need).delete()
    KeptMatch.objects.bulk_create(
        KeptMatch(side=Side.NEED, need=need, offer=make_offer(ranked=False), score=score)
        for score in scores
    )
    (line,) = lines_of(coordinator)
    assert line.why == said


def test_whom_our_letters_do_not_reach_is_on_the_desk_of_their_pole(coordinator):
    member = make_need(member=make_user(first_name="Aïcha", last_name="Diallo")).created_by
    volunteer, nobody_s, closed, long_ago = make_offer().person, *(make_user() for _ in range(3))
    make_offer(closed)
    make_offer(long_ago)
    for person in (member, volunteer, nobody_s, closed):
        refuse_letters_to(person, days=3)
    refuse_letters_to(long_ago, days=40)
    closed.is_active = False
    closed.save(update_fields=["is_active"])
    lines = lines_of(coordinator)
    assert {line.number for line in lines} == {member.pk, volunteer.pk}
    assert "User unknown" in lines[0].why
    assert lines_of(elsewhere()) == []


def test_a_line_goes_once_letters_arrive_again(client, coordinator):
    member = make_need(member=make_user()).created_by
    refuse_letters_to(member)
    client.force_login(coordinator)
    (line,) = lines_of(coordinator, kind="unreachable")
    assert client.get(line.url).status_code == 200
    SuppressedAddress.objects.all().delete()
    assert lines_of(coordinator) == []


def test_the_most_urgent_comes_first_and_then_the_oldest(coordinator):
    today = timezone.localdate()
    worked = working_days.worked_from(today)  # a day of rest counts as the next working day
    days = [(today - working_days.before(worked, n)).days for n in (2, 9)]
    fresh, *others = submitted(), *map(submitted, days)
    old, late = others
    assert [line.number for line in lines_of(coordinator)] == [late.pk, old.pk, fresh.pk]
    assert [line.urgency for line in lines_of(coordinator)] == ["late", "soon", "calm"]


def test_a_call_for_help_of_today_comes_before_what_is_late(client, coordinator):
    late, worried = submitted(9), make_mission()
    asked = FollowUp.objects.create(
        mission=worried, kind=FollowUp.Kind.FIRST_WEEK, side=Side.NEED,
        asked=worried.need.created_by, asked_on=ago(1).date(),
        answer=FollowUp.Answer.HELP, answered_at=ago(0),
    )  # fmt: skip
    first, second = lines_of(coordinator)
    assert (first.number, first.urgency) == (asked.pk, "urgent")
    assert (second.number, second.urgency) == (late.pk, "late")
    client.force_login(coordinator)
    assert "Urgent" in client.get(reverse("desk")).text


def test_a_disagreement_does_not_wait(coordinator):
    mission = make_mission(status=MissionStatus.DISPUTED)
    (line,) = lines_of(coordinator)
    assert (line.number, line.act, line.urgency) == (mission.pk, "Faire médiation", "urgent")


@pytest.mark.parametrize(("days", "urgency"), [(0, "soon"), (6, "late")])
def test_a_departure_is_late_once_it_has_waited_as_long_as_its_line_says(
    client, coordinator, days, urgency
):
    mission = make_mission(status=MissionStatus.LEFT)
    Mission.objects.filter(pk=mission.pk).update(moved_at=ago(days))
    (line,) = lines_of(coordinator)
    assert (line.expected, line.urgency) == ("attendu sous 5 jours", urgency)
    client.force_login(coordinator)
    page = client.get(reverse("desk")).text
    assert ("1 est urgent ou en retard" in page) is (urgency == "late")


@pytest.mark.parametrize(
    ("status", "days", "shown"),
    [
        (MissionStatus.FRAMING, 6, False),
        (MissionStatus.FRAMING, 8, True),
        (MissionStatus.DOCUMENTS, 9, False),
        (MissionStatus.DOCUMENTS, 11, True),
        (MissionStatus.REVIEWED, 31, True),
        (MissionStatus.RUNNING, 300, False),
        (MissionStatus.CLOSED, 300, False),
    ],
)
def test_a_mission_is_stuck_after_the_patience_of_its_state(coordinator, status, days, shown):
    mission = make_mission(status=status, starts_on=in_days(-1))
    Mission.objects.filter(pk=mission.pk).update(moved_at=ago(days))
    assert (kinds_of(coordinator) == ["mission"]) is shown


def test_a_move_starts_the_clock_again(coordinator):
    mission = make_mission(status=MissionStatus.RUNNING)
    Mission.objects.filter(pk=mission.pk).update(moved_at=ago(90))
    mission.move(MissionStatus.DELIVERED, by=None)
    mission.refresh_from_db()
    assert timezone.now() - mission.moved_at < timedelta(minutes=1)


@pytest.mark.parametrize(("today", "shown"), [("2026-11-12", False), ("2026-11-13", True)])
def test_a_proposal_sleeps_once_the_working_days_of_its_promise_have_passed(
    coordinator, today, shown
):
    """Asked on Tuesday the 3rd, to be answered by Friday the 13th: seven working days, the 11th is none."""
    need = make_need(member=make_user())
    asked = datetime(2026, 11, 3, 9, tzinfo=UTC)
    make_proposal(need, make_offer(), created_at=asked)
    with time_machine.travel(datetime.fromisoformat(f"{today}T12:00:00+00:00"), tick=False):
        assert (kinds_of(coordinator) == ["proposal"]) is shown


def test_what_has_a_case_is_on_the_desk_once(coordinator):
    proposal = asleep()
    assert kinds_of(coordinator) == ["proposal"]
    Case.objects.create(pole=proposal.need.pole, proposal=proposal, reason=Case.Reason.UNANSWERED)
    assert kinds_of(coordinator) == ["case"]


def test_what_was_just_chased_rests_at_the_end(coordinator):
    chased, silent = asleep(30), asleep(20)
    Chase.objects.create(proposal=chased, by=coordinator, day=timezone.localdate())
    first, last = lines_of(coordinator)
    assert (first.number, last.number) == (silent.pk, chased.pk)
    assert last.chased_by == "Maëlle"
    assert last.urgency == "calm"


def test_a_stranger_of_another_pole_sees_nothing_of_ours(coordinator):
    submitted(3)
    assert lines_of(elsewhere()) == []


def test_whose_it_is(coordinator):
    colleague = make_colleague(coordinator)
    other = make_coordinator(coordinator.organisations.get().pole)
    mine, theirs = submitted(coordinator=coordinator), submitted(coordinator=colleague)
    far, free = submitted(coordinator=other), submitted()
    handed = submitted(operator=coordinator.organisations.get())

    def seen(whose):
        return {line.number for line in lines_of(coordinator, whose=whose)}

    assert seen("mine") == {mine.pk}
    assert seen("operator") == {mine.pk, theirs.pk, handed.pk}
    assert seen("nobody") == {free.pk}
    assert seen("") == {mine.pk, theirs.pk, far.pk, free.pk, handed.pk}


def test_an_organisation_is_followed_by_its_referent(coordinator):
    structure = make_organisation(status=OrganisationStatus.SUBMITTED)
    Referent.objects.create(organisation=structure, coordinator=coordinator)
    (line,) = lines_of(coordinator, whose="mine")
    assert (line.number, line.in_charge) == (structure.pk, "Maëlle Vandamme")


def test_kind_age_and_territory_narrow_it(coordinator):
    here, far = make_commune(), make_commune("62041", "Arras")
    near, old = submitted(1, commune=here), submitted(9, commune=far)
    asleep()
    assert [line.number for line in lines_of(coordinator, kind="need", age="5")] == [old.pk]
    assert [line.number for line in lines_of(coordinator, kind="need", department="59")] == [
        near.pk
    ]


def test_the_chips_count_what_their_filter_would_show(client, coordinator):
    submitted(3, coordinator=coordinator)
    asleep()
    client.force_login(coordinator)
    page = client.get(reverse("desk"), {"whose": "mine"})
    assert {c["label"]: c["count"] for c in page.context["kinds"]} == {
        "Tous": 1,
        "Besoins à qualifier": 1,
    }
    assert {c["label"]: c["count"] for c in page.context["whose"]} == {
        "Tout le pôle": 2, "Les miens": 1, "Mon opérateur": 1, "À personne encore": 1,
    }  # fmt: skip


def test_it_asks_the_database_little_whatever_it_holds(
    client, coordinator, django_assert_max_num_queries
):
    for _ in range(2):
        one_of_each()
    SavedFilter.objects.create(user=coordinator, name="Les miens", query="whose=mine")
    for worker in health.WORKERS:
        Heartbeat.objects.create(name=worker, seen_at=timezone.now())
    client.force_login(coordinator)
    client.get(reverse("desk"))
    # All the kinds together, with the person, the badges, the health of the post, the filters and what the pôle promises.
    kinds = set()
    for number in (1, 2):
        with django_assert_max_num_queries(MOST_QUERIES):
            page = client.get(reverse("desk"), {"page": number})
        kinds |= {line.kind for line in page.context["lines"]}
    assert kinds == {kind.code for kind in KINDS}


def test_pages_go_on_where_the_last_one_ended(client, coordinator):
    for number in range(33):
        submitted(number % 4, title=f"Besoin numéro {number}")
    client.force_login(coordinator)
    first = client.get(reverse("desk")).context["lines"]
    second = client.get(reverse("desk"), {"page": 2}).context["lines"]
    assert (len(first), len(second)) == (22, 11)
    assert len({line.number for line in [*first, *second]}) == 33


@pytest.mark.parametrize(
    "asked",
    [
        {"page": "99999999999"},
        {"page": "-1"},
        {"page": "²"},
        {"kind": "drop table"},
        {"whose": "x"},
        {"age": "²"},
        {"age": "-3"},
        {"department": "5'9"},
    ],
)
def test_nonsense_in_the_address_shows_the_whole_desk(client, coordinator, asked):
    submitted(3)
    client.force_login(coordinator)
    page = client.get(reverse("desk"), asked)
    assert page.status_code == 200
    assert len(page.context["lines"]) == 1


def test_an_empty_desk_says_so(client, coordinator):
    """And claims no answers: nobody may have asked anything yet, or the answer of another may be awaited."""
    client.force_login(coordinator)
    page = client.get(reverse("desk")).content.decode()
    assert "Rien ne vous attend" in page
    assert "Rien n’attend la coordination." in page
    assert "a eu une réponse" not in page
    assert reverse("first-steps") in page
    assert "Retirez-en un" in client.get(reverse("desk"), {"kind": "need"}).content.decode()


@pytest.mark.parametrize("name", ["desk", "desk-load", "desk-bulk"])
def test_only_coordinators_have_a_desk(client, name):
    client.force_login(make_user())
    assert client.get(reverse(name)).status_code == 403
    client.logout()
    assert client.get(reverse(name)).status_code == 302


def test_an_operator_not_verified_yet_coordinates_nothing(client):
    user = make_user()
    make_organisation(
        Organisation.Kind.OPERATOR, status=OrganisationStatus.SUBMITTED, administrator=user
    )
    client.force_login(user)
    assert client.get(reverse("desk")).status_code == 403


def test_the_load_says_who_has_what(client, coordinator):
    for days in (9, 0):
        submitted(days, coordinator=coordinator)
    submitted(0, operator=make_operator(coordinator.organisations.get().pole, name="Les Passeurs"))
    submitted(0)
    client.force_login(coordinator)
    shown = client.get(reverse("desk-load")).context["lines"]
    lines = [(line["name"], line["load"].total, line["load"].late) for line in shown]
    told = [("Maëlle Vandamme", 2, 1), ("Les Passeurs", 1, 0), ("Personne encore", 1, 0)]
    assert lines == told, "of as many, by name"


@pytest.mark.postgres
def test_the_database_compiles_nothing_before_it_answers():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
