"""What the page, the link and the letter of the employer's agreement say, and in whose language."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership
from marketplace.actions.market.people import leave
from marketplace.actions.missions import agreements, missions, sheets
from marketplace.models import Agreement, Duty, Employee, Mission, Offer, Regime, Side
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_mission, make_user
from tests.marketplace.missions.amending import propose, signed_mission

MANAGER = {"manager_name": "Dominique Lefebvre", "manager_email": "dominique@example.org"}


@pytest.fixture
def mission():
    return make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.AGREEMENT)


@pytest.fixture
def employee(mission):
    return Employee.objects.create(
        organisation=mission.offer.organisation, person=mission.offer.person, **MANAGER
    )


@pytest.fixture
def officer(mission):
    """Charged with skills sponsorship."""
    person = make_user(first_name="Claire")
    membership = Membership.objects.create(user=person, organisation=mission.offer.organisation)
    Duty.objects.create(membership=membership, kind=Duty.Kind.CSR, given_by=person)
    return person


def ask(mission, employee):
    return agreements.ask_manager(
        mission, employee=employee, programme=None, by=mission.offer.person, now=timezone.now()
    )


def link() -> str:
    letter = Notification.objects.filter(kind="agreement_asked").latest("pk")
    return re.search(r"/accord/[\w-]+/", letter.text).group()


@pytest.mark.parametrize(("language", "said"), [("en", "Before:"), ("fr", "Avant\u00a0:")])
def test_what_changes_is_labelled_with_the_colon_of_the_reader_s_language(language, said):
    with translation.override(language):
        seen = {
            "before": translation.gettext("Before"),
            "after": "",
            "changes": [{"label": "", "before": "", "after": ""}],
        }
        assert f'"{said}"' in render_to_string("marketplace/missions/_changes.html", seen)


def test_a_link_replaced_by_a_newer_question_doesnt_say_that_the_mission_has_changed(
    client, mission, employee
):
    ask(mission, employee)
    first = link()
    ask(mission, employee)
    page = client.get(first)
    assert page.status_code == 410
    assert "posée de nouveau" in page.text
    assert "La mission a changé" not in page.text


def test_the_manager_reads_of_a_team_where_the_offer_names_nobody(client, mission, employee):
    """“Paul Delattre souhaite participer, sur son temps de travail” was sent of whoever had written a team's offer."""
    by, company = mission.offer.person, mission.offer.organisation
    Offer.objects.update(person=None)
    mission = Mission.objects.get()
    employee.save()  # before names were asked for
    agreement = agreements.write_to_manager(mission, employee, None, by=by, now=timezone.now())
    letter = Notification.objects.get(kind="agreement_asked").text
    page = client.get(link()).text
    assert f"souhaite qu’une équipe ({company}) participe" in letter
    assert f"donné par une équipe ({company})" in page
    agreements.answer(agreement, answer="YES", now=timezone.now())
    told = Notification.objects.filter(kind="agreement_for_company")
    assert all("Une de vos équipes peut participer" in one.text for one in told)


def test_a_manager_without_an_account_is_written_to_in_the_language_of_the_site(mission, employee):
    """Whoever asks may read English; the manager, of whom nothing is known, reads French."""
    with translation.override("en"):
        ask(mission, employee)
    letter = Notification.objects.get(kind="agreement_asked")
    assert letter.text.startswith("Bonjour")
    assert "demande votre accord" in letter.subject


def test_a_manager_with_an_account_is_written_to_in_their_own_language(mission, employee):
    make_user(email=employee.manager_email, language="en")
    ask(mission, employee)
    assert Notification.objects.get(kind="agreement_asked").text.startswith("Hello")


def test_a_letter_to_an_address_without_account_offers_nothing_to_choose(mission, employee):
    ask(mission, employee)
    html = Notification.objects.get(kind="agreement_asked").html
    assert reverse("letter-habits") not in html
    assert "parce que vous utilisez" not in html
    assert "parce qu’elle y a été donnée" in html


def test_whoever_asks_somebody_else_is_told_that_the_yes_given_counts_no_more(
    client, mission, employee
):
    ask(mission, employee)
    client.force_login(mission.offer.person)
    page = reverse("mission-agreement", args=[mission.pk])
    assert "ne compte alors plus" not in client.get(page).text
    client.post(link(), {"answer": "YES"})
    assert "Le oui déjà donné ne compte alors plus" in client.get(page).text


