"""The legal frame: three answers, the law's refusals in a sentence, until the mission runs."""

import re
from contextlib import suppress
from dataclasses import MISSING, fields
from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from marketplace.actions.documents import documents
from marketplace.actions.missions import regimes as acts
from marketplace.actions.refusals import NotYet
from marketplace.demo import told
from marketplace.demo.files import read
from marketplace.law import limits, parameters, regimes, words
from marketplace.models import Agreement, Kind, Mission, Offer, Regime, RegimeChoice
from marketplace.models.documents.documents import kinds_after, kinds_before
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests import test_mission_of_each_regime
from tests.factories import make_coordinator, make_mission, make_organisation, make_user

PUBLIC = regimes.Lender.PUBLIC
BY_STATE = {"whose": "PUBLIC", "directs": "STRUCTURE", "receipt": "YES"}
BY_COMPANY = {"whose": "COMPANY", "directs": "EMPLOYER", "receipt": "YES"}


@pytest.mark.parametrize(
    ("answers", "regime"),
    [
        (("OWN", "", ""), "VOLUNTEERING"),
        (("COMPANY", "EMPLOYER", "YES"), "PRESTATION"),
        (("COMPANY", "EMPLOYER", "UNKNOWN"), "PRESTATION"),
        (("COMPANY", "STRUCTURE", "YES"), "LOAN"),
        (("PUBLIC", "STRUCTURE", "YES"), "PUBLIC_AGENT"),
    ],
)
def test_three_answers_make_a_regime(answers, regime):
    assert regimes.found(*answers, lender=PUBLIC) == regime


def test_only_a_public_employer_lends_a_public_agent():
    with pytest.raises(regimes.NoRegime, match="employeur public"):
        regimes.found("PUBLIC", "STRUCTURE", "YES")


def test_a_free_loan_to_a_cooperative_needs_both_conditions():
    loan = ("COMPANY", "STRUCTURE", "NO")
    assert regimes.found(*loan, large_lender=True, small_user=True) == "NOT_ELIGIBLE"
    for conditions in ({}, {"large_lender": True}, {"small_user": True}):
        with pytest.raises(regimes.NoRegime, match="5\u00a0000"):
            regimes.found(*loan, **conditions)


@pytest.mark.parametrize("receipt", ["YES", "UNKNOWN"])
def test_no_agreement_says_that_the_structure_organises_what_the_employer_directs(receipt):
    """The paper of a public agent says “la Structure, qui organise son travail”: whoever answered the contrary would
    sign it."""
    with pytest.raises(regimes.NoRegime, match="qui organise son travail"):
        regimes.found("PUBLIC", "EMPLOYER", receipt, lender=PUBLIC)
    found = regimes.found("PUBLIC", "STRUCTURE", receipt, lender=PUBLIC)
    assert found == regimes.PUBLIC_AGENT.code


@pytest.mark.parametrize(
    ("answers", "why"),
    [(("COMPANY", "EMPLOYER", "NO"), "mécénat"), (("PUBLIC", "EMPLOYER", "NO"), "intérêt général")],
)
def test_what_the_law_does_not_know_is_said(answers, why):
    with pytest.raises(regimes.NoRegime, match=why):
        regimes.found(*answers, lender=PUBLIC)


def frames_reached(*, several) -> set[str]:
    """The codes to which these answers lead, those that the law refuses left out."""
    reached = set()
    for answers in several:
        with suppress(regimes.NoRegime):
            reached.add(regimes.found(**answers))
    return reached


ALL_ANSWERS = [
    {"whose": whose, "directs": directs, "receipt": receipt, "lender": lender, "large_lender": yes, "small_user": yes}
    for whose in RegimeChoice.Whose.values
    for directs in RegimeChoice.Directs.values
    for receipt in RegimeChoice.Receipt.values
    for lender in regimes.Lender
    for yes in (True, False)
]  # fmt: skip
CODES = {frame.code for frame in regimes.TABLE}


