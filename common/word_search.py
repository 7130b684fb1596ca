"""Searching rows by their words with the database's own means, and by names that are almost theirs.

Beside the table stands one of words, which triggers keep: on PostgreSQL a `tsvector` and the trigrams of the names
(`pg_trgm`), on SQLite two FTS5 tables. Both hold what `words_of` has written, so that they find the same rows.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from rapidfuzz.distance import OSA

from common.roots import fold, root_of
from common.with_the_table import Deconstructed, WithTheTable, triggers_of

LONGEST, LONGEST_WORD = 12_000, 60  # characters read of a text, and of a word
MOST_WORDS = 12  # heard of a search
MANY = 2_000  # rows from which they aren't named one by one
CANDIDATES = 400  # names looked at for a slip
# The share of trigrams that a name has in common with what was typed: two letters that change places take many away. Of a
# long word, the nearest have more in common, and take half the time.
ALIKE, NEAREST, LONG = 0.35, 0.42, 8  # letters
_SHARE = "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)"
TINY = frozenset([
    "a", "au", "aux", "avec", "c", "ce", "ces", "d", "dans", "de", "des", "du", "en", "et", "j",
    "l", "la", "le", "les", "leur", "leurs", "m", "n", "nos", "notre", "nous", "on", "ou", "par",
    "pour", "qu", "que", "qui", "s", "sa", "se", "ses", "son", "sur", "t", "un", "une", "vos",
    "votre", "vous", "the", "of", "and", "for", "to", "in"
])  # fmt: skip
NOBODY = Q(pk__in=[])
_WORD = re.compile(r"[^\W_]+")

POSTGRES = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE TABLE IF NOT EXISTS %(name)s (id bigint PRIMARY KEY, words tsvector NOT NULL, called text NOT NULL)",
    "CREATE INDEX IF NOT EXISTS %(name)s_words ON %(name)s USING gin (words)",
    "CREATE INDEX IF NOT EXISTS %(name)s_called ON %(name)s USING gin (called gin_trgm_ops)",
    """
CREATE OR REPLACE FUNCTION %(name)s_keep() RETURNS trigger AS $$
BEGIN
    INSERT INTO %(name)s VALUES (
        NEW.id, array_to_tsvector(array_remove(string_to_array(NEW.%(text)s, ' '), '')), NEW.%(called)s
    ) ON CONFLICT (id) DO UPDATE SET words = EXCLUDED.words, called = EXCLUDED.called;
    RETURN NULL;
END $$ LANGUAGE plpgsql""",
    """
