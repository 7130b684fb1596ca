"""Ways to reach somebody are noticed however they are dressed up; figures of other sorts are left alone."""

import time

import pytest

from marketplace.words import contacts

DETAILS = [
    "noe@exemple.fr",
    "noe @ exemple . fr",
    "noe.lambert arobase exemple point fr",
    "noe (at) exemple.fr",
    "noe [arobase] exemple [point] org",
    "écrivez à noe chez gmail",
    "0612345678",
    "06 12 34 56 78",
    "06.12.34.56.78",
    "06-12-34-56-78",
    "06/12/34/56/78",
    "06 1234 5678",
    "0 6 1 2 3 4 5 6 7 8",
    "06\u202f12\u202f34\u202f56\u202f78",
    "+33 6 12 34 56 78",
    "+33612345678",
    "0033 6 12 34 56 78",
    "+33 (0)6 12 34 56 78",
    "+32 471 12 34 56",
    "zéro six douze trente-quatre cinquante-six soixante",
    "Appelez le 03 20 12 34 56.",
    "noe at exemple dot fr",
    "noe (a) exemple.fr",
    "noe[@]exemple.fr",
    "noe<at>exemple.fr",
    "noe_at_exemple_dot_fr",
    "noe -at- exemple -dot- fr",
    "noe 'arobase' exemple 'point' fr",
    "noe arrobas gmail",
    "noe @ gmail",
    "noe＠exemple。fr",
    "n o e @ e x e m p l e . f r",
    "06-12 34-56 78",
    "(06) 12 34 56 78",
    "O6 12 34 56 78",
    "06|12|34|56|78",
    "０６ １２ ３４ ５６ ７８",
    "33 6 12 34 56 78",
    "https://wa.me/33612345678",
    "06 douze 34 cinquante-six 78",
    "zéro 6 12 trente-quatre 56 78",
    "٠٦١٢٣٤٥٦٧٨",
    "۰۶ ۱۲ ۳۴ ۵۶ ۷۸",
    "۰۷۰ ۱۲۳ ۴۵۶۷",
    "06\u200b12345678",
    "06 12 34\u200f 56 78",
    "noe\u200b@exem\u2060ple.fr",
]
NO_DETAILS = [
    "Notre SIRET : 552 100 554 00012",
    "SIREN 012 345 678",
    "FR76 3000 6000 0112 3456 7890 189",
    "W012345678",
    "du 01/02/2026 au 03/04/2026",
    "10 000 000 000 euros",
    "Nous serons chez vous jeudi à 9 h 30.",
    "@tous bonjour",
    "zéro un deux",
    "01 02 03 04",
    "La version 1.2.3.4",
    "10 à 12 personnes, les 06 et 07 mars 2026",
    "https://exemple.org/page",
    "les 02, 09, 16, 23 et 30 mars",
    "Let us meet at noon. Dot the i’s at this point of the year.",
    "Rendez-vous à 9 h 30, au point info. Fr. Dupont y sera.",
    "de 0 à deux ou trois ans, puis quatre à six",
    "https://pas-a-pas.fr et www.bien-chez-soi.org, ou bric-a-brac.com",
    "SIRET 336 123 456 00012",
    "TVA FR33612345678",
    "04-05, 06-07 et 08-09",
    "le 05 mars de dix à douze, le 06 de 14 à 16",
    "Mme B. (a) dit que c’est bon, cf. point 3.",
    "L’atelier aura lieu - chez nous - en mars. Oui.",
    "در سال ۱۴۰۳، ساعت ۰۹:۳۰",
    "من ٠١/٠٩/٢٠٢٦ إلى ١٥/٠٩/٢٠٢٦",
]


@pytest.mark.parametrize("words", DETAILS)
def test_a_way_to_reach_somebody_is_noticed(words):
    assert contacts.found_in(f"Bonjour, {words}")


@pytest.mark.parametrize("words", NO_DETAILS)
def test_other_figures_and_words_are_left_alone(words):
    assert contacts.found_in(words) == []


@pytest.mark.parametrize("words", DETAILS)
def test_what_is_sent_without_them_holds_none(words):
    left = contacts.without(f"Bonjour, {words} À bientôt", instead="[…]")
    assert contacts.found_in(left) == []
    assert left.startswith("Bonjour,")
    assert left.endswith("bientôt")


def test_what_stays_keeps_its_own_signs():
    said = "ساعت ۹، می\u200cخواهم: [noe@exemple.fr] Ａ"
    assert contacts.without(said, instead="…") == "ساعت ۹، می\u200cخواهم: […] Ａ"


@pytest.mark.parametrize(
    "words", ["a" * 5000, "0 " * 2500, "a@a." * 1250, "+1" * 2500, "a.a" * 1600]
)
def test_no_text_makes_the_page_wait(words):
    before = time.process_time()
    contacts.found_in(words)
    assert time.process_time() - before < 2
