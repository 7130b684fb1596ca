#!/bin/sh
# Builds .venv from the pinned requirements: `config/venv.sh base` for the site, `dev` for the tests too.
# A second call with the same requirements and the same Python answers at once.
set -eu
cd "$(dirname "$0")/.."
set_name=${1:-base}

say() { echo "trait-d-union: $*" >&2; }

# The first python that is new enough; a version manager's shim may exist and not run.
new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1
}
find_python() {
    for candidate in ${PYTHON:-} python3.14 python3.13 python3.12 python3 /usr/bin/python3 \
        /usr/local/bin/python3 /opt/homebrew/bin/python3; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

stamp=.venv/.built
sum=$(cat config/requirements/base.txt config/requirements/dev.txt config/venv.sh | cksum)
if [ -x .venv/bin/python ] && new_enough .venv/bin/python && [ -f "$stamp" ]; then
    case "$(cat "$stamp")" in
        "dev $sum" | "$set_name $sum") exit 0 ;;
    esac
fi

# `make start` in one shell and `make test` in another: whoever comes second waits, then looks again.
if [ -z "${ALONE_IN_VENV:-}" ] && command -v flock >/dev/null 2>&1; then
    ALONE_IN_VENV=yes exec flock config/venv.sh sh config/venv.sh "$set_name"
fi

# The tests' set holds the site's: what was built for the tests isn't torn down by `make start`.
if [ -f "$stamp" ] && grep -q '^dev ' "$stamp"; then set_name=dev; fi

python=$(find_python) || {
    say "Python 3.12 or later is needed and was not found. On Debian 13 or Ubuntu 24.04:" \
        "apt install python3 python3-venv. Elsewhere, name one: make start PYTHON=/path/to/python3.13"
    exit 1
}
if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    say "$python has no venv module. On Debian or Ubuntu: apt install python$version-venv"
    exit 1
fi

if ! { [ -x .venv/bin/python ] && new_enough .venv/bin/python; }; then
    rm -rf .venv
    "$python" -m venv .venv
fi
rm -f "$stamp"
say "installing the $set_name requirements in .venv (once)"
# Our own is compiled meanwhile: pip uses one processor, and waits for what it downloads.
.venv/bin/python -m compileall -qq accounts common config marketplace notifications &
ours=$!
# What a machine adds to pip (constraints, other places to look) can't be checked against our hashes.
env -u PIP_FIND_LINKS -u PIP_CONSTRAINT PIP_CONSTRAINT= PIP_DISABLE_PIP_VERSION_CHECK=1 \
    .venv/bin/python -m pip install --quiet --require-hashes --only-binary :all: --no-compile \
    -r "config/requirements/$set_name.txt" || {
    say "the packages could not be installed: is a package index reachable?" \
        "The lines above say what failed. Run the same command again when it is."
    exit 1
}
# On all processors: pip uses one, and was longest at this. What can't be compiled waits until it is imported.
.venv/bin/python -m compileall -qq -j 0 -x '/tests/' .venv/lib || :
wait "$ours" || :
echo "$set_name $sum" >"$stamp"
