"""What is offered to an organisation before it has asked for anything: how many people hold the skills of a family,
near it and remotely.

Offers are those of its pôle, published and not over. A person counts once, however many offers they have, and so does
each team. Left out is what wouldn't be proposed to it, or of which it learns nothing: what its house offers, what its
own people offer on their own time, and whoever keeps it away.

Where they are large, the counts of everybody are kept for a quarter of an hour in each process, and with each of them what is
taken off for its reader: taken off anew, a number that moved meanwhile would tell of their own people alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import uuid4

from django.core.cache import caches
from django.db import connection
from django.db.models import BigIntegerField, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import Commune, GroupTie, Membership, Organisation, User
from accounts.states import OrganisationStatus
from marketplace.models import Block, Offer, OfferSkill, Place, Skill, Time
from marketplace.models.market.bosses import answered_for_by, managed_by
from marketplace.models.market.offers import IN_ONES_OWN_NAME
from marketplace.models.talk.blocks import offers_of
from marketplace.rules.prepared import rows_for
from marketplace.states import OfferStatus

MANY = 100  # people: fewer are counted each time
KEPT_SECONDS = 15 * 60
FAMILY, SKILL, ANY = "FAMILY", "SKILL", "ANY"  # what people are counted by
NUMBERS = {FAMILY: "family_id", SKILL: "id"}
# The offers that could serve there. `who` is below zero for a team. Each commune is measured once, and each offer
# weighed once, however many skills it has. OfferQuerySet.published says the same of whose they are.
REACHING = f"""
WITH {{hidden}} around AS MATERIALIZED ({{around}}),
reaching AS MATERIALIZED (
  SELECT * FROM (
    SELECT o.id, o.person_id, COALESCE(o.person_id, -o.id) AS who,
      CASE WHEN o.place <> '{Place.ON_SITE}' THEN 1 ELSE 0 END AS remote,
      CASE WHEN o.place <> '{Place.REMOTE}' AND around.km <= o.radius_km THEN 1 ELSE 0 END AS near
    FROM {Offer._meta.db_table} AS o
    JOIN around ON around.insee = o.commune_id
    LEFT JOIN {Organisation._meta.db_table} AS whose ON whose.id = o.organisation_id
    WHERE o.pole_id = %s AND o.status = '{OfferStatus.PUBLISHED}' AND o.ends_on >= %s
      AND (o.organisation_id IS NULL OR whose.status = '{OrganisationStatus.ACCEPTED}'
        OR (o.time = '{Time.OWN}' AND o.person_id IS NOT NULL))
      AND {{only}}
  ) AS weighed WHERE near + remote > 0
)
"""
HELD = (
    f" FROM reaching JOIN {OfferSkill._meta.db_table} AS held ON held.offer_id = reaching.id"
    f" JOIN {Skill._meta.db_table} AS skill ON skill.id = held.skill_id"
)
# Of all that, what those people offer of whom something is left out.
HIDDEN = f"""
hidden (id, person_id) AS MATERIALIZED ({{hidden}}),
these AS MATERIALIZED (
  SELECT id FROM hidden UNION
  SELECT other.id FROM hidden JOIN {Offer._meta.db_table} AS other ON other.person_id = hidden.person_id
),
"""
WHERE_THESE_ARE = (
    f"SELECT o.commune_id FROM these JOIN {Offer._meta.db_table} AS o ON o.id = these.id"
)
LOST = f"""
SELECT reaching.id IN (SELECT id FROM hidden), family_id, skill.id, who, near, remote {HELD}
"""
# Of each kind that is asked for, read from the same offers; `first` is one of them.
EACH_ONE = f"""
each_{{kind}} AS MATERIALIZED (
  SELECT skill.{{number}} AS number, who, MAX(near) AS near, MAX(remote) AS remote
  {HELD} GROUP BY skill.{{number}}, who
)"""
COUNTED = (
    "SELECT '{kind}', number, COUNT(*), SUM(near), SUM(remote) FROM each_{kind} GROUP BY number"
)
ALL_COUNTED = f"""
SELECT '{ANY}', 0, COUNT(*), SUM(near), SUM(remote)
FROM (SELECT MAX(near) AS near, MAX(remote) AS remote FROM each_{{first}} GROUP BY who) AS everybody
"""


class Reach(NamedTuple):
    """How many people could help: at all, on site, remotely."""

    at_all: int = 0
    near: int = 0
    remote: int = 0

    def at(self, place: str) -> int:
        """How many at a place, as a filter says it: "" for wherever."""
        if place == Place.ON_SITE:
            return self.near
        return self.remote if place == Place.REMOTE else self.at_all

    def less(self, lost: "Reach") -> "Reach":
        """Never below zero: what is kept may be older than what is taken off."""
        return Reach(*(max(mine - theirs, 0) for mine, theirs in zip(self, lost, strict=True)))


type Reaches = dict[tuple[str, int], Reach]  # by (FAMILY, its number)...
EVERYBODY = (ANY, 0)


@dataclass(frozen=True)
class Offered:
    reaches: Reaches

    @property
    def everybody(self) -> Reach:
        return self.reaches[EVERYBODY]

    def by(self, what: str) -> dict[int, Reach]:
        """For each family, or for each skill, how many could help."""
        return {number: reach for (kind, number), reach in self.reaches.items() if kind == what}


def to(
    organisation: Organisation, *, read_by: User, time: str = "", kinds: Iterable[str] = (FAMILY,)
) -> Offered:
    """What is offered to an organisation, as far as this person may know; `time` for working time or own time alone.
    `kinds` says what to count by: by skill takes longer."""
    left: Reaches = {}
    lost: Reaches | None = None  # counted once at the most
    for number, everybody in _kept(organisation, time, list(kinds)):
        key = f"lost:{number}:{organisation.pk}:{read_by.pk}"
        taken_off = caches["counts"].get(key) if number else None
        if taken_off is None:
            lost = taken_off = _lost(organisation, read_by, time) if lost is None else lost
            if number:
                caches["counts"].set(key, taken_off, KEPT_SECONDS)
        left |= {of: reach.less(taken_off.get(of, Reach())) for of, reach in everybody.items()}
    return Offered(left)


def _lost(organisation: Organisation, read_by: User, time: str) -> Reaches:
    """How many of those counted have nothing else to offer than what is left out."""
    sql, values = _reaching(organisation, time, hidden=_left_out(organisation, read_by))
    rows = _rows(sql + LOST, values)
    shown = _by_key(row[1:] for row in rows if not row[0])
    every = _by_key(row[1:] for row in rows)
    return {key: reach.less(shown.get(key, Reach())) for key, reach in every.items()}


def _left_out(organisation: Organisation, read_by: User) -> QuerySet:
    """The offers that aren't counted for this organisation, each with whoever would come."""
    near = _close_to(organisation, read_by)
    offers = Offer.objects.published().filter(pole=organisation.pole_id)
    house = offers.filter(organisation__in=[organisation.pk, *near[HOUSE]])
    at_home = offers.filter(IN_ONES_OWN_NAME, person__in=near[PERSON])
    apart = [offers_of(near[END])] if near[END] else []
    first, *others = (
        part.order_by().values_list("pk", "person") for part in (house, at_home, *apart)
    )
    return first.union(*others).order_by()