CREATE OR REPLACE FUNCTION %(name)s_drop() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN TRUNCATE %(name)s; ELSE DELETE FROM %(name)s WHERE id = OLD.id; END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql""",
    "CREATE OR REPLACE TRIGGER %(name)s_i AFTER INSERT ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(name)s_keep()",
    "CREATE OR REPLACE TRIGGER %(name)s_u AFTER UPDATE OF %(text)s, %(called)s ON %(table)s FOR EACH ROW"
    " WHEN (OLD.%(text)s <> NEW.%(text)s OR OLD.%(called)s <> NEW.%(called)s) EXECUTE FUNCTION %(name)s_keep()",
    "CREATE OR REPLACE TRIGGER %(name)s_d AFTER DELETE ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(name)s_drop()",
    "CREATE OR REPLACE TRIGGER %(name)s_t AFTER TRUNCATE ON %(table)s FOR EACH STATEMENT EXECUTE FUNCTION %(name)s_drop()",
    "INSERT INTO %(name)s SELECT id, array_to_tsvector(array_remove(string_to_array(%(text)s, ' '), '')), %(called)s"
    " FROM %(table)s ON CONFLICT (id) DO NOTHING",
)
_KEEP = (
    "INSERT INTO %(name)s (rowid, words) VALUES (NEW.id, NEW.%(text)s); "
    "INSERT INTO %(name)s_called (rowid, called) VALUES (NEW.id, NEW.%(called)s); "
)
_DROP = (
    "DELETE FROM %(name)s WHERE rowid = OLD.id; DELETE FROM %(name)s_called WHERE rowid = OLD.id; "
)
SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS %(name)s USING fts5(words, tokenize='unicode61 remove_diacritics 0', prefix='3')",
    "CREATE VIRTUAL TABLE IF NOT EXISTS %(name)s_called USING fts5(called, tokenize='trigram')",
    f"CREATE TRIGGER %(name)s_i AFTER INSERT ON %(table)s BEGIN {_KEEP} END",
    "CREATE TRIGGER %(name)s_u AFTER UPDATE OF %(text)s, %(called)s ON %(table)s"
    f" WHEN OLD.%(text)s <> NEW.%(text)s OR OLD.%(called)s <> NEW.%(called)s BEGIN {_DROP} {_KEEP} END",
    f"CREATE TRIGGER %(name)s_d AFTER DELETE ON %(table)s BEGIN {_DROP} END",
    # SQLite alters a table by copying it: its words are then written anew.
    "DELETE FROM %(name)s",
    "DELETE FROM %(name)s_called",
    "INSERT INTO %(name)s (rowid, words) SELECT id, %(text)s FROM %(table)s",
    "INSERT INTO %(name)s_called (rowid, called) SELECT id, %(called)s FROM %(table)s",
)


def words_of(*texts: str) -> str:
    """What is searched of these texts: each word once as it is written, and its root."""
    said = [word for text in texts for word in _words(text)]
    return " ".join(dict.fromkeys([*said, *map(root_of, said)]))


def name_of(*texts: str) -> str:
    """These texts as a name is looked for and sorted: small letters and digits, without accents or marks."""
    return " ".join(word for text in texts for word in _words(text))


def _words(text: str) -> list[str]:
    found = _WORD.findall(fold(text[:LONGEST].replace("\x00", " ")))
    return [word[:LONGEST_WORD] for word in found]


def asked_for(text: str) -> list[str]:
    """The words of a search, without those that every text holds, unless there are no others."""
    asked = list(dict.fromkeys(_words(text)))
    return ([word for word in asked if word not in TINY] or asked)[:MOST_WORDS]


class WordsOf(TextField):
    """A column that follows from others of its row whenever it is saved: what `read` makes of their texts."""

    read = staticmethod(words_of)

    def __init__(self, *fields: str, **options: Any) -> None:
        self.fields = fields
        super().__init__(**{"editable": False, "default": "", "db_default": "", **options})

    def deconstruct(self) -> tuple[str, str, list, dict]:
        name, path, _args, options = super().deconstruct()
        return name, path, [*self.fields], options

    def pre_save(self, model_instance: Model, add: bool) -> str:
        # In a migration a row has its columns alone, not what its class makes of them.
        value = self.read(*(str(getattr(model_instance, name, "")) for name in self.fields))
        setattr(model_instance, self.attname, value)
        return value


class NameOf(WordsOf):
    read = staticmethod(name_of)


class FoundByWords(Model):
    """A row that is saved with the words by which it is found, whichever way it was written."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text", "search_name"}
        super().save(*args, **kwargs)


