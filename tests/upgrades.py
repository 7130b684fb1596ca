"""What would break the release before, read from the migrations that came after it.

The release before goes on answering while the new one migrates, and is gone back to: its INSERTs name the columns that it
knows, and its SELECTs ask for them. So a column of the release is neither dropped nor renamed nor narrowed, and a new one
fills itself. A table that came after the release is nobody's yet.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, models
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState

from common.slow_steps import AddCheckOfNewRows, AddIndexMeanwhile, CheckRowsThere
from common.with_the_table import WithTheTable

ROOT = Path(__file__).resolve().parent.parent
OURS = ("accounts", "marketplace", "notifications")
# The last migration of each app in the release that CHANGELOG.md names last.
RELEASED = {
    "accounts": "0022_local_currency",
    "marketplace": "0056_one_list_of_needs",
    "notifications": "0002_bundles",
}
OF_FEW_ROWS = {"promises"}  # one for each pôle
HEADING = re.compile(r"^## (\d+\.\d+\.\d+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
NEXT = re.compile(r"^## Next\n(.*?)^## ", re.MULTILINE | re.DOTALL)
TOLD = re.compile(r"^Migrations? (.*?)(?::| \()", re.MULTILINE)
OF_AN_APP = re.compile(r"((?:\d{4}|to|and|,|\s)+) of the (accounts|marketplace|notifications)")
COMMIT = re.compile(r"commit ([0-9a-f]{8,40})")
ABSENT = "the history of this clone doesn't go back to release"


def release_before() -> tuple[str, str]:
    """Its name and its commit, as CHANGELOG.md says."""
    for name, words in HEADING.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")):
        if found := COMMIT.search(words):
            return name, found[1]
    raise AssertionError("CHANGELOG.md names no release with its commit.")


def told_of(app: str) -> list[str]:
    """The numbers of this app's migrations of which CHANGELOG.md tells under “Next”, in order, as often as it does."""
    words = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    section = NEXT.search(words)
    assert section, "CHANGELOG.md has no “Next”."
    found: list[str] = []
    for line in TOLD.findall(section[1]):
        for numbers, whose in OF_AN_APP.findall(line):
            found += _all_of(numbers) if whose == app else []
    return sorted(found)


def _all_of(numbers: str) -> list[str]:
    """The numbers of “0057 to 0059 and 0063”."""
    whole = re.sub(
        r"(\d{4}) to (\d{4})",
        lambda both: " ".join(f"{n:04}" for n in range(int(both[1]), int(both[2]) + 1)),
        numbers,
    )
    return re.findall(r"\d{4}", whole)


def is_in_this_clone(commit: str) -> bool:
    return _git("cat-file", "-e", f"{commit}^{{commit}}").returncode == 0


def has_history() -> bool:
    """Whether this is a clone, and not the files alone or their last commits: then each commit that is named has to be there."""
    return _git("rev-parse", "--is-shallow-repository").stdout.strip() == "false"


def _git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)


def faults(released: dict[str, str] = RELEASED) -> list[str]:
    # The chain as a database that has begun goes through it: what is squashed brings nothing new.
    loader = MigrationLoader(None, ignore_no_migrations=True, replace_migrations=False)
    leaves = list(released.items())
    known = _up_to(loader, leaves)
    before = loader.project_state(leaves)
    state, found, after = before.clone(), [], []
    for node in dict.fromkeys(_in_turn(loader)):
        migration = loader.graph.nodes[node]
        if node in known or migration.replaces:
            continue
        if node[0] in OURS:
            found += [f"{node[0]} {node[1]}: {one}" for one in faults_of(migration, before)]
            after.append(migration)
        state = migration.mutate_state(state, preserve=True)
    return found + never_read(after)