def test_each_answer_of_the_form_is_known_and_each_frame_is_reached():
    assert CODES - frames_reached(several=ALL_ANSWERS) == set(), "frames to which no answer leads"


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("whose", {"directs": "STRUCTURE", "receipt": "NO"}),
        ("directs", {"whose": "COMPANY", "receipt": "YES"}),
        ("receipt", {"whose": "COMPANY", "directs": "STRUCTURE"}),
    ],
)
def test_an_unknown_answer_leads_to_no_frame(question, others):
    granted = {"lender": PUBLIC, "large_lender": True, "small_user": True}
    for odd in ("ODD", ""):
        with pytest.raises(regimes.UnknownRegime) as refused:
            regimes.found(**granted, **others | {question: odd})
        assert refused.value.args == (odd,)


AS = {
    "SAS": regimes.Lender.COMPANY,
    "PUBLIC": regimes.Lender.PUBLIC,
    "ASSOCIATION": regimes.Lender.NON_PROFIT,
}


def test_each_frame_has_a_mission_in_the_browsers_and_one_in_the_demo():
    own_time = {"whose": "OWN", "directs": "", "receipt": ""}
    browsers = [
        {name: value == "on" or value for name, value in (frame.answers or own_time).items()}
        | {"lender": AS[frame.company_form]}
        for frame in test_mission_of_each_regime.FRAMES
    ]
    assert CODES - frames_reached(several=browsers) == set(), "test_mission_of_each_regime.py"
    told_frames = {story["frame"] for story in read("stories")["stories"]}
    demo = [
        {
            "whose": frame.whose, "directs": frame.directs, "receipt": frame.receipt, "lender": lender,
            "large_lender": frame.large_lender, "small_user": frame.small_user,
        }
        for name, frame in told.FRAMES.items()
        if name in told_frames
        for lender in regimes.Lender
    ]  # fmt: skip
    demo += [own_time] * ("" in told_frames)
    assert CODES - frames_reached(several=demo) == set(), "the demo's stories"


ASKED_OF_A_FRAME = {
    "how long": lambda code: limits.last_day(code, date(2026, 1, 1)),
    "how long at once": lambda code: limits.too_long_at_once(code, *[date(2026, 1, 1)] * 2),
    "papers before": kinds_before,
    "papers at the end": kinds_after,
}


@pytest.mark.parametrize("question", ASKED_OF_A_FRAME)
def test_an_unknown_frame_has_no_answer_rather_than_no_limit(question):
    with pytest.raises(regimes.UnknownRegime, match="ODD"):
        ASKED_OF_A_FRAME[question]("ODD")


@pytest.mark.parametrize("question", ASKED_OF_A_FRAME)
def test_a_frame_not_chosen_yet_limits_nothing_and_asks_for_nothing(question):
    assert not ASKED_OF_A_FRAME[question]("")


def test_a_row_says_everything_and_every_column_is_read():
    columns = [field.name for field in fields(regimes.Frame)]
    assert {field.default for field in fields(regimes.Frame)} == {MISSING}
    house = [
        *settings.BASE_DIR.glob("marketplace/**/*.py"),
        *settings.BASE_DIR.glob("templates/**/*.html"),
    ]
    said = "".join(path.read_text(encoding="utf-8") for path in house)
    assert [name for name in columns if not re.search(rf"(frame|row|self)\.{name}\b", said)] == []


def test_every_code_of_a_row_is_known_where_it_is_used():
    for frame in regimes.TABLE:
        assert {*frame.documents_before, *frame.documents_after} <= set(Kind)
        assert set(frame.agrees) <= set(Agreement.Asked)
        figures = {*frame.longest, *([frame.renewal.figure] if frame.renewal else [])}
        assert figures <= set(parameters.NAMES)
        assert frame.explained(words.numbers(date(2026, 1, 1)))


def test_the_table_is_what_missions_choose_from_and_all_are_explained(client):
    assert Regime.choices == [(frame.code, frame.label) for frame in regimes.TABLE]
    mission = make_mission(work=True)
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-regime", args=[mission.pk])).text
    places = [page.index(f"<summary>{frame.title}</summary>") for frame in regimes.own_time_first()]
    assert places == sorted(places)
    assert "3 ans au plus" in page


def test_the_page_about_papers_has_a_row_for_each_frame():
    page = (settings.BASE_DIR / "docs/documents.md").read_text(encoding="utf-8")
    head, rows = page.partition("| legal frame |")[2].split("\n\n")[0].split("\n", 2)[1:]
    assert set(head) <= set("|-")
    assert len(rows.splitlines()) == len(regimes.TABLE)


