"""What stands around a skill: who writes, for whom they work, what they refuse. With our own list of skills."""

import random

import pytest

from benchmarks import words_around
from marketplace.words.asked import asked_for
from marketplace.words.lexicon import Lexicon


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon(words_around.our_entries())


@pytest.fixture
def codes(lexicon):
    return lambda text: [s.code for s in lexicon.suggest(text)]


@pytest.mark.parametrize(
    ("text", "skill"),
    [("responsable mécénat", "mecenat"), ("recherche de mécénat", "mecenat"),
     ("chargé de mécénat", "mecenat"), ("mécénat", "mecenat"),
     ("gestion des bénévoles", "benevoles-animation"), ("bénévolat", "benevoles-animation"),
     ("recruter des bénévoles", "benevoles-recrutement"),
     ("chiffrer le bénévolat", "valorisation-benevolat")],
)  # fmt: skip
def test_the_platforms_own_words_are_words_of_skills_too(codes, text, skill):
    assert codes(text)[:1] == [skill]


@pytest.mark.parametrize(
    "text",
    ["mécénat de compétences", "Je voudrais faire du mécénat de compétences", "je fais du bénévolat",
     "Je suis bénévole à Lens", "nous avons 12 salariés et 60 bénévoles, à Lens"],
)  # fmt: skip
def test_a_way_to_work_is_no_skill(codes, text):
    assert codes(text) == []


def test_a_volunteer_wanted_for_something_is_wanted_for_that(codes):
    assert codes("Nous cherchons un bénévole pour la comptabilité")[:1] == ["compta-generale"]
    assert codes("comptable en mécénat de compétences")[:1] == ["compta-generale"]


@pytest.mark.parametrize(
    ("text", "skill"),
    [("Nous tenons nos comptes sur un cahier", "soutien-scolaire"),
     ("Tout est noté sur des cahiers", "soutien-scolaire"),
     ("agir sur le terrain", "gestion-immobiliere"), ("nous avons des chevaux", "encadrement-sportif"),
     ("mettre en place une comptabilité analytique", "billetterie")],
)  # fmt: skip
def test_an_object_of_every_day_is_no_skill_of_its_own(codes, text, skill):
    assert skill not in codes(text)


def test_a_baker_bakes_wherever_they_live(codes):
    for text in ("boulanger à Lens", "Je suis boulanger à Lens", "boulangère", "boulangerie"):
        assert codes(text)[:1] == ["cuisine"], text
    assert codes("monter à cheval")[:1] == ["encadrement-sportif"]


@pytest.mark.parametrize("employer", words_around.texts("seen", "employer"))
def test_for_whom_one_works_changes_nothing_of_what_one_offers(lexicon, employer):
    assert words_around.changed(lexicon, words_around.texts("seen", "offer")[::4], [employer]) == []


@pytest.mark.parametrize(
    "text",
    ["Je veux me rendre utile et transmettre.", "12 ans d’expérience dans un grand groupe du nord de la France",
     "Salarié d’une banque en Normandie", "Jeune retraitée", "Ancienne de la grande distribution"],
)  # fmt: skip
def test_who_says_only_who_they_are_names_no_skill(codes, text):
    assert codes(text) == []


def test_an_employer_that_tells_the_trade_is_heard(codes):
    assert codes("Salariée d’un cabinet comptable")[:1] == ["compta-generale"]
    assert codes("Animatrice dans une maison de retraite")[:1] == ["grand-age"]
    assert codes("15 ans d’expérience en comptabilité")[:1] == ["compta-generale"]


def test_a_name_alone_is_found_and_first(lexicon):
    found = read_inside(lexicon, ["{}"], 500)
    assert sum(not codes for _, codes in found) <= 0.01 * len(found)
    assert sum(bool(owners & set(codes[:1])) for owners, codes in found) >= 0.97 * len(found)


@pytest.mark.parametrize("kind", words_around.SETS)
def test_a_name_said_whole_is_found_whatever_stands_around_it(lexicon, kind):
    """A sample of `python -m benchmarks.words_around`: those looked at, those apart."""
    found = read_inside(lexicon, words_around.texts(kind, "carrier"), 20)
    assert sum(not codes for _, codes in found) <= 0.01 * len(found)
    assert sum(bool(owners & set(codes[:1])) for owners, codes in found) >= 0.93 * len(found)


def read_inside(lexicon, carriers, names):
    """The owners of each name drawn, and the skills read where it is said."""
    return [
        (owners, [s.code for s in lexicon.suggest(carrier.format(name))])
        for name, owners in words_around.drawn(lexicon.entries, random.Random(7), names)
        for carrier in carriers
    ]