PERSON, HOUSE, END = "PERSON", "HOUSE", "END"


def _close_to(organisation: Organisation, read_by: User) -> dict[str, list[int]]:
    """Its people and those whom the reader answers for, the organisations of its group, and the ends of its blocks, as
    models/talk/blocks.py numbers them; in one question."""
    found: dict[str, list[int]] = {PERSON: [], HOUSE: [], END: []}
    for kind, number in rows_for(read_by, _close, organisation.pk, -organisation.pk):
        found[kind].append(number)
    return found


def _close(read_by: User, organisation: int, end: int) -> QuerySet[Any, tuple[str, int]]:
    """Prepared: see common/prepared.py."""
    own_people = Q(organisation=organisation) | Q(pk__in=answered_for_by(read_by))
    ties, blocks = GroupTie.objects.agreed(), Block.objects.live()
    heads = ties.filter(member=organisation).values("head")
    group = ties.filter(Q(head=organisation) | Q(head__in=heads))
    parts = (
        (PERSON, Membership.objects.filter(own_people), "user"),
        (PERSON, managed_by(read_by).filter(person__isnull=False), "person"),
        (HOUSE, group, "member"),
        (HOUSE, group, "head"),
        (END, blocks.filter(blocker=end), "blocked"),
        (END, blocks.filter(blocked=end), "blocker"),
    )
    first, *others = (
        rows.order_by().values_list(Value(kind), Cast(number, BigIntegerField()))
        for kind, rows, number in parts
    )
    return first.union(*others).order_by()


