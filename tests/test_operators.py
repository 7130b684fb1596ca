"""The story of a pôle of several operators, told by people in browsers: three operators, two pôles, one of the operators
in both, and a line that goes from the hands of one to those of another."""

import pytest

from tests.people_in_browsers import Someone

pytestmark = pytest.mark.e2e
TWO_POLES = """
from django.test import Client
from accounts.actions.seats import open_door
from accounts.models import Organisation
from tests.factories import make_commune, make_need, make_organisation, make_pole, make_user, verify
from marketplace.states import NeedStatus
here = make_pole("Pôle du Nord")
there = make_pole("Pôle de la Somme", ("80",))
amiens = make_commune("80021", "Amiens", latitude=49.9, longitude=2.3, population=133_000)
told = []
for name, operator, pole in (
    ("Maëlle", "Les Passeurs", here), ("Solène", "Escale", here), ("Nadège", "Le Relais", there),
):
    chief = verify(make_user(name))
    place = {"commune": amiens} if pole == there else {}
    made = make_organisation(
        Organisation.Kind.OPERATOR, pole=pole, name=operator, administrator=chief, **place
    )
    open_door(made)
    client = Client()
    client.force_login(chief)
    told.append(client.cookies["session"].value)
make_need(
    make_organisation(name="Ressourcerie de la Lys", pole=here, member=make_user("Aline")),
    title="Tenir nos comptes", status=NeedStatus.SUBMITTED,
)
print("told", here.slug, there.slug, *told)
"""


@pytest.fixture(scope="module")
def told(site):
    return site.manage("shell", "-v0", "-c", TWO_POLES).split("told")[-1].split()


@pytest.fixture(scope="module")
def people(site, browser, told):
    """Maëlle, Solène and Nadège, each of an operator of her own."""
    found = []
    for name, session in zip(("Maëlle", "Solène", "Nadège"), told[2:], strict=True):
        one = Someone(site, browser, name, "Dubois", "")
        one.page.context.add_cookies([{"name": "session", "value": session, "url": site.url}])
        found.append(one)
    return found


def test_an_operator_is_seated_in_a_second_pole_and_leaves_it_again(people, told):
    here = told[0]
    is_seated(*people)
    is_handed_a_line(*people)
    people[2].open(f"/pole/{here}/")  # anybody reads it on the pôle's page
    people[2].sees("Le Relais")
    leaves_again(*people, here)
    assert [one.faults for one in people] == [[], [], []]


def is_seated(maelle, solene, nadege):
    """Nadège's operator coordinates the Somme alone: Maëlle's would have it in the Nord too."""
    nadege.open("/bureau/")
    nadege.does_not_see("Tenir nos comptes")
    maelle.open("/bureau/operateurs/")
    maelle.click("Proposer un opérateur")
    maelle.page.get_by_label("Quel opérateur").select_option(label="Le Relais")
    maelle.fill(role="Suit les missions de la côte")
    maelle.click("Le proposer")
    maelle.sees("Escale")  # whose yes is awaited
    solene.open("/")
    answer_from_home(solene)
    solene.sees("Le Relais doit-il coordonner")
    solene.click("Oui, demandons-lui")
    solene.sees("Attend son accord")
    nadege.open("/")
    answer_from_home(nadege)
    nadege.sees("Voulez-vous coordonner")
    nadege.sees("Suit les missions de la côte")
    nadege.click("Oui, nous le coordonnons")
    nadege.sees("Qui coordonne")


def answer_from_home(one):
    one.page.get_by_role("main").get_by_role("link", name="Répondre").first.click()


def is_handed_a_line(maelle, _solene, nadege):
    """One desk: Maëlle hands the need over, and Nadège finds it under her name."""
    maelle.open("/bureau/")
    maelle.click("Passer le relais")
    maelle.page.get_by_label("À qui").select_option(label="Nadège Dubois (Le Relais)")
    maelle.page.get_by_role("main").locator("form button").last.click()
    maelle.look()
    nadege.open("/bureau/?whose=mine")
    nadege.sees("Tenir nos comptes")


def leaves_again(maelle, solene, nadege, here):
    """By two yeses; what it followed is nobody's."""
    nadege.open(f"/pole/{here}/operateurs/")
    line = nadege.page.get_by_role("listitem").filter(has_text="Le Relais")
    line.get_by_role("link", name="Demander son départ").click()
    nadege.sees("1 ligne qu’il suit")
    nadege.click("Le demander")
    nadege.sees("Doit partir")
    solene.open("/")
    answer_from_home(solene)
    solene.click("Oui, il quitte le pôle")
    solene.sees("Qui a coordonné")
    maelle.open("/bureau/?whose=nobody")
    maelle.sees("Tenir nos comptes")
    nadege.open("/bureau/")
    nadege.does_not_see("Tenir nos comptes")
