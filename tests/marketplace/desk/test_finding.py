"""The one search: by the beginning of words, without accents, with slips, in any order, by numbers; the best first."""

import pytest
from django.core.cache import caches
from django.urls import reverse

from accounts.models import Membership, Organisation
from marketplace.actions.talk import messages
from marketplace.finding.asked import Asked
from marketplace.finding.found import find
from marketplace.models import Mission, Need, Offer
from marketplace.states import OfferStatus
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

pytestmark = pytest.mark.django_db
COMPANY = Organisation.Kind.COMPANY


def found(user, text, code=""):
    """What is found, by kind, each line by its title."""
    groups = find(user, Asked.of(text), code).groups
    return {
        group.kind.code: ["".join(piece for piece, _typed in line.pieces) for line in group.lines]
        for group in groups
    }


@pytest.fixture
def pole():
    return make_pole()


@pytest.fixture
def maelle(pole):
    return make_coordinator(pole, first_name="Maëlle", last_name="Vandamme")


@pytest.fixture
def bottines(pole):
    aline = make_user("Aline", "Lafosse", email="aline@example.org", phone="06 12 34 56 78")
    return make_organisation(
        name="L’Échoppe des Bottines", pole=pole, administrator=aline, siren="732829320", purpose="Coudre."
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["echop", "ÉCHOPPE", "bott", "bottines échoppe", "l'échoppe", "botines", "bottinse", "732829320", "732 829 320"]
)  # fmt: skip
def test_an_organisation_is_found_however_it_is_typed(maelle, bottines, typed):
    make_organisation(name="Verreries du Nord", pole=bottines.pole, purpose="Souffler.")
    assert found(maelle, typed)["organisations"] == ["L’Échoppe des Bottines"]


@pytest.mark.parametrize("typed", ["lafosse", "Laf", "aline lafosse", "lafosse aline", "lafose", "lafsose", "lafosee"])  # fmt: skip
def test_a_person_is_found_by_their_name_even_with_a_slip(maelle, bottines, typed):
    make_organisation(member=make_user("Karim", "Benali"), pole=bottines.pole)
    assert found(maelle, typed)["people"] == ["Aline Lafosse"]


@pytest.mark.both
def test_two_letters_that_are_wrong_in_a_long_word_are_forgiven_where_nothing_is_nearer(maelle):
    pole = maelle.memberships.get().organisation.pole
    make_organisation(name="Communauté du Parc", pole=pole)
    assert found(maelle, "commonoute")["organisations"] == ["Communauté du Parc"]


def test_a_renamed_person_is_found_by_their_new_name_alone(maelle, bottines):
    aline = bottines.members.get()
    aline.last_name = "Quenot"
    aline.save(update_fields=["last_name"])
    assert "people" not in found(maelle, "lafosse")
    assert found(maelle, "quenot")["people"] == ["Aline Quenot"]


def test_a_coordinator_finds_a_person_by_the_whole_address_or_telephone(maelle, bottines):
    for typed in ("aline@example.org", "ALINE@example.org ", "0612345678", "+33 6 12 34 56 78"):
        assert found(maelle, typed)["people"] == ["Aline Lafosse"], typed
    for typed in ("alin@example.org", "0612345679", "aline@example"):
        assert "people" not in found(maelle, typed), typed


def test_nobody_else_finds_a_person_by_an_address_or_a_telephone(bottines):
    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=bottines)
    assert found(colleague, "lafosse")["people"] == ["Aline Lafosse"]
    assert not found(colleague, "aline@example.org")
    assert "people" not in found(colleague, "06 12 34 56 78")


def test_rows_are_found_by_their_number_first(maelle, bottines):
    need = make_need(bottines, title="Refaire le site")
    mission = make_mission(need=make_need(bottines, title="Tenir la caisse"))
    assert found(maelle, f"besoin {need.pk}") == {"needs": ["Refaire le site"]}
    assert found(maelle, f"mission n° {mission.pk}") == {"missions": ["Tenir la caisse"]}
    assert "Refaire le site" in found(maelle, str(need.pk))["needs"]
    for typed in ("999999999", "0", "99999999999999999999", "besoin 0", "٣"):
        assert "needs" not in found(maelle, typed), typed


def test_a_mission_is_found_by_its_title_its_two_sides_and_both_at_once(maelle, bottines):
    noe = make_user("Noé", "Lambert")
    make_mission(need=make_need(bottines, title="Refaire le site"), person=noe)
    make_mission(need=make_need(bottines, title="Autre chose"), person=make_user("Karim"))
    for typed in ("refaire", "lambert refaire", "bottines refaire", "site noé bott"):
        assert found(maelle, typed)["missions"] == ["Refaire le site"], typed
    assert "missions" not in found(maelle, "refaire zinc")


