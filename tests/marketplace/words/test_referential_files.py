"""The data files people may edit by hand: a slip in one of them would mislead every search."""

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "marketplace" / "data"
ROME = ROOT.parent / "shared" / "data" / "rome_v460"
# Words that honestly mean two unrelated things: the reader needs the rest of the text to choose.
TWO_MEANINGS = {"erp", "programmation"}
CODE = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def folded(text: str) -> str:
    """As the reader of texts sees it: no accents, no capitals, one kind of apostrophe."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("’", "'").replace("œ", "oe"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


@pytest.fixture(scope="module")
def families():
    return rows(DATA / "families.csv")


@pytest.fixture(scope="module")
def skills():
    return {row["code"]: row for row in rows(DATA / "skills.csv")}


@pytest.fixture(scope="module")
def synonyms():
    return rows(DATA / "synonyms.csv")


def ancestors(code: str, skills: dict) -> list[str]:
    """The skill and all that are broader; stops by itself on a cycle, which a test looks for."""
    line: list[str] = []
    while code and code not in line:
        line.append(code)
        code = skills[code]["broader"]
    return line


def related(one: str, other: str, skills: dict) -> bool:
    close = other in skills[one]["close"].split() or one in skills[other]["close"].split()
    return close or bool(set(ancestors(one, skills)) & set(ancestors(other, skills)))


def test_there_are_twenty_families_in_order_each_with_an_icon(families):
    assert len(families) == 20
    assert [int(row["position"]) for row in families] == list(range(1, 21))
    assert all(row["icon"] and row["label_fr"] and row["label_en"] for row in families)
    assert len({row["code"] for row in families}) == 20


def test_there_are_180_to_250_skills_and_no_family_is_empty(skills, families):
    assert 180 <= len(skills) <= 250
    assert {row["family"] for row in skills.values()} == {row["code"] for row in families}


@pytest.mark.parametrize("name", ["families", "skills", "causes", "beneficiaries"])
def test_codes_are_unique_slugs_and_labels_too(name):
    read = rows(DATA / f"{name}.csv")
    for field in ("code", "label_fr", "label_en"):
        assert [v for v, n in Counter(r[field] for r in read).items() if n > 1] == []
    assert [r["code"] for r in read if not CODE.match(r["code"])] == []


def test_every_skill_is_told_in_both_languages_and_fits_its_column(skills):
    for code, row in skills.items():
        for field in ("label", "definition", "delivers"):
            for lang in ("fr", "en"):
                text = row[f"{field}_{lang}"]
                assert text, f"{code}: {field}_{lang} is empty"
                assert text == text.strip(), f"{code}: {field}_{lang} has stray spaces"
                assert len(text) <= (160 if field == "label" else 500), f"{code}: too long"


def test_french_texts_use_typographic_apostrophes_and_unbreakable_spaces(skills):
    for code, row in skills.items():
        for field in ("label_fr", "definition_fr", "delivers_fr"):
            assert "'" not in row[field], f"{code}: straight apostrophe in {field}"
            assert not re.search(r" [:;?!»]|« ", row[field]), f"{code}: breakable space in {field}"


def test_broader_and_close_point_to_skills_that_exist_and_never_to_oneself(skills):
    for code, row in skills.items():
        for other in [row["broader"]] * bool(row["broader"]) + row["close"].split():
            assert other in skills, f"{code} points to {other}, which does not exist"
            assert other != code, f"{code} points to itself"
        assert row["broader"] not in row["close"].split(), f"{code}: broader is repeated in close"


def test_no_skill_is_broader_than_itself_through_others(skills):
    for code in skills:
        last = ancestors(code, skills)[-1]
        assert skills[last]["broader"] == "", f"{code} turns in a circle"


def test_every_skill_has_at_least_six_other_ways_to_say_it_in_both_languages(skills, synonyms):
    many = Counter(row["skill"] for row in synonyms)
    assert set(many) == set(skills)
    assert [code for code in skills if many[code] < 6] == []
    for lang in ("fr", "en"):
        assert {row["skill"] for row in synonyms if row["lang"] == lang} == set(skills)
    assert {row["lang"] for row in synonyms} == {"fr", "en"}


def test_synonyms_are_clean_and_said_once_for_a_skill(synonyms):
    said = Counter((row["skill"], folded(row["text"])) for row in synonyms)
    assert [key for key, times in said.items() if times > 1] == []
    for row in synonyms:
        assert row["text"] == row["text"].strip()
        assert 0 < len(row["text"]) <= 160


def test_a_synonym_never_means_two_skills_that_have_nothing_to_do_with_each_other(skills, synonyms):
    owners = defaultdict(set)
    for row in synonyms:
        owners[folded(row["text"])].add(row["skill"])
    for code, row in skills.items():
        owners[folded(row["label_fr"])].add(code)
        owners[folded(row["label_en"])].add(code)
    confusing = {
        text: sorted(codes)
        for text, codes in owners.items()
        if text not in TWO_MEANINGS
        and any(not related(a, b, skills) for a in codes for b in codes if a < b)
    }
    assert confusing == {}


def test_macro_competence_codes_look_like_the_states(skills):
    # Most are 300xxx; those added since are 40xxxx, and two old ones begin with 1.
    for code, row in skills.items():
        cited = row["rome_macro"].split()
        assert cited, f"{code} names no macro-competence"
        assert len(cited) == len(set(cited)), f"{code} names one twice"
        assert [m for m in cited if not re.match(r"^(300|40\d|1\d\d)\d{3}$", m)] == [], code


@pytest.mark.skipif(
    not ROME.exists(), reason="../shared is absent: it holds the State's ROME files"
)
def test_macro_competence_codes_exist_in_the_states_files(skills):
    official = {
        row["code_ogr"]
        for row in rows(next(ROME.glob("unix_referentiel_competence_v*.csv")))
        if row["nature"].startswith("Macro")
    }
    cited = {macro for row in skills.values() for macro in row["rome_macro"].split()}
    assert cited - official == set()


def test_the_evaluation_set_names_real_skills_and_some_texts_where_none_is_right(skills):
    """Texts in k… were kept apart from every tuning: only they tell how new texts will fare."""
    read = rows(ROOT / "tests" / "data" / "words_eval.csv")
    assert len(read) >= 160
    assert len({row["id"] for row in read}) == len({row["text"] for row in read}) == len(read)
    assert {row["kind"] for row in read} == {"need", "profile"}
    expected = [row["skills"].split() for row in read]
    assert {code for codes in expected for code in codes} <= set(skills)
    assert max(map(len, expected)) <= 5
    assert sum(not codes for codes in expected) >= 12
    assert sum(row["id"].startswith("k") for row in read) >= 100


def test_the_evaluation_set_does_not_repeat_the_synonyms(synonyms):
    """A long phrase found in both would measure memory, not understanding."""
    long = {folded(row["text"]) for row in synonyms if len(row["text"].split()) >= 5}
    texts = [folded(row["text"]) for row in rows(ROOT / "tests" / "data" / "words_eval.csv")]
    assert [phrase for phrase in long for text in texts if phrase in text] == []
