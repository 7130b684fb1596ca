"""Half a name is found where it can only be theirs, and no common word is taken for one: tried on French names that are words too."""

import re

import pytest

from common.names_in_text import Called

# First and last names of France that are also words: of places, trades, colours, plants, animals, months, things, virtues.
WORDS = """
Petit Grand Legrand Long Court Gros Gras Maigre Fort Faible Doux Dur Beau Joly Gentil Sage Bon Brave Franc Vrai
Blanc Noir Brun Roux Gris Rouge Vert Bleu Blond Chauve Barbe Tête Main Bras Pied Cœur Sourire Lavoix Mabille Labbé
Boulanger Boucher Charpentier Mercier Marchand Meunier Berger Fournier Pêcheur Chasseur Maçon Couturier Tisserand Potier Charron Cordier Sabotier Barbier Tailleur Tonnelier
Maire Prévost Sénéchal Comte Baron Marquis Duc Prince Roi Reine Pape Évêque Moine Abbé Prieur Clerc Page Chevalier Écuyer Soldat
Bois Forêt Rivière Fontaine Montagne Colline Vallée Plaine Champ Pré Jardin Verger Vigne Roche Pierre Caillou Sable Lac Étang Mare
Chêne Hêtre Frêne Tilleul Orme Saule Sapin Pin Poirier Pommier Cerisier Prunier Rosier Laurier Houx Buisson Fleur Rose Marguerite Violette
Loup Renard Ours Lion Mouton Chevreau Poulain Lièvre Lapin Merle Corbeau Faucon Rossignol Pinson Moineau Colombe Poisson Brochet Carpe Mouche
Hiver Printemps Avril Mai Mars Août Juin Noël Pascal Toussaint Dimanche Lundi Samedi Midi Matin Soir Jour Soleil Lune Étoile
Pain Vin Sel Poivre Sucre Miel Farine Fromage Bœuf Navet Chou Carotte Olive Prune Cerise Clémentine Pomme Figue Datte Amande
Château Maison Tour Pont Port Porte Mur Grange Moulin Four Église Chapelle Cloître Place Ruelle Chemin Carrefour Marais Bourg Ville
Espérance Constance Prudence Aimée Désiré Parfait Fidèle Juste Clément Victoire Gloire Ange Céleste Lumière Perle Ambre Jade Rubis Iris Capucine
""".split()  # noqa: SIM905


def called(first, last):
    return Called.of(first, last, [], []).as_near([("Zoé", "Zola")])


def test_there_are_two_hundred():
    assert len(set(WORDS)) >= 200


@pytest.mark.parametrize("word", WORDS)
def test_a_name_that_is_a_word_takes_nothing_out_of_what_is_said(word):
    low = word.lower()
    said = (
        f"Merci pour ce {low}, et à lundi. {word} à prévoir : un {low}, deux {low}s. Le {word} de l’an dernier. "
        f"Madame, {low} rappel. M. le {word}. {word}, puis Camille. Camille est là. {word.upper()} !"
    )
    for one in (called("Camille", word), called(word, "Martin")):
        assert one.put_away(said, "[…]") == said


@pytest.mark.parametrize("word", WORDS)
def test_and_goes_where_it_names_them(word):
    one = called("Camille", word)
    for way in (
        f"Camille {word}",
        f"Mme {word}",
        f"Monsieur {word.upper()}",
        f"C. {word}",
        f"{word} C.",
        f"Camille {word[0].upper()}.",
    ):
        said = f"Bonjour, {way} viendra."
        assert one.put_away(said, "[…]") == "Bonjour, […] viendra.", way
        assert re.search(one.rough, said, re.IGNORECASE), "the database finds it"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("Aline", "Delattre-Quesnoy", "Mme Quesnoy|Aline Delattre|A. Delattre|A. D.|A.D.|Aline D."),
        ("Jean-Pierre", "Le Goff", "J.-P. Le Goff|J.P. Le Goff|J. Le Goff|M. Goff|Jean-Pierre L.|Le Goff J."),
        ("Élodie", "Étienne-Roy", "E. Roy|É. Roy|E. É.|Élodie E."),
        ("Ayşe", "Şahin", "Mme Şahin|A. Şahin"),
        ("Amélie", "Martin", "A. M.|A.M.|A. Martin|Mlle Martin|Amelie M.|MARTIN A."),
        ("Noé", "D’Hondt", "M. D’Hondt|M. Hondt|N. d'Hondt".replace("d'", "D'")),
    ],
)  # fmt: skip
def test_initials_and_names_in_several_parts(first, last, said):
    one = called(first, last)
    for way in said.split("|"):
        assert one.put_away(f"Vu {way} hier", "…") == "Vu … hier", way


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("Simon", "Arnaud", "La S.A. est une société."),
        ("Nora", "Benali", "N.B. : à rendre lundi."),
        ("Paul", "Simon", "P.S. : merci !"),
        ("Amélie", "Martin", "Le R.A.M. de Lens, l’A.M.A.P. et A. Martinez."),
        ("Amélie", "Martin", "Mme Martin-Delage et M. Martineau"),
        ("Aline", "Le Van Saint", "Mme Le Pen, M. de la Tour, Aline le dit, M. Saint-Just"),
    ],
)
def test_what_only_looks_alike_stays(first, last, said):
    assert called(first, last).put_away(said, "…") == said


@pytest.mark.parametrize(
    ("other", "stays", "goes"),
    [
        (("Paul", "Martin"), "Mme Martin", "A. Martin|Amélie M.|A.M."),
        (("Anna", "Martin"), "Mme Martin|A. Martin|A. M.", "Amélie M."),
        (("Amélie", "Morel"), "Amélie M.|A.M.", "Mme Martin|A. Martin"),
        (("AMELIE", "Martin-Petit"), "Mme Martin|A. Martin|Amélie M.|A.M.", "Amélie Martin"),
        (("Zoé", "Zola"), "", "Mme Martin|A. Martin|Amélie M.|A.M."),
    ],
)
def test_what_somebody_else_there_bears_too_stays(other, stays, goes):
    one = Called.of("Amélie", "Martin", [], []).as_near([other])
    for way in filter(None, stays.split("|")):
        assert one.put_away(way, "…") == way
    for way in goes.split("|"):
        assert one.put_away(way, "…") == "…", way


def test_halves_cost_what_the_length_costs():
    one = called("Jean-Pierre", "Delattre-Quesnoy")
    text = "J. P. Jean-Pierre D Mme Delattr Jean " * 20_000
    assert one.put_away(text, "…") == text


@pytest.mark.parametrize("last", ["Lê", "Éé", "🙂🙂", "(("])
def test_a_name_of_which_the_database_knows_no_letter_finds_not_every_text(last):
    one = called("Zoé", last)
    assert not re.search(one.rough, "Merci pour le petit dessin, à lundi", re.IGNORECASE)
    assert one.put_away("Bonjour", "…") == "Bonjour"


def test_monsieur_is_nobodys_initial():
    """« M. Martin » was put away as Marie Martin, who had left, where Paul Martin stays."""
    one = called("Marie", "Martin").as_near([("Paul", "Martin")])
    assert one.put_away("M. Martin viendra", "…") == "M. Martin viendra"