@pytest.mark.parametrize(
    "text",
    ["Le foyer accueille quarante jeunes et l’équipe éducative, déjà débordée, cherche un renfort ponctuel en {}.",
     "Nous n’avons ni le budget ni les compétences pour {}, alors toute aide sera la bienvenue.",
     "Notre épicerie solidaire ouvre dans deux mois, et {} reste le point sur lequel personne n’ose se lancer.",
     "La crèche parentale galère avec {}, je cherche quelqu’un pour les conseiller.",
     "Le conseil d’administration a voté : cette année, priorité à {}, mais il nous manque la bonne personne.",
     "Grand-mère de sept petits-enfants, je garde la main verte, mais c’est pour {} que je vous écris.",
     "Il s’agit surtout de {}, à Tourcoing ou en visio.",
     "Un besoin urgent de {}, notre salariée étant en congé maternité."],
)  # fmt: skip
@pytest.mark.parametrize(("name", "skill"), [("couture", "couture"), ("layette", "couture")])
def test_what_is_plainly_asked_for_comes_before_who_asks_and_why(codes, text, name, skill):
    assert codes(text.format(name))[:1] == [skill]


def test_them_are_not_what_is_named(codes):
    """« pour les coordonner »: the volunteers; coordinating is no project of its own."""
    found = codes(
        "On a des bénévoles pleins de bonne volonté mais personne pour les coordonner, ils viennent une fois puis disparaissent"
    )
    assert found[:1] == ["benevoles-animation"]


@pytest.mark.parametrize(
    ("text", "skill"),
    [("Bonjour, nous cherchons quelqu’un pour cartographier les acteurs du coin", "cartographie"),
     ("Est-ce que quelqu’un saurait nous dépanner pour enregistrer des voix avant juin ?", "podcast"),
     ("Nous cherchons quelqu’un en semaine de sensibilisation, avant la fin de l’hiver", "sensibilisation"),
     ("Qui aurait deux heures à nous donner pour du matériel pour la fête ?", "logistique-evenement")],
)  # fmt: skip
def test_a_name_is_heard_whole_though_it_holds_words_of_what_is_told_by_the_way(codes, text, skill):
    """« les acteurs » is no object of a map, « pour la fête » no purpose, « en semaine » no day: the name says them."""
    assert codes(text)[:1] == [skill]


def test_a_word_said_of_many_things_weighs_less_than_one_that_is_hardly_said_of_anything_else(
    lexicon,
):
    def sure(word):
        [name] = lexicon.names.said_in(word)
        return lexicon.learned.meant(word, name)

    assert sure("vieux") < 0.2 < 0.8 < sure("bétonnière")
    assert sure("cartographier les acteurs") > 0.8


def test_a_clause_that_begins_after_the_list_is_not_asked_for(lexicon):
    """« la compta, et l’assemblée approche »: no comma stands before the last of a list."""

    def asked(text):
        return {lexicon.entries[n].code for n in asked_for(text, lexicon.names.said_in(text))}

    assert asked("besoin de quelqu’un en compta, et l’assemblée approche") == {"compta-generale"}
    assert asked("besoin d’aide pour la compta, le jardinage et la couture") == {
        "compta-generale",
        "jardinage",
        "couture",
    }


@pytest.mark.parametrize(
    "text",
    ["Mon voisin est bien occupé mais {} je maîtrise bien et ça me ferait plaisir.",
     "J’ai du temps depuis cet été, et {} reste ce que je connais le mieux.",
     "Qui voudrait bien prendre {} en charge jusqu’au printemps ?",
     "Je peux donner du temps en {} le samedi matin."],
)  # fmt: skip
@pytest.mark.parametrize(("name", "skill"), [("peul", "langues-exil"), ("CGV", "contrats")])
def test_what_somebody_masters_is_what_they_offer(codes, text, name, skill):
    assert codes(text.format(name))[:1] == [skill]


@pytest.mark.parametrize(
    "text",
    ["Si cela peut rendre service à une petite structure du Cambrésis, je propose {} le soir.",
     "Si un voisin du quartier pouvait nous éclairer sur {}, ce serait formidable.",
     "Nouvelle à Bayonne, j’ai envie de rencontrer du monde et d’aider en {}.",
     "étudiante à Rennes, pas de permis, je peux filer un coup de main en {} après mes examens",
     "kelkun serait dispo niveau {} avant samedi svp ?",
     "La cantine ferme en mars ; c’est surtout en {} que nous aurions besoin de vous."],
)  # fmt: skip
@pytest.mark.parametrize(
    ("name", "skill"),
    [("menuiserie", "menuiserie"), ("jardinage", "jardinage"), ("compta", "compta-generale")],
)
def test_what_is_asked_for_comes_before_what_is_told_by_the_way(codes, text, name, skill):
    assert codes(text.format(name))[:1] == [skill]


def test_of_several_that_are_asked_for_none_is_lowered(codes):
    assert codes("Nous cherchons de l’aide pour la compta et le jardinage")[:2] == [
        "compta-generale",
        "jardinage",
    ]
    for text in (
        "Traduction de l’allemand vers le français",
        "Voici ce que je propose : traduction de l’allemand",
    ):
        assert set(codes(text)[:2]) == {"allemand", "traduction"}


