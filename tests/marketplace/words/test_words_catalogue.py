"""The catalogue's search understands the words that the forms understand, and forms propose a few."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.words import families, family_named
from tests.factories import make_commune, make_need, make_user


@pytest.fixture
def catalogue(our_skills):
    make_need(skills=["compta-generale"], title="Y voir clair dans nos chiffres")
    make_need(skills=["cloture-comptes"], title="Fermer l’année proprement")
    make_need(skills=["compta-associative"], title="Expliquer nos écritures")
    make_need(skills=["site-web"], title="Exister en ligne", context="Rien encore.")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("compta", "Y voir clair"),
        ("Comptables", "Y voir clair"),
        ("tenir les comptes d’une asso", "Y voir clair"),
        ("comptabilitée", "Y voir clair"),
        ("bookkeeping", "Y voir clair"),
        ("sites webs", "Exister en ligne"),
        ("refaire un site internet", "Exister en ligne"),
        ("CHIFFRES", "Y voir clair"),
        ("comptable", "Fermer l’année"),  # what is near to the skill named first is looked for too
        ("comptable mairie", "Expliquer nos écritures"),
    ],
)
def test_other_words_for_the_same_thing_find_the_need(client, catalogue, asked, found):
    assert found in client.get(reverse("needs"), {"q": asked}).text


@pytest.mark.parametrize(
    ("asked", "skill"),
    [
        ("avocat", "contrats"),
        ("je suis avocate", "propriete-intellectuelle"),
        ("juriste", "agrements"),  # below the bylaws, which are below
        ("DRH", "fiches-poste"),
        ("directeur financier", "controle-gestion"),
        ("travailleuse sociale", "acces-logement"),
        ("finances", "assurances"),  # of the family alone: the words don't name it
        ("informatique", "automatisation"),
        ("vie associative", "statuts"),
        ("l’environnement", "jardinage"),
        ("langues", "arabe"),
        ("legal", "contrats"),
    ],
)
def test_a_profession_or_a_family_finds_what_is_below_it(client, our_skills, asked, skill):
    make_need(skills=[skill], title="Quelque chose de précis")
    make_need(skills=["photo"], title="Tout autre chose")
    page = client.get(reverse("needs"), {"q": asked}).text
    assert "Quelque chose de précis" in page
    assert "Tout autre chose" not in page


@pytest.mark.parametrize(
    ("said", "family"),
    [
        ("finances", "gestion"),
        ("la finance", "gestion"),
        ("Financements", "financements"),
        ("besoin d’aide en informatique", "numerique"),
        ("Médico-sociaux", "medico-social"),
        ("marché public", "commande-publique"),
        ("com", "communication"),
        ("l’environnement", "environnement"),
        ("droit", "juridique"),
        ("travaux", "batiment"),
        ("commune", ""),
        ("commun", ""),
        ("en commun", ""),
        ("communiste", ""),
        ("gouvernement", ""),
        ("environs", ""),
        ("droite", ""),
        ("cars", ""),
        ("", ""),
    ],
)
def test_a_family_is_named_by_whole_words(said, family):
    assert family_named(said) == family


def test_a_name_of_two_families_is_refused():
    with pytest.raises(ValueError, match="« Finance » is claimed by gestion and by financements"):
        families.read(["# x", "", "gestion = finances", "financements = dons, Finance"])
    with pytest.raises(ValueError, match="« besoin » of gestion says nothing"):
        families.read(["gestion = besoin"])


def test_what_is_named_comes_before_what_is_below_it(client, our_skills):
    make_need(skills=["conseil-juridique"], title="Une heure de conseil")
    make_need(skills=["contrats"], title="Des accords à relire")
    page = client.get(reverse("needs"), {"q": "avocat"}).text
    assert 0 < page.index("Une heure de conseil") < page.index("Des accords à relire")


@pytest.mark.parametrize(
    ("asked", "close", "itself"),
    [
        ("médiation", "gestion-conflits", "mediation"),
        ("développeur", "site-web", "developpement-web"),
    ],
)
def test_where_no_need_wants_a_skill_those_close_to_it_are_found(
    client, our_skills, asked, close, itself
):
    very = "Aucun besoin ne demande cette compétence-là"
    make_need(skills=[close], title="Presque cela")
    page = client.get(reverse("needs"), {"q": asked}).text
    assert "Presque cela" in page
    assert very in page
    make_need(skills=[itself], title="Cela même")
    page = client.get(reverse("needs"), {"q": asked}).text
    assert "Cela même" in page
    assert "Presque cela" not in page
    assert very not in page


def test_needs_that_are_close_are_said_to_be_here_only_where_the_filters_leave_one(
    client, our_skills
):
    very = "Aucun besoin ne demande cette compétence-là"
    make_need(skills=["gestion-conflits"], title="Presque cela", format="ONE_DAY")
    make_need(skills=["photo"], title="Une médiation en images", format="LONG")

    def found(**filters):
        return client.get(reverse("needs"), {"q": "médiation"} | filters).text

    assert very in found()
    assert very in found(format="ONE_DAY")
    page = found(format="LONG")
    assert "Une médiation en images" in page
    assert "Presque cela" not in page
    assert very not in page


@pytest.mark.parametrize("asked", [{}, {"q": ""}, {"q": "  "}])
def test_whoever_searches_for_nothing_reads_no_index_of_words(client, catalogue, asked):
    with CaptureQueriesContext(connection) as questions:
        assert "Exister en ligne" in client.get(reverse("needs"), asked).text
    assert not [one["sql"] for one in questions if "marketplace_lexiconversion" in one["sql"]]


def test_the_name_of_a_commune_finds_what_is_near(client, catalogue):
    roubaix = make_commune("59512", "Roubaix", latitude=50.69, longitude=3.17)
    amiens = make_commune("80021", "Amiens", latitude=49.89, longitude=2.3)
    make_need(title="Tout près", commune=roubaix)
    make_need(title="Là-bas", commune=amiens)
    make_commune("59599", "Tourcoing", latitude=50.72, longitude=3.16)

    def found(asked):
        return client.get(reverse("needs"), {"q": asked}).text

    assert "Tout près" in found("tourcoing")
    assert "à 20\u00a0km au plus\u00a0: Tourcoing" in found("tourcoing")
    assert "Là-bas" not in found("tourcoing")
    assert "Tout près" not in found("tourc")  # begun, not named
    make_commune("38199", "Compta", latitude=50.69, longitude=3.17)
    assert "Tout près" not in found("compta")  # what names a skill is no place


@pytest.mark.parametrize("asked", ["zorglub", "", "x" * 120, "<b>", "\x00", "🙂", "عربي"])
def test_nonsense_is_answered_like_anything_else(client, catalogue, asked):
    assert client.get(reverse("needs"), {"q": asked}).status_code == 200


def test_a_form_proposes_five_skills_and_five_others_once_these_are_chosen(client, catalogue):
    client.force_login(make_user())
    about = "Graphiste, je couds, je jardine, je traduis l’anglais, je répare des vélos, je fais la paie, \
        de la vidéo, des sites internet, de la plomberie, de la comptabilité, du tableur et du théâtre."

    def proposed(**held):
        page = client.post(reverse("skills-picker"), {"about": about} | held).text
        return re.findall(r'name="pick" value="([\w-]+)"', page)

    first = proposed()
    assert len(first) == 5
    then = proposed(skills=first)
    assert len(then) == 5
    assert not set(first) & set(then)
