"""The coordinators' desk: what waits for someone, most urgent first, in one question to the database.

    read(scope, page, per)   the lines of one page, and how many there are of each kind
    load(scope)              how much each coordinator has in hand
    KINDS                    the kinds, with their names

A kind is a `Source` (sources.py): the rows that wait, and how a line says it (lines.py).
"""

from marketplace.desk.line import Line
from marketplace.desk.reading import Load, Reading, load, read
from marketplace.desk.scope import AGES, WHOSE, Scope
from marketplace.desk.sources import KINDS

__all__ = ["AGES", "KINDS", "WHOSE", "Line", "Load", "Reading", "Scope", "load", "read"]
