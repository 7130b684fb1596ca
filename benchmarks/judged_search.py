"""The catalogue's search judged: `python -m tests.services python -m benchmarks.judged_search`; without, SQLite.

A hundred searches as people type them, and which of the demo's fifty open needs answer each, judged by hand from the texts
before any was asked (judged_searches.tsv: the search, then the titles; JUDGED=judged_trades.tsv: professions and fields alone).
Prints of each way what share of them it shows among the first twenty and the first five, how often the first it shows is one of
them, how often it shows nothing; then, with NEEDS=100000 others (benchmarks.catalogue), how long a search takes. Beside ours what
a Django project would do: `icontains` for each word,
PostgreSQL's French full text by rank, its trigrams, and tantivy with French stems where it is installed. These read the names
of the skills and of the structure too, and have their index.
"""

import importlib.util
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

os.environ.setdefault("NEEDS", "0")
from benchmarks import catalogue

JUDGED = Path(__file__).parent / os.environ.get("JUDGED", "judged_searches.tsv")
MOST, FEW = 20, 5
TIMED = 3  # openings of each search among many others
type Way = tuple[str, Callable[[str], list[int]]]


def main() -> int:
    return catalogue.main(lay_out=lay_out, measured=lambda _pages: measure())


def judged() -> dict[str, list[str]]:
    """The searches, each with the titles that answer it."""
    lines = JUDGED.read_text(encoding="utf-8").splitlines()
    return {search: titles.split(" | ") for search, titles in (line.split("\t") for line in lines)}


# --- the world -----------------------------------------------------------------------------
def lay_out() -> None:
    """The open needs of the demo, with their skills, each of its own structure."""
    from django.utils import timezone

    from accounts.models import Commune, Organisation, Pole, User
    from marketplace.demo.files import read
    from marketplace.models import Cause, Need, NeedSkill, Skill

    told = (kind for kind in read("organisations").values() if isinstance(kind, list))
    rows = {one["key"]: one for kind in told for one in kind if "key" in one}
    pole = Pole.objects.first() or Pole.objects.create(name="Pôle", slug="pole")
    user, _new = User.objects.get_or_create(email="une@example.org")
    skills, cause = {one.code: one for one in Skill.objects.current()}, Cause.objects.first()
    now, houses = timezone.now(), {}
    for need_told in read("needs")["needs"]:
        if need_told["status"] != "PUBLISHED":
            continue
        row = rows[need_told["of"]]
        if row["key"] not in houses:
            houses[row["key"]] = Organisation.objects.create(
                pole=pole, kind="ESS", name=row["name"], purpose=row.get("purpose", ""), status="ACCEPTED",
                legal_form="ASSOCIATION", commune=Commune.objects.get(pk=row["commune"]), listed_from=now,
            )  # fmt: skip
        house = houses[row["key"]]
        need = Need.objects.create(
            pole=pole, organisation=house, commune=house.commune, title=need_told["title"], context=need_told["context"],
            deliverable=need_told["deliverable"], cause=cause, place=need_told["place"], format=need_told["format"],
            starts_on=now.date(), ends_on=now.date(), hours=need_told["hours"], status="PUBLISHED", is_listed=True,
            submitted_at=now, published_at=now, created_by=user,
        )  # fmt: skip
        NeedSkill.objects.bulk_create(
            NeedSkill(
                need=need, skill=skills[code], level=int(level), required=not rest
            )
            for code, level, *rest in (wanted.split() for wanted in need_told["skills"])
        )  # fmt: skip


# --- the ways ------------------------------------------------------------------------------
def ours(search: str) -> list[int]:
    """What the page shows first, slips of the finger included."""
    from django.http import QueryDict
    from django.utils.http import urlencode

    from marketplace.views.market.catalogue import Found

    found = Found.of(QueryDict(urlencode({"q": search})))
    return list(found.narrowing.in_order().values_list("pk", flat=True)[:MOST])


def each_word(search: str) -> list[int]:
    """Django's `icontains`: every word stands somewhere, the newest first."""
    from django.db.models import Q

    from marketplace.models import Need

    found = Need.objects.in_the_catalogue()
    for word in search.split():
        said = Q(title__icontains=word) | Q(context__icontains=word)
        said |= Q(deliverable__icontains=word) | Q(organisation__name__icontains=word)
        found = found.filter(said | Q(wanted__skill__label_fr__icontains=word))
    return list(
        found.distinct().order_by("-published_at", "-pk").values_list("pk", flat=True)[:MOST]
    )


