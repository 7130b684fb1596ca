#!/bin/sh
# Recompiles config/requirements/*.txt with uv, from a venv of its own; no registry address is written.
set -eu
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
.venv/bin/python -m venv "$tools"
"$tools/bin/pip" install --quiet uv
for name in base dev semantic; do
    env -u PIP_FIND_LINKS UV_PYTHON_DOWNLOADS=never "$tools/bin/uv" pip compile --quiet --universal \
        --generate-hashes --no-header --python-version 3.12 "$@" "config/requirements/$name.in" \
        --output-file "config/requirements/$name.txt"
done