def test_a_conversation_is_found_by_its_title_once_somebody_has_spoken(maelle, bottines):
    proposal = make_proposal(make_need(bottines, title="Refaire le site"))
    aline = bottines.members.get()
    assert "conversations" not in found(aline, "refaire")
    messages.say(proposal.thread, by=aline, text="Bonjour.", sent_key="a")
    assert found(aline, "refaire")["conversations"] == ["Refaire le site"]


def test_a_full_name_that_isnt_shown_yet_finds_no_conversation(bottines):
    """Before both have agreed the structure reads a first name and an initial."""
    noe = make_user("Noé", "Zylberberg")
    aline = bottines.members.get()
    for agreed in (False, True):
        proposal = make_proposal(make_need(bottines, title="Refaire le site"), make_offer(noe))
        messages.say(proposal.thread, by=aline, text="Bonjour.", sent_key=f"a{agreed}")
        type(proposal).objects.filter(pk=proposal.pk).update(
            **{"status": "AGREED", "need_said_yes_at": proposal.created_at} if agreed else {}
        )
        assert ("conversations" in found(aline, "zylber")) is agreed
        assert "offers" not in found(aline, "zylber")


def test_the_best_kind_comes_first(maelle, pole, bottines):
    make_need(bottines, title="Des pots pour Verlinghem", context="…")
    verreries = make_organisation(COMPANY, name="Verreries du Nord", pole=pole)
    assert next(iter(found(maelle, "ver"))) == "organisations"
    make_organisation(name="Autre", purpose="On parle de verreries.", pole=pole)
    assert found(maelle, "verr")["organisations"] == [verreries.name, "Autre"]


def test_five_lines_a_kind_and_all_of_it_on_a_page_of_its_own(client, maelle, bottines):
    for number in range(7):
        make_need(bottines, title=f"Zinguer le toit {number}", ranked=False)
    client.force_login(maelle)
    page = client.get(reverse("find"), {"q": "zing"}).content.decode()
    assert page.count("data-hit") == 5
    assert "q=zing&amp;quoi=needs" in page
    every = client.get(reverse("find"), {"q": "zing", "quoi": "needs"}).content.decode()
    assert every.count("data-hit") == 7


@pytest.mark.parametrize(
    "typed",
    ["'", '"', "a'b", "& | !", "%", "_", "\\", "NEAR(", "ß²", "كلمة", "x" * 5_000, "\x00a\x00", "{{ 1 }}",
     "<b>", "C-2026-", "C-2026-99999999999", "@", "a@b.c", "+", "٠٦١٢٣٤٥٦٧٨", "le la les", "a"],
)  # fmt: skip
def test_nothing_that_is_typed_breaks_the_page(client, maelle, bottines, typed):
    make_mission(need=make_need(bottines))
    client.force_login(maelle)
    for code in ("", "needs", "people", "papers", "zz"):
        assert client.get(reverse("find"), {"q": typed, "quoi": code}).status_code == 200


def test_too_many_words_to_name_find_the_same_rows(monkeypatch, maelle, bottines):
    noe = make_user("Noé", "Lambert")
    mission = make_mission(need=make_need(bottines, title="Refaire le site"), person=noe)
    messages.say(mission.proposal.thread, by=noe, text="Bonjour.", sent_key="a")
    for number in range(4):
        make_need(bottines, title=f"Refaire le toit {number}", ranked=False)
    by_numbers = [
        (found(user, "refaire"), found(user, "bottines refaire")) for user in (maelle, noe)
    ]
    monkeypatch.setattr("common.word_search.MANY", 2)
    monkeypatch.setattr("marketplace.finding.marks.MANY", 2)
    one_by_one = [
        (found(user, "refaire"), found(user, "bottines refaire")) for user in (maelle, noe)
    ]
    for before, after in zip(by_numbers, one_by_one, strict=True):
        assert [{kind: sorted(rows) for kind, rows in one.items()} for one in before] == [
            {kind: sorted(rows) for kind, rows in one.items()} for one in after
        ]


