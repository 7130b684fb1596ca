"""PostgreSQL and Redis of our own, on free ports, for as long as they are needed.

`python -m tests.services COMMAND...` runs one command with DATABASE_URL and REDIS_URL set.
They die with us, even on kill -9: PDEATHSIG asks the kernel to see to it.
"""

import contextlib
import ctypes
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

OLDEST_POSTGRES = 15
PATIENCE = 30  # seconds
# The one without windows first: it takes half the time.
BROWSERS = ("chromium-headless-shell", "chromium")
PR_SET_PDEATHSIG = 1
BUCKET, S3_KEY, S3_SECRET = "trait-d-union", "tests", "for-the-tests-only"
KNOCK = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 1)"


class Missing(Exception):
    """A program isn't installed; str() names it."""


@contextlib.contextmanager
def started() -> Iterator[dict[str, str]]:
    """Start both and yield the settings that lead to them."""
    folder = Path(tempfile.mkdtemp(prefix="trait-d-union-services-"))
    folder.chmod(0o755)  # PostgreSQL's own user must be able to walk through
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield stack.enter_context(postgres(folder)) | stack.enter_context(redis(folder))


@contextlib.contextmanager
def postgres(folder: Path, *more: str) -> Iterator[dict[str, str]]:
    """`more`: settings of its own, name=value."""
    programs, port, data = postgres_folder(), free_port(), folder / "pg"
    data.mkdir(mode=0o700)
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres"
        shutil.chown(data, user)
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust"]
    subprocess.run(
        [*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        user=user,
        cwd=data,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    # Nothing here outlives the run, so nothing needs to reach the disk.
    fast = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
    command = [programs / "postgres", "-D", data, "-p", str(port), "-k", data]
    as_documented = ("random_page_cost=1.1",)  # docker-compose.yml, and the README for one's own
    options = [word for option in (*fast, *as_documented, *more) for word in ("-c", option)]
    address = ["-c", "listen_addresses=127.0.0.1"]
    with child(
        [*command, *address, *options], folder / "postgres.log", stop=signal.SIGINT, user=user
    ):
        wait_for(
            [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)],
            folder / "postgres.log",
        )
        yield {"DATABASE_URL": f"postgres://postgres@127.0.0.1:{port}/postgres"}


@contextlib.contextmanager
def redis(folder: Path, *, at: int = 0) -> Iterator[dict[str, str]]:
    """`at`: the port, where somebody knows it already."""
    program, port, log = find("redis-server"), at or free_port(), folder / "redis.log"
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
    with child([*command, "--appendonly", "no"], log, stop=signal.SIGTERM):
        wait_for([find("redis-cli"), "-p", str(port), "ping"], log)
        yield {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}


@contextlib.contextmanager
def pgbouncer(server: str) -> Iterator[dict[str, str]]:
    """PgBouncer in transaction mode before this server (a DATABASE_URL), with fewer connections than it has clients."""
    program, port, parts = find("pgbouncer"), free_port(), urlsplit(server)
    folder = Path(tempfile.mkdtemp(prefix="trait-d-union-pgbouncer-"))
    folder.chmod(0o755)  # its own user must be able to walk through
    log = folder / "pgbouncer.log"
    users, said = folder / "pgbouncer.users", folder / "pgbouncer.ini"
    users.write_text(f'"{parts.username}" ""\n')
    said.write_text(
        f"[databases]\n* = host={parts.hostname} port={parts.port}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = trust\nauth_file = {users}\npool_mode = transaction\ndefault_pool_size = 3\n"
    )
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    for path in (users, said):
        path.chmod(0o644)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.enter_context(child([program, said], log, stop=signal.SIGTERM, user=user))
        wait_for([sys.executable, "-c", KNOCK, str(port)], log)
        through = server.replace(f":{parts.port}/", f":{port}/")
        yield {"DATABASE_URL": through, "DATABASE_DIRECT_URL": server}


@contextlib.contextmanager
def bucket(folder: Path) -> Iterator[dict[str, str]]:
    """A server that speaks S3 over HTTP (rclone's, on a folder of this disk), with an empty bucket in it."""
    program, port, log = find("rclone"), free_port(), folder / "s3.log"
    (folder / "s3" / BUCKET).mkdir(parents=True)
    key = ",".join((S3_KEY, S3_SECRET))
    door = ["--addr", f"127.0.0.1:{port}", "--auth-key", key, "--config", "/dev/null"]
    # What others than the server write in its folder it may not see for a while.
    command = [program, "serve", "s3", *door, folder / "s3"]
    with child(command, log, stop=signal.SIGTERM):
        wait_for([sys.executable, "-c", KNOCK, str(port)], log)
        keys = {"S3_ACCESS_KEY": S3_KEY, "S3_SECRET_KEY": S3_SECRET, "S3_REGION": "eu-west-3"}
        yield {"S3_BUCKET": BUCKET, "S3_ENDPOINT": f"http://127.0.0.1:{port}"} | keys


@contextlib.contextmanager
def child(command: list, log: Path, *, stop: signal.Signals, user: str | None = None):
    """Run a program until the block ends; it goes down with us whatever happens."""
    group = pwd.getpwnam(user).pw_gid if user else None
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            user=user,
            group=group,
            extra_groups=[] if user else None,
            start_new_session=True,  # Ctrl-C is for us: we stop it in our own time
            preexec_fn=die_with_parent,
        )
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def die_with_parent() -> None:
    """For a child, before it begins: SIGQUIT when we are gone, and heed it and Ctrl-C.

    A shell without job control starts its background jobs deaf to both, and their children too.
    """
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def wait_for(question: list, log: Path) -> None:
    deadline, quiet = time.monotonic() + PATIENCE, subprocess.DEVNULL
    while subprocess.run(question, stdout=quiet, stderr=quiet, check=False).returncode:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{log.stem} doesn't answer:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)


def postgres_folder() -> Path:
    """Where PostgreSQL's programs are: 17 as in production, else the newest that is new enough."""
    found = {}
    for place in Path("/usr/lib/postgresql").glob("*/bin"):
        if (place / "postgres").exists() and place.parent.name.isdigit():
            found[int(place.parent.name)] = place
    on_path = shutil.which("postgres")
    if on_path and not found:
        answer = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=True)
        version = re.search(r"\d+", answer.stdout)
        found[int(version[0]) if version else 0] = Path(on_path).resolve().parent
    fit = {version: place for version, place in found.items() if version >= OLDEST_POSTGRES}
    if not fit:
        raise Missing(f"PostgreSQL {OLDEST_POSTGRES} or later")
    return fit.get(17) or fit[max(fit)]


def find(program: str) -> str:
    """Where it is: beside this Python, for one that came with a package, or on the PATH."""
    beside = shutil.which(Path(sys.executable).with_name(program))
    path = beside or shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if path is None:
        raise Missing(program)
    return path


def browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise Missing("chromium")
    return found


def free_port() -> int:
    """Below those that outgoing connections are given: a server that is stopped for a moment finds
    its port again."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as door, contextlib.suppress(OSError):
            door.bind(("127.0.0.1", port))
            return port


def stop_politely(_signal: int, _frame: object) -> None:
    """SIGTERM unwinds like Ctrl-C, so that the services are stopped on the way out."""
    raise KeyboardInterrupt


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, stop_politely)
    try:
        with started() as settings:
            return subprocess.run(command, env=os.environ | settings, check=False).returncode
    except Missing as missing:
        print(f"{missing} is not installed.", file=sys.stderr)
        return 127
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
