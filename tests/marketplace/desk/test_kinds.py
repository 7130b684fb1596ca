"""Each kind of line is whole: its name, its rows, its line, and what the page offers to do with it."""

import re
from dataclasses import MISSING, fields, replace
from datetime import timedelta
from html import unescape
from itertools import product
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone, translation

from marketplace.actions.desk import desk as acts
from marketplace.desk import KINDS, Line, kinds
from marketplace.desk.kind import Kind
from marketplace.desk.ranks import RANKS
from marketplace.desk.union import COLUMNS, narrow
from marketplace.models import Chase, MissionSheet, Offer
from notifications.models import Notification
from tests.factories import make_commune, make_coordinator, make_pole, make_user
from tests.marketplace.desk.desk_people import lines_of, make_colleague, scope_of
from tests.marketplace.desk.waiting import WAITING, a_loan_below_cost


def of(found: list[Kind]):
    return pytest.mark.parametrize("kind", found, ids=[kind.code for kind in found])


each_kind = of([*KINDS])
each_taken = of([kind for kind in KINDS if kind.charge])
each_with_a_page_for_that = of([kind for kind in KINDS if not kind.charge])
each_chased = of([kind for kind in KINDS if kind.silent])
each_never_chased = of([kind for kind in KINDS if not kind.silent])


@pytest.fixture
def coordinator(client):
    coordinator = make_coordinator(first_name="Maëlle", last_name="Vandamme")
    client.force_login(coordinator)
    return coordinator


def the_line(coordinator, kind: Kind) -> Line:
    """Of the one row of this kind, alone on the desk."""
    WAITING[kind.code]()
    (line,) = lines_of(coordinator)
    return line


def far_from_the_offers():
    """A coordinator of another pôle, where whoever offers something lives."""
    arras, there = make_commune("62041", "Arras"), make_pole("Un autre pôle", ["62"])
    Offer.objects.update(commune=arras, pole=there)
    return make_coordinator(there)


def shown(client) -> str:
    """The list, as a browser reads its addresses."""
    return unescape(client.get(reverse("desk")).text)


def offers(client, act: str, line: Line) -> str:
    """The address that the line has for this act; nothing when it has none."""
    links = re.findall(r'href="([^"]*)"', shown(client))
    key = line.key.replace(":", "%3A")
    mine = [url for url in links if f"act={act}&" in url and key in url]
    return mine[0] if mine else ""


def box(client, line: Line) -> str:
    (tag,) = re.findall(rf'<input[^>]*name="item" value="{line.key}"[^>]*>', shown(client))
    return tag


def do(client, act: str, line: Line, **said) -> list[dict]:
    """What became of it; nothing when the page took no line at all."""
    answer = client.post(reverse("desk-bulk"), {"act": act, "item": line.key, **said})
    return answer.context["outcomes"] if answer.status_code == 200 else []


# --- what is said --------------------------------------------------------------------------------
def test_a_kind_says_everything_itself():
    unsaid = [
        field.name
        for field in fields(Kind)
        if (field.default, field.default_factory) != (MISSING, MISSING)
    ]
    assert unsaid == []


def test_each_file_of_the_folder_is_a_kind_that_the_desk_reads():
    (folder,) = kinds.__path__
    files = {path.stem for path in Path(folder).glob("*.py")} - {"__init__"}
    listed = [kind.code for kind in KINDS]
    assert files - {*listed} == set(), "files that KINDS forgets"
    assert sorted(listed) == sorted(files)


def test_each_kind_has_a_row_that_waits_for_the_tests():
    codes = {kind.code for kind in KINDS}
    assert codes - WAITING.keys() == set(), "kinds that waiting.py forgets"


def test_what_the_desk_calls_its_columns_is_no_field_of_a_row():
    """Else a kind about such rows would be an error on every page of the desk."""
    fields_of_all = {field.name for model in apps.get_models() for field in model._meta.fields}
    assert {*COLUMNS} & fields_of_all == set()


@each_kind
def test_its_name_is_french_on_the_chip_and_in_the_load(client, coordinator, kind):
    with translation.override("en"):
        english = str(kind.label)
    assert str(kind.label) != english
    WAITING[kind.code]()
    chips = client.get(reverse("desk"), {"kind": kind.code}).context["kinds"]
    assert {str(chip["label"]): chip["count"] for chip in chips}[str(kind.label)] == 1
    assert f"{kind.label} 1" in unescape(client.get(reverse("desk-load")).text)


