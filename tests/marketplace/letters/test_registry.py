"""Every letter is declared once, beside the function that posts it; nothing else writes a key."""

import ast
import inspect
import re
from collections import Counter
from itertools import permutations
from pathlib import Path

from django.conf import settings
from django.template.base import TextNode
from django.template.loader import get_template
from django.template.loader_tags import BlockNode

from marketplace import letters
from marketplace.letters.registry import KINDS, LETTERS
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rules import families
from tests.marketplace.letters.stored_keys import STORED

ROOT = Path(settings.BASE_DIR)
FILES = sorted(path.stem for path in (ROOT / "templates/emails").iterdir() if path.name[0] != "_")
OURS = [path for floor in ("config", "marketplace", "accounts") for path in (ROOT / floor).rglob("*.py")]  # fmt: skip
NOUNS = [
    path for path in (ROOT / "marketplace/letters").rglob("*/*.py") if path.name != "__init__.py"
]
HOMES = {*(ROOT / "accounts/letters").rglob("*.py"), *(ROOT / "marketplace/letters").rglob("*.py")}
PARTS = {"": 7, "numbers": (7, 7), "word": "7", "rest": "7"}


def sample(letter: Letter) -> dict:
    """A value for each part of its key."""
    return {name: PARTS[sort] for name, sort in letter.key.sorts.items()}


def test_every_template_has_one_letter_and_every_letter_its_template():
    declared = Counter(letter.name for letter in LETTERS)
    assert sorted(set(FILES) - declared.keys()) == [], "templates without a Letter"
    assert sorted(declared.keys() - set(FILES)) == [], "letters without a template"
    assert [name for name, times in declared.items() if times > 1] == [], "declared twice"
    assert sorted(KINDS) == FILES


def test_each_has_a_subject_and_words():
    for letter in LETTERS:
        words = get_template(f"emails/{letter.name}.txt").template
        blocks = {block.name: block for block in words.nodelist.get_nodes_by_type(BlockNode)}
        for name in ("subject", "body"):
            assert name in blocks, f"{letter.name} has no {name}"
            said = [
                node
                for node in blocks[name].nodelist
                if not (isinstance(node, TextNode) and node.s.isspace())
            ]
            assert said, f"{letter.name}: {name} is empty"


def test_each_function_that_tells_is_called_by_an_act():
    """A letter that nobody sends is a promise that nobody keeps."""
    callers = "\n".join(path.read_text(encoding="utf-8") for path in OURS if path not in HOMES)
    called = re.compile(r"\bletters\.(\w+)|^from marketplace\.letters import (\w+)$", re.MULTILINE)
    names = {one or other for one, other in called.findall(callers)}
    assert sorted(all_that_tell() - names) == []


def test_each_key_reads_back_what_it_wrote():
    for letter in LETTERS:
        parts = sample(letter)
        key = letter.key.written(**parts)
        assert letter.key.read(key) == parts, letter.name
        assert len(key) < Notification._meta.get_field("key").max_length, letter.name


def test_a_letter_that_waits_from_before_an_update_is_still_read():
    of_name = {one.name: one for one in LETTERS}
    for name, keys in STORED.items():
        for key in keys:
            assert of_name[name].key.written(**of_name[name].key.read(key)) == key, name


def test_what_says_that_it_is_moot_takes_the_parts_of_its_key():
    for letter in LETTERS:
        if letter.moot:
            inspect.signature(letter.moot).bind(Notification(), **sample(letter))


def test_two_letters_never_share_a_key_by_accident():
    """They would hide one another from a reader of both. Those that share on purpose share one Key."""
    clashes = [
        (one.name, other.name)
        for one, other in permutations(LETTERS, 2)
        if one.key is not other.key and is_read_by(other.key, one.key.written(**sample(one)))
    ]
    assert clashes == []


def is_read_by(key: Key, text: str) -> bool:
    try:
        key.read(text)
    except ValueError:
        return False
    return True


def test_every_family_of_a_letter_may_be_chosen():
    assert {letter.family for letter in LETTERS} == set(families())


def test_every_function_that_tells_is_on_the_face():
    """Callers know `letters.<function>`: none has to know the file."""
    assert sorted(name for name in all_that_tell() if not hasattr(letters, name)) == []


def test_no_name_of_the_face_hides_another():
    """Two files with the same public name: callers would get the one that is read last."""
    named = Counter(
        name
        for path in NOUNS
        for name in {*map(target, ast.parse(path.read_text(encoding="utf-8")).body)}
        if name and name[0] != "_"
    )
    assert [name for name, times in named.items() if times > 1] == []


def target(statement: ast.stmt) -> str:
    """The name that a function, a class or a constant of a module gives."""
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return ""


def all_that_tell() -> set[str]:
    return {name for path in NOUNS for name in functions_that_tell(path)}


def functions_that_tell(path: Path) -> set[str]:
    """The public ones, also where a private one of theirs posts the letter."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name: used(node) for node in tree.body if isinstance(node, ast.FunctionDef)}
    telling = {name for name, uses in functions.items() if uses & {"tell", "write_to"}}
    through = {name for name, uses in functions.items() if uses & telling}
    return {name for name in telling | through if name[0] != "_"}


def used(function: ast.FunctionDef) -> set[str]:
    nodes = list(ast.walk(function))
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in nodes if isinstance(node, ast.Name)}


# --- nothing else writes a key -----------------------------------------------------------------
def test_nobody_posts_but_through_a_letter():
    """The outbox is behind them: `Letter.tell`, `Letter.write_to`, `Key.cancel`."""
    assert [str(path.relative_to(ROOT)) for path in OURS if imports_the_outbox(path)] == []


def imports_the_outbox(path: Path) -> bool:
    names = {
        name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", ""), *(alias.name for alias in node.names)]
    }
    return bool(names & {"outbox", "notifications.outbox"})


def test_no_key_is_written_anywhere_but_in_a_letter():
    keys = [letter.key.written(**sample(letter)) for letter in LETTERS]
    found = {
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in OURS
        for line, text in texts_with_gaps(path)
        if is_a_key(text, keys)
    }
    assert sorted(found) == []


def texts_with_gaps(path: Path) -> list[tuple[int, str]]:
    """Every f-string, with a 7 where a value goes."""
    return [
        (node.lineno, "".join(str(getattr(part, "value", "")) if isinstance(part, ast.Constant) else "7" for part in node.values))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
    ]  # fmt: skip


def is_a_key(text: str, keys: list[str]) -> bool:
    """Whole, or the beginning of one, as what cancels would be given."""
    begins = text.endswith(":") and text.count(":") > 1 and any(one.isalpha() for one in text)
    whole = any(is_read_by(letter.key, text) for letter in LETTERS)
    return whole or (begins and any(key.startswith(text) for key in keys))


def test_a_letter_is_declared_where_letters_live():
    strays = [
        str(path.relative_to(ROOT))
        for path in OURS
        if path not in HOMES and calls(path) & {"Letter", "Key"}
    ]
    assert strays == []


def calls(path: Path) -> set[str]:
    return {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def test_words_of_others_are_quoted_in_the_language_of_their_reader():
    """French marks stood around a structure's words in English letters."""
    letters = sorted((ROOT / "templates/emails").iterdir())
    assert [path.name for path in letters if "«" in path.read_text()] == []
