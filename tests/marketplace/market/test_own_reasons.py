"""What the site itself gives as a reason is told to each reader in their own language; what somebody wrote, as written."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import OrganisationStep
from marketplace.actions.desk import cases
from marketplace.actions.market import needs, silence
from marketplace.actions.missions import sheet_versions
from marketplace.actions.talk import moderation
from marketplace.models import (
    Case,
    CaseEntry,
    DocumentStep,
    Mission,
    NeedStep,
    Promises,
    Proposal,
    reasons,
)
from marketplace.models.desk import cases as cases_kept
from marketplace.models.market.proposals import Origin
from marketplace.models.missions.amendments import in_words
from marketplace.models.talk.moderation import HOUSE_TITLES
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import (
    a_pole,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_proposal,
    make_user,
)

CLOSED = {"fr": "La structure a clos le besoin.", "en": "The need was closed by the structure."}


def client_of(client, person):
    client.force_login(person)
    return client


@pytest.fixture
def closed():
    """By somebody who reads French; whoever waited reads English."""
    waits = make_user(language="en")
    proposal = make_proposal(make_need(member=make_user()), make_offer(waits))
    with override("fr"):
        needs.close(proposal.need, reason="Budget.", by=proposal.need.organisation.members.get())
    return proposal


def test_whoever_waited_reads_what_the_structure_wrote_for_them(client, closed):
    """“They will read it” stands beside the field: they read that the need was closed, and not why."""
    page = client_of(client, closed.offer.person).get(closed.get_absolute_url()).text
    assert "The need was closed by the structure. Budget." in page
    letter = Notification.objects.get(recipient=closed.offer.person, kind="proposal_closed")
    assert "The need was closed by the structure. Budget." in letter.text


@pytest.mark.parametrize("door", ["need-end", "proposal-withdraw"])
def test_a_reason_that_is_read_before_both_have_said_yes_gives_no_address(client, door):
    proposal = make_proposal(make_need(member=make_user()), make_offer())
    who, thing = (
        (proposal.need.created_by, proposal.need)
        if door == "need-end"
        else (proposal.offer.person, proposal)
    )
    page = client_of(client, who).post(
        reverse(door, args=[thing.pk]), {"reason": "Écrivez-moi : noe@example.org"}
    )
    assert page.context["form"].errors["reason"]
    proposal.refresh_from_db()
    assert proposal.is_open


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_tells_why_in_the_language_of_its_reader(client, closed, language):
    person = closed.offer.person
    person.language = language
    person.save()
    client.force_login(person)
    page = client.get(closed.get_absolute_url()).text
    with override(language):
        assert str(reasons.WORDS["need-closed"]) in page
    with override("en" if language == "fr" else "fr"):
        assert str(reasons.WORDS["need-closed"]) not in page
    assert "need-closed" not in page


def test_the_letter_tells_why_in_the_language_of_its_reader(closed):
    letter = Notification.objects.get(kind="proposal_closed", recipient=closed.offer.person)
    assert CLOSED["en"] in letter.text


def test_a_number_goes_with_its_plural():
    proposal = make_proposal(make_need(member=make_user()), make_offer())
    silence._close(proposal, Promises(pole=proposal.need.pole, close_after=10))
    step = Proposal.objects.get(pk=proposal.pk).steps.last()
    with override("fr"):
        assert "10 jours ouvrés" in str(step.said)
    with override("en"):
        assert str(step.said) == "No answer after 10 working days."


def test_a_name_is_told_in_both_languages():
    mission: Mission = make_mission()
    reason = reasons.coded("taken-over", person="Zoé 100 % [x]")
    step = mission.steps.create(before="RUNNING", after="INTERRUPTED", reason=reason)
    with override("en"):
        assert step.words == "Interrupted: Zoé 100 % [x] takes it over."


@pytest.mark.parametrize(
    "written", ["Budget coupé.", "[à suivre]", '["found", {}', '["nothing-of-ours", {}]', "[]", ""]
)
def test_what_somebody_wrote_stays_as_it_was_written(written):
    assert str(NeedStep(after="CLOSED", reason=written).said) == written


OF_BEFORE = {"employer-dates"}  # what earlier rows hold


def test_every_reason_of_the_site_has_its_words_and_is_given():
    folder = Path(settings.BASE_DIR, "marketplace")
    given = {
        code
        for room in ("actions", "forms", "rules")
        for path in folder.glob(f"{room}/**/*.py")
        for code in re.findall(r'coded\(\s*"([\w-]+)"', path.read_text())
    }
    of_houses = OrganisationStep.REASONS
    assert given <= reasons.WORDS.keys() | cases_kept.WORDS.keys() | of_houses.keys()
    assert reasons.WORDS.keys() - given == OF_BEFORE


# --- every sentence of the site, as it was written before the codes --------------------------
NAMED = {
    "house": "Zoé & fils",
    "day": "1 mars 2027",
    "person": "Zoé 100 %",
    "company": "[x]",
    "days": 10,
    "n": 3,
    "other": "D-2026-0003",
    "who": "Ana Petit",
    "share": 40,
    "words": "Vu avec le réseau.",
    "start": "1 mars 2027",
    "end": "4 mai 2027",
    "when": "du 1er mars au 4 mai 2027",
    "gathering": "Tenir ses comptes",
    "structure": "Ville de [y]",
    "need": "Un site",
    "lead": "Zoé et Cie",
}


@pytest.mark.parametrize("written_in", ["fr", "en"])
@pytest.mark.parametrize("read_in", ["fr", "en"])
def test_a_sentence_kept_before_the_codes_is_told_in_the_language_of_its_reader(
    written_in, read_in
):
    for name, words in reasons.WORDS.items():
        if name in {"no-and-words", "not-now"}:
            continue
        with override(written_in):
            kept = str(words % NAMED)
        with override(read_in):
            assert NeedStep(after="CLOSED", reason=kept).said == str(words % NAMED)


def test_own_words_after_a_sentence_of_the_site_stay_as_they_were_written():
    step = NeedStep(after="CLOSED", reason="C’est trop loin. Deux heures de train.")
    with override("en"):
        assert step.said == "It’s too far away. Deux heures de train."


# --- a no ----------------------------------------------------------------------------------
def test_a_no_from_the_list_is_read_in_the_language_of_the_other_side(client):
    reader = make_user(language="en")
    member = make_user()
    proposal = make_proposal(make_need(member=member), make_offer(reader))
    client.force_login(member)
    day = timezone.localdate() + timedelta(days=40)
    said = {"cause": "later", "again_from": day.isoformat(), "words": "On déménage."}
    client.post(reverse("proposal-decline", args=[proposal.pk]), said)
    client.force_login(reader)
    page = client.get(proposal.get_absolute_url()).text
    assert f"Not now: not before {day:%-d %B %Y}. On déménage." in page
    letter = Notification.objects.get(kind="proposal_declined", recipient=reader)
    assert "Not now: not before" in letter.text


# --- a paper -------------------------------------------------------------------------------
def test_why_a_paper_is_void_is_told_in_the_language_of_its_reader():
    step = DocumentStep(before="TO_SIGN", after="VOIDED", reason=reasons.coded("paper-replaced"))
    with override("en"):
        assert step.words == "Voided: Replaced by a new version."
    step.reason = "Le cadre juridique a changé."
    with override("en"):
        assert step.said == "The legal frame has changed."


# --- a case --------------------------------------------------------------------------------
def entry_of(case) -> str:
    with override("en"):
        return str(case.entries.last().told)


def test_what_the_site_writes_in_a_case_is_told_in_the_language_of_its_reader():
    mission = make_mission()
    coordinator = make_user("Inès", "Morel")
    case = cases.open_about(mission, reason="HELP", now=timezone.now())
    cases.open_about(mission, reason="DOUBT", now=timezone.now())
    assert entry_of(case) == "a doubt"
    cases.assign(case, to=coordinator, words="Merci à toi.", by=coordinator)
    assert entry_of(case) == "Inès Morel is in charge. Merci à toi."
    cases.close(case, outcome="SOLVED", words="Vu ensemble.", by=coordinator)
    assert entry_of(case) == "It is settled: things go on. Vu ensemble."


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("Inès Morel\u00a0: J’ai un doute", "Inès Morel: I have a doubt"),
        (
            "Inès Morel n’a pas répondu à la question posée après une semaine.",
            "Inès Morel hasn’t answered the question after a week.",
        ),
        (
            "C’est réglé\u00a0: cela continue. Vu ensemble.",
            "It is settled: things go on. Vu ensemble.",
        ),
        ("Inès Morel : on ne s’entend plus", "Inès Morel : on ne s’entend plus"),
    ],
)
def test_what_the_site_wrote_in_a_case_before_the_codes_is_told_so_too(kept, told):
    with override("en"):
        assert str(CaseEntry(words=kept).told) == told


# --- a version of the sheet ------------------------------------------------------------------
def test_a_version_saved_by_a_reader_of_english_changes_only_what_changed(client):
    mission = make_mission()
    client.force_login(mission.offer.person)
    sheet = mission.sheet
    sheet.where, sheet.rights = "SITE", "OPEN"
    for language in ("fr", "en"):
        sheet.number += 1
        with override(language):
            sheet_versions.record(sheet, side="NEED", by=None)
    first, second = sheet.versions.order_by("-number")[:2]
    assert first.data == second.data


def test_what_changed_in_a_version_is_read_in_the_language_of_its_reader():
    kept = [
        {"name": "where", "before": "sur place", "after": "at a distance"},
        {"name": "starts_on", "before": "1er novembre 2026", "after": "2 décembre 2026"},
        {"name": "ends_on", "before": "2 décembre 2026", "after": "2 December 2026"},
        {"name": "aim", "before": "sur place", "after": "2 décembre"},
    ]
    with override("en"):
        assert [(row["before"], row["after"]) for row in in_words(kept)] == [
            ("on site", "at a distance"),
            ("1 November 2026", "2 December 2026"),
            ("sur place", "2 décembre"),
        ]


# --- the first lines of a pôle -----------------------------------------------------------------
def test_the_houses_lines_are_chosen_by_a_title_in_the_language_of_the_reader(client):
    coordinator = make_coordinator(language="en")
    client.force_login(coordinator)
    for _own in range(2):  # the house's, then the same made the pôle's own
        page = client.get(reverse("canned-lines")).text
        assert "Getting acquainted" in page
        assert "Faire connaissance" not in page
        assert "n’hésitez pas" in page
        moderation.make_lines_own(coordinator.organisations.get().pole)


def test_every_line_of_the_house_has_its_title_in_both_languages():
    titles = [line.title for line in moderation.default_lines(a_pole())]
    assert titles == list(HOUSE_TITLES)
    with override("fr"):
        assert [str(words) for words in HOUSE_TITLES.values()] == titles


def test_what_somebody_types_is_never_taken_for_a_reason_of_the_site(client):
    """Its escapes hid an address from the form that keeps addresses back, and the site spoke in their place."""
    proposal = make_proposal(make_need(member=make_user()), origin=Origin.INVITATION)
    typed = r'["no-and-words", {"no": ["left-the-site", {}], "words": "noe\u0040exemple\u002efr"}]'
    client.force_login(proposal.offer.person)
    door = reverse("proposal-decline", args=[proposal.pk])
    client.post(door, {"cause": "other", "words": typed})
    proposal.refresh_from_db()
    assert proposal.offer_said_no
    client.force_login(proposal.need.organisation.members.get())
    told = Notification.objects.get(kind="proposal_declined").text
    for read in (client.get(proposal.get_absolute_url()).text, told):
        assert "noe@exemple.fr" not in read
        assert "a quitté le site" not in read


def test_nor_in_a_case_of_the_desk():
    mission = make_mission(status=MissionStatus.RUNNING)
    typed = '["silent", {"who": "Zoé", "when": "hier"}]'
    case = cases.open_about(mission, reason=Case.Reason.HELP, words=typed, now=timezone.now())
    cases.open_about(mission, reason=Case.Reason.HELP, words=typed, now=timezone.now())
    cases.note(case, kind="CALL", words=typed, by=make_user())
    assert {str(entry.told).strip() for entry in case.entries.all()} == {typed}


# --- a no --------------------------------------------------------------------------------------
def test_each_side_says_no_with_reasons_of_its_own(client):
    """A volunteer could have “found somebody else”, and a structure was “not free at that time”."""
    asks, offers = make_user(), make_user("Noé")
    proposal = make_proposal(make_need(member=asks), make_offer(offers))
    url = reverse("proposal-decline", args=[proposal.pk])
    page = client_of(client, offers).get(url).text
    assert "Je ne suis pas libre" in page
    assert "trouvé quelqu’un d’autre" not in page
    assert "personne ne vous redemande pour ce besoin" in page
    page = client_of(client, asks).get(url).text
    assert "personne ne vous redemande pour ce besoin" not in page
    assert "cette offre n’est plus proposée pour ce besoin avant ce jour-là" in page
    assert "Je ne suis pas libre" not in page
    client.post(url, {"cause": "time", "words": ""})
    read = client_of(client, offers).get(proposal.get_absolute_url()).text
    assert "Les dates ne nous conviennent pas" in read
