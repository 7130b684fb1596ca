"""The day that somebody says, in French or in English, is read as they mean it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from common.day_words import LAST_YEAR, day_said, first_day_said, last_day_said

THURSDAY = date(2026, 12, 3)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("rappeler Mme Petit mardi", date(2026, 12, 8)),
        ("Rappeler Mme Petit MARDI prochain", date(2026, 12, 8)),
        ("jeudi", date(2026, 12, 10)),  # never today
        ("mardi en huit", date(2026, 12, 15)),
        ("mardi en quinze", date(2026, 12, 22)),
        ("aujourd’hui, avant midi", THURSDAY),
        ("ce soir", THURSDAY),
        ("demain matin", date(2026, 12, 4)),
        ("après-demain", date(2026, 12, 5)),
        ("apres demain", date(2026, 12, 5)),
        ("dans deux semaines", date(2026, 12, 17)),
        ("d'ici 3 jours", date(2026, 12, 6)),
        ("dans huit jours", date(2026, 12, 10)),
        ("dans quinze jours", date(2026, 12, 17)),
        ("dans 15 jours", date(2026, 12, 18)),
        ("dans un mois", date(2027, 1, 3)),
        ("dans un an", date(2027, 12, 3)),
        ("envoyer le bilan le 12 mars", date(2027, 3, 12)),
        ("le 1er décembre", date(2027, 12, 1)),
        ("le 3 décembre", THURSDAY),
        ("le 12 mars 2029", date(2029, 3, 12)),
        ("12 janv.", date(2027, 1, 12)),
        ("avant le 15/01", date(2027, 1, 15)),
        ("15/01/2028", date(2028, 1, 15)),
        ("15/01/28", date(2028, 1, 15)),
        ("2027-02-03", date(2027, 2, 3)),
        ("le 12", date(2026, 12, 12)),
        ("le 2", date(2027, 1, 2)),
        ("le 31", date(2026, 12, 31)),
        ("fin mars", date(2027, 3, 31)),
        ("mi-janvier", date(2027, 1, 15)),
        ("début janvier", date(2027, 1, 1)),
        ("fin du mois", date(2026, 12, 31)),
        ("fin de semaine", date(2026, 12, 4)),
        ("la semaine prochaine", date(2026, 12, 7)),
        ("le mois prochain", date(2027, 1, 1)),
        ("le 29 février", date(2028, 2, 29)),
        ("mardi 15", date(2026, 12, 15)),
        ("le vendredi 1er", date(2027, 1, 1)),
        ("mardi 15 h", date(2026, 12, 8)),
        ("mardi 15h30", date(2026, 12, 8)),
        ("mardi 3 fiches", date(2026, 12, 8)),
        ("vendredi de la semaine prochaine", date(2026, 12, 11)),
        ("mardi semaine prochaine", date(2026, 12, 8)),
        ("le 12, à 14 h", date(2026, 12, 12)),
        ("fin du mois prochain", date(2027, 1, 31)),
        ("Call again on Tuesday", date(2026, 12, 8)),
        ("next Tuesday", date(2026, 12, 8)),
        ("Thursday", date(2026, 12, 10)),  # never today
        ("Friday next week", date(2026, 12, 11)),
        ("Tuesday 15", date(2026, 12, 15)),
        ("Tuesday the 15th", date(2026, 12, 15)),
        ("Tuesday 3 pm", date(2026, 12, 8)),
        ("Tuesday 3 files", date(2026, 12, 8)),
        ("today, before noon", THURSDAY),
        ("this evening", THURSDAY),
        ("tomorrow morning", date(2026, 12, 4)),
        ("the day after tomorrow", date(2026, 12, 5)),
        ("in two weeks", date(2026, 12, 17)),
        ("within 3 days", date(2026, 12, 6)),
        ("in a month", date(2027, 1, 3)),
        ("in a year", date(2027, 12, 3)),
        ("send the report on 12 March", date(2027, 3, 12)),
        ("the 12th of March", date(2027, 3, 12)),
        ("by March 12", date(2027, 3, 12)),
        ("March 12th, 2029", date(2029, 3, 12)),
        ("March 12 at 10", date(2027, 3, 12)),
        ("on 3 December", THURSDAY),
        ("on the 12th", date(2026, 12, 12)),
        ("by the 2nd", date(2027, 1, 2)),
        ("end of March", date(2027, 3, 31)),
        ("mid-January", date(2027, 1, 15)),
        ("early January", date(2027, 1, 1)),
        ("end of the month", date(2026, 12, 31)),
        ("end of next month", date(2027, 1, 31)),
        ("end of the week", date(2026, 12, 4)),
        ("beginning of next week", date(2026, 12, 7)),
        ("next week", date(2026, 12, 7)),
        ("next month", date(2027, 1, 1)),
    ],
)
def test_a_day_is_read_as_it_is_meant(words, day):
    assert day_said(words, THURSDAY) == day


@pytest.mark.parametrize(
    "words",
    [
        "",
        "rappeler Mme Petit",
        "relire les 12 fiches",
        "le 45 mars",
        "30/02",
        "rappeler hier",
        "le 31 février",
        "le 31 avril, avant midi",
        "relire l’appel de lundi dernier",
        "vu mardi passé",
        "le 14h30",
        "le 9 h",
        "13/13/2027",
        "9999-99-99",
        "dossier 3/4/5/6",
        "la lundienne",
        "dans 3 annonces",
        "call Ms Petit again",
        "seen last Monday",
        "call back yesterday",
        "read the 12 files",
        "in a daydream",
        "the march of 40 people",
        "he may 40 times",
    ],
)
def test_words_without_a_day_name_none(words):
    assert day_said(words, THURSDAY) is None


def test_the_end_of_a_month_stays_in_the_next_one():
    assert day_said("dans un mois", date(2027, 1, 31)) == date(2027, 2, 28)


@given(some.text(max_size=400), some.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_any_words_are_read_without_a_fault(words, today):
    day = day_said(words, today)
    assert day is None or day.year <= LAST_YEAR


@given(some.integers(1, 999), some.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_so_many_weeks_are_counted(number, today):
    day = today + timedelta(days=7 * number)
    assert day_said(f"dans {number} semaines", today) == day
    assert day_said(f"in {number} weeks", today) == day


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("refaire nos statuts avant le 06.12, à Arras", date(2026, 12, 6)),
        ("avant le 6 décembre", date(2026, 12, 6)),
        ("d’ici la fin janvier", date(2027, 1, 31)),
        ("d’ici fin du mois de janvier", date(2027, 1, 31)),
        ("jusqu’au 15/01", date(2027, 1, 15)),
        ("au plus tard le 10 janvier.", date(2027, 1, 10)),
        ("jusquau 06.12", date(2026, 12, 6)),
        ("jusqu au 6/12", date(2026, 12, 6)),
        ("avt le 06/12", date(2026, 12, 6)),
        ("dici le 6 décembre", date(2026, 12, 6)),
        ("d ici le 06.12", date(2026, 12, 6)),
        ("avant la mi-janvier", date(2027, 1, 15)),
        ("avant le 6 décembre, oui, avant le 6 décembre", date(2026, 12, 6)),
        ("avant le 6 décembre ou avant le 9 janvier", None),
        ("depuis le 6 décembre", None),
        ("pour 3.5 personnes", None),
        ("pour 2/3 personnes", None),
        ("avant le 31.02", None),
        ("appeler avant le 03.20.30.40.50", None),
        ("avant le 06.12.2024", None),
    ],
)
def test_the_last_day_is_read_in_a_sentence_where_it_is_sure(sentence, day):
    assert last_day_said(sentence, THURSDAY) == day


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("20 heures à partir du 06.12", date(2026, 12, 6)),
        ("Je suis libre dès le 3 mars", date(2027, 3, 3)),
        ("from 12/01", date(2027, 1, 12)),
        ("à partir du 06.12, ou à partir du 07.12", None),
        ("Je veux partir avant le 06.12", None),
        ("depuis 2014, dès 9 heures", None),
        ("Disponible 1/2 journée par semaine", None),
        ("des ateliers pour des 8/12 ans", None),
        ("je ne suis pas disponible du 10/12 au 20/12", None),
        ("à partir du 3/12", date(2026, 12, 3)),
    ],
)
def test_the_day_from_which_somebody_is_free(said, day):
    assert first_day_said(said, date(2026, 11, 30)) == day