def never_read(chain: list[Migration]) -> list[str]:
    """The checks to which no migration holds the rows that were there before them."""
    new: list[str] = []
    for step in (step for migration in chain for step in _steps(migration.operations)):
        if isinstance(step, AddCheckOfNewRows):
            new.append(step.constraint.name)
        elif isinstance(step, CheckRowsThere) and step.name in new:
            new.remove(step.name)
    return [f"the rows there are never held to {name}: CheckRowsThere" for name in new]


def _up_to(loader: MigrationLoader, leaves: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """They and what they need; where they lean on what is squashed, what it stands for too."""
    plan = {node for leaf in leaves for node in loader.graph.forwards_plan(leaf)}
    return plan | {
        node
        for one in plan
        for old in loader.graph.nodes[one].replaces
        for node in loader.graph.forwards_plan(old)
    }


def _in_turn(loader: MigrationLoader) -> Iterator[tuple[str, str]]:
    """Each migration after those that it needs; the chain in the place of what stands for it."""
    for leaf in sorted(loader.graph.leaf_nodes()):
        for node in loader.graph.forwards_plan(leaf):
            for old in loader.graph.nodes[node].replaces:
                yield from loader.graph.forwards_plan(old)
            yield node


def faults_of(migration: Migration, released: ProjectState) -> Iterator[str]:
    """One sentence for each step of a migration that the release before wouldn't bear, or that keeps others from a table for
    long."""
    app = migration.app_label
    for step in _steps(migration.operations):
        if isinstance(step, ops.RunPython | ops.RunSQL) and migration.atomic:
            yield "what changes rows goes in pieces (common.slow_steps.in_pieces), with atomic = False"
        if isinstance(step, CheckRowsThere) and migration.atomic:
            yield f"the rows are held to {step.name} while everybody waits: atomic = False"
        name = getattr(step, "model_name", getattr(step, "name", getattr(step, "old_name", "")))
        known = released.models.get((app, str(name).lower()))
        if known is not None:
            yield from _of_known(step, str(name).lower(), known)
            yield from _locking(step, str(name).lower(), known)


def _steps(operations) -> Iterator[ops.base.Operation]:
    """What is done to the database, not what is only said of the models."""
    for step in operations:
        if isinstance(step, ops.SeparateDatabaseAndState):
            yield from _steps(step.database_operations)
        else:
            yield step


def _of_known(step, name, known) -> Iterator[str]:
    where = f"{name}.{getattr(step, 'name', '')}"
    match step:
        case ops.DeleteModel() | ops.RenameModel() | ops.AlterModelTable():
            yield f"the table of {name} is the release before's: leave it until the next one"
        case ops.RemoveField() if step.name in known.fields:
            yield f"{where} is read by the release before: take it out of the state alone, and drop it a release later"
        case ops.RenameField() if step.old_name in known.fields:
            yield f"{name}.{step.old_name} is read by the release before: add another one, fill it, drop it a release later"
        case ops.AddField() if not fills_itself(step.field):
            yield f"{where} has no value where the release before writes a row: null=True, or a db_default"
        case ops.AlterField() if step.name in known.fields:
            yield from _altered(where, known.fields[step.name], step.field)
        case ops.AddConstraint():
            yield from _constrained(name, step.constraint, known)


def _locking(step, name, known) -> Iterator[str]:
    match step:
        case ops.AddIndex() if not isinstance(step, AddIndexMeanwhile):
            yield f"the index {step.index.name} keeps everybody from writing: AddIndexMeanwhile, with atomic = False"
        case ops.AddConstraint() if name not in OF_FEW_ROWS:
            yield from _made_while_all_wait(step)
        case ops.AddField():
            yield from _column_that_holds(f"{name}.{step.name}", step.field)
        case ops.AlterField() if step.name in known.fields:
            yield from _column_that_comes_to_hold(
                f"{name}.{step.name}", known.fields[step.name], step.field
            )
            kinds = [
                field.db_parameters(connection)["type"]
                for field in (known.fields[step.name], step.field)
                if not field.is_relation
            ]
            if len(set(kinds)) > 1 and not _is_wider(known.fields[step.name], step.field):
                yield f"{name}.{step.name} changes from {kinds[0]} to {kinds[1]}: the whole table is written anew"


def _made_while_all_wait(step: ops.AddConstraint) -> Iterator[str]:
    """A constraint is asked of each row that is there, by one statement that holds the table."""
    name = step.constraint.name
    if isinstance(step, AddCheckOfNewRows) or isinstance(step.constraint, WithTheTable):
        return
    if isinstance(step.constraint, models.CheckConstraint):
        yield f"the check {name} reads the whole table while everybody waits: AddCheckOfNewRows, and CheckRowsThere in a migration after it"
    else:
        yield f"the constraint {name} makes its index while everybody waits: CREATE UNIQUE INDEX CONCURRENTLY, and the constraint out of it"


def _column_that_holds(where: str, field: models.Field) -> Iterator[str]:
    """PostgreSQL adds a column at once, unless it has to look at each row for it."""
    if field.many_to_many:
        return
    if field.unique or getattr(field, "db_index", False):
        yield f"the index of {where} keeps everybody from writing: db_index=False, and AddIndexMeanwhile"
    if _asks_elsewhere(field) and (field.has_default() or field.has_db_default()):
        yield f"each row of {where} is looked for elsewhere while everybody waits: null=True and no value, or db_constraint=False"
    if field.generated:
        yield f"{where} is reckoned: the whole table is written anew"


def _column_that_comes_to_hold(where: str, old: models.Field, new: models.Field) -> Iterator[str]:
    if (new.unique or new.db_index) and not (old.unique or old.db_index):
        yield f"the index of {where} keeps everybody from writing: AddIndexMeanwhile"
    if _asks_elsewhere(new) and not _asks_elsewhere(old):
        yield f"each row of {where} is looked for elsewhere while nobody can write: db_constraint=False"
    if old.null and not new.null:
        yield f"each row of {where} is read while everybody waits: AddCheckOfNewRows that it isn’t empty, and CheckRowsThere"


def _asks_elsewhere(field: models.Field) -> bool:
    return isinstance(field, models.ForeignKey) and field.db_constraint


def fills_itself(field: models.Field) -> bool:
    return bool(field.null or field.has_db_default() or field.many_to_many or field.primary_key)


def _altered(where: str, old: models.Field, new: models.Field) -> Iterator[str]:
    if old.null and not new.null and not new.has_db_default():
        yield f"{where} may no longer be empty, and the release before leaves it so: a db_default first"
    if old.has_db_default() and not fills_itself(new):
        yield f"{where} loses the value that the release before leaves to the database"
    shrinks = getattr(old, "max_length", None) and not _is_wider(old, new)
    if shrinks or (old.is_relation != new.is_relation):
        yield f"{where} no longer takes all that the release before writes"


def _is_wider(old: models.Field, new: models.Field) -> bool:
    if isinstance(new, models.TextField) and isinstance(old, models.CharField):
        return True
    lengths = (getattr(old, "max_length", None), getattr(new, "max_length", None))
    return type(old) is type(new) and None not in lengths and lengths[0] <= lengths[1]


def _constrained(name: str, constraint: models.BaseConstraint, known) -> Iterator[str]:
    """One of the same name takes the place of the former: whether it is wider, a person sees."""
    if constraint.name in {one.name for one in known.options.get("constraints", [])}:
        return
    named = set(getattr(constraint, "fields", ())) | {
        column[0] for column in _columns(getattr(constraint, "condition", None))
    }
    if named and named <= set(known.fields):
        yield f"the constraint {constraint.name} asks of {name} what the release before doesn’t know: check its rows in the code first"


def _columns(condition: models.Q | None) -> Iterator[tuple[str, ...]]:
    for one in condition.flatten() if condition is not None else ():
        if isinstance(one, models.Q):
            for child in one.children:
                if isinstance(child, tuple):
                    yield tuple(child[0].split("__"))
