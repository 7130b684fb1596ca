"""Other ways to the same twenty, measured beside ours: what peers do, and what packages could do."""

import importlib.util
from collections.abc import Callable, Iterator

import numpy as np
from django.db import connection

TOP = 20
CANDIDATES = 5_000
type Way = tuple[str, Callable, list]


def all_of_them(truth, needs: list, size: int) -> Iterator[Way]:
    if connection.vendor == "postgresql":
        yield "full text and radius, by rank", full_text(), needs
    if importlib.util.find_spec("scipy"):
        yield "SciPy's sparse product, then the score", sparse_product(truth), needs
    if importlib.util.find_spec("tantivy"):
        yield f"tantivy, {CANDIDATES:,} candidates, then the score", inverted_index(truth), needs
    yield "sector and radius, the ids listed into IN, by date", sector_and_radius, needs[:50]
    yield "everything in memory (NumPy), no words: the floor", in_memory(truth), needs
    yield "a loop over the ORM", orm_loop(truth), needs[: 3 if size <= 10_000 else 1]


def in_memory(truth) -> Callable:
    from marketplace.ranking import search
    from marketplace.ranking.full_run import Everything
    from marketplace.ranking.stored_lists import NEEDS

    everything = Everything(NEEDS, truth.today)

    def ask(need):
        return list(everything.lists(search.cards_of_needs([need.pk]))[need.pk])

    return ask


def sector_and_radius(need):
    """As a directory does: whoever is in the sector, near enough, the newest first."""
    from accounts.models import Commune
    from marketplace.models import Offer

    families = set(need.wanted.values_list("skill__family", flat=True))
    near = Commune.objects.within(*need.commune.position, 30).values("pk")
    found = list(
        Offer.objects.filter(
            held__skill__family__in=families, commune__in=near, ends_on__gte=need.starts_on
        ).values_list("pk", flat=True)
    )
    return list(
        Offer.objects.filter(pk__in=found)
        .distinct()
        .order_by("-published_at", "-pk")
        .values_list("pk", flat=True)[:TOP]
    )


def full_text() -> Callable:
    """PostgreSQL's French full text over the labels, a radius, and its own rank."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE peer AS SELECT o.id, o.ends_on, o.place, c.latitude, c.longitude,"
            " to_tsvector('french', string_agg(s.label_fr, ' ')) AS words"
            " FROM marketplace_offer o JOIN accounts_commune c ON c.insee = o.commune_id"
            " JOIN marketplace_offerskill h ON h.offer_id = o.id"
            " JOIN marketplace_skill s ON s.id = h.skill_id GROUP BY o.id, c.insee"
        )
        cursor.execute("CREATE INDEX ON peer USING gin (words)")
        cursor.execute("ANALYZE peer")

    def ask(need):
        labels = " or ".join(
            f'"{row.skill.label_fr}"' for row in need.wanted.select_related("skill")
        )
        latitude, longitude = need.commune.position
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM peer, websearch_to_tsquery('french', %s) q WHERE words @@ q"
                " AND ends_on >= %s AND (place <> 'ON_SITE' OR (latitude BETWEEN %s AND %s"
                " AND longitude BETWEEN %s AND %s)) ORDER BY ts_rank(words, q) DESC, id LIMIT 20",
                [
                    labels,
                    need.starts_on,
                    latitude - 0.27,
                    latitude + 0.27,
                    longitude - 0.42,
                    longitude + 0.42,
                ],
            )
            return [number for (number,) in cursor.fetchall()]

    return ask


def orm_loop(truth) -> Callable:
    """Each offer read as an object and judged in plain Python, by the tests' own reading of the rules."""
    from marketplace.models import Offer
    from marketplace.ranking import cards
    from tests.marketplace.matching import matching_oracle as oracle

    skill_graph = truth.book.skill_graph
    table = {
        (one, other): skill_graph.worth(one, other)
        for one in skill_graph.skills
        for other in skill_graph.skills
    }
    rarity = {skill: int(skill_graph.rarity([skill])[0]) for skill in skill_graph.skills}

    def plain(made):
        names = [name for name in made.rows.dtype.names if name != "skills"]
        for row in range(len(made)):
            part = slice(int(made.starts[row]), int(made.starts[row + 1]))
            skills = zip(made.skill[part], made.level[part], made.required[part], strict=True)
            yield (
                # In this market each need is carried by its lead alone.
                {name: int(made.rows[name][row]) for name in names} | {"carriers": ()},
                [_Skill(int(skill), int(level), bool(must)) for skill, level, must in skills],
            )

    def ask(need):
        made, _stamps = cards.of_needs(type(need).objects.filter(pk=need.pk))
        wanted = next(plain(made))
        found = []
        rows = (
            Offer.objects.published().filter(pole=need.pole_id).select_related("commune", "person")
        )
        for offer in rows.prefetch_related("held__skill", "causes").iterator(chunk_size=2_000):
            list(offer.held.all()), list(offer.causes.all())
            found.append(offer.pk)
        judged = []
        for values, held in plain(truth.offers):
            verdict = oracle.judge(
                wanted,
                (values, held),
                table,
                rarity,
                truth.today.toordinal(),
                truth.book.weights_of(need.pole_id),
            )
            if not verdict.fails:
                judged.append((-verdict.score, values["id"]))
        return [number for _score, number in sorted(judged)[:TOP]]

    return ask


class _Skill:
    def __init__(self, skill: int, level: int, required: bool):
        self.skill, self.level, self.required = skill, level, required


