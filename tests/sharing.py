"""Which process runs which test: each as it comes, but for those that share what is laid out once for them.

Their modules and folders are found by what they ask for. pytest-xdist has a mark for that, `xdist_group`, which
3.8 writes into the test's id where pytest 9.2 keeps another: it groups nothing, and the demo was laid out twice.
"""

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parent.parent
FOR_A_MODULE = re.compile(r'^@pytest\.fixture\(scope="module"\)\ndef (\w+)', re.MULTILINE)
ASKED_FOR = re.compile(r"(?:def \w+|usefixtures)\(([^)]*)\)")
FOR_A_FOLDER = '@pytest.fixture(scope="package")'


class Sharing(LoadScopeScheduling):
    """What shares most begins first; the others go where a process is free."""

    def _split_scope(self, nodeid: str) -> str:
        return shared_by(nodeid.partition("::")[0]) or nodeid


@cache
def shared_by(path: str) -> str:
    """The folder or the module that is laid out once, "" if nothing of it is."""
    module = ROOT / path
    conftests = [
        folder / "conftest.py"
        for folder in module.parents
        if folder.is_relative_to(ROOT) and (folder / "conftest.py").exists()
    ]
    for conftest in conftests:
        if FOR_A_FOLDER in conftest.read_text(encoding="utf-8"):
            return str(conftest.parent.relative_to(ROOT))
    text = module.read_text(encoding="utf-8")
    names = {name for place in conftests for name in FOR_A_MODULE.findall(place.read_text("utf-8"))}
    asked_for = set(re.findall(r"\w+", " ".join(ASKED_FOR.findall(text))))
    return path if names & asked_for or FOR_A_MODULE.search(text) else ""