@pytest.mark.parametrize(
    ("word", "skill"),
    [("Menuiserie", "menuiserie"), ("maçonnerie", "maconnerie"), ("jardinage", "jardinage"),
     ("graphisme", "graphisme"), ("relecture", "relecture"), ("sous-titrage", "sous-titrage"),
     ("architecture", "architecture"), ("achats", "achats"), ("stratégie", "strategie"),
     ("médiation numérique", "mediation-numerique"), ("baux", "droit-immobilier"),
     ("psychology", "psychologie"), ("software", "developpement-logiciel")],
)  # fmt: skip
def test_the_first_word_of_a_label_is_a_name_of_its_skill(codes, word, skill):
    """« Menuiserie et agencement bois » is « menuiserie »."""
    assert codes(word)[:1] == [skill]


def test_little_words_are_no_initials_of_a_skill(codes):
    assert codes("j’ai tout mon temps, si ça peut servir") == []
    assert codes("IA")[:1] == ["intelligence-artificielle"]


@pytest.mark.parametrize(
    ("text", "skill"),
    [("Nous avons tout sauf quelqu’un pour la couture", "couture"),
     ("Dix ans que je vis de la couture, et du temps le samedi", "couture"),
     ("Il y a un point que nous repoussons, agent de sécurité, et la fête approche", "logistique-evenement"),
     ("cc on cherche juste quelqu’un pour la couture, région d’Aurillac", "couture")],
)  # fmt: skip
def test_a_name_is_not_silenced_by_what_looks_like_a_refusal_or_tells_of_the_writer(
    codes, text, skill
):
    assert codes(text)[:1] == [skill]


def test_a_refusal_as_it_is_spoken_is_one_too(codes):
    found = codes("on veut pas de site web, juste quelqu’un pour relire nos textes")
    assert found[:1] == ["relecture"]
    assert "site-web" not in found


def test_what_one_cannot_do_is_refused_only_where_one_says_what_one_can(codes):
    assert codes("Je ne sais pas faire de compta mais je jardine")[:1] == ["jardinage"]
    assert codes("je ne sais pas faire la compta")[:1] == ["compta-generale"]


def test_a_manner_of_speaking_and_a_lost_apostrophe_are_no_skill(codes):
    assert codes("n’importe quoi") == []
    assert codes("besoin dun juriste")[:1] == ["conseil-juridique"]
    assert "biodiversite" not in codes("besoin dun juriste")


def test_a_short_way_to_say_a_word_is_mistyped_too(codes):
    assert codes("la comta de l’asso")[:1] == ["compta-generale"]


@pytest.mark.parametrize("only", ["juste", "simplement", "seulement", "uniquement"])
def test_only_ends_a_refusal(codes, only):
    assert codes(f"Pas besoin d’un graphiste, {only} de quelqu’un pour relire")[:1] == ["relecture"]


def test_not_one_but_another_proposes_the_other(codes):
    found = codes("pas un graphiste mais un correcteur")
    assert found[:1] == ["relecture"]
    assert "graphisme" not in found
    assert codes("nous n’avons pas de comptable mais des factures partout")[:1] != []


def test_a_refusal_ends_with_its_clause(codes):
    assert codes("on ne veut plus d’affiches ; comment faire un site web ?")[:1] == ["site-web"]
    assert codes("on ne veut plus d’affiches, comment faire un site web ?")[:1] == ["site-web"]
    assert codes("on ne veut plus de Facebook ; où aller ?")[:1] == ["reseaux-sociaux"]
    assert codes("on ne veut plus de Facebook") == []


@pytest.mark.parametrize(
    "text", ["designer", "consultante senior", "Technicien", "ingénieur", "cadre"]
)
def test_a_title_that_many_trades_bear_is_no_skill(lexicon, text):
    assert lexicon.is_vague(text)
    assert lexicon.suggest(text) == []


def test_a_title_that_says_its_field_is_not_vague(lexicon, codes):
    for text in (
        "technicien son",
        "cheffe de projet",
        "ingénieure informatique",
        "comptable",
        "bonjour",
    ):
        assert not lexicon.is_vague(text), text
    assert codes("technicien son")[:1] == ["regie-technique"]


def test_of_what_is_hardly_likely_little_is_shown(lexicon):
    """One beside a surer one, two where nothing is surer; the command line may ask for all."""
    for text in (
        "gérer les réservations et l’entrée du spectacle",
        "bénévolat",
        "mairie",
        "le contrat du copieur",
    ):
        unlikely = [s for s in lexicon.suggest(text) if s.score < 0.1]
        assert len(unlikely) <= 2, text
        assert len(unlikely) <= 1 or len(lexicon.suggest(text)) == 2, text
    assert len(lexicon.suggest("mairie", 10, threshold=0.001)) > 3