def _reaching(
    organisation: Organisation, time: str, *, hidden: QuerySet | None = None
) -> tuple[str, list]:
    """REACHING for a commune, and its values; with `hidden`, what those people offer of whom it holds something."""
    here = organisation.commune
    if hidden is None:
        offers = Offer.objects.filter(pole=organisation.pole_id, status=OfferStatus.PUBLISHED)
        where: QuerySet | RawSQL = offers.order_by().values("commune")
        first, values, only = "", [], "1 = 1"
    else:
        inside, given = hidden.query.sql_with_params()
        where = RawSQL(WHERE_THESE_ARE, ())
        first, values = HIDDEN.format(hidden=inside), [*given]
        only = "o.id IN (SELECT id FROM these)"
    communes = Commune.objects.filter(pk__in=where).order_by()
    measured = communes.with_km_from(here.latitude, here.longitude).values("insee", "km")
    around, more = measured.query.sql_with_params()
    values += [*more, organisation.pole_id, timezone.localdate()]
    if time:
        only, values = f"{only} AND o.time = %s", [*values, time]
    return REACHING.format(hidden=first, around=around, only=only), values


def _rows(sql: str, values: list) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _kept(
    organisation: Organisation, time: str, kinds: Sequence[str]
) -> Iterator[tuple[str, Reaches]]:
    """The counts of everybody around this commune, by each of these kinds. Large ones are up to a quarter of an hour old, and have
    a number of their own ("" for those of now)."""
    place = f"offered:{organisation.pole_id}:{organisation.commune_id}:{time}"
    kept = {kind: caches["counts"].get(f"{place}:{kind}") for kind in kinds}
    lacking = [kind for kind, found in kept.items() if found is None]
    counts = _counted(organisation, time, lacking) if lacking else {}
    for kind in lacking:
        its = {of: reach for of, reach in counts.items() if of[0] in (kind, ANY)}
        kept[kind] = "", its
        if counts[EVERYBODY].at_all > MANY:
            kept[kind] = uuid4().hex, its
            caches["counts"].set(f"{place}:{kind}", kept[kind], KEPT_SECONDS)
    return iter(kept.values())


def _counted(organisation: Organisation, time: str, kinds: Sequence[str]) -> Reaches:
    """Of now, in one question."""
    sql, values = _reaching(organisation, time)
    each = (EACH_ONE.format(kind=kind, number=NUMBERS[kind]) for kind in kinds)
    counts = [COUNTED.format(kind=kind) for kind in kinds]
    words = " UNION ALL ".join([*counts, ALL_COUNTED.format(first=kinds[0])])
    rows = _rows(", ".join([sql, *each]) + words, values)
    return {(by, number): Reach(*(n or 0 for n in three)) for by, number, *three in rows}


def _by_key(rows: Iterable[tuple[int, int, int, int, int]]) -> Reaches:
    """The same count, of a few rows: (family, skill, who, near, remote)."""
    people: dict[tuple[str, int], tuple[set[int], ...]] = defaultdict(lambda: (set(), set(), set()))
    for family, skill, who, near, remote in rows:
        for key in ((FAMILY, family), (SKILL, skill), EVERYBODY):
            for known, counts in zip(people[key], (True, near, remote), strict=True):
                known.update({who} if counts else ())
    return {key: Reach(*map(len, found)) for key, found in people.items()}
