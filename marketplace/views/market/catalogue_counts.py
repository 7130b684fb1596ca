"""How many needs each choice of the catalogue's filters would leave, the other filters being as they are."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django import forms
from django.db.models import Case, Count, IntegerField, Value, When
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from marketplace.forms.fields import field_of
from marketplace.forms.market.needs import NeedFilter
from marketplace.models import Format, Need, Place
from marketplace.views.long_lists import counts_of
from marketplace.views.market.catalogue_filters import Narrowing, ends_of
from marketplace.views.market.near import WITHIN

MOST = 1_000  # beyond, a choice says "more than"
TOGETHER = ("place", "format", "cause", "when")  # in one question
SOON, LATER, LATEST = range(3)
ANSWERS: dict[str, dict[Any, list[str]]] = {  # by which choices of its filter a need is found
    "place": {
        Place.ON_SITE: ["ON_SITE"],
        Place.REMOTE: ["REMOTE"],
        Place.BOTH: ["ON_SITE", "REMOTE"],
    },
    "format": {value: [value] for value in Format.values},
    "when": {SOON: ["month", "quarter"], LATER: ["quarter"], LATEST: []},
}


@dataclass(frozen=True)
class Counts:
    narrowing: Narrowing
    total: int  # of what all the filters leave
    is_searched: bool = False  # by words, which many needs may say: to count them all takes seconds

    def write_in(self, form: NeedFilter) -> None:
        """Say in each choice how many needs it leaves."""
        for name, counted in (*self._together.items(), *self._one_by_one(), *self._near()):
            chooser = field_of(form, name, forms.ChoiceField)
            chooser.widget.choices = [  # what a box shows; what it takes is as before
                (value, f"{label} ({_said(counted[str(value)])})" if str(value) else label)
                for value, label in cast(Iterable[tuple[Any, Any]], chooser.choices)
            ]

    @cached_property
    def _together(self) -> dict[str, Counter[str]]:
        """Four filters in one question: how many needs there are of each place, format, cause and beginning at once."""
        if self.is_searched and self.total > MOST:
            return {}
        ends = ends_of(self.narrowing.today)
        begins = Case(
            When(starts_on__lte=ends["month"], then=Value(SOON)),
            When(starts_on__lte=ends["quarter"], then=Value(LATER)),
            default=Value(LATEST),
            output_field=IntegerField(),
        )
        groups = self.narrowing.left(but=TOGETHER).annotate(begins=begins)
        found: dict[str, Counter[str]] = {name: Counter() for name in TOGETHER}
        for *row, count in counts_of(
            groups.values_list("place", "format", "cause__code", "begins")
        ):
            answers = {
                name: ANSWERS[name][value] if name in ANSWERS else [value]
                for name, value in zip(TOGETHER, row, strict=True)
            }
            missed = {name for name in TOGETHER if self._chosen(name) not in ["", *answers[name]]}
            for name in TOGETHER:
                if missed <= {name}:
                    found[name].update(dict.fromkeys(answers[name], count))
        return found

    def _chosen(self, name: str) -> str:
        value = self.narrowing.wanted.get(name)
        return str(getattr(value, "code", value or ""))

    def _one_by_one(self) -> Iterator[tuple[str, Counter[str]]]:
        """The families and the départements, where the other filters leave no more than MOST needs: to count them among
        more, all would be read."""
        for name, of in (
            ("family", "wanted__skill__family__code"),
            ("department", "commune__department"),
        ):
            few = self._few(name)
            if few is not None:
                rows = Need.objects.filter(pk__in=few).order_by().values_list(of)
                yield name, Counter(dict(rows.annotate(Count("pk", distinct=True))))

    def _few(self, name: str) -> list[int] | None:
        """The needs that the other filters leave; None where they are more than MOST."""
        if not self.narrowing.wanted.get(name):
            return self._left
        rows = self.narrowing.left(but=(name,)).order_by().values_list("pk", flat=True)
        numbers = list(rows[: MOST + 1])
        return numbers if len(numbers) <= MOST else None

    @cached_property
    def _left(self) -> list[int] | None:
        if self.total > MOST:
            return None
        return list(self.narrowing.left().order_by().values_list("pk", flat=True))

    def _near(self) -> Iterator[tuple[str, Counter[str]]]:
        """How far: by commune, then by what is so far away."""
        if not (near := self.narrowing.near):
            return
        rows = self.narrowing.left(but=("near",)).filter(commune__in=near.every())
        by_commune = dict(counts_of(rows.values_list("commune")))
        yield (
            "within",
            Counter(
                {each: sum(by_commune.get(pk, 0) for pk in near.communes(each)) for each in WITHIN}
            ),
        )


def _said(count: int) -> str:
    most = number_format(MOST, use_l10n=True, force_grouping=True)
    return _("more than %(n)s") % {"n": most} if count > MOST else str(count)
