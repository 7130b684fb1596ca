"""What people write for a number, a length of time, a telephone, an address or a day is read as they mean it."""

import time
from datetime import date
from decimal import Decimal

import pytest

from common import as_written

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1000", "1000"),
        (" 1 000 ", "1000"),
        ("1\u00a0000", "1000"),
        ("1\u202f000", "1000"),
        ("12 345,60", "12345.60"),
        ("1.000,5", "1000.5"),
        ("1,234.5", "1234.5"),
        ("1.000", "1000"),
        ("1.000.000", "1000000"),
        ("1,000,000", "1000000"),
        ("1'000", "1000"),
        ("1’000,25", "1000.25"),
        ("1,5", "1.5"),
        ("1,500", "1.500"),
        ("0.500", "0.500"),
        ("1234.56", "1234.56"),
        (",5", ".5"),
        ("-3", "-3"),
        ("\u22123", "-3"),
        ("+3", "3"),
    ],
)
def test_a_number(typed, read):
    assert as_written.number(typed) == read
    assert Decimal(as_written.number(typed)) == Decimal(read)


@pytest.mark.parametrize(
    "typed", ["", "dix", "1.00,5,3", "1..5", "1,2,3", "1.0000,5,", "--1", "1e5", "NaN", "½", "."]
)
def test_what_is_no_number_stays_as_it_was(typed):
    assert as_written.number(typed) == typed


@pytest.mark.parametrize(
    ("typed", "amount", "in_days"),
    [
        ("20", "20", None),
        ("20 heures", "20", False),
        ("20h", "20", False),
        ("20 h.", "20", False),
        ("environ 20 heures", "20", False),
        ("1 heure", "1", False),
        ("2h30", "2.5", False),
        ("2 h 30 min", "2.5", False),
        ("1 000 h", "1000", False),
        ("1.000,5 heures", "1000.5", False),
        ("3 jours", "3", True),
        ("3j", "3", True),
        ("1,5 jour", "1.5", True),
        ("1.5j", "1.5", True),
        ("3 days", "3", True),
        ("deux jours", "2", True),
        ("une journée", "1", True),
        ("1/2 journée", "0.5", True),
        ("½ journée", "0.5", True),
        ("une demi-journée", "0.5", True),
        ("Demi journée", "0.5", True),
        ("une DEMI-JOURNÉE", "0.5", True),
        ("deux demi-journées", "1", True),
        ("half a day", "0.5", True),
        ("une demi-heure", "0.5", False),
        ("1 jour et demi", "1.5", True),
        ("trois jours et demi", "3.5", True),
        ("1 heure et demie", "1.5", False),
        ("2 1/2 jours", "2.5", True),
        ("2½ jours", "2.5", True),
        ("1/2", "0.5", None),
        ("3/4 h", "0.75", False),
    ],
)
def test_a_length_of_time(typed, amount, in_days):
    assert as_written.time(typed) == (Decimal(amount), in_days)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "beaucoup",
        "jours",
        "3 semaines",
        "20 hectares",
        "3 jours par mois",
        "h30",
        "1/0 j",
        "20 h 75",
        "un",
        "deux",
        "-3",
        "\u22123 jours",
        "- 3 h",
    ],
)
def test_what_is_no_length_of_time_is_nothing(typed):
    assert as_written.time(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["0612345678", "06.12.34.56.78", "06 12 34 56 78", "06-12-34-56-78", "06/12/34/56/78", "+33 6 12 34 56 78",
     "+33 (0)6 12 34 56 78", "(+33) 06 12 34 56 78", "0033612345678", "00 33 (0)6 12 34 56 78", "33612345678",
     "06\u00a012\u202f34 56 78", "+33612345678 "],
)  # fmt: skip
def test_a_french_telephone_is_kept_one_way_in_pairs(typed):
    assert as_written.telephone(typed) == "06 12 34 56 78"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+32 470 12 34 56", "+32470123456"),
        ("0032 470 12 34 56", "+32470123456"),
        ("+1 (202) 555-0100", "+12025550100"),
        ("03 20 00 00", "03 20 00 00"),
        ("mon bureau", "mon bureau"),
        ("06 12 34 56 78 poste 4", "06 12 34 56 78 poste 4"),
        ("", ""),
    ],
)
def test_other_telephones(typed, kept):
    assert as_written.telephone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [" ana@exemple.fr ", "ana@exemple.fr.", "ana@exemple.fr;", "ana@exemple,fr", "<ana@exemple.fr>", "ana@exemple.fr,",
     "mailto:ana@exemple.fr", "\u00a0ana@exemple.fr\u202f", "« ana@exemple.fr »"],
)  # fmt: skip
def test_an_address_without_what_is_around_it(typed):
    assert as_written.address(typed) == "ana@exemple.fr"