def test_every_figure_of_the_law_has_a_source_and_its_doubt():
    assert all(line.source for line in parameters.TABLE)
    assert not parameters.on("agent_until", date(2026, 1, 1)).checked
    assert parameters.on("pmss", date(2025, 12, 31)).amount == 3925
    assert parameters.on("pmss", date(2026, 1, 1)).amount == 4005
    with pytest.raises(LookupError):
        parameters.on("pmss", date(2010, 1, 1))


def test_own_time_needs_no_question():
    assert make_mission().regime == Regime.VOLUNTEERING


def test_a_company_s_time_is_asked_and_the_page_says_what_follows(client):
    mission = make_mission(work=True)
    client.force_login(mission.offer.person)
    assert (
        "Répondre à quelques questions" in client.get(mission.get_absolute_url()).content.decode()
    )
    answer = client.post(reverse("mission-regime", args=[mission.pk]), BY_COMPANY, follow=True)
    mission.refresh_from_db()
    assert mission.regime == Regime.PRESTATION
    assert "Lire la fiche" in answer.content.decode()
    other = mission.need.organisation.members.get()
    letter = Notification.objects.get(recipient=other, kind="regime_chosen")
    assert "Le cadre juridique est «\N{NO-BREAK SPACE}mécénat de compétences" in letter.text


def test_the_same_answers_twice_tell_once(client):
    mission = make_mission(work=True)
    client.force_login(mission.offer.person)
    for _twice in range(2):
        client.post(reverse("mission-regime", args=[mission.pk]), BY_COMPANY)
    assert Notification.objects.filter(kind="regime_chosen").count() == 1


def test_a_refusal_of_the_law_is_read_on_the_page(client):
    mission = make_mission(work=True)
    client.force_login(mission.offer.person)
    page = client.post(
        reverse("mission-regime", args=[mission.pk]),
        {"whose": "COMPANY", "directs": "STRUCTURE", "receipt": "NO"},
    ).content.decode()
    assert "au moins 5\u00a0000 salariés" in page
    mission.refresh_from_db()
    assert mission.regime == ""


def test_every_question_wants_an_answer(client):
    mission = make_mission(work=True)
    client.force_login(mission.offer.person)
    page = client.post(reverse("mission-regime", args=[mission.pk]), {"whose": "COMPANY"})
    assert page.content.decode().count("Choisissez une réponse.") >= 2


@pytest.fixture
def town():
    return make_organisation("COMPANY", legal_form="PUBLIC", name="Ville de Linselles")


def whose_time(page) -> list[str]:
    return [value for value, _label in page.context["form"].fields["whose"].choices]


def test_a_public_employer_lends_one_of_its_agents(client, town):
    mission = make_mission(work=True, company=town)
    client.force_login(mission.offer.person)
    url = reverse("mission-regime", args=[mission.pk])
    assert whose_time(client.get(url)) == ["COMPANY", "PUBLIC"]
    client.post(url, BY_STATE)
    mission.refresh_from_db()
    assert mission.regime == Regime.PUBLIC_AGENT


@pytest.mark.parametrize("who", ["the person", "a coordinator"])
def test_a_private_company_has_no_public_agent(client, who):
    mission = make_mission(work=True)
    coordinator = make_coordinator(mission.need.pole)
    client.force_login(mission.offer.person if who == "the person" else coordinator)
    url = reverse("mission-regime", args=[mission.pk])
    assert whose_time(client.get(url)) == ["COMPANY"]
    page = client.post(url, BY_STATE)
    (sentence,) = page.context["form"].errors["whose"]
    assert "Seul un employeur public peut mettre un agent public à disposition" in sentence
    mission.refresh_from_db()
    assert mission.regime == ""


def test_the_act_itself_refuses_what_the_form_no_longer_shows():
    mission = make_mission(work=True)
    with pytest.raises(NotYet, match="employeur public"):
        acts.choose(mission, **BY_STATE, by=mission.offer.person)


def test_a_frame_chosen_before_is_still_read(client):
    mission = make_mission(work=True, regime=Regime.PUBLIC_AGENT)
    mission.regime_choices.create(regime=Regime.PUBLIC_AGENT, by=mission.offer.person, **BY_STATE)
    client.force_login(mission.offer.person)
    url = reverse("mission-regime", args=[mission.pk])
    for page in (client.get(url), client.get(mission.get_absolute_url())):
        assert page.status_code == 200
        assert "agent public" in page.text
    assert whose_time(client.get(url)) == ["COMPANY"]