# --- rows and lines ------------------------------------------------------------------------------
@each_kind
def test_its_rows_are_those_of_the_poles_of_their_reader(coordinator, kind):
    row = WAITING[kind.code]()
    stranger = scope_of(far_from_the_offers())
    for scope in (stranger, replace(stranger, poles=frozenset())):
        assert list(narrow(kind, scope)) == []
    ((code, number, rank, *_rest),) = narrow(kind, scope_of(coordinator))
    assert (code, number) == (kind.code, row.pk)
    assert rank in RANKS


@each_kind
def test_its_rows_go_through_every_filter(coordinator, kind):
    WAITING[kind.code]()
    far_from_the_offers()
    scope = scope_of(coordinator)
    assert len(narrow(kind, replace(scope, department="59"))) == 1
    assert len(narrow(kind, replace(scope, department="62"))) == 0
    later = replace(scope, now=scope.now + timedelta(days=16))
    assert len(narrow(kind, replace(later, age=15))) == 1


@each_kind
def test_each_row_has_a_line_that_leads_to_a_page_and_opens_on_its_help(client, coordinator, kind):
    row = WAITING[kind.code]()
    (line,) = lines_of(coordinator)
    assert (line.kind, line.number) == (kind.code, row.pk)
    assert all((line.what, line.why, line.since, line.act, line.urgency in RANKS.values()))
    assert client.get(line.url).status_code == 200
    assert not line.who or client.get(line.story).status_code == 200
    desk = shown(client)
    assert all(one in desk for one in words_of(kind))
    assert f"{reverse('desk-helps')}#{kind.code}" in desk


def test_what_a_kind_of_line_wants_is_said_once_a_page_and_asked_from_each_line(
    client, coordinator
):
    for _ in range(3):
        WAITING["need"]()
    page = client.get(reverse("desk")).text
    assert page.count('popovertarget="help-need"><span') == 3
    assert page.count('id="help-need"') == page.count('class="help"') == 1


# --- what one does there -------------------------------------------------------------------------
def test_what_has_a_page_of_its_own_for_that_is_not_taken_from_the_list():
    apart = [
        "case",
        "report",
        "visit",
        "mail_domain",
        "claim",
        "task",
        "asked",
        "round",
        "unreachable",
        "below_cost",
        "amendment",
    ]
    assert [kind.code for kind in KINDS if not kind.charge] == apart


def test_only_those_whose_yes_or_whose_act_is_awaited_are_chased():
    assert [kind.code for kind in KINDS if kind.silent] == ["proposal", "mission"]


@each_taken
def test_what_can_be_taken_is_ticked_and_becomes_mine(client, coordinator, kind):
    line = the_line(coordinator, kind)
    assert "disabled" not in box(client, line)
    assert [outcome["done"] for outcome in do(client, "take", line)] == [True]
    (mine,) = lines_of(coordinator, whose="mine")
    assert (mine.kind, mine.number, mine.in_charge) == (kind.code, line.number, "Maëlle Vandamme")


@each_taken
def test_what_can_be_taken_is_nobody_s_of_another_pole(coordinator, kind):
    line, stranger = the_line(coordinator, kind), far_from_the_offers()
    assert acts.find(line.key, scope_of(stranger)) is None
    assert acts.find(line.key, scope_of(coordinator)).row.pk == line.number


@each_taken
def test_what_can_be_taken_is_handed_over_by_its_link(client, coordinator, kind):
    line = the_line(coordinator, kind)
    karim = make_colleague(coordinator, first_name="Karim", last_name="Benali")
    assert "À qui" in client.get(offers(client, "hand_over", line)).text
    (outcome,) = do(client, "hand_over", line, to=f"p{karim.pk}", note="À toi.")
    assert outcome["done"]
    assert [theirs.number for theirs in lines_of(karim, whose="mine")] == [line.number]


@each_with_a_page_for_that
def test_what_cannot_be_taken_offers_nothing_of_the_kind(client, coordinator, kind):
    line = the_line(coordinator, kind)
    assert "disabled" in box(client, line)
    assert not offers(client, "hand_over", line)
    assert do(client, "take", line) == []