class SparseProduct:
    """Offers x (skill, level), times the keys that would do for each required skill: the offers that have one of
    each, to be scored by our score."""

    def __init__(self, truth):
        from scipy import sparse

        self.truth, self.sparse, offers = truth, sparse, truth.offers
        keys = offers.skill << 2 | offers.level
        owners = np.repeat(np.arange(len(offers)), np.diff(offers.starts))
        self.width = int(keys.max()) + 4
        self.held = sparse.csr_matrix(
            (np.ones(len(keys), np.int32), (owners, keys)), shape=(len(offers), self.width)
        ).tocsc()

    def able(self, needs) -> tuple[np.ndarray, np.ndarray]:
        """The rows of the needs and of the offers that have one of each, pair by pair: one product for what
        the needs want, one for how many of a need's wants an offer meets."""
        groups = [self._groups(needs.take(slice(row, row + 1))) for row in range(len(needs))]
        every = [group for some in groups for group in some]
        counts = np.array([len(some) for some in groups])
        ends = np.cumsum([0, *map(len, every)])
        keys = np.concatenate([np.array(group, np.int64) for group in every])
        wanted = self.sparse.csc_matrix(
            (np.ones(len(keys), np.int32), keys, ends), shape=(self.width, len(every))
        )
        product = self.held @ wanted
        product.data[:] = 1
        owners = np.repeat(np.arange(len(needs)), counts)
        of_needs = self.sparse.csc_matrix(
            (np.ones(len(every), np.int32), (np.arange(len(every)), owners)),
            shape=(len(every), len(needs)),
        )
        met = (product @ of_needs).tocsc()
        rows = np.repeat(np.arange(len(needs)), np.diff(met.indptr))
        whole = np.flatnonzero(met.data == counts[rows])
        return rows[whole], met.indices[whole]

    def _groups(self, need) -> list[list[int]]:
        from marketplace.matching.in_memory import required_groups

        groups = required_groups(need, self.truth.book.skill_graph, self.truth.book.holders)
        return [[key for key in group if key < self.width] for group in groups]

    def best(self, need) -> list[int]:
        from marketplace.matching.kernel import Rules, Verdict

        _row, every = self.able(need)
        weights = self.truth.book.weights_of(int(need["pole"][0]))
        rules = Rules(self.truth.book.skill_graph, self.truth.today.toordinal(), weights)
        verdict = Verdict(need, self.truth.offers.take(every), rules)
        return verdict.offers["id"][verdict.matches(TOP)].tolist()


def batched_product(truth, everything) -> Callable:
    """The lists of many needs from SciPy's product: the pairs are found by it, a hundred needs at a time, and
    go through the very steps of ours after that: the score of thirty thousand together, the best of each."""
    from marketplace.matching.in_memory import BATCH, Crowd, Meeting, Pairs
    from marketplace.ranking.full_run import Everything

    product = SparseProduct(truth)
    assert (truth.offers["id"] == everything.others["id"]).all()

    class SparseMeeting(Meeting):
        def batches(self):
            for begin in range(0, len(self.needs), 100):
                needs, offers = product.able(self.needs.take(slice(begin, begin + 100)))
                needs = needs + begin
                poles = self.needs["pole"][needs]
                here = poles == self.crowd.offers["pole"][offers]
                for pole in np.unique(poles[here]).tolist():
                    chosen = np.flatnonzero(here & (poles == pole))
                    for first in range(0, len(chosen), BATCH):
                        yield pole, self._pairs(needs, offers, chosen[first : first + BATCH])

        def _pairs(self, needs, offers, chosen) -> Pairs:
            needs, offers = needs[chosen], offers[chosen]
            size = len(self.crowd.offers)
            worth = np.stack(
                [self.crowd.flat.take(row.take(needs) * size + offers) for row in self.rows]
            )
            return Pairs(needs, offers, worth)

    class SparseEverything(Everything):
        def _meetings(self, cards):
            yield 0, SparseMeeting(cards, crowd, self.today)

    crowd = Crowd(everything.others, everything.snapshot.skill_graph)
    return SparseEverything(everything.half, truth.today).lists


def sparse_product(truth) -> Callable:
    from marketplace.ranking import search

    product = SparseProduct(truth)
    return lambda need: product.best(search.cards_of_needs([need.pk]))


def inverted_index(truth) -> Callable:
    import tantivy

    from marketplace.matching.in_memory import required_groups
    from marketplace.matching.kernel import Rules, Verdict
    from marketplace.ranking import search

    offers, skill_graph = truth.offers, truth.book.skill_graph
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", stored=True)
    builder.add_text_field("keys", stored=False, tokenizer_name="whitespace")
    index = tantivy.Index(builder.build())
    writer = index.writer(heap_size=100_000_000, num_threads=1)
    keys = (offers.skill << 2 | offers.level).tolist()
    for row, (first, last) in enumerate(
        zip(offers.starts[:-1].tolist(), offers.starts[1:].tolist(), strict=True)
    ):
        document = tantivy.Document()
        document.add_unsigned("row", row)
        document.add_text("keys", " ".join(f"k{key}" for key in keys[first:last]))
        writer.add_document(document)
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def ask(need):
        card = search.cards_of_needs([need.pk])
        groups = required_groups(card, skill_graph, truth.book.holders)
        words = " AND ".join(f"({' OR '.join(f'k{key}' for key in group)})" for group in groups)
        hits = searcher.search(index.parse_query(words, ["keys"]), CANDIDATES).hits
        rows = np.array([searcher.doc(address)["row"][0] for _score, address in hits], np.int64)
        rules = Rules(skill_graph, truth.today.toordinal(), truth.book.weights_of(need.pole_id))
        verdict = Verdict(card, offers.take(rows), rules)
        return verdict.offers.rows["id"][verdict.matches(TOP)].tolist()

    return ask