def test_who_asks_somebody_else_about_an_amendment_isnt_told_that_the_missions_yes_falls(client):
    """“Le oui déjà donné ne compte alors plus” stood there, of what all had signed and what stays in force."""
    signed = signed_mission(Regime.PRESTATION)
    Agreement.objects.create(
        mission=signed, asked=Agreement.Asked.COMPANY, answer="YES", sheet_version=1,
        asked_by=signed.offer.person, asked_at=timezone.now(), answered_at=timezone.now(),
    )  # fmt: skip
    amendment = propose(signed)
    client.force_login(signed.offer.person)
    page = reverse("mission-agreement", args=[signed.pk])
    before = client.get(page)
    assert before.context["form"] is not None
    assert "ne compte alors plus" not in before.text
    agreements.answer(amendment.agreements.get(), answer="YES", now=timezone.now())
    assert "Le oui déjà donné ne compte alors plus" in client.get(page).text


def test_once_the_employer_has_agreed_nobody_is_asked_anew(client, mission, employee, officer):
    """“Demander à quelqu’un d’autre : le oui déjà donné ne compte alors plus” stood over a form that was refused."""
    ask(mission, employee)
    client.post(link(), {"answer": "YES"})
    page = reverse("mission-agreement", args=[mission.pk])
    waits = Agreement.objects.waiting().get()
    agreements.answer(waits, answer="YES", by=officer, now=timezone.now())
    Mission.objects.update(status=MissionStatus.RUNNING)
    client.force_login(mission.offer.person)
    said = client.get(page)
    assert "Je donne mon accord" in said.text
    assert "ne compte alors plus" not in said.text
    assert said.context["form"] is None
    sheets.change(
        Mission.objects.get(), {"hours": 50}, read=mission.sheet.number, side=Side.NEED, by=mission.need.created_by
    )  # fmt: skip
    assert client.get(page).context["form"] is not None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"answer": "OTHER_DATES", "starts_on": in_days(30), "ends_on": in_days(60)}, "préférerait d’autres dates"),
        ({"answer": "NO", "reason": "Trop de travail."}, "changez la fiche, ou arrêtez la mission"),
    ],
)  # fmt: skip
def test_after_a_no_the_next_step_is_the_sheet_and_not_to_go_on(
    client, mission, employee, answer, words
):
    for side, by in ((Side.NEED, mission.need.created_by), (Side.OFFER, mission.offer.person)):
        sheets.agree(mission, side=side, by=by, read=1)
    ask(mission, employee)
    client.post(link(), answer)
    client.force_login(mission.offer.person)
    for page in (client.get(mission.get_absolute_url()).text, client.get(reverse("home")).text):
        assert words in page
        assert "passez à la suite" not in page


def test_earlier_questions_are_not_said_to_be_none(client, mission, employee):
    ask(mission, employee)
    agreements.void(mission)
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-agreement", args=[mission.pk])).text
    assert "pour cette version" in page


@pytest.mark.parametrize("left", [True, False])
def test_where_a_mission_stops_who_had_agreed_is_not_said_never_to_have_been_asked(
    client, mission, employee, officer, left
):
    """Its manager and its employer had said yes to that very version."""
    agreements.answer(ask(mission, employee), answer="YES", now=timezone.now())
    if left:
        leave(Membership.objects.get(user=mission.offer.person), now=timezone.now())
    else:
        missions.interrupt(
            mission, reason="Nous fermons.", by=mission.need.created_by, now=timezone.now()
        )
    client.force_login(officer)
    page = client.get(reverse("mission-agreement", args=[mission.pk])).text
    assert "Personne n’a encore été sollicité" not in page
    assert "rien n’est plus demandé ici" in page
    assert "Dominique Lefebvre" in page


def test_the_form_speaks_of_a_loan_where_there_is_one_and_of_nobody_s_own_manager(
    client, mission, officer
):
    """Whoever is in charge asks for somebody else: « ma hiérarchie », « votre responsable » were theirs."""
    client.force_login(officer)
    url = reverse("mission-agreement", args=[mission.pk])
    page = client.post(url, MANAGER, follow=True).text
    assert "Écrire à la hiérarchie" in page
    assert "votre responsable" not in page
    assert "La convention de mise à disposition doit" not in page


