"""ROME: small files of the same columns, invented here; the official ones only when they are at hand."""

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from marketplace.actions.market import skills
from marketplace.models.market.rome import (
    RomeAppellation,
    RomeMacro,
    RomeMobility,
    RomeTrade,
    RomeTradeMacro,
    WordsIndex,
)
from marketplace.words import speaking, store, suggest
from marketplace.words.ranker import LOUDEST, Said
from marketplace.words.rome_store import rankers
from tests.factories import make_skill

OFFICIAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "rome_v460"

FILES = {
    "referentiel_code_rome": [
        ["code_rome", "code_fiche_metier", "code_ogr", "libelle_rome"],
        ["A1101", "1", "11", "Gardien / Gardienne de moulin"],
        ["A1102", "2", "12", "Souffleur / Souffleuse de bulles"],
        ["B1201", "3", "13", "Lecteur / Lectrice de nuages"],
    ],
    "referentiel_appellation": [
        ["code_ogr", "libelle_appellation_long", "libelle_appellation_court", "code_rome",
         "classification"],
        ["101", "Gardien / Gardienne de moulin", "Gardien de moulin", "A1101", "PRINCIPALE"],
        ["102", "Meunier / Meunière à vent", "Meunier à vent", "A1101", "SYNONYME"],
        ["103", "Souffleur / Souffleuse de bulles", "Souffleur de bulles", "A1102", "PRINCIPALE"],
        ["104", "Artiste en savon", "Artiste en savon", "A1102", "SYNONYME"],
        ["105", "Lecteur / Lectrice de nuages", "Lecteur de nuages", "B1201", "PRINCIPALE"],
        ["106", "Augure du ciel", "Augure du ciel", "B1201", "SYNONYME"],
    ],
    "referentiel_competence": [
        ["code_ogr", "nature", "libelle_competence", "code_ogr_macro_comp", "code_macro_comp"],
        ["300001", "Macro-compétence", "Entretenir un moulin", "", "1A101"],
        ["300002", "Macro-compétence", "Souffler des bulles", "", "1B101"],
        ["300003", "Macro-compétence", "Prévoir le temps", "", "2A101"],
        ["201", "Compétence", "Graisser les ailes", "300001", ""],
        ["202", "Compétence", "Préparer un bain de savon", "300002", ""],
        ["203", "Compétence", "Reconnaître un cumulus", "300003", ""],
    ],
    "referentiel_savoir": [
        ["code_ogr_savoir", "libelle_savoir", "categorie_savoir"],
        ["401", "Formes des nuages", "Domaines d'expertise"],
    ],
    "liens_rome_referentiels": [
        ["code_rome", "code_compo_bloc", "code_rubrique", "code_ogr"],
        ["A1101", "5", "1", "201"], ["A1102", "5", "1", "202"], ["B1201", "5", "1", "203"],
        ["A1101", "5", "1", "300001"], ["B1201", "5", "3", "401"],
    ],
    "coherence_item": [
        ["code_rome", "code_ogr", "coeur_metier"],
        ["A1101", "201", "Principale"], ["B1201", "203", ""],
    ],
    "rubrique_mobilite": [
        ["code_rome", "code_rome_cible", "numero_ordre"], ["A1101", "A1102", "1"],
    ],
    "texte": [
        ["code_rome", "code_compo_bloc", "libelle_type_texte", "position_phrase", "libelle_texte"],
        ["A1101", "3", "definition", "1", "Surveille l''horizon et moud le grain."],
        ["B1201", "3", "definition", "1", "Observe la météo et annonce la pluie."],
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def write(folder, **changed):
    for name, rows in (FILES | changed).items():
        path = folder / f"unix_{name}_v460_utf8.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    return folder


def bring(folder):
    call_command("import_rome", str(folder), verbosity=0, stdout=io.StringIO())


@pytest.fixture
def rome(tmp_path):
    bring(write(tmp_path))
    return tmp_path


def test_a_job_title_finds_its_trade_and_its_macro_competence(rome):
    assert suggest("meunière à vent", among="trades")[0].code == "A1101"
    assert suggest("artistes en savon", among="trades")[0].code == "A1102"
    assert suggest("annoncer la pluie", among="trades")[0].code == "B1201"
    assert suggest("reconnaitre des cumulus", among="macro")[0].code == "300003"


def test_the_files_say_what_the_tables_say(rome):
    assert RomeTrade.objects.get(code="A1101").definition == "Surveille l'horizon et moud le grain."
    assert RomeAppellation.objects.get(code="103").is_main
    assert RomeTradeMacro.objects.get(trade="A1101", macro="300001").is_core
    assert not RomeTradeMacro.objects.get(trade="B1201", macro="300003").is_core
    assert RomeMobility.objects.get().target_id == "A1102"


def test_importing_twice_changes_nothing(rome, django_assert_max_num_queries):
    before = list(WordsIndex.objects.values_list("version", flat=True))
    with django_assert_max_num_queries(30) as asked:
        bring(rome)
    assert not [q for q in asked if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert list(WordsIndex.objects.values_list("version", flat=True)) == before


def test_a_newer_version_adds_changes_and_takes_away(rome):
    rows = [*FILES["referentiel_appellation"][:-1],
            ["107", "Scrute-cirrus", "Scrute-cirrus", "B1201", "SYNONYME"]]  # fmt: skip
    rows[1] = ["101", "Moulinier / Moulinière", "Moulinier", "A1101", "PRINCIPALE"]
    bring(write(rome, referentiel_appellation=rows))
    assert not RomeAppellation.objects.filter(code="106").exists()
    assert RomeAppellation.objects.get(code="101").label == "Moulinier / Moulinière"
    assert suggest("scrute-cirrus", among="trades")[0].code == "B1201"


@pytest.mark.parametrize(
    ("name", "line", "column", "value", "says"),
    [
        ("referentiel_appellation", 3, 3, "Z9999", "line 4"),
        ("referentiel_code_rome", 2, 0, "oups", "line 3"),
        ("rubrique_mobilite", 1, 2, "premier", "line 2"),
        ("referentiel_competence", 5, 3, "999999", "line 6"),
        ("texte", 1, 0, "C9999", "line 2"),
    ],
)
def test_a_broken_line_is_named_and_nothing_is_changed(rome, name, line, column, value, says):
    rows = [list(row) for row in FILES[name]]
    rows[line][column] = value
    trades = [*FILES["referentiel_code_rome"], ["C1301", "4", "14", "Nouveau métier"]]
    changed = {"referentiel_code_rome": trades} | {name: rows}
    with pytest.raises(CommandError, match=f"unix_{name}_v460_utf8.csv, {says}"):
        bring(write(rome, **changed))
    assert RomeTrade.objects.count() == 3
    assert RomeMacro.objects.count() == 3


def test_the_columns_of_rome_3_are_refused_in_a_sentence(tmp_path):
    rows = [["ROME_PROFESSION_CARD_CODE", "ROME_PROFESSION_NAME"], ["A1101", "Meunier"]]
    with pytest.raises(CommandError, match=r"column code_rome is missing.*ROME 3"):
        bring(write(tmp_path, referentiel_code_rome=rows))
    semicolons = [["code_rome;code_ogr;libelle_rome"], ["A1101;1;Meunier"]]
    with pytest.raises(CommandError, match="separated by commas"):
        bring(write(tmp_path, referentiel_code_rome=semicolons))
    assert not RomeTrade.objects.exists()


def test_a_folder_of_rome_3_or_none_at_all_is_refused(tmp_path):
    (tmp_path / "unix_referentiel_activite_v347_utf8.csv").write_text("a,b\n")
    with pytest.raises(CommandError, match="ROME 3"):
        bring(tmp_path)
    with pytest.raises(CommandError, match="no folder"):
        bring(tmp_path / "nowhere")


def test_bytes_that_are_not_text_are_named(tmp_path):
    write(tmp_path)
    path = tmp_path / "unix_texte_v460_utf8.csv"
    path.write_bytes(path.read_bytes() + "A1101,3,definition,2,Été".encode("latin-1"))
    with pytest.raises(CommandError, match=r"texte_v460_utf8.csv, line 4: it isn’t UTF-8"):
        bring(tmp_path)


def test_a_row_that_lacks_a_column_is_named(tmp_path):
    rows = [*FILES["coherence_item"], ["A1101", "201"]]
    with pytest.raises(CommandError, match=r"coherence_item_v460_utf8.csv, line 4: it has 2"):
        bring(write(tmp_path, coherence_item=rows))


def test_a_title_that_our_words_do_not_know_leads_to_the_skills_of_its_trade(rome):
    skill = make_skill("entretien-moulins", "Grains")
    skill.rome_macro = ["300001"]
    skill.save()
    (found,) = suggest("meunière à vent")
    assert (found.code, found.pk) == ("entretien-moulins", skill.pk)
    assert 0 < found.score <= 0.5
    assert suggest("artiste en savon") == []


def test_our_skills_speak_the_louder_the_further_a_text_is_from_all_titles(rome):
    macros = rankers("macro")

    def room(text, sure):
        question = macros.ask(macros._read(text), text)
        return macros.room_for_our_skills(question, macros.scores(question), sure)

    everyday = "le savon des anciens, et puis beaucoup d'autres mots de tous les jours"
    assert room(everyday, 0.99) > 2 * room("préparer un bain de savon", 0.99)
    assert room(everyday, 0.98) > 1.9 * room(everyday, 0.99)
    assert room("rien de tout cela", 0.0) == LOUDEST


def test_a_skill_that_is_unsure_says_little_of_the_macro_competences(rome):
    macros = rankers("macro")
    first, second, _third = macros.codes
    said = dict(
        zip(macros.codes, macros.spoken([Said(0.9, [first]), Said(0.3, [second])]), strict=True)
    )
    assert said[second] < said[first] / 20


def test_formal_words_that_titles_hold_mean_what_they_mean_there(db, tmp_path):
    """« contrôler la qualité » names a skill of ours; ROME's titles with these words are mostly of something else."""
    sorts = ["d'un moulin", "d'une aile", "d'une meule", "du grain", "du vent", "de la farine"]
    held = [["301", "Compétence", "Contrôler la qualité de l'air", "300003", ""]]
    held += [
        [str(310 + n), "Compétence", f"Contrôler la qualité {sort}", "300001", ""]
        for n, sort in enumerate(sorts)
    ]
    bring(write(tmp_path, referentiel_competence=FILES["referentiel_competence"] + held))
    make_skill("qualite", "Contrôler la qualité")
    macros = rankers("macro")

    def speaks(text, code):
        (said,) = speaking.said_by(store.skills_lexicon(), text, {"qualite": [code]})
        return macros.spoken([said]).max() / macros.spoken([said._replace(roots=())]).max()

    assert speaks("contrôler la qualité des rouages", "300002") < 0.1
    assert speaks("contrôler la qualité des rouages", "300001") > 0.8
    assert speaks("la qualité des biscuits", "300002") < 0.1
    assert speaks("controlle de la qualitée", "300002") < 0.1  # as mended
    assert macros.spoken([Said(0.9, ["300002"], ["qualit", "biscuit"])]).max() == pytest.approx(
        macros.spoken([Said(0.9, ["300002"])]).max()
    )


def test_without_rome_trades_are_silent(db):
    assert suggest("meunier", among="trades") == []


def ask(monkeypatch, lines, *arguments):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    out = io.StringIO()
    call_command("suggest_skills", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_line_answers_each_line(rome, monkeypatch):
    found = ask(monkeypatch, "meunier à vent\n\n👍\n", "--among", "trades", "--top", "1")
    assert [row["id"] for row in found] == [1, 2, 3]
    best = found[0]["suggestions"][0]
    assert best["code"] == "A1101"
    assert [e["text"] for e in best["evidence"]] == ["meunier à vent"]
    assert found[1]["suggestions"] == found[2]["suggestions"] == []


def test_the_command_line_reads_json_lines_with_their_ids(rome, monkeypatch):
    lines = '{"id": "x7", "text": "graisser les ailes"}\n'
    (row,) = ask(monkeypatch, lines, "--among", "macro", "--jsonl")
    assert row["id"] == "x7"
    assert row["suggestions"][0]["code"] == "300001"


def test_the_command_line_also_says_what_is_less_likely_than_a_page_shows(db, monkeypatch):
    skills.load()
    text = "un questionnaire pour nos adhérents, puis analyser les réponses"
    (row,) = ask(monkeypatch, text, "--top", "5")
    scores = [found["score"] for found in row["suggestions"]]
    assert len(scores) > 3
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < 0.03
    (row,) = ask(monkeypatch, text, "--top", "5", "--least", "0.5")
    assert [found["code"] for found in row["suggestions"]] == ["enquete"]
    (row,) = ask(monkeypatch, "Je suis motivée et souriante !")
    assert row["suggestions"] == []
    with pytest.raises(CommandError, match="least"):
        ask(monkeypatch, text, "--least", "0")


def test_a_line_that_is_not_json_is_named(db, monkeypatch):
    with pytest.raises(CommandError, match="Line 2"):
        ask(monkeypatch, '{"id": 1, "text": "a"}\noups\n', "--jsonl")


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="../shared is absent")
def test_the_official_files_are_read():
    from marketplace.words import rome_files

    rome = rome_files.read(OFFICIAL)
    assert len(rome.trades) == 1584
    assert len(rome.appellations) == 13120
    assert (len(rome.macros), len(rome.competences)) == (507, 17810)
