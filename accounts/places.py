"""Finds communes: by what people type, and around a point. It only reads."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Length, Substr
from rapidfuzz import process
from rapidfuzz.distance import OSA

from accounts import geometry, toponyms
from accounts.models import Commune, Department
from accounts.models.places import CommuneKey, CommuneQuerySet

LONGEST = toponyms.LONGEST
distance_km = geometry.distance_km
distances_km = geometry.distances_km

Kind = CommuneKey.Kind
CODE = re.compile(r"\d{5}|2[ab]\d{3}")
START_OF_CODE = re.compile(r"\d{1,4}|2[ab]\d{0,2}")
DEPARTMENT = re.compile(r"\d{2}|2[ab]|9[78]\d")
MOST_OF_ONE_CODE = 50  # a postal code of the country can serve forty-six communes
MOST_WORDS = 12  # the longest name has nine
EVERYWHERE = ("saint", "sainte")  # one commune in eight
WELL_KNOWN = 10_000  # people: whoever gets such a town by its beginning made no slip
MUCH_LARGER = 10  # times: whoever wrote "lile" may mean Lille, before the seventh L'Île
MANY = 2_000  # how many names a loose search may look through
NOT_EXACT = 10
IN_FULL = [kind for kind in Kind if kind != Kind.PART_OF_NAME]  # "mer" isn't La Seyne-sur-Mer
LONG = 8  # letters, from which two may lack or be too many
LIKE_ENOUGH = 0.75  # one wrong letter in four
HEARD_ENOUGH = 0.5  # what sounds alike must still look a little alike


class Hit(NamedTuple):
    """A commune that was found. `exactness` is 0 for a name typed in full, and higher for what is less exact."""

    insee: str
    weight: int
    exactness: int = NOT_EXACT


@dataclass(frozen=True)
class Query:
    """What was typed, in its parts: "59000 Lille cedex 9" is a name and a code."""

    name: str
    code: str = ""
    department: str = ""

    @classmethod
    def read(cls, text: str) -> "Query":
        words = toponyms.normalise(text).split()[:MOST_WORDS]
        if "cedex" in words:
            words = words[: words.index("cedex")]
        codes = [word for word in words if CODE.fullmatch(word)]
        rest = [word for word in words if word not in codes]
        department = ""
        if len(rest) > 1 and DEPARTMENT.fullmatch(rest[0]):
            department = rest.pop(0).upper()  # "75 Paris"
        elif len(rest) > 1 and _names_a_department(rest):
            department = rest.pop().upper()
        return cls(" ".join(rest), codes[0] if codes else "", department)


def _names_a_department(words: list[str]) -> bool:
    """Whether the last word is the number of a département: "Lille 59", but not "Paris 12"."""
    return bool(DEPARTMENT.fullmatch(words[-1])) and words[-2] not in toponyms.CITIES


# --- By what people type -------------------------------------------------------------------


def search(text: str, limit: int = 10) -> list[Commune]:
    """The communes that somebody may mean, the best first: exact before near, then the largest. A whole postal code
    gives all its communes, since even the smallest may be meant."""
    if is_code(text.strip()):
        limit = max(limit, MOST_OF_ONE_CODE)
    return _communes(hit.insee for hit in _hits(text, limit))


def meant(text: str) -> list[Commune]:
    """The communes that the text names in full, and those for which it stands in everyday speech: “Boulogne” is a former name
    in the Vendée, and Boulogne-sur-Mer. When it is just one, nothing has to be asked."""
    hits = _hits(text, MOST_OF_ONE_CODE)
    best = min((hit.exactness for hit in hits), default=NOT_EXACT)
    if best == NOT_EXACT:
        return []
    exact = [hit for hit in hits if hit.exactness == best]
    return [*_communes(hit.insee for hit in exact), *_longer(Query.read(text), exact, hits)]


def _longer(query: Query, exact: list[Hit], hits: list[Hit]) -> list[Commune]:
    """Those whose longer name begins with that one, and that are much larger, or larger than one that had it once."""
    if query.code or query.department or not query.name:
        return []
    once = exact[0].exactness == Kind.FORMER_NAME
    enough = max(hit.weight for hit in exact) * (1 if once else MUCH_LARGER)
    larger = (hit.insee for hit in hits if hit.exactness == NOT_EXACT and hit.weight > enough)
    return [one for one in _communes(larger) if one.search_name.startswith(f"{query.name} ")]


def former_name_meant(commune: Commune, text: str) -> str:
    """The former name that was typed ("Lomme" for Lille), to say why this commune is the answer; "" when its own
    name was."""
    typed = toponyms.compact(toponyms.normalise(text))
    if not typed or toponyms.compact(commune.search_name).startswith(typed):
        return ""
    for name in commune.former_name_list:
        if toponyms.compact(toponyms.normalise(name)).startswith(typed):
            return name
    return ""


def is_code(text: str) -> bool:
    """Whether the text may be the INSEE code of a commune."""
    return bool(CODE.fullmatch(text.lower()))


def _communes(codes: Iterable[str]) -> list[Commune]:
    wanted = list(codes)
    found = Commune.objects.select_related("department").order_by().in_bulk(wanted)
    return [found[code] for code in wanted]


def _hits(text: str, limit: int) -> list[Hit]:
    """The results of the first way of looking that finds something; each way is looser than the one before."""
    query = Query.read(text)
    for look in _ways_to_look(query):
        if hits := look(limit):
            larger = _larger(query, hits, limit)
            first = [hit for hit in larger if hit.weight > MUCH_LARGER * hits[0].weight]
            return list(_first_of_each([hits[0], *first, *hits[1:], *larger], limit))
    hits = _by_slip(query, limit) or _by_name_inside(query, limit)
    return list(_first_of_each(hits, limit))  # a name now and a name of old may sound alike


def _larger(query: Query, hits: list[Hit], limit: int) -> list[Hit]:
    """Much larger communes at a slip from what was typed: "Toulouze" may mean Toulouse, and not only Toulouzette."""
    exact = any(hit.exactness < NOT_EXACT for hit in hits)
    if exact or query.code or not query.name or len(hits) >= limit:
        return []
    most = max(hit.weight for hit in hits)
    if most >= WELL_KNOWN:
        return []
    return [hit for hit in _by_slip(query, limit) if hit.weight > most]


def _ways_to_look(query: Query) -> Iterator[Callable[[int], list[Hit]]]:
    if query.code:
        if query.name:
            yield lambda limit: _of_code_and_name(query, limit)
        yield lambda limit: _by_key(query.code, _keys(), limit)
    if not query.name:
        return
    if START_OF_CODE.fullmatch(query.name):
        insee = query.name[:2] in ("2a", "2b")
        kinds = [Kind.INSEE_CODE] if insee else [Kind.CODE, Kind.SHARED_CODE]
        yield lambda limit: _by_key(query.name, _keys().filter(kind__in=kinds), limit)
        return
    within = _keys()
    if query.department:
        within = within.filter(commune__department=query.department)
        yield lambda limit: _by_name(query.name, within, limit)
    else:
        yield lambda limit: _by_name(query.name, within, limit)
        yield lambda limit: _by_name_and_department(query.name, limit)
    yield lambda limit: _by_words(query.name, within, limit)


def _keys() -> QuerySet[CommuneKey]:
    return CommuneKey.objects.order_by()


def _first_of_each(hits: Iterable[Hit], limit: int) -> Iterator[Hit]:
    seen: set[str] = set()
    for hit in hits:
        if hit.insee not in seen:
            seen.add(hit.insee)
            yield hit
        if len(seen) == limit:
            return


def _by_key(key: str, keys: QuerySet[CommuneKey], limit: int) -> list[Hit]:
    """Communes with a key that begins so: those typed in full first, by kind, then by weight. One index answers."""
    in_full = When(key=key, kind__in=IN_FULL, then=F("kind"))
    exactness = Case(in_full, default=Value(NOT_EXACT))
    found = (
        keys.filter(key__begins_with=key)
        .annotate(exactness=exactness)
        .order_by("exactness", "-weight", "commune_id")
        .values_list("commune_id", "weight", "exactness")
    )
    return [Hit(*row) for row in found[: 3 * limit]]  # a commune has several keys


def _by_name(name: str, keys: QuerySet[CommuneKey], limit: int) -> list[Hit]:
    return _by_key(toponyms.compact(name), keys, limit)


def _of_code_and_name(query: Query, limit: int) -> list[Hit]:
    """Among the communes of that postal code, those with that name."""
    codes = _keys().filter(key=query.code).values("commune")
    return _by_name(query.name, _keys().filter(commune__in=codes), limit)


def _by_name_and_department(name: str, limit: int) -> list[Hit]:
    """ "Saint-Denis La Réunion": the last words may name a département."""
    words = name.split()
    if len(words) < 2:
        return []
    for code, title_in_full in Department.objects.order_by().values_list("code", "name"):
        title = toponyms.normalise(title_in_full).split()
        for ending in (title, ["la", *title], ["le", *title]):
            if 0 < len(ending) < len(words) and words[-len(ending) :] == ending:
                start = " ".join(words[: -len(ending)])
                keys = _keys().filter(commune__department=code)
                return _by_name(start, keys, limit)
    return []


def _by_words(name: str, keys: QuerySet[CommuneKey], limit: int) -> list[Hit]:
    """ "ascq villeneuve", "chalons champagne": every word begins one of the name's."""
    words = [word for word in name.split() if word not in toponyms.LINKS]
    if len(words) < 2:
        return []
    rarest = max(words, key=lambda word: (word not in EVERYWHERE, len(word)))
    found = (
        keys.filter(key__begins_with=rarest, kind__in=(Kind.NAME, Kind.PART_OF_NAME))
        .order_by("-weight", "commune_id")
        .values_list("commune_id", "weight", "commune__search_name")
    )
    return [
        Hit(insee, weight)
        for insee, weight, search_name in found[:MANY]
        if all(any(w.startswith(word) for w in search_name.split()) for word in words)
    ]