@pytest.mark.parametrize(
    "answer",
    [
        {"answer": "NO", "reason": "Trop de travail."},
        {"answer": "OTHER_DATES", "starts_on": in_days(30), "ends_on": in_days(60)},
    ],
)
def test_the_no_of_a_manager_is_not_said_to_be_the_employer_s(client, mission, employee, answer):
    """Who signs for the company read that the employer disagreed: nobody had asked them."""
    for side, by in ((Side.NEED, mission.need.created_by), (Side.OFFER, mission.offer.person)):
        sheets.agree(mission, side=side, by=by, read=1)
    ask(mission, employee)
    client.post(link(), answer)
    signatory = make_user()
    membership = Membership.objects.create(user=signatory, organisation=mission.offer.organisation)
    for kind in (Duty.Kind.SIGNATORY, Duty.Kind.CSR):
        Duty.objects.create(membership=membership, kind=kind, given_by=signatory)
    client.force_login(signatory)
    page = client.get(mission.get_absolute_url()).text
    assert "responsable" in page
    for words in ("L’employeur n’est pas d’accord", "L’employeur préférerait"):
        assert words not in page
    letter = Notification.objects.get(kind="agreement_refused", recipient=mission.offer.person)
    assert "Dominique Lefebvre (responsable)" in letter.subject + letter.text
    assert "mployeur" not in letter.text


def test_the_no_of_the_company_is_said_to_be_its_own(client, mission, employee, officer):
    for side, by in ((Side.NEED, mission.need.created_by), (Side.OFFER, mission.offer.person)):
        sheets.agree(mission, side=side, by=by, read=1)
    agreements.answer(ask(mission, employee), answer="YES", now=timezone.now())
    asked = Agreement.objects.get(asked=Agreement.Asked.COMPANY)
    agreements.answer(asked, answer="NO", reason="Pas cette année.", by=officer, now=timezone.now())
    letter = Notification.objects.get(kind="agreement_refused", recipient=mission.offer.person)
    assert f"{mission.offer.organisation} n’a pas donné son accord" in letter.text
    client.force_login(mission.offer.person)
    assert "L’employeur n’est pas d’accord" in client.get(mission.get_absolute_url()).text


@pytest.mark.parametrize("answer", ["YES", "NO"])
def test_a_manager_s_yes_is_said_to_ask_the_employer_and_a_no_to_be_told(
    client, mission, employee, answer
):
    """“Les personnes concernées sont prévenues” stood there, while the employer alone had been written to."""
    ask(mission, employee)
    page = link()
    client.post(page, {"answer": answer, "reason": "Trop de travail.", "name": "Paul Roux"})
    said = client.get(page).text
    assert ("La réponse de l’employeur lui-même est demandée" in said) == (answer == "YES")
    assert ("les deux parties à la mission en sont prévenues" in said) == (answer == "YES")
    assert ("Les personnes concernées sont prévenues" in said) == (answer == "NO")
    for asked in Agreement.objects.filter(asked=Agreement.Asked.COMPANY):
        agreements.answer(asked, answer="YES", now=timezone.now())
    assert "Les personnes concernées sont prévenues" in client.get(page).text


@pytest.mark.parametrize("asked", Agreement.Asked.values)
def test_the_structure_reads_whose_no_it_is(client, mission, employee, asked):
    """“L’employeur n’a pas donné son accord” was sent of a manager's no: the employer had not been asked."""
    ask(mission, employee)
    if asked == Agreement.Asked.COMPANY:
        client.post(link(), {"answer": "YES", "reason": "", "name": "Paul Roux"})
    found = Agreement.objects.get(asked=asked)
    agreements.answer(found, answer="NO", reason="Trop de travail.", now=timezone.now())
    letter = Notification.objects.filter(kind="agreement_refused_structure").first()
    whose = "La hiérarchie" if asked == Agreement.Asked.MANAGER else "L’employeur"
    assert f"{whose} n’a pas donné son accord" in letter.text
    assert f"{whose.lower()} a répondu" in letter.subject.lower()
