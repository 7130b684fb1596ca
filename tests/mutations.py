"""Which small faults may be planted in a file, and how one is planted in the house that runs.

Those that people make: a sign, a limit, a condition, a step left out. Not in annotations, and never
the length of a column: one letter more is nobody's fault.
"""

import ast
import gc
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

QUERIES = {"filter", "exclude", "Q", "get", "get_or_create", "update_or_create"}
LENGTHS = {"max_length", "max_digits"}
NOT_RUN = {"annotation", "returns", "decorator_list", "type_params"}
# What a name of a module may be given twice: the rest may write itself down somewhere.
PLAIN = {"timedelta", "Decimal", "frozenset", "dict", "date", "compile", "set", "tuple"}
INSTEAD = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Break: ast.Continue, ast.Continue: ast.Break,
}  # fmt: skip


class Fault(NamedTuple):
    path: Path
    line: int
    column: int
    number: int  # of those of its file
    kind: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.kind} ({self.number})"


class Change(NamedTuple):
    kind: str
    parent: ast.AST
    field: str
    place: int | None
    child: ast.AST
    new: ast.AST

    def make(self) -> None:
        new = ast.fix_missing_locations(ast.copy_location(self.new, self.child))
        if self.place is None:
            setattr(self.parent, self.field, new)
        else:
            getattr(self.parent, self.field)[self.place] = new


def faults_of(path: Path, source: str) -> Iterator[Fault]:
    line, column = 1, 0
    for number, change in enumerate(_changes(ast.parse(source))):
        at = change.child if hasattr(change.child, "lineno") else change.parent
        line, column = getattr(at, "lineno", line), getattr(at, "col_offset", column)
        yield Fault(path, line, column, number, change.kind)


def planted(source: str, fault: Fault) -> tuple[ast.Module, Change]:
    tree = ast.parse(source)
    change = next(one for number, one in enumerate(_changes(tree)) if number == fault.number)
    change.make()
    return tree, change


def shown(source: str, fault: Fault) -> str:
    """The statement as it is, and with the fault."""
    lines = []
    for sign, tree in (("-", ast.parse(source)), ("+", planted(source, fault)[0])):
        around = [
            one
            for one in ast.walk(tree)
            if isinstance(one, ast.stmt) and one.lineno <= fault.line <= (one.end_lineno or 0)
        ]
        told = ast.unparse(
            min(around, key=lambda one: ((one.end_lineno or 0) - one.lineno, -one.col_offset))
        )
        lines += [f"{sign} {line}" for line in told.splitlines()[:6]]
    return "\n".join(lines)


def _changes(node: ast.AST) -> Iterator[Change]:
    for field, value in ast.iter_fields(node):
        if field in NOT_RUN or isinstance(node, ast.TypeAlias):
            continue
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for place, child in children:
            if isinstance(child, ast.AST):
                fitting = [*_contrary_of(child), *_instead_of(child, node)]
                yield from (Change(kind, node, field, place, child, new) for kind, new in fitting)
                yield from _changes(child)