def _by_name_inside(query: Query, limit: int) -> list[Hit]:
    """ "Mairie de Lille, France", "Cergy-Pontoise": the longest name among the words."""
    words = query.name.split()
    spans = {
        "".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    }
    found = (
        _keys()
        .filter(key__in=[span for span in spans if len(span) > 2], kind=Kind.NAME)
        .annotate(length=Length("key"))
        .order_by("-length", "-weight", "commune_id")
        .values_list("commune_id", "weight")
    )
    return [Hit(*row) for row in found[:limit]]


def _by_slip(query: Query, limit: int) -> list[Hit]:
    """A misspelt or mistyped name: the most alike first, then the largest."""
    typed = toponyms.compact(query.name)
    alike = [
        (round(likeness, 1), Hit(*communes[place]))
        for rows, enough in ((_heard_alike(query), HEARD_ENOUGH), (_near(query), LIKE_ENOUGH))
        for names, communes in [_apart(rows)]
        for _name, likeness, place in process.extract(
            typed, names, scorer=OSA.normalized_similarity, score_cutoff=enough, limit=None
        )
    ]
    alike.sort(key=lambda each: (-each[0], -each[1].weight, each[1].insee))
    return [hit for _, hit in alike[:limit]]


def _apart(rows: Iterable[tuple[str, str, int]]) -> tuple[list[str], list[tuple[str, int]]]:
    """The names in one list, for one call that compares them all, and the commune and weight of each."""
    read = list(rows)
    return [name for name, *_ in read], [(insee, weight) for _, insee, weight in read]