class WordSearch(WithTheTable):
    """The rows of a model are found by the words in its field `text` (of `words_of`), and its field `called` by what
    is almost that name. The table of words, called `name`, comes and goes with this constraint."""

    def __init__(self, *, name: str, text: str, called: str) -> None:
        super().__init__(name=name)
        self.text, self.called = text, called

    def statements(
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> Iterator[Statement]:
        quote = schema_editor.quote_name
        vendor = schema_editor.connection.vendor
        for template in POSTGRES if vendor == "postgresql" else SQLITE:
            table = Table(model._meta.db_table, quote)
            yield Statement(
                template, table=table, name=self.name, text=self.text, called=self.called
            )

    def remove_sql(  # type: ignore[override]  # Django hands both over, always
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str:
        on_postgres = schema_editor.connection.vendor == "postgresql"
        on = triggers_of(schema_editor, model)
        for end in ("i", "u", "d", *("t" * on_postgres)):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name}_{end}{on}", None)
        for end in ("keep", "drop") if on_postgres else ():
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {self.name}_{end}", None)
        for table in (self.name,) if on_postgres else (self.name, f"{self.name}_called"):
            schema_editor.execute(f"DROP TABLE IF EXISTS {table}", None)
        return ""

    def deconstruct(self) -> Deconstructed:
        said = {"name": self.name, "text": self.text, "called": self.called}
        return "common.word_search.WordSearch", (), said


def forget_old_words() -> None:
    """What was erased from the rows is still in the files of SQLite's indexes, until they are merged; PostgreSQL's own vacuum does
    that."""
    if connection.vendor == "postgresql":
        return
    kept = [
        one
        for model in apps.get_models()
        for one in model._meta.constraints
        if isinstance(one, WordSearch)
    ]
    with connection.cursor() as cursor:
        for one in kept:
            for table in (one.name, f"{one.name}_called"):
                cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def says(model: type[Model], text: str) -> Q:
    """Rows that hold every word of `text`, or its root; the words may be unfinished. None for no word.

    It asks first for the numbers of the rows: where they are few, the database knows how to begin with them; where they
    are many, it goes through its rows in their order and finds a page of them soon.
    """
    numbers = numbers_saying(model, text)
    if numbers is not None:
        return Q(pk__in=numbers)
    table = _kept(model).name
    query, values = _saying(table, asked_for(text))
    if connection.vendor != "postgresql":
        return Q(pk__in=RawSQL(query, values))
    of_row = f"{table}.id = {model._meta.db_table}.id"
    holds = f"(SELECT words @@ %s::tsquery FROM {table} WHERE {of_row})"
    return Q(RawSQL(holds, values, output_field=BooleanField()))


def numbers_saying(model: type[Model], text: str) -> list[int] | None:
    """The numbers of the rows that hold every word of `text`; None when there are too many to name."""
    if not (asked := asked_for(text)):
        return []
    query, values = _saying(_kept(model).name, asked)
    with connection.cursor() as cursor:
        cursor.execute(f"{query} LIMIT {MANY}", values)
        numbers = [number for (number,) in cursor.fetchall()]
    return numbers if len(numbers) < MANY else None


def names_saying(model: type[Model], text: str) -> dict[int, str] | None:
    """The same numbers, each with the name of its row as it is kept."""
    if not (asked := asked_for(text)):
        return {}
    table = _kept(model).name
    if connection.vendor == "postgresql":  # in the table of words, too
        query, values = _saying(table, asked, "id, called")
        named = f"{query} LIMIT {MANY}"
    else:
        query, values = _saying(table, asked)
        few = f"rowid IN ({query} LIMIT {MANY})"
        named = f"SELECT rowid, called FROM {table}_called WHERE {few}"
    with connection.cursor() as cursor:
        cursor.execute(named, values)
        found = dict(cursor.fetchall())
    return found if len(found) < MANY else None


def numbers_named(model: type[Model], text: str) -> list[int]:
    """The numbers of rows in whose name each word of `text` begins a word; some of them where they are more than a few hundred."""
    asked = asked_for(text)
    table = _kept(model).name
    row, names = (
        ("id", table) if connection.vendor == "postgresql" else ("rowid", f"{table}_called")
    )
    parts = " AND ".join(["(called LIKE %s OR called LIKE %s)"] * len(asked))
    values = [pattern for word in asked for pattern in (f"{word}%", f"% {word}%")]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {row} FROM {names} WHERE {parts} LIMIT {CANDIDATES}", values)
        return [number for (number,) in cursor.fetchall()]


def these(numbers: Iterable[int]) -> RawSQL:
    """Many numbers as a single value of a question, for `__in`: one by one, putting them into it takes longer than the answer."""
    text = ",".join(map(str, numbers))  # of a list, the driver would look at each
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [f"{{{text}}}"])
    return RawSQL("SELECT value FROM json_each(%s)", [f"[{text}]"])


def holds(model: type[Model], text: str, number: str) -> Func:
    """Whether the row of `model` to which the path `number` leads says every word of `text`: asked row by row, for words
    that too many say."""
    table = _kept(model).name
    _query, (wanted,) = _saying(table, asked_for(text))
    wanted_value, path = Value(wanted), F(number)
    if connection.vendor == "postgresql":
        return Func(
            wanted_value, path,
            template="(SELECT words @@ %(expressions)s)",
            arg_joiner=f"::tsquery FROM {table} WHERE {table}.id = ",
            output_field=BooleanField(),
        )  # fmt: skip
    return Func(
        path, wanted_value,
        template="(%(expressions)s))",
        arg_joiner=f" IN (SELECT rowid FROM {table} WHERE {table} MATCH ",
        output_field=BooleanField(),
    )  # fmt: skip