def _contrary_of(child: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if type(child) in INSTEAD:
        yield type(child).__name__, INSTEAD[type(child)]()
    if isinstance(child, ast.If | ast.While | ast.IfExp):
        yield "not if", _with(child, test=ast.UnaryOp(ast.Not(), child.test))


def _instead_of(child: ast.AST, parent: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The faults that fit here, each as what would stand in this one's place."""
    match child:
        case ast.Constant(value=bool()):
            yield "the contrary", ast.Constant(not child.value)
        case ast.Constant(value=int() | float()) if getattr(parent, "arg", "") not in LENGTHS:
            yield "one more", ast.Constant(child.value + 1)
            yield "one less", ast.Constant(child.value - 1)
        case ast.UnaryOp():
            yield f"no {type(child.op).__name__}", child.operand
        case ast.comprehension(ifs=[_, *_]):
            yield "whatever it is", _with(child, ifs=[])
        case ast.For():
            yield "for none", _with(child, iter=ast.List([], ast.Load()))
        case ast.ExceptHandler(type=ast.expr()):
            yield "not caught", _with(child, type=ast.Tuple([], ast.Load()))
        case ast.Expr(value=ast.Call()):
            yield "not done", ast.Pass()
        case ast.keyword(arg=str()) if (
            isinstance(parent, ast.Call) and _name(parent.func) in QUERIES
        ):
            yield "not asked", ast.keyword(None, ast.Dict([], []))


def _with(node: ast.AST, **fields: Any) -> ast.AST:
    new = copy(node)
    for name, value in fields.items():
        setattr(
            new,
            name,
            ast.fix_missing_locations(ast.copy_location(value, node))
            if isinstance(value, ast.AST)
            else value,
        )
    return new


def _name(called: ast.expr) -> str:
    return getattr(called, "attr", getattr(called, "id", ""))


class Plant:
    """A fault to put into the running house and to take out again. It stands in a function, whose code
    is changed, or in what a name of the module is given, which is given anew."""

    def __init__(self, root: Path, fault: Fault) -> None:
        self.fault, self.file = fault, root / fault.path
        source = self.file.read_text()
        tree, _change = planted(source, fault)
        self.given = [one for one in tree.body if _gives(one, fault.line)]
        names = [
            one for given in self.given for one in ast.walk(given) if isinstance(one, ast.Name)
        ]
        self.names = {one.id for one in names if isinstance(one.ctx, ast.Store)}
        before, after = (
            list(_functions(compile(what, str(self.file), "exec"))) for what in (source, tree)
        )
        self.pairs = [pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]]
        self.functions: list[FunctionType] = []

    @classmethod
    def is_possible(cls, root: Path, fault: Fault) -> bool:
        """Not in the body of a class, which is made once, as the house is imported."""
        try:
            plant = cls(root, fault)
        except SyntaxError:
            return False
        if plant.given or len(plant.pairs) != 1:
            return bool(plant.given)
        ((before, after),) = plant.pairs
        return before.co_freevars == after.co_freevars

    def look_for_itself(self) -> Iterator[tuple[CodeType, int]]:
        """The lines that lead to it: its own; of what a name is given, all of the functions that name it."""
        dotted = ".".join(self.fault.path.with_suffix("").parts).removesuffix(".__init__")
        self.module = importlib.import_module(dotted)
        here = [one for one in _living() if one.__code__.co_filename == str(self.file)]
        if self.given:
            for code in (code for one in here for code in _nested(one.__code__)):
                if self.names.intersection(code.co_names):
                    yield from ((code, line) for line in _lines(code))
            return
        ((before, _after),) = self.pairs
        whole = (before.co_qualname, before.co_firstlineno)
        for one in here:
            if (one.__code__.co_qualname, one.__code__.co_firstlineno) == whole:
                self.functions.append(one)
                lines = [(code, line) for code in _nested(one.__code__) for line in _lines(code)]
                nearest = max((line for _code, line in lines if line <= self.fault.line), default=0)
                yield from ((code, line) for code, line in lines if line == nearest)

    @contextmanager
    def planted(self) -> Iterator[None]:
        room, kept = vars(self.module), {name: vars(self.module)[name] for name in self.names}
        codes = [(one, one.__code__) for one in self.functions]
        try:
            exec(compile(ast.Module(self.given, []), str(self.file), "exec"), room)
            for one, _code in codes:
                one.__code__ = self.pairs[0][1]
            yield
        finally:
            room.update(kept)
            for one, code in codes:
                one.__code__ = code


def _gives(statement: ast.stmt, line: int) -> bool:
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or not statement.value:
        return False
    calls = {_name(one.func) for one in ast.walk(statement.value) if isinstance(one, ast.Call)}
    return statement.lineno <= line <= (statement.end_lineno or 0) and calls <= PLAIN


def _functions(code: CodeType) -> Iterator[CodeType]:
    """Those of a module and of its classes, each with what stands inside it."""
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from [one] if one.co_flags & CO_OPTIMIZED else _functions(one)


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _nested(one)


def _lines(code: CodeType) -> set[int]:
    return {line for _begin, _end, line in code.co_lines() if line}


@cache
def _living() -> list[FunctionType]:
    # `isinstance` would wake whatever is lazy: the address of a request that is over, for one.
    return [one for one in gc.get_objects() if type(one) is FunctionType]