def a_team(**fields):
    mission = make_mission(work=True, **fields)
    Offer.objects.update(person=None)
    return Mission.objects.get(pk=mission.pk)


def test_a_team_comes_in_no_frame_whose_papers_name_one_person():
    """“Cette convention est nominative : elle ne vaut que pour la personne désignée ci-dessous” stood over “une équipe
    désignée par”, and an amendment to the contract of a team waited for a signature that nobody could give."""
    mission = a_team()
    with pytest.raises(NotYet, match="une équipe ne peut pas être mise à disposition"):
        acts.choose(mission, **BY_COMPANY | {"directs": "STRUCTURE"}, by=mission.need.created_by)
    assert acts.choose(mission, **BY_COMPANY, by=mission.need.created_by).regime == "PRESTATION"


def test_no_paper_in_one_person_s_name_is_made_of_a_team():
    """Its frame was chosen before it was refused."""
    mission = a_team(regime=Regime.LOAN)
    for kind in kinds_before(mission.regime):
        assert "choisit son propre nom" in documents.refusal_of(kind, mission)
    mission.status = MissionStatus.DOCUMENTS  # nobody joins the offer any more
    for kind in kinds_before(mission.regime):
        refusal = documents.refusal_of(kind, mission)
        assert "une offre qui nomme la personne" in refusal
        assert "choisit son propre nom" not in refusal
    mission.regime = Regime.PRESTATION
    assert "au nom d’une" not in documents.refusal_of(Kind.CONVENTION_SERVICE, mission)


def test_own_time_cannot_be_called_working_time():
    mission = make_mission()
    with pytest.raises(NotYet, match="L’offre dit autre chose"):
        acts.choose(mission, **BY_COMPANY, by=mission.offer.person)


def test_a_change_of_frame_asks_everyone_again():
    mission = make_mission(work=True, status=MissionStatus.AGREEMENT, regime=Regime.LOAN)
    asked = Agreement.objects.create(
        mission=mission, asked="MANAGER", name="M", sheet_version=1, asked_by=mission.offer.person
    )
    acts.choose(mission, **BY_COMPANY, by=mission.offer.person)
    mission.refresh_from_db()
    asked.refresh_from_db()
    assert mission.status == MissionStatus.FRAMING
    assert asked.voided_at is not None


def test_it_is_too_late_once_the_mission_runs(client):
    mission = make_mission(work=True, status=MissionStatus.RUNNING, regime=Regime.LOAN)
    client.force_login(mission.offer.person)
    page = client.post(reverse("mission-regime", args=[mission.pk]), BY_COMPANY).content.decode()
    assert "son cadre juridique ne peut pas changer" in page
    mission.refresh_from_db()
    assert mission.regime == Regime.LOAN
    type(mission).objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    page = client.get(reverse("mission-regime", args=[mission.pk])).content.decode()
    assert "son cadre juridique ne peut pas changer" in page
    assert "est en cours" not in page, "it is closed"


def test_a_stranger_finds_nothing_and_nobody_signs_in(client):
    url = reverse("mission-regime", args=[make_mission(work=True).pk])
    assert reverse("account_login") in client.post(url, BY_COMPANY).url
    client.force_login(make_user())
    assert client.post(url, BY_COMPANY).status_code == 404


def test_a_coordinator_may_answer_for_them(client):
    mission = make_mission(work=True)
    client.force_login(make_coordinator(mission.need.pole))
    client.post(reverse("mission-regime", args=[mission.pk]), BY_COMPANY)
    mission.refresh_from_db()
    assert mission.regime == Regime.PRESTATION


def test_whoever_has_no_employer_is_told_of_none():
    with override("fr"):
        said = regimes.VOLUNTEERING.explained({})
    assert (
        "Personne, à son travail si elle en a un, n’a à donner son accord ni à le savoir." in said
    )


def test_what_is_no_sponsorship_says_what_is_possible():
    with override("en"), pytest.raises(regimes.NoRegime) as refused:
        regimes.found("COMPANY", "EMPLOYER", "NO")
    assert str(refused.value).endswith(
        "only the free loan of an employee is possible, under conditions."
    )