def test_what_one_may_see_is_found_behind_many_that_one_may_not(monkeypatch, bottines):
    """At first hardly any are asked about, the newest; where those aren't enough, all the others."""
    monkeypatch.setattr("marketplace.finding.kind.A_PIECE", 1)
    monkeypatch.setattr("marketplace.finding.kind.FEW", 2)
    aline = bottines.members.get()
    own = make_need(bottines, title="Zinguer le toit", ranked=False)
    messages.say(make_mission(need=own).proposal.thread, by=aline, text="…", sent_key="a")
    other = make_organisation(name="Verrerie", pole=bottines.pole, member=make_user("Karim"))
    for number in range(8):
        make_mission(need=make_need(other, title=f"Zinguer {number}", ranked=False))
    Need.objects.exclude(pk=own.pk).update(is_listed=False)
    assert found(aline, "zinguer") == {
        kind: ["Zinguer le toit"] for kind in ("needs", "missions", "conversations")
    }
    monkeypatch.setattr("common.word_search.MANY", 2)
    monkeypatch.setattr("marketplace.finding.marks.MANY", 2)
    assert found(aline, "zinguer")["conversations"] == ["Zinguer le toit"]


def test_of_many_conversations_the_one_that_has_just_begun_is_found(monkeypatch, bottines):
    """Which they may be is kept for a minute."""
    monkeypatch.setattr("marketplace.finding.kind.FEW", 0)
    caches["counts"].clear()
    aline = bottines.members.get()
    for title in ("Zinguer le toit", "Zinguer la cave"):
        need = make_need(bottines, title=title, ranked=False)
        messages.say(make_mission(need=need).proposal.thread, by=aline, text="…", sent_key=title)
        assert title in found(aline, "zinguer")["conversations"]
    caches["counts"].clear()


def test_the_people_of_one_s_house_are_found_though_many_have_the_name(monkeypatch, bottines):
    aline = bottines.members.get()
    Membership.objects.create(user=make_user("Alix", "Bernard"), organisation=bottines)
    for number in range(4):
        make_organisation(member=make_user("Alix", f"Delsart {number}"), pole=bottines.pole)
    monkeypatch.setattr("common.word_search.MANY", 2)
    monkeypatch.setattr("common.word_search.CANDIDATES", 1)
    assert found(aline, "alix")["people"] == ["Alix Bernard"]


def test_a_whole_name_finds_its_missions_though_many_have_the_first_name(
    monkeypatch, maelle, bottines
):
    for number, last in enumerate(("Bernard", "Delsart", "Zylstra")):
        make_mission(
            need=make_need(bottines, title=f"Zinguer le toit {number}"),
            person=make_user("Alix", last),
        )
    monkeypatch.setattr("common.word_search.MANY", 2)
    monkeypatch.setattr("common.word_search.CANDIDATES", 1)
    assert found(maelle, "alix zylstra")["missions"] == ["Zinguer le toit 2"]


def test_the_number_of_questions_stays(client, maelle, bottines, django_assert_max_num_queries):
    for number in range(3):
        need = make_need(bottines, title=f"Zinguer le toit {number}")
        messages.say(
            make_mission(need=need).proposal.thread, by=maelle, text="…", sent_key=f"{number}"
        )
    client.force_login(maelle)
    client.get(reverse("find"), {"q": "zing"})
    with django_assert_max_num_queries(40):
        client.get(reverse("find"), {"q": "zing"})
    with django_assert_max_num_queries(64):
        client.get(reverse("find"), {"q": "zing toit bottines alix nord ouest est"})


def test_what_is_typed_is_marked_and_never_read_as_html(client, maelle, pole):
    make_organisation(name="<b>Verrerie</b> & Cie", pole=pole)
    client.force_login(maelle)
    page = client.get(
        reverse("find"), {"q": "verr"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "&lt;b&gt;<b>Verr</b>erie&lt;/b&gt; &amp; Cie" in page
    assert "<html" not in page


def test_whoever_searches_without_end_is_asked_to_wait(client, maelle, monkeypatch):
    monkeypatch.setattr("marketplace.views.desk.finding.LIMITS", {"find": "2/m/user"})
    client.force_login(maelle)
    for _again in range(2):
        assert "très souvent" not in client.get(reverse("find"), {"q": "ver"}).content.decode()
    assert "très souvent" in client.get(reverse("find"), {"q": "ver"}).content.decode()


def test_nobody_searches_without_an_account(client):
    answer = client.get(reverse("find"), {"q": "ver"})
    assert answer.status_code == 302
    assert client.get(reverse("home")).content.decode().count("data-find") == 0


def test_nothing_is_written_by_a_search(client, maelle, bottines):
    client.force_login(maelle)
    before = [model.objects.count() for model in (Need, Offer, Mission)]
    assert client.post(reverse("find"), {"q": "ver"}).status_code == 405
    assert before == [model.objects.count() for model in (Need, Offer, Mission)]


def test_a_draft_offer_finds_nobody(maelle, pole):
    make_offer(
        make_user("Zacharie", "Quenot"), pole=pole, status=OfferStatus.DRAFT, title="Zingueur"
    )
    assert not found(maelle, "quenot")
    assert not found(maelle, "zingueur")
