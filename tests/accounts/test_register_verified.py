"""What the register says of an organisation is kept, and stands beside what it says of itself for whoever verifies it."""

import pytest
from django.urls import reverse

from accounts.models import Organisation
from accounts.public_register import Entry
from tests.accounts import register_server
from tests.accounts.register_server import CLOSED, RNA, SIREN
from tests.accounts.test_public_register import NO_ANSWER, STRUCTURE, whole
from tests.factories import make_commune, make_coordinator, make_organisation, make_pole, make_user


@pytest.fixture(autouse=True)
def lille(pole):
    return make_commune()


def test_what_it_says_is_kept_with_its_day(as_, stranger, register):
    as_(stranger).post(STRUCTURE, whole())
    entry = Entry.kept(Organisation.objects.get().register_said)
    assert (entry.siren, entry.insee, entry.rna) == (SIREN, "59350", RNA)
    assert entry.on


def test_another_number_is_asked_about_and_another_purpose_is_not(as_, stranger, register):
    as_(stranger).post(STRUCTURE, whole())
    ours = Organisation.objects.get()
    edit = reverse("organisation-edit", args=[ours.pk])
    as_(stranger).post(edit, whole(purpose="Coudre."))
    assert len(register.asked) == 1
    as_(stranger).post(edit, whole(company_number=CLOSED))
    ours.refresh_from_db()
    assert Entry.kept(ours.register_said).closed
    as_(stranger).post(edit, whole(company_number="", rna=""))
    ours.refresh_from_db()
    assert ours.register_said is None


def waiting(pole, **fields):
    return make_organisation(
        pole=pole, administrator=make_user(), status="SUBMITTED", siren=SIREN, **fields
    )


def page_of(organisation):
    return reverse("organisation-verify", args=[organisation.pk])


def asks(browser, organisation):
    answer = browser.post(page_of(organisation), {"verb": "register"}, follow=True)
    organisation.refresh_from_db()
    return answer


def test_what_differs_is_marked_for_the_coordinator(as_, coordinator, pole, register):
    roubaix = make_commune("59512", "Roubaix")
    ours = waiting(pole, name="Fil & Co", legal_form="FOUNDATION", commune=roubaix)
    before = as_(coordinator).get(page_of(ours)).text
    assert "pas encore été interrogé" in before
    page = asks(as_(coordinator), ours)
    assert "LES ATELIERS DU FIL" in page.text
    assert page.text.count("À regarder") == 3
    lines = page.context["register"]["lines"]
    assert [line.differs for line in lines] == [True, True, True, False]


def test_capitals_accents_and_a_short_name_make_no_difference(as_, coordinator, pole, register):
    ours = waiting(pole, name="Les Ateliers du fil (LAF)")
    assert "À regarder" not in asks(as_(coordinator), ours).text


def test_one_that_has_closed_is_flagged(as_, coordinator, pole, register):
    ours = make_organisation(
        pole=pole,
        administrator=make_user(),
        status="SUBMITTED",
        siren=CLOSED,
        name="La Dernière Bobine",
    )
    page = asks(as_(coordinator), ours)
    assert "a cessé son activité" in page.text
    assert page.text.count("À regarder") == 1


def test_what_the_register_said_of_another_number_is_not_shown(as_, coordinator, pole, register):
    ours = waiting(pole)
    asks(as_(coordinator), ours)
    Organisation.objects.filter(pk=ours.pk).update(siren=CLOSED)
    assert "LES ATELIERS DU FIL" not in as_(coordinator).get(page_of(ours)).text


def test_a_coordinator_asks_again_and_reads_the_answer_of_today(as_, coordinator, pole, register):
    ours = waiting(pole)
    asks(as_(coordinator), ours)
    register.says(register_server.answer([register_server.body(SIREN, "NOUVEAU NOM")]))
    assert "NOUVEAU NOM" in asks(as_(coordinator), ours).text
    register.says(b"", 500)
    page = asks(as_(coordinator), ours)
    assert NO_ANSWER in page.text
    assert "NOUVEAU NOM" in page.text


def test_only_who_verifies_it_has_the_register_asked(as_, client, stranger, pole, register):
    ours = waiting(pole)
    administrator = ours.memberships.get().user
    assert asks(as_(stranger), ours).status_code == 403
    assert asks(as_(administrator), ours).status_code == 403
    elsewhere = make_coordinator(make_pole("Pôle de Seine", departments=("75",)))
    assert asks(as_(elsewhere), ours).status_code == 404
    assert client.post(page_of(ours), {"verb": "register"}).status_code in (302, 403, 404)
    assert not register.asked
    assert ours.register_said is None


def test_without_a_number_or_a_register_there_is_nothing_to_ask(
    as_, coordinator, pole, register, settings
):
    none = make_organisation(pole=pole, administrator=make_user(), status="SUBMITTED")
    assert asks(as_(coordinator), none).status_code == 404
    settings.PUBLIC_REGISTER = "none"
    ours = waiting(pole)
    assert 'value="register"' not in as_(coordinator).get(page_of(ours)).text
    assert asks(as_(coordinator), ours).status_code == 404
