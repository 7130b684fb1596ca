"""Someone brings their association or their company: what is asked, checked and told."""

import pytest
from django.urls import reverse

from accounts.actions.organisations import MOST_WAITING
from accounts.models import Coming, Membership, Organisation
from accounts.states import OrganisationStatus
from notifications.models import Notification
from tests.factories import make_commune, make_coordinator, make_organisation, make_user

STRUCTURE = reverse("organisation-new-kind", args=["structure"])
COMPANY = reverse("organisation-new-kind", args=["entreprise"])
SIREN, SIRET, OTHER_SIRET, RNA = "732829320", "73282932000074", "73282932000082", "W595001234"


@pytest.fixture(autouse=True)
def lille(pole):
    return make_commune()


def details(**changes):
    return {
        "name": "Les Ateliers du Fil",
        "legal_form": "ASSOCIATION",
        "company_number": "",
        "rna": RNA,
        "purpose": "Réparer des vêtements et transmettre le geste.",
        "commune": "59350",
        "address": "12 rue de la Filature",
        "website": "https://ateliers.example.org",
    } | changes


def company(**changes):
    return details(name="Nordelec", legal_form="SAS", company_number=SIRET) | {"rna": ""} | changes


def test_its_founder_administers_it_and_it_waits_for_a_coordinator(as_, stranger, pole):
    answer = as_(stranger).post(STRUCTURE, details())
    organisation = Organisation.objects.get(name="Les Ateliers du Fil")
    assert answer.url == organisation.get_absolute_url()
    assert organisation.status == OrganisationStatus.SUBMITTED
    assert organisation.pole == pole
    assert stranger.administers(organisation)
    assert [step.after for step in organisation.steps.all()] == ["SUBMITTED"]


@pytest.mark.parametrize(
    ("kind", "page", "fields", "leads"),
    [
        ("NEED", STRUCTURE, details(), reverse("need-new")),
        ("OFFER", STRUCTURE, details(), ""),
        ("NEED", COMPANY, company(), ""),
    ],
)
def test_whoever_has_said_their_need_writes_it_next(as_, stranger, kind, page, fields, leads):
    """A company may not ask for help: it reads its own page, as whoever came to offer."""
    client = as_(stranger)
    Coming.objects.create(user=stranger, kind=kind, text="Tenir la compta")
    session = client.session
    session["coming"] = True
    session.save()
    answer = client.post(page, fields)
    organisation = Organisation.objects.get(name=fields["name"])
    assert answer.url == (leads or organisation.get_absolute_url())


def test_the_coordinators_of_the_pole_get_a_letter(as_, stranger, coordinator):
    as_(stranger).post(STRUCTURE, details())
    letter = Notification.objects.get(recipient=coordinator)
    assert "Les Ateliers du Fil attend votre vérification" in letter.subject
    assert "/bureau/organisations/" in letter.text
    assert Notification.objects.count() == 1


def test_a_name_writes_no_paragraph_of_its_own_into_our_letters(as_, stranger, coordinator):
    """A browser takes line breaks out of a field of one line; a script doesn't."""
    name = "Les Ateliers\r\n\r\nVotre compte est bloqué\u2028Appelez le 09 00 00 00 00"
    as_(stranger).post(STRUCTURE, details(name=name))
    ours = Organisation.objects.get(kind="ESS")
    assert ours.name == "Les Ateliers  Votre compte est bloqué Appelez le 09 00 00 00 00"
    said = {"email": "nora@example.org", "role": "MEMBER"}
    as_(stranger).post(reverse("members", args=[ours.pk]), said)
    letters = Notification.objects.filter(address__in=["nora@example.org", coordinator.email])
    assert letters.count() == 2
    for letter in letters:
        lines = [line.strip() for line in letter.text.splitlines()]
        assert not [line for line in lines if line.startswith(("Votre compte", "Appelez"))]


def test_one_speaks_for_it_at_once(as_, stranger):
    browser = as_(stranger)
    browser.post(STRUCTURE, details())
    assert browser.session["acting_for"] == Organisation.objects.get().pk


def test_a_visitor_logs_in_first(client):
    assert client.get(STRUCTURE).status_code == 302
    assert client.post(STRUCTURE, details()).status_code == 302
    assert not Organisation.objects.exists()