@pytest.mark.parametrize(
    "typed",
    ["ana@exemple.fr, bob@exemple.fr", "ana,bob@exemple", "ana", "", "o'neil.ana@exemple.fr"],
)
def test_another_address_is_not_made_of_it(typed):
    assert as_written.address(typed) == typed


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12/3/26", (2026, 3, 12)),
        ("12.03.2026", (2026, 3, 12)),
        ("12-03-2026", (2026, 3, 12)),
        ("12 03 2026", (2026, 3, 12)),
        ("2026-03-12", (2026, 3, 12)),
        ("12 mars", (2027, 3, 12)),
        ("12 déc.", (2026, 12, 12)),
        ("29 novembre", (2026, 11, 29)),
        ("12/3", (2027, 3, 12)),
        ("jeudi 12 mars 2026", (2026, 3, 12)),
        ("1er avril 2027", (2027, 4, 1)),
        ("12 Août 26", (2026, 8, 12)),
        ("12 March 2026", (2026, 3, 12)),
    ],
)
def test_a_day(typed, read):
    assert as_written.day(typed, today=TODAY) == date(*read)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "bientôt",
        "31/02/2026",
        "12/13/2026",
        "0/1/2026",
        "mars",
        "12 marsupial",
        "1/1/00001",
        "29 février",
    ],
)
def test_what_is_no_day_is_nothing(typed):
    assert as_written.day(typed, today=TODAY) is None


@pytest.mark.parametrize("piece", ["1", "1 ", "1.", "(", "a,", "½", "-", "0.5 ", "\u0301", "1'000"])
def test_what_a_stranger_sends_is_read_in_no_time(piece):
    sent = piece * 200_000
    start = time.monotonic()
    as_written.number(sent)
    as_written.time(sent)
    as_written.telephone(sent)
    as_written.address(sent)
    as_written.day(sent, today=TODAY)
    for short in (piece * 60, piece * 30):
        as_written.time(short[:60])
        as_written.telephone(short[:60])
    assert time.monotonic() - start < 0.5


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("tenir la compta, 20 heures en tout", (20, False)),
        ("il faudrait une vingtaine d’heures", (20, False)),
        ("besoin de 20 heures pour la paie", (20, False)),
        ("un coup de main, 3 jours", (3, True)),
        ("la salle ferme à 20 heures", None),
        ("de 14 heures à 18 heures", None),
        ("5 heures par semaine", None),
        ("c’est dans 3 jours", None),
        ("ouvert 5 jours sur 7", None),
        ("40 heures sur trois mois", None),
        ("3 jours ou 20 heures", None),
        ("0 heure", None),
        ("Il faudrait deux journées", (2, True)),
        ("vingt heures en tout", (20, False)),
        ("vingt-deux jours", None),
        ("les deux jours du salon", None),
        ("deux ou trois jours", None),
    ],
)
def test_how_long_is_read_in_a_sentence_where_it_is_sure(sentence, said):
    read = as_written.time_said(sentence)
    assert (tuple(read) if read else None) == said


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Tenir la compta, 40 heures sur trois mois", (40, 3)),
        ("80 h en tout, sur 6 mois", (80, 6)),
        ("environ 15 heures en un mois", (15, 1)),
        ("40 heures sur trois mois ou 80 heures sur six mois", None),
        ("40 heures dans trois mois", None),
        ("1940 heures sur trois mois", None),
        ("0 heure sur trois mois", None),
        ("40 heures", None),
        ("2,5 heures sur trois mois", None),
        ("de 20 à 40 heures sur trois mois", None),
        ("10 à 15 heures sur 3 mois", None),
        ("moins de 40 heures sur trois mois", None),
        ("1 200 heures sur 6 mois", None),
        ("15 heures sur un mois et demi", None),
    ],
)
def test_over_how_many_months_the_hours_go_is_read_where_it_is_said(sentence, said):
    assert as_written.time_spread(sentence) == said