def in_postgres() -> Iterable[Way]:
    """Over a table of their own, with the indexes that each of them is documented with."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute(
            "CREATE TABLE peers AS SELECT need_id, said, to_tsvector('french', said) AS vector"
            f" FROM ({TEXTS}) AS texts"
        )
        cursor.execute("CREATE INDEX ON peers USING gin (vector)")
        cursor.execute("CREATE INDEX ON peers USING gin (said gin_trgm_ops)")
        cursor.execute("ANALYZE peers")

    def asked(sql: str) -> Callable[[str], list[int]]:
        def ask(search: str) -> list[int]:
            with connection.cursor() as cursor:
                cursor.execute(sql, {"search": search})
                return [number for (number,) in cursor.fetchall()]

        return ask

    yield (
        "full text, French, every word, by rank",
        asked(
            "SELECT need_id FROM peers, websearch_to_tsquery('french', %(search)s) AS q"
            f" WHERE vector @@ q ORDER BY ts_rank(vector, q) DESC LIMIT {MOST}"
        ),
    )
    yield (
        "trigrams, by likeness of a word",
        asked(
            "SELECT need_id FROM peers WHERE %(search)s <%% said"
            f" ORDER BY word_similarity(%(search)s, said) DESC LIMIT {MOST}"
        ),
    )


TEXTS = """
SELECT n.id AS need_id, concat_ws(' ', n.title, n.context, n.deliverable, o.name, c.name,
  (SELECT string_agg(s.label_fr, ' ') FROM marketplace_needskill w JOIN marketplace_skill s ON s.id = w.skill_id
   WHERE w.need_id = n.id)) AS said
FROM marketplace_need n JOIN accounts_organisation o ON o.id = n.organisation_id
JOIN accounts_commune c ON c.insee = n.commune_id
WHERE n.status = 'PUBLISHED' AND n.is_listed AND o.status = 'ACCEPTED'
"""


def in_tantivy() -> Way:
    import tantivy
    from django.db import connection

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    builder.add_text_field("said", stored=False, tokenizer_name="french")
    index = tantivy.Index(builder.build())
    french = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for one in (
        tantivy.Filter.lowercase(), tantivy.Filter.stopword("french"),
        tantivy.Filter.stemmer("french"), tantivy.Filter.ascii_fold(),
    ):  # fmt: skip
        french = french.filter(one)
    index.register_tokenizer("french", french.build())
    writer = index.writer(heap_size=100_000_000, num_threads=1)
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        for number, said in cursor.fetchall():
            document = tantivy.Document()
            document.add_unsigned("number", number)
            document.add_text("said", said)
            writer.add_document(document)
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def ask(search: str) -> list[int]:
        wanted, _errors = index.parse_query_lenient(search, ["said"])
        hits = searcher.search(wanted, MOST).hits
        return [searcher.doc(address)["number"][0] for _score, address in hits]

    return "tantivy, French stems, any word, by BM25", ask


# --- what is measured ------------------------------------------------------------------------
def measure() -> int:
    from django.db import connection

    from marketplace.models import Need

    numbers = dict(Need.objects.published().order_by("-pk").values_list("title", "pk"))
    wanted = {search: {numbers[title] for title in titles} for search, titles in judged().items()}
    ways: list[Way] = [("ours", ours), ("icontains, every word", each_word)]
    if connection.vendor == "postgresql":
        ways += in_postgres()
    if importlib.util.find_spec("tantivy"):
        ways.append(in_tantivy())
    else:
        print("(tantivy isn't installed: left out)")
    print(f"\n{connection.vendor}, {len(wanted)} searches, {len(numbers)} open needs")
    print(f"{'way':42}{'@20':>7}{'@5':>7}{'first':>7}{'none':>6}{'p50 ms':>9}{'p95 ms':>9}")
    for name, ask in ways:
        print(f"{name:42}{told(ask, wanted)}")
    return 0


def told(ask: Callable[[str], list[int]], wanted: dict[str, set[int]]) -> str:
    shown, took = {}, []
    for search in wanted:
        ask(search)  # what is read once is read
        for _time in range(TIMED):
            began = time.perf_counter()
            shown[search] = ask(search)
            took.append(1000 * (time.perf_counter() - began))
    share = {
        most: statistics.mean(
            len(right.intersection(shown[search][:most])) / min(most, len(right))
            for search, right in wanted.items()
        )
        for most in (MOST, FEW)
    }
    first = statistics.mean(bool(right & set(shown[s][:1])) for s, right in wanted.items())
    nothing = sum(not found for found in shown.values())
    late = statistics.quantiles(took, n=20)[-1]
    if os.environ.get("MISSED"):
        for search, right in wanted.items():
            if not right <= set(shown[search]):
                print(f"    {search}: {len(right & set(shown[search]))} of {len(right)}")
    return (
        f"{share[MOST]:7.3f}{share[FEW]:7.3f}{first:7.2f}{nothing:6d}"
        f"{statistics.median(took):9.1f}{late:9.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