def _heard_alike(query: Query) -> Iterator[tuple[str, str, int]]:
    """Names that sound the same: "Dunquerque", "Bézier"."""
    heard = toponyms.sound(query.name)
    if len(heard) < 3:
        return
    communes = Commune.objects.findable().filter(sound=heard).order_by("-population", "insee")
    if query.department:
        communes = communes.in_departments([query.department])
    rows = communes.values_list("search_name", "insee", "population")[:MANY]
    yield from ((toponyms.compact(name), insee, population) for name, insee, population in rows)


def _near(query: Query) -> Iterable[tuple[str, str, int]]:
    """Names of about that length that begin alike, even with a slip in the first three
    letters.

    Without the third letter, a tenth of the country's names would be read from the
    database.
    """
    typed = toponyms.compact(query.name)
    if len(typed) < 4:
        return ()
    one, two, three = tuple(typed[:3])
    alike = Q(key__begins_with=one) & (
        Q(key__begins_with=one + two)
        | Q(key__begins_with=one + three)  # one letter too many
        | Q(third__in=(two, three))  # one that is missing, or another one
    )
    swapped = Q(key__begins_with=two + one)
    keys = _keys().alias(third=Substr("key", 3, 1)).filter(alike | swapped, kind=Kind.NAME)
    if query.department:
        keys = keys.filter(commune__department=query.department)
    off = 1 if len(typed) < LONG else 2
    return (
        keys.annotate(length=Length("key"))
        .filter(length__gte=len(typed) - off, length__lte=len(typed) + off)
        .order_by("-weight", "commune_id")
        .values_list("key", "commune_id", "weight")[:MANY]
    )


# --- Around a point ------------------------------------------------------------------------


def within(latitude: float, longitude: float, km: float) -> CommuneQuerySet:
    """Communes at most so far away, in kilometres, the nearest first: a queryset, so it can be used in another."""
    return Commune.objects.within(latitude, longitude, km).nearest_first(latitude, longitude)
