"""How often the reviews of a pôle name each brake and each enabler, and whether that grows or shrinks."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from accounts.models import Pole, User
from marketplace.figures import discretion
from marketplace.models import Finding, Mission, Offer, Review, ReviewFactor, factors

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Mention:
    factor: factors.Factor
    now: int
    before: int
    findings: int

    @property
    def trend(self) -> str:
        """ "more", "less" or "same", beside the twelve months before."""
        if self.now == self.before:
            return "same"
        return "more" if self.now > self.before else "less"


def _counted(
    pole: Pole, first: datetime, last: datetime, now: datetime, by: User | None
) -> Counter[str]:
    """For each code, the number of missions whose reviews name it: two reviews of one mission count once. Reviews
    that aren't open yet don't count."""
    way = "review__mission__offer__"
    told = ~Offer.at_home_under(by, at=way) if by else Q()
    rows = (
        ReviewFactor.objects.filter(
            told,
            review__in=Review.objects.opened(now),
            review__mission__need__pole=pole,
            review__created_at__gt=first,
            review__created_at__lte=last,
        )
        .order_by()
        .values_list("code")
        .annotate(missions=Count("review__mission", distinct=True))
    )
    return Counter(dict(rows))


def of_kind(kind: str, pole: Pole, now: datetime, *, by: User | None = None) -> list[Mention]:
    """All brakes or enablers, the most often named first; those that nobody has named come last. Where the missions may
    be read one by one, those at home under the reader `by` don't count."""
    last = _counted(pole, now - YEAR, now, now, by)
    before = _counted(pole, now - 2 * YEAR, now - YEAR, now, by)
    findings = Counter(
        Finding.objects.filter(pole=pole, kind=kind).exclude(code="").values_list("code", flat=True)
    )
    listed = (
        Mention(factor, last[factor.code], before[factor.code], findings[factor.code])
        for factor in factors.of_kind(kind)
    )
    return sorted(listed, key=lambda mention: (-mention.now, -mention.before))


def missions_that_met(
    code: str, pole: Pole, now: datetime, *, by: User | None = None
) -> QuerySet[Mission]:
    """The missions whose open reviews name this code, the latest first, without those at home under the reader."""
    met = ReviewFactor.objects.filter(
        code=code, review__mission__need__pole=pole, review__in=Review.objects.opened(now)
    )
    found = Mission.objects.filter(pk__in=met.values("review__mission")).order_by("-pk")
    return found.filter(~Offer.at_home_under(by, at="offer__")) if by else found


NO_LINE = ("", "", "", "")


def exported(pole: Pole, now: datetime) -> Iterator[tuple[str | int, ...]]:
    """The rows of the file: kind, words, missions in twelve months and in the twelve before;
    then each finding of the register about it: title, state, who can act, what is done.

    No mission is named. Numbers below five aren't told, since each mission is somebody's;
    what shows a finding, which may name people, stays inside.
    """
    kept: dict[tuple[str, str], list[tuple[str, str, str, str]]] = defaultdict(list)
    for line in Finding.objects.filter(pole=pole).order_by("title", "pk"):
        told = (line.title, line.get_status_display(), line.actors, line.action)
        kept[line.kind, line.code].append(told)
    for kind in Finding.Kind:
        for mention in of_kind(kind, pole, now):
            counts = discretion.number(mention.now), discretion.number(mention.before)
            for told in kept[kind, mention.factor.code] or [NO_LINE]:
                yield str(kind.label), mention.factor.label, *counts, *told
        for told in kept[kind, ""]:
            yield str(kind.label), "", "", "", *told
