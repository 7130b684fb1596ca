"""docker-compose.yml, a file that is merged into it, and .env as compose reads them, where there is no Docker.

https://docs.docker.com/reference/compose-file/interpolation/ and …/merge/ say how. What our files don't use
(a default inside a default) is refused, not guessed.
"""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML, SafeConstructor
from ruamel.yaml.nodes import Node

ROOT = Path(__file__).resolve().parent.parent
LINE = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)")
QUOTED = re.compile(r"""('[^']*'|"[^"]*")\s*(?:#.*)?""")
VARIABLE = re.compile(r"\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^${}]*))?\})")


ONE, SEVERAL = "docker-compose.yml", "docker-compose.several.yml"
RESET = object()


class Refused(Exception):
    """What compose would stop at; str() is its sentence."""


class Instead(dict):
    """A mapping that takes the other's place."""


class Tagged(SafeConstructor):
    """`!reset` takes out what the file before says; what `!override` stands before takes its place."""

    def reset(self, _node: Node) -> object:
        return RESET

    def override(self, node: Node) -> Any:
        if node.id == "mapping":
            return Instead(self.construct_mapping(node, deep=True))
        return tuple(self.construct_sequence(node, deep=True))  # no list: nothing is added to it


Tagged.add_constructor("!reset", Tagged.reset)
Tagged.add_constructor("!override", Tagged.override)


def services(*files: str) -> dict[str, dict]:
    """Of one file, or of several that are merged: docker-compose.yml unless said."""
    whole: dict[str, Any] = {}
    for name in files or (ONE,):
        reader = YAML(typ="safe", pure=True)
        reader.Constructor = Tagged
        whole = merged(whole, reader.load(ROOT / name))
    return whole["services"]


def merged(before: Any, after: Any) -> Any:
    if isinstance(before, list) and isinstance(after, list):
        return [*before, *after]
    if not isinstance(before, dict) or not isinstance(after, dict) or isinstance(after, Instead):
        return after
    both = before | {
        key: merged(before[key], value) if key in before else value for key, value in after.items()
    }
    return {key: value for key, value in both.items() if value is not RESET}


def read_env(text: str) -> dict[str, str]:
    """What NAME=value lines give: quotes go, a comment after a space goes, and $NAME stands for
    what came before it, save between single quotes."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = LINE.fullmatch(line.strip())
        if match is None:
            if line.strip() and not line.strip().startswith("#"):
                raise Refused(f"unexpected line: {line}")
            continue
        name, value = match.groups()
        if quoted := QUOTED.fullmatch(value):
            inside = quoted[1][1:-1]
            found[name] = inside if quoted[1][0] == "'" else interpolated(inside, found)
        else:
            found[name] = interpolated(re.sub(r"(^|\s)#.*", "", value).strip(), found)
    return found


def interpolated(text: str, variables: dict[str, str]) -> str:
    """`text` with what stands for ${NAME}, ${NAME:-unless set}, ${NAME:?or stop} and $$."""
    if "$" in VARIABLE.sub("", text):
        raise Refused(f"invalid interpolation format: {text}")
    return VARIABLE.sub(lambda match: _value(match, variables), text)


def _value(match: re.Match, variables: dict[str, str]) -> str:
    dollar, bare, braced, sign, words = match.groups()
    if dollar:
        return "$"
    name, sign = bare or braced, sign or ""
    value = variables.get(name)
    given = bool(value) if sign.startswith(":") else value is not None
    if sign.endswith("?") and not given:
        raise Refused(f"required variable {name} is missing a value: {words}")
    if sign.endswith("+"):
        return words if given else ""
    return (value or "") if given or not sign.endswith("-") else words


def environment(service: str, variables: dict[str, str], *files: str) -> dict[str, str]:
    """What the container finds around it, beside what its image says."""
    given = services(*files)[service]["environment"]
    return {name: interpolated(str(value), variables) for name, value in given.items()}
