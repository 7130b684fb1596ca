"""docker-compose.yml and .env as compose reads them, where there is no Docker.

https://docs.docker.com/reference/compose-file/interpolation/ says how. What our files don't use
(a default inside a default) is refused, not guessed.
"""

import re
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
LINE = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)")
QUOTED = re.compile(r"""('[^']*'|"[^"]*")\s*(?:#.*)?""")
VARIABLE = re.compile(r"\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^${}]*))?\})")


class Refused(Exception):
    """What compose would stop at; str() is its sentence."""


def services() -> dict[str, dict]:
    return YAML(typ="safe").load(ROOT / "docker-compose.yml")["services"]


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


def environment(service: str, variables: dict[str, str]) -> dict[str, str]:
    """What the container finds around it, beside what its image says."""
    given = services()[service]["environment"]
    return {name: interpolated(str(value), variables) for name, value in given.items()}
