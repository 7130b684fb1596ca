"""The coordinators' desk: what waits for someone, people before paperwork, in one query.

    read(scope, page, per)   the lines of one page, and how many there are of each kind
    load(scope)              how much each coordinator has in hand
    KINDS                    the kinds, in order: which rows wait, how a line says it, what may be done there
    LABELS                   their names by code, "" being all of them

A kind is a `Kind` (kind.py) in a file of its own (kinds/).
"""

from marketplace.desk.kinds import KINDS, LABELS
from marketplace.desk.line import Line
from marketplace.desk.listing import Listing, Load, load, read
from marketplace.desk.scope import AGES, WHOSE, Scope

__all__ = ["AGES", "KINDS", "LABELS", "WHOSE", "Line", "Load", "Listing", "Scope", "load", "read"]
