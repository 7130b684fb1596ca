"""What is handed to `import_rome` and `suggest_skills` by mistake: a sentence, never a traceback."""

import io
import json
import os
import sys

import pytest
from django.core.management import CommandError, call_command

from marketplace.actions.market import skills
from marketplace.models.market.rome import RomeAppellation, RomeTrade
from tests.marketplace.words.test_words_rome import FILES, _in_english, ask, bring, rome, write  # noqa: F401


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_lost_its_lines_takes_nothing_away(rome, name):  # noqa: F811
    with pytest.raises(CommandError, match=f"unix_{name}_v460_utf8.csv, line 1: it holds nothing"):
        bring(write(rome, **{name: FILES[name][:1]}))
    (rome / f"unix_{name}_v460_utf8.csv").write_bytes(b"")
    with pytest.raises(CommandError, match=r"line 1: the columns’ names are missing"):
        bring(rome)
    assert RomeTrade.objects.count() == 3
    assert RomeAppellation.objects.count() == 6


@pytest.mark.parametrize(
    ("name", "line", "column", "value", "says"),
    [
        ("referentiel_code_rome", 2, 0, "A1101", "the code A1101 is there twice"),
        ("referentiel_appellation", 2, 0, "101", "the code 101 is there twice"),
        ("referentiel_appellation", 2, 1, "Meu\0nier", "NUL"),
        ("rubrique_mobilite", 1, 2, "²", "the rank isn’t a number"),
        ("rubrique_mobilite", 1, 2, "9" * 30, "the rank isn’t a number"),
    ],
)
def test_a_line_that_no_database_would_take_is_named(tmp_path, name, line, column, value, says):
    rows = [list(row) for row in FILES[name]]
    rows[line][column] = value
    with pytest.raises(CommandError, match=f"{name}_v460_utf8.csv, line {line + 1}: .*{says}"):
        bring(write(tmp_path, **{name: rows}))


def test_a_spreadsheets_semicolons_a_cut_file_and_a_folder_are_told_apart(tmp_path):
    path = write(tmp_path) / "unix_texte_v460_utf8.csv"
    whole = path.read_text("utf-8")
    path.write_text('"' + whole.splitlines()[0].replace(",", '";"') + '"\n')
    with pytest.raises(CommandError, match="line 1: the columns must be separated by commas"):
        bring(tmp_path)
    path.write_text(whole + 'A1101,3,"defin')
    with pytest.raises(CommandError, match="written as a CSV file should be, or the file was cut"):
        bring(tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(CommandError, match="is a folder, not a file"):
        bring(tmp_path)
    assert not RomeTrade.objects.exists()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("[" * 100_000, "too deep"),
        ('{"id": NaN, "text": "compta"}', "isn't JSON"),
        ('{"id": 1e999, "text": "compta"}', "isn't JSON"),
        ('{"text": 12}', 'needs a "text"'),
    ],
)
def test_a_line_that_could_not_be_answered_in_json_is_named(db, monkeypatch, line, says):
    with pytest.raises(CommandError, match=f"Line 1 .*{says}"):
        ask(monkeypatch, line, "--jsonl")


def test_a_long_line_of_json_is_read_whole_and_a_byte_order_mark_is_no_letter(db, monkeypatch):
    skills.load()
    line = "\ufeff" + json.dumps({"text": "graphiste " + "." * 200_000})
    (row,) = ask(monkeypatch, line, "--jsonl", "--top", "1")
    assert row["suggestions"][0]["code"] == "graphisme"


def test_a_closed_input_holds_no_line(db, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    out = io.StringIO()
    call_command("suggest_skills", stdout=out)
    assert out.getvalue() == ""


def test_answers_are_utf_8_whatever_the_terminal_says(db, monkeypatch):
    skills.load()
    written = io.BytesIO()
    lines = '{"id": "\\ud800", "text": "trésorière"}'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    terminal = io.TextIOWrapper(written, encoding="ascii")
    call_command("suggest_skills", "--jsonl", stdout=terminal)
    row = json.loads(written.getvalue())
    assert row["id"] == "\ud800"
    assert row["suggestions"][0]["evidence"][0]["text"] == "trésorière"


def test_a_reader_who_has_read_enough_is_left_in_peace(db, monkeypatch):
    skills.load()
    mine, theirs = os.pipe()
    os.close(mine)  # what « | head » does
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"comptable\n" * 100)))
    with os.fdopen(theirs, "w") as out:
        call_command("suggest_skills", stdout=out)
