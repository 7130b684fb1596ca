"""The lists of the coordinators: needs, offers, missions, organisations and people of their pôles, by columns and filters
that are in the address.

    KINDS                    the lists by their codes: which rows, columns and filters each has
    Asked.of(kind, data)     a list as an address asks for it (asked.py)
    Selection.of(...)        the rows that somebody has ticked, or all that the filters leave (selection.py)
"""

from marketplace.desk.lists import missions, needs, offers, organisations, people
from marketplace.desk.lists.kind import ListKind

KINDS: dict[str, ListKind] = {
    kind.code: kind
    for kind in (needs.KIND, offers.KIND, missions.KIND, organisations.KIND, people.KIND)
}