def called(model: type[Model], text: str) -> Q:
    """Rows whose name holds every word of `text`, be it inside another word. None for words of two letters alone, which
    most names hold."""
    asked = _words(text)[:MOST_WORDS]
    if max(map(len, asked), default=0) < 3:
        return NOBODY
    return Q(pk__in=RawSQL(*_inside(_kept(model).name, asked)))


def called_almost(rows: QuerySet, text: str) -> Q:
    """Among `rows`, those whose name holds every word of `text` but for slips of the finger: one letter in a word of
    four or five, two in a longer one. None for shorter words alone."""
    return Q(pk__in=numbers_almost_called(rows, text))


def shares_of(text: str) -> tuple[float, ...]:
    """How alike names are looked for, one share after the other until some are found: `share` of `numbers_almost_called`."""
    longest = max(map(len, asked_for(text)), default=0)
    return (NEAREST, ALIKE) if longest >= LONG and connection.vendor == "postgresql" else (ALIKE,)


def numbers_almost_called(rows: QuerySet, text: str, share: float = ALIKE) -> list[int]:
    """The numbers of these."""
    asked = asked_for(text)
    if not (longest := max(asked, key=len, default="")) or len(longest) < 4:
        return []
    query, values = _alike(_kept(rows.model).name, longest)
    # In one transaction: through PgBouncer, the share would be said to one connection and the question asked of another.
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_SHARE, [str(share)])
        # Apart: joined to the rows, the database would compare every name.
        cursor.execute(f"{query} LIMIT {MANY}", values)
        alike = [number for number, name in cursor.fetchall() if _is_almost(asked, name.split())]
    found = rows.filter(pk__in=these(alike)).order_by()
    return [*found.values_list("pk", flat=True)] if alike else []


def _kept(model: type[Model]) -> WordSearch:
    return next(one for one in model._meta.constraints if isinstance(one, WordSearch))


def _saying(table: str, asked: list[str], what: str = "id") -> tuple[str, list[str]]:
    """The numbers of the rows that hold each of these words, as SQL. The words hold letters and digits alone. `what` else
    is read of them, on PostgreSQL."""
    if connection.vendor == "postgresql":
        wanted = " & ".join(f"('{word}':* | '{root_of(word)}')" for word in asked)
        return f"SELECT {what} FROM {table} WHERE words @@ %s::tsquery", [wanted]
    wanted = " AND ".join(f'("{word}"* OR "{root_of(word)}")' for word in asked)
    return f"SELECT rowid FROM {table} WHERE {table} MATCH %s", [wanted]


def _inside(table: str, asked: list[str]) -> tuple[str, list[str]]:
    """The numbers of the rows whose name holds each of these words somewhere, as SQL."""
    parts = " AND ".join("called LIKE %s" for _word in asked)
    values = [f"%{word}%" for word in asked]
    if connection.vendor == "postgresql":
        return f"SELECT id FROM {table} WHERE {parts}", values
    return f"SELECT rowid FROM {table}_called WHERE {parts}", values


def _alike(table: str, word: str) -> tuple[str, list[str]]:
    """The numbers and the names of the rows whose name shares trigrams with this word, as SQL."""
    if connection.vendor == "postgresql":
        return f"SELECT id, called FROM {table} WHERE called %%> %s", [word]
    pieces = dict.fromkeys(word[start : start + 3] for start in range(len(word) - 2))
    wanted = " OR ".join(f'"{piece}"' for piece in pieces)
    nearest = f"WHERE {table}_called MATCH %s ORDER BY rank LIMIT {CANDIDATES}"
    return f"SELECT * FROM (SELECT rowid, called FROM {table}_called {nearest})", [wanted]


def _is_almost(asked: list[str], name: list[str]) -> bool:
    return all(any(map(_slips_to(word), name)) for word in asked)


def _slips_to(word: str) -> Callable[[str], bool]:
    """Whether another word is this one, begins with it, or is it but for a slip."""
    slips = 0 if len(word) < 4 else 1 if len(word) < 6 else 2

    def is_it(other: str) -> bool:
        if other.startswith(word):
            return True
        return slips > 0 and OSA.distance(word, other, score_cutoff=slips) <= slips

    return is_it
