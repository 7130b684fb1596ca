"""docker-compose.several.yml beside docker-compose.yml, and the commands of docs/several_machines.md, where there is no Docker."""

import re
import shlex
import shutil
import subprocess

import pytest

from tests import compose
from tests.compose import ONE, SEVERAL
from tests.machine import SAID, THE_SIX, dotenv
from tests.site import ROOT

pytestmark = pytest.mark.once
PAGE = (ROOT / "docs/several_machines.md").read_text(encoding="utf-8")
ELSEWHERE = {
    "DATABASE_URL": "postgres://site:a@10.0.0.5:6432/site",
    "DATABASE_DIRECT_URL": "postgres://site:a@10.0.0.5:5432/site",
    "REDIS_URL": "redis://10.0.0.6:6379/0",
    "S3_BUCKET": "trait-d-union",
    "LISTEN_ON": "10.0.0.11",
}
OF_OURS = {"web", "worker", "beat", "answers", "prepare"}


@pytest.fixture
def services() -> dict[str, dict]:
    return compose.services(ONE, SEVERAL)


def test_of_both_files_together_nothing_waits_for_what_is_elsewhere(services):
    assert services.keys() == OF_OURS
    waited_for = {name: set(one.get("depends_on", {})) for name, one in services.items()}
    assert waited_for.pop("prepare") == set()
    assert set(map(tuple, waited_for.values())) == {("prepare",)}


def test_each_of_them_is_told_where_the_others_are_and_keeps_what_one_machine_is_told(services):
    env = compose.read_env(dotenv(THE_SIX, **ELSEWHERE))
    for name in services:
        told = compose.environment(name, env, ONE, SEVERAL)
        assert {one: told[one] for one in ELSEWHERE if one != "LISTEN_ON"} == {
            one: value for one, value in ELSEWHERE.items() if one != "LISTEN_ON"
        }
        assert told["SECRET_KEY"] == SAID["SECRET_KEY"]
        assert not re.search(r"@db:|//redis:", " ".join(told.values()))
        assert services[name]["read_only"], "all else is as on one machine"
        assert len(services[name]["volumes"]) == 2


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "S3_BUCKET"])
def test_without_one_of_them_compose_stops(name):
    others = {one: value for one, value in ELSEWHERE.items() if one != name}
    with pytest.raises(compose.Refused, match=f"{name} is missing a value: Set {name}"):
        compose.environment("web", compose.read_env(dotenv(THE_SIX, **others)), ONE, SEVERAL)


def test_webs_listen_where_the_proxy_of_another_machine_reaches_them(services):
    (port,) = services["web"]["ports"]
    assert compose.interpolated(port, ELSEWHERE) == "10.0.0.11:8000:8000"
    three = ELSEWHERE | {"PORT": "8000-8002"}
    assert compose.interpolated(port, three) == "10.0.0.11:8000-8002:8000"
    with pytest.raises(compose.Refused, match="LISTEN_ON is missing"):
        compose.interpolated(port, {})


def commands() -> list[list[str]]:
    written = re.findall(r"docker compose ([^`#\n]+)", PAGE)
    return [shlex.split(one) for one in written]


def test_each_command_of_the_page_is_one_that_these_files_take(services):
    ups = [words for words in commands() if words[0] == "up"]
    assert len(ups) >= 2
    for _up, *words in ups:
        scaled = [word.split("=")[0] for word in after(words, "--scale")]
        named = [word for word in words if not word.startswith("-") and "=" not in word]
        assert named, "each machine says what it runs"
        assert {*named, *scaled} <= services.keys()
        assert (
            not set(words)
            - {*named, "--detach", "--build", "--scale"}
            - set(after(words, "--scale"))
        )
        assert set(scaled) <= {"web", "worker"}, "there is one clock"
    assert any("web" in word for words in ups for word in after(words, "--scale"))


def after(words: list[str], option: str) -> list[str]:
    return [follows for word, follows in zip(words, words[1:], strict=False) if word == option]


def test_the_page_names_both_files_as_compose_wants_them():
    assert f"COMPOSE_FILE={ONE}:{SEVERAL}" in PAGE
    for name in ELSEWHERE:
        assert f"`{name}`" in PAGE or f"{name}=" in PAGE, name


def test_compose_itself_understands_them_where_it_is_installed(tmp_path):
    """Without Docker's daemon: it only reads."""
    program = shutil.which("docker-compose") or "/usr/libexec/docker/cli-plugins/docker-compose"
    if not shutil.which(program):
        return
    env = tmp_path / "env"
    env.write_text(dotenv(THE_SIX, **ELSEWHERE), encoding="utf-8")
    files = [word for name in (ONE, SEVERAL) for word in ("-f", ROOT / name)]
    said = [program, "--env-file", env, *files, "config", "--services"]
    done = subprocess.run(said, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == OF_OURS
