"""Reading a text: roots, offsets, refusals. Pure: no row is read."""

import numpy as np
import pytest

from common.roots import root_of
from marketplace.words.diversify import spread
from marketplace.words.job_aliases import understood
from marketplace.words.lexicon import Entry, Lexicon
from marketplace.words.negation import heard
from marketplace.words.tokenizer import LONGEST, stems, tokens
from tests import pasted

LEXICON = Lexicon(
    [
        Entry("graphisme", "Graphisme", (("label", "Graphisme"), ("synonym", "graphiste"),
                                         ("synonym", "refaire le logo"))),
        Entry("compta", "Comptabilité", (("label", "Comptabilité"), ("synonym", "comptable"))),
        Entry("web", "Site internet", (("label", "Site internet"), ("synonym", "développeur web"),
                                       ("synonym", "webmaster"), ("synonym", "refaire notre site"))),
        Entry("rgpd", "RGPD", (("label", "RGPD"), ("synonym", "données personnelles"))),
        Entry("si", "Systèmes d’information", (("label", "chef de projet SI"),)),
    ]
)  # fmt: skip


def codes(text):
    return [s.code for s in LEXICON.suggest(text)]


@pytest.mark.parametrize(
    "text",
    [
        "développeur web", "Développeuse web", "DEVELOPPEURS WEB", "développeur·euse·s web",
        "développeur(se) web", "développeur.euse web", "développeur/euse web", "web développeur",
        "de\u0301veloppeur web", "un développeur-web", "developpeur web", "dévelopeur web",
        "web master", "l’développeuse d’web",
    ],
)  # fmt: skip
def test_one_skill_however_it_is_written(text):
    assert codes(text)[:1] == ["web"]


def test_feminine_masculine_and_plural_have_one_root():
    for one, other in [
        ("comptable", "comptables"), ("developpeuse", "developpeur"), ("directrices", "directeur"),
        ("cheffe", "chef"), ("conseillere", "conseiller"), ("reseaux", "reseau"),
        ("commerciaux", "commercial"), ("infirmiere", "infirmier"), ("employee", "employe"),
    ]:  # fmt: skip
        assert root_of(one) == root_of(other), (one, other)


def test_initials_in_capitals_are_not_little_words():
    assert codes("cheffe de projet SI")[:1] == ["si"]
    assert "si" not in [t.word for t in tokens("si vous voulez")]


def test_the_evidence_points_into_the_text_as_it_was_given():
    text = "<b>Café</b>\x00 👍 nous voulons REFAIRE  notre site, merci"
    (found,) = [s for s in LEXICON.suggest(text) if s.code == "web"]
    words = [text[span.start : span.end] for span in found.evidence]
    assert " ".join(words).split() == ["REFAIRE", "notre", "site"]


def test_what_is_refused_or_at_hand_is_not_suggested():
    assert codes("pas besoin de comptable mais d’un graphiste") == ["graphisme"]
    assert codes("Nous avons déjà un graphiste. Il nous faut un comptable.") == ["compta"]
    assert codes("we already have a webmaster") == []
    assert codes("surtout pas faire de comptabilité") == []


def test_a_skill_that_is_refused_is_not_found_in_another_word_of_the_same_text():
    text = "Je suis comptable mais surtout pas faire de comptabilité ! plutôt votre site internet"
    assert codes(text) == ["web"]
    assert codes("nous n’avons besoin ni de graphiste, ni de comptable") == []
    assert codes("inutile d’un webmaster : nous voulons un graphiste") == ["graphisme"]


@pytest.mark.parametrize(
    "text",
    ["j’habite rue du graphiste", "merci au webmaster", "voir pièce jointe comptable",
     "contactez le comptable", "je vis avec mon graphiste"],
)  # fmt: skip
def test_what_is_said_in_passing_names_no_skill(text):
    assert codes(text) == []


def test_a_text_that_is_one_of_our_phrases_is_surer_than_one_that_holds_it():
    alone, among = LEXICON.suggest("graphiste"), LEXICON.suggest("un graphiste et deux chats")
    assert alone[0].code == among[0].code == "graphisme"
    assert alone[0].score > among[0].score


def test_the_words_of_a_profile_are_said_as_the_list_of_trades_says_them():
    assert {"commercial", "compt"} <= set(understood(tokens("KAM"), lambda way: False))
    assert "ecol" in understood(tokens("instit"), lambda way: False)
    assert understood(tokens("KAM"), lambda way: True) == {}
    assert understood(tokens("chef"), lambda way: False) == {}


@pytest.mark.parametrize(
    "text",
    ["la présidente ne veut plus être notre comptable", "nos bénévoles ne veulent plus d’un comptable",
     "le comptable est parti et personne ne veut plus être comptable"],
)  # fmt: skip
def test_what_somebody_else_refuses_is_often_what_is_needed(text):
    assert codes(text) == ["compta"]
    assert codes("notre association ne veut plus de comptable") == []
    assert codes("on ne veut plus de comptable") == []


@pytest.mark.parametrize(
    "text",
    ["Cordialement, Nadia, comptable", "bien à vous,\nPaul, webmaster de l’association",
     "12 rue du comptable", "notre siège est avenue du graphiste",
     "dans tout le département, je suis véhiculée"],
)  # fmt: skip
def test_a_signature_and_an_address_name_no_skill(text):
    assert codes(text) == []
    assert codes("il nous faut un comptable. Cordialement, Nadia, graphiste") == ["compta"]