def test_an_operator_is_not_registered_by_a_form(as_, stranger):
    assert as_(stranger).get("/organisations/nouvelle/operateur/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "siren", "siret"),
    [
        ("732 829 320 00074", SIREN, SIRET),
        ("732.829.320", SIREN, ""),
        ("732\u00a0829\u202f320", SIREN, ""),
    ],
)
def test_numbers_are_read_as_people_write_them(as_, stranger, typed, siren, siret):
    as_(stranger).post(COMPANY, company(company_number=typed))
    organisation = Organisation.objects.get()
    assert (organisation.siren, organisation.siret) == (siren, siret)


def test_an_rna_number_may_be_in_small_letters_with_spaces(as_, stranger):
    as_(stranger).post(STRUCTURE, details(rna="w59 500 1234"))
    assert Organisation.objects.get().rna == RNA


def test_a_new_association_may_have_no_number_yet(as_, stranger):
    as_(stranger).post(STRUCTURE, details(rna=""))
    assert Organisation.objects.exists()


def test_numbers_that_may_lack_are_folded_until_one_is_said_or_wanted(as_, stranger):
    closed = '<details class="more">\n          <summary>J’ai son numéro'
    client = as_(stranger)
    assert closed in client.get(STRUCTURE).text
    assert closed not in client.post(STRUCTURE, details(name="")).text
    wanted = client.post(STRUCTURE, details(legal_form="FOUNDATION", rna=""))
    assert closed not in wanted.text
    assert "J’ai son numéro" not in client.get(COMPANY).text


def test_what_it_does_may_be_said_later(as_, stranger, pole):
    """Nothing waits for it before it is verified; its page says to its own people that it lacks, and to nobody else."""
    client = as_(stranger)
    answer = client.post(STRUCTURE, details(purpose=""))
    organisation = Organisation.objects.get(name="Les Ateliers du Fil")
    assert answer.url == organisation.get_absolute_url()
    edit = reverse("organisation-edit", args=[organisation.pk])
    page = client.get(answer.url).content.decode()
    assert "Elle n’a pas encore dit ce qu’elle fait." in page
    assert f'href="{edit}"' in page
    verifying = as_(make_coordinator(pole)).get(
        reverse("organisation-verify", args=[organisation.pk])
    )
    assert "Elle n’a pas encore dit ce qu’elle fait." in verifying.content.decode()
    client.post(edit, details(purpose="Réparer."))
    assert client.post(edit, details(purpose="")).status_code == 200  # papers quote it now
    organisation.refresh_from_db()
    assert organisation.purpose == "Réparer."


def test_a_commune_without_a_pole_is_said(as_, stranger):
    make_commune("75056", "Paris")
    page = as_(stranger).post(STRUCTURE, details(commune="75056")).content.decode()
    assert "Aucun pôle ne couvre encore" in page
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("url", "changes", "sentence"),
    [
        (STRUCTURE, {"name": ""}, "obligatoire"),
        (STRUCTURE, {"legal_form": ""}, "Choisissez sa forme juridique."),
        (STRUCTURE, {"name": "a" * 161}, "160"),
        (STRUCTURE, {"name": "...."}, "Écrivez-le avec des mots"),
        (STRUCTURE, {"purpose": "😀"}, "Écrivez-le avec des mots"),
        (STRUCTURE, {"company_number": "000 000 000"}, "pas un SIREN"),
        (STRUCTURE, {"company_number": "７３２８２９３２０"}, "pas un SIREN"),
        (STRUCTURE, {"name": "Ate\0liers"}, "nul"),
        (STRUCTURE, {"name": "Gagnez sur www.exemple.fr"}, "Son nom"),
        (STRUCTURE, {"rna": "W12"}, "pas un numéro RNA"),
        (STRUCTURE, {"legal_form": "SCIC", "rna": ""}, "Donnez le SIREN, le SIRET ou le RNA"),
        (STRUCTURE, {"legal_form": "SAS"}, "choix valide"),
        (STRUCTURE, {"commune": "99999"}, ""),
        (STRUCTURE, {"website": "javascript:alert(1)"}, "URL"),
        (COMPANY, {"company_number": ""}, "obligatoire"),
        (COMPANY, {"company_number": "732829321"}, "pas un SIREN"),
        (COMPANY, {"company_number": "73282932000075"}, "pas un SIRET"),
        (COMPANY, {"company_number": "douze"}, "pas un SIREN"),
    ],
)
def test_bad_input_is_said_and_what_was_typed_stays(as_, stranger, url, changes, sentence):
    sent = (company() if url == COMPANY else details()) | changes
    page = as_(stranger).post(url, sent).content.decode()
    assert sentence in page
    assert "12 rue de la Filature" in page
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("number", [{"siret": SIRET, "siren": SIREN}, {"siren": SIREN}])
def test_a_number_already_taken_is_said_beside_the_field(as_, stranger, number):
    make_organisation(Organisation.Kind.COMPANY, **number)
    typed = number.get("siret", SIREN)
    answer = as_(stranger).post(COMPANY, company(company_number=typed))
    assert "Demandez une invitation" in answer.context["form"].errors["company_number"][0]


