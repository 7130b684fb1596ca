"""The register of brakes and enablers: fed by reviews, kept by the coordinators, handed out without names."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.figures import mentions
from marketplace.models import Finding, Review, ReviewFactor, factors
from marketplace.states import MissionStatus
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_pole,
    make_user,
)

WORDS = {
    "kind": "BRAKE",
    "code": "slow-answers",
    "title": "Les réponses tardent en juillet",
    "evidence": "Trois missions sur cinq.",
    "actors": "Les RH des entreprises",
    "action": "",
    "owner": "",
}


@pytest.fixture
def pole():
    return make_pole()


@pytest.fixture
def coordinator(client, pole):
    user = make_coordinator(pole)
    client.force_login(user)
    return user


def reviewed(pole, *codes, days=10, sides=("NEED",)):
    """A mission of the pôle, whose reviews name these."""
    need = make_need(make_organisation(pole=pole, member=make_user()))
    mission = make_mission(need=need, status=MissionStatus.CLOSED)
    for side in sides:
        review = Review.objects.create(
            mission=mission,
            side=side,
            author=mission.offer.person,
            rating=3,
            again=True,
            created_at=timezone.now() - timedelta(days=days),
        )
        ReviewFactor.objects.bulk_create(ReviewFactor(review=review, code=code) for code in codes)
    return mission


def met(pole, code):
    found = mentions.of_kind(factors.all_factors()[code].kind, pole, timezone.now())
    return next(mention for mention in found if mention.factor.code == code)


def kept(pole, **fields):
    defaults = {"kind": "BRAKE", "title": "Réponses lentes", "evidence": "Vu trois fois."}
    return Finding.objects.create(pole=pole, **defaults | fields)


def test_a_mission_counts_once_whoever_names_the_brake(pole):
    reviewed(pole, "slow-answers", sides=("NEED", "OFFER"))
    reviewed(pole, "slow-answers", "distance")
    reviewed(pole, "slow-answers", days=400)
    assert (met(pole, "slow-answers").now, met(pole, "slow-answers").before) == (2, 1)
    assert met(pole, "slow-answers").trend == "more"
    assert met(pole, "distance").now == 1
    assert met(pole, "need-clear").trend == "same"


def test_the_most_often_met_comes_first_and_other_poles_are_not_counted(pole):
    reviewed(pole, "distance")
    elsewhere = make_pole("Ailleurs", departments=("80",))
    listed = mentions.of_kind(factors.BRAKE, pole, timezone.now())
    assert [listed[0].factor.code, listed[0].now] == ["distance", 1]
    assert met(elsewhere, "distance").now == 0


def test_a_coordinator_writes_a_line_with_the_missions_that_show_it(client, coordinator, pole):
    mission = reviewed(pole, "slow-answers")
    page = client.get(reverse("finding-new"), {"code": "slow-answers"}).content.decode()
    assert "Réponses lentes" in page
    assert str(mission) in page
    answer = client.post(reverse("finding-new"), WORDS | {"missions": [mission.pk]})
    finding = Finding.objects.get()
    assert answer.url == finding.get_absolute_url()
    assert list(finding.missions.all()) == [mission]
    assert finding.pole == pole
    shown = client.get(finding.get_absolute_url()).content.decode()
    assert "Trois missions sur cinq." in shown


def test_a_brake_is_not_filed_under_an_enabler(client, coordinator):
    answer = client.post(reverse("finding-new"), WORDS | {"code": "need-clear"})
    assert "Celui-ci est de l’autre nature" in answer.content.decode()
    assert "Trois missions sur cinq." in answer.content.decode()
    assert not Finding.objects.exists()


def test_missions_of_another_pole_cannot_be_named(client, coordinator):
    elsewhere = make_pole("Ailleurs", departments=("80",))
    other = make_mission()
    other.need.pole = elsewhere
    other.need.save()
    client.post(reverse("finding-new"), WORDS | {"missions": [other.pk]})
    assert not Finding.objects.exists()


def test_a_line_moves_and_says_who_moved_it(client, coordinator, pole):
    finding = kept(pole).begin(by=coordinator)
    changed = WORDS | {"status": "IN_HAND", "reason": "Réunion du 3", "owner": coordinator.pk}
    assert client.post(reverse("finding-edit", args=[finding.pk]), changed).status_code == 302
    finding.refresh_from_db()
    assert (finding.status, finding.owner) == ("IN_HAND", coordinator)
    assert finding.steps.last().reason == "Réunion du 3"
    assert "Réunion du 3" in client.get(finding.get_absolute_url()).content.decode()


def test_a_move_that_the_map_forbids_is_refused_and_keeps_the_words(client, coordinator, pole):
    finding = kept(pole, status="SET_ASIDE")
    url = reverse("finding-edit", args=[finding.pk])
    answer = client.post(url, WORDS | {"status": "DONE", "evidence": "Du neuf"})
    assert answer.status_code == 200
    assert "Du neuf" in answer.content.decode()
    finding.refresh_from_db()
    assert finding.status == "SET_ASIDE"


def test_the_list_filters_by_state_and_stays_within_few_questions(
    client, coordinator, pole, django_assert_max_num_queries
):
    kept(pole, status="DONE", title="Réglé celui-ci")
    for number in range(30):
        kept(pole, title=f"Frein {number}")
    with django_assert_max_num_queries(14):
        page = client.get(reverse("register"), {"kind": "BRAKE", "state": "OPEN"}).content.decode()
    assert "Réglé celui-ci" not in page
    assert "page=2" in page
    assert "Réglé celui-ci" in client.get(reverse("register"), {"state": "DONE"}).content.decode()
    assert (
        client.get(reverse("register"), {"kind": "x", "state": "y", "page": "z"}).status_code == 200
    )


def test_a_factor_shows_the_missions_that_met_it(client, coordinator, pole):
    mission = reviewed(pole, "distance")
    page = client.get(reverse("factor", args=["distance"])).content.decode()
    assert str(mission) in page
    assert client.get(reverse("factor", args=["inconnu"])).status_code == 404


def test_the_file_names_no_mission(client, coordinator, pole):
    mission = reviewed(pole, "distance")
    sent = client.get(reverse("register-export", args=["csv"])).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sent), delimiter=";"))
    assert ["frein", "Distance ou transport", "moins de 5", "0", "", "", "", ""] in [
        [r[0].lower(), *r[1:]] for r in rows
    ]
    assert mission.need.title not in sent
    assert client.get(reverse("register-export", args=["xlsx"])).status_code == 200
    assert client.get(reverse("register-export", args=["doc"])).status_code == 404


def test_the_file_holds_what_is_done_and_not_what_shows_it(client, coordinator, pole):
    told = {"actors": "Les entreprises", "action": "=Covoiturage", "evidence": "Samira l’a dit."}
    kept(pole, code="distance", title="On habite loin", **told)
    kept(pole, code="", title="Un frein sans code", **told)
    sent = client.get(reverse("register-export", args=["csv"])).content.decode("utf-8-sig")
    lines = {row[4]: row for row in csv.reader(io.StringIO(sent), delimiter=";")}
    line = lines["On habite loin"]
    assert line[1] == "Distance ou transport"
    assert line[5:] == ["rien de fait encore", "Les entreprises", "'=Covoiturage"]
    assert lines["Un frein sans code"][1:4] == ["", "", ""]
    assert "Samira" not in sent


@pytest.mark.parametrize("name", ["register", "finding-new", "finding", "finding-edit", "factor"])
def test_strangers_wrong_roles_and_visitors(client, pole, name):
    finding = kept(pole)
    args = {"finding": [finding.pk], "finding-edit": [finding.pk], "factor": ["distance"]}
    url = reverse(name, args=args.get(name, []))
    assert client.get(url).status_code == 302
    client.force_login(make_user())
    assert client.get(url).status_code in {403, 404}
    client.force_login(make_coordinator(make_pole("Ailleurs", departments=("80",))))
    expected = 404 if "pk" in name or args.get(name) == [finding.pk] else 200
    assert client.get(url).status_code == expected


def test_lines_and_families_are_filtered_in_the_feminine(client):
    client.force_login(make_coordinator())
    chips = client.get(reverse("register")).text
    assert "Toutes" in chips
    assert "Tous" not in chips
    families = client.get(reverse("figures")).text.split('id="family">')[1]
    assert families.startswith('<option value="">Toutes</option>')