def test_who_lives_in_the_street_is_no_address():
    lexicon = Lexicon([Entry("rue", "Maraudes", (("synonym", "éducateur de rue"),
                                                 ("synonym", "gens à la rue")))])  # fmt: skip
    for text in ("éducateur de rue", "aller voir les gens à la rue et parler"):
        assert lexicon.suggest(text), text


@pytest.mark.parametrize(
    ("text", "verb"),
    [("nous louons une salle", "louer"), ("on vend des tabliers", "vendre"),
     ("je couds le soir", "coudre"), ("nous rangeons les archives", "ranger"),
     ("nous réécrivons la charte", "réécrire"), ("nous peignons les murs", "peindre")],
)  # fmt: skip
def test_a_verb_is_known_in_its_usual_forms(text, verb):
    lexicon = Lexicon(
        [Entry("it", verb, (("label", verb),)), Entry("no", "Avion", (("label", "Avion"),))]
    )
    assert [s.code for s in lexicon.suggest(text)] == ["it"]
    assert lexicon.suggest("des avions")[0].code == "no"


def test_an_everyday_word_is_no_slip_of_the_finger():
    lexicon = Lexicon([Entry("college", "Collèges", (("label", "Collèges"),)),
                       Entry("main", "Main-d’œuvre", (("label", "mains"),))])  # fmt: skip
    assert lexicon.suggest("mes collègues") == []
    assert lexicon.suggest("tous les matins") == []
    assert lexicon.suggest("les colèges")[0].code == "college"


@pytest.mark.parametrize(
    ("known", "other"),
    [("collecte de dons", "des données"), ("le droit et la loi", "le loyer du local"),
     ("chiffrer un devis", "devant la porte"), ("fiche de paie", "payer sa part"),
     ("Cerfa 12156", "le 12165"), ("loi 2002", "en 20020"), ("méthodologie", "la météorologie"),
     ("remis", "à Reims")],
)  # fmt: skip
def test_words_that_look_alike_are_not_taken_for_each_other(known, other):
    lexicon = Lexicon(
        [Entry("it", known, (("label", known),)), Entry("no", "Avion", (("label", "Avion"),))]
    )
    assert lexicon.suggest(known)[0].code == "it"
    assert max(found.score for found in lexicon.suggest(other, threshold=0.0)) == 0


def test_a_skill_that_other_words_speak_for_comes_before_one_of_the_same_words():
    scores = np.array([1.0, 0.5, 0.48])
    claims = np.array([[5.0, 0.0], [4.0, 0.0], [0.0, 3.0]])  # skills by words
    sure, nobody_named = np.array([0.9, 0.1, 0.1]), np.zeros(3)
    found = spread(scores, claims, sure, nobody_named, top=3)
    assert [skill for skill, _worth in found] == [0, 2, 1]
    assert found[0][1] == 1.0
    assert found[2][1] < 0.45
    assert [skill for skill, _ in spread(scores, claims, sure / 9, nobody_named, top=3)] == [
        0,
        1,
        2,
    ]
    by_its_name = np.array([0.6, 0.6, 0.0])
    assert [skill for skill, _ in spread(scores, claims, sure, by_its_name, top=3)] == [0, 1, 2]


def test_what_is_lacking_or_to_be_mended_is_a_need():
    assert codes("on n’a pas de comptable") == ["compta"]
    assert codes("nous avons déjà un site internet mais il est vieux")[:1] == ["web"]


def test_a_refusal_ends_where_the_sentence_turns():
    text = "pas besoin de comptable, mais d’un graphiste"
    weights = heard(text)
    assert weights[text.index("comptable")] == 0
    assert weights[text.index("graphiste")] == 1


def test_silence_rather_than_nonsense():
    for text in (
        "",
        "a",
        "   ",
        "bonjour",
        "👍👍",
        "merci de nous rappeler",
        "العربية",
        "\x00" * 50,
    ):
        assert codes(text) == []


@pytest.mark.parametrize("text", pasted.TEXTS, ids=lambda text: ascii(text[:12]))
def test_of_whatever_is_pasted_no_more_is_read_than_a_long_letter(text):
    """How long that takes is for `benchmarks/pasted.py` to say."""
    assert LEXICON.suggest(text) == LEXICON.suggest(text[:LONGEST])
    assert all(token.end <= LONGEST for token in tokens(text))


def test_an_empty_lexicon_suggests_nothing():
    assert Lexicon([]).suggest("graphiste") == []


def test_abbreviations_meet_what_they_stand_for():
    assert stems("asso") == stems("association")
    assert stems("dév web") == stems("développeur web")


def test_of_two_skills_that_a_word_fits_the_one_close_to_what_is_named_comes_first():
    def lexicon(close):
        return Lexicon([
            Entry("menage", "Ménage", (("label", "Ménage"), ("synonym", "entretien des locaux"))),
            Entry("emploi", "Emploi", (("label", "Emploi"), ("synonym", "entretien d’embauche")),
                  close=close),
            Entry("cv", "Lettre de motivation", (("label", "Lettre de motivation"),)),
        ])  # fmt: skip

    def ranked(close):
        found = lexicon(close).suggest("une lettre de motivation et un entretien", threshold=0.0)
        return [s.code for s in found]

    assert ranked(close=())[1] == "menage"
    assert ranked(close=("cv", "gone"))[:2] == ["cv", "emploi"]


def test_a_skill_that_no_word_names_is_not_brought_in_by_the_company_it_keeps():
    lexicon = Lexicon([
        Entry("cv", "Lettre de motivation", (("label", "Lettre de motivation"),), close=("emploi",)),
        Entry("emploi", "Emploi", (("label", "Emploi"),)),
    ])  # fmt: skip
    assert [s.code for s in lexicon.suggest("une lettre de motivation")] == ["cv"]