def test_an_rna_number_already_taken_is_said_beside_the_field(as_, stranger):
    make_organisation(rna=RNA)
    answer = as_(stranger).post(STRUCTURE, details())
    assert "Demandez une invitation" in answer.context["form"].errors["rna"][0]


def test_another_establishment_of_the_same_company_is_welcome(as_, stranger):
    make_organisation(Organisation.Kind.COMPANY, siren=SIREN, siret=SIRET)
    as_(stranger).post(COMPANY, company(name="Nordelec Roubaix", company_number=OTHER_SIRET))
    assert Organisation.objects.filter(siren=SIREN).count() == 2


@pytest.mark.parametrize("gone", [OrganisationStatus.REFUSED, OrganisationStatus.CLOSED])
def test_an_impostor_that_was_refused_does_not_keep_the_number(as_, stranger, gone):
    make_organisation(rna=RNA, status=gone)
    as_(stranger).post(STRUCTURE, details())
    assert stranger.organisations.exists()


def test_a_double_click_registers_once(as_, stranger):
    browser = as_(stranger)
    browser.post(STRUCTURE, details(rna=""))
    page = browser.post(STRUCTURE, details(rna="")).content.decode()
    assert "déjà inscrit" in page
    assert Organisation.objects.count() == 1


def test_nobody_registers_without_end(as_, stranger, coordinator):
    """Each had a letter to every coordinator of the pôle, and a line on their desk."""
    browser = as_(stranger)
    for number in range(MOST_WAITING + 2):
        page = browser.post(STRUCTURE, details(name=f"Association {number}", rna=""))
    assert "attendent d’être vérifiées" in page.content.decode()
    assert Organisation.objects.filter(kind="ESS").count() == MOST_WAITING
    assert Notification.objects.filter(recipient=coordinator).count() == MOST_WAITING
    Organisation.objects.filter(kind="ESS").update(status=OrganisationStatus.ACCEPTED)
    assert browser.post(STRUCTURE, details(name="Encore une", rna="")).status_code == 302


def test_the_database_has_the_last_word_on_numbers(as_, stranger, monkeypatch):
    """Two people send the same number at once: the second check passed, the constraint did not."""
    from accounts.forms.organisations import OrganisationForm

    make_organisation(rna=RNA)
    monkeypatch.setattr(OrganisationForm, "_refuse_taken_numbers", lambda self, data: None)
    answer = as_(stranger).post(STRUCTURE, details())
    assert answer.status_code == 200
    assert "Demandez une invitation" in answer.content.decode()
    assert not Membership.objects.filter(user=stranger).exists()


def test_html_in_a_name_is_only_a_name(as_, stranger):
    browser = as_(stranger)
    answer = browser.post(STRUCTURE, details(name="<script>x</script>"), follow=True)
    assert "<script>x</script>" not in answer.content.decode()


def test_nothing_of_it_is_public_before_it_is_verified(as_, client, stranger):
    founder = make_user()
    as_(founder).post(STRUCTURE, details())
    page = Organisation.objects.get().get_absolute_url()
    assert as_(founder).get(page).status_code == 200
    for browser in (client, as_(stranger)):
        assert browser.get(page).status_code == 404
        assert browser.get(page + "logo/").status_code == 404
        assert "Ateliers du Fil" not in browser.get("/").content.decode()