@each_chased
def test_what_can_be_chased_is_chased_by_its_link(client, coordinator, kind):
    line = the_line(coordinator, kind)
    assert "Envoyer les courriels" in client.get(offers(client, "chase", line)).text
    assert [outcome["done"] for outcome in do(client, "chase", line)] == [True]
    assert Chase.objects.get().by == coordinator
    assert Notification.objects.filter(kind__endswith="_chased").exists()
    (chased,) = lines_of(coordinator)
    assert (chased.chased_by, chased.urgency) == ("Maëlle", "calm")


@each_never_chased
def test_what_cannot_be_chased_offers_it_nowhere(client, coordinator, kind):
    line = the_line(coordinator, kind)
    assert not offers(client, "chase", line)
    assert not any(outcome["done"] for outcome in do(client, "chase", line))
    assert not Chase.objects.exists()


@pytest.mark.parametrize(("hours", "urgency"), [(1, "calm"), (30, "soon"), (49, "late")])
def test_a_loan_below_cost_is_late_once_the_two_days_that_its_line_names_have_passed(
    coordinator, hours, urgency
):
    a_loan_below_cost()
    MissionSheet.objects.update(share_asked_at=timezone.now() - timedelta(hours=hours))
    (line,) = lines_of(coordinator)
    assert line.urgency == urgency


# --- what each explains --------------------------------------------------------------------------
SENTENCES = ("wants", "because", "otherwise")


def test_each_says_what_it_wants_why_it_is_there_and_what_happens_otherwise():
    for name, kind in product(SENTENCES, KINDS):
        french = str(getattr(kind.help, name))
        with translation.override("en"):
            english = str(getattr(kind.help, name))
        assert french != english, "said in French"
        assert len(french) < 200, "one sentence, that is read at a glance"
        assert french.endswith(".")
        assert english.endswith(".")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_help_promises_days_that_the_promises_do_not_hold(language):
    """“A report is read within two days”: /nos-promesses/ says nothing of it, nor does a pôle set it."""
    within = re.compile(r"\b(?:within|sous) (?:\d+|two|five|ten|deux|cinq|dix) (?:days|jours)\b")
    with translation.override(language):
        said = [getattr(kind.help, name) for name, kind in product(SENTENCES, KINDS)]
        assert [str(words) for words in said if within.search(str(words))] == []


def words_of(kind: Kind) -> list[str]:
    return [str(getattr(kind.help, name)) for name in SENTENCES]


def test_the_page_to_print_holds_every_help(client, coordinator):
    page = unescape(client.get(reverse("desk-helps")).text)
    for kind in KINDS:
        assert f'id="{kind.code}"' in page, kind.code
        assert all(one in page for one in words_of(kind)), kind.code


def test_the_page_of_helps_is_for_coordinators(client):
    client.force_login(make_user())
    assert client.get(reverse("desk-helps")).status_code == 403
    client.logout()
    assert client.get(reverse("desk-helps")).status_code == 302


# --- the act, in its line ------------------------------------------------------------------------
HERE = {
    "need",
    "organisation",
    "mail_domain",
    "report",
    "below_cost",
    "receipts",
    "case",
    "proposal",
    "task",
    "claim",
    "visit",
}


@of([kind for kind in KINDS if kind.code in HERE])
def test_the_page_of_its_act_holds_the_form_that_the_desk_brings_into_the_line(
    client, coordinator, kind
):
    line = the_line(coordinator, kind)
    url = offers(client, "chase", line) if line.chases else line.url
    page = client.get(url).text
    parts = re.split(r"<[a-z]+ [^>]*\bdata-act\b", page)[1:]
    assert parts, "something of the page is brought"
    acts = re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL)
    assert any("<button" in act and "csrfmiddlewaretoken" in act for act in acts)


def test_one_of_two_teams_is_said_in_english_as_one_of_them(coordinator):
    """“1 team of 2” was read as a team of two people."""
    WAITING["round"]()
    with translation.override("en"):
        (line,) = lines_of(coordinator)
        assert line.why.startswith("1 of 2 teams looks for a need in ")
