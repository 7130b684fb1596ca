"""The filters that several lists share."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Choices, Exists, Min, Model, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune, Department, Membership, Organisation, Pole, Seat, User
from common.spoken import ASKED_FOR, BY_TAG
from marketplace.desk.lists.kind import Filter, Reader
from marketplace.models import Skill, Tag
from marketplace.models.desk.desk import TAGGED
from marketplace.models.market.choices import WHOSE_TIME
from marketplace.models.market.meeting import speaking
from marketplace.rules import absences
from marketplace.rules.prepared import Question, rows_for

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

AGES, RECENT = (2, 5, 15, 30, 90, 365), (2, 7, 30, 90, 365)
MINE, WHOLE, NOBODY = "moi", "operateur", "personne"
MOST_TAGS, MOST_WORDS = 300, 1000


def one_of(name: str, label: "StrOrPromise", choices: type[Choices], path: str) -> Filter:
    """A field that holds one of these."""
    said = {str(value): words for value, words in choices.choices if value}
    return Filter(
        name=name,
        label=label,
        choices=lambda _reader: said,
        narrow=lambda value, _reader: Q(**{path: value}),
    )


def whose_time(path: str) -> Filter:
    return Filter(
        name="temps",
        label=_("On whose time"),
        choices=lambda _reader: WHOSE_TIME,
        narrow=lambda value, _reader: Q(**{path: value}),
    )


def language() -> Filter:
    """One in which people may work, beside French."""
    said = dict(ASKED_FOR)
    return Filter(
        name="langue",
        label=_("Language"),
        choices=lambda _reader: said,
        narrow=lambda tag, _reader: speaking(BY_TAG[tag]),
    )


def pole(path: str = "pole") -> Filter:
    """For who coordinates several."""

    def choices(reader: Reader) -> dict[str, str]:
        ours = Pole.objects.filter(pk__in=reader.poles) if len(reader.poles) > 1 else ()
        return {str(one.pk): str(one) for one in ours}

    return Filter(
        name="pole",
        label=_("Pôle"),
        choices=choices,
        narrow=lambda number, _reader: Q(**{path: int(number)}),
    )


def department(path: str = "commune__department") -> Filter:
    def choices(reader: Reader) -> dict[str, str]:
        ours = Department.objects.filter(poles__in=reader.poles).distinct()
        return {one.pk: str(one) for one in ours}

    return Filter(
        name="departement",
        label=_("Département"),
        choices=choices,
        narrow=lambda code, _reader: Q(**{path: code}),
    )


def intercommunality(path: str = "commune__epci_code") -> Filter:
    def choices(reader: Reader) -> dict[str, str]:
        ours = Commune.objects.filter(department__poles__in=reader.poles).exclude(epci_code="")
        rows = ours.order_by("epci_name").values_list("epci_code", "epci_name").distinct()
        return dict(rows)

    return Filter(
        name="epci",
        label=_("Group of communes"),
        choices=choices,
        narrow=lambda code, _reader: Q(**{path: code}),
    )


def operator(path: str = "") -> Filter:
    """What is an operator's as a whole, and what its people follow."""

    def choices(reader: Reader) -> dict[str, str]:
        ours = Organisation.objects.seated_in(*reader.poles)
        return {str(pk): name for pk, name in ours.values_list("pk", "name")}

    def narrow(number: str, reader: Reader) -> Q:
        theirs = Membership.objects.filter(organisation=int(number)).order_by().values("user")
        whole = Q(**{f"{path}coordinator": None, f"{path}operator": int(number)})
        return whole | Q(**{f"{path}coordinator__in": theirs})

    return Filter(name="operateur", label=_("Operator"), choices=choices, narrow=narrow)


def followed(path: str = "") -> Filter:
    """Who follows it: oneself (and those in whose place one answers today), one's operator as a whole, a colleague, nobody
    yet."""

    def choices(reader: Reader) -> "dict[str, StrOrPromise]":
        seated = Seat.objects.coordinating().filter(pole__in=reader.poles).order_by()
        ours = Membership.objects.filter(organisation__in=seated.values("operator")).people()
        others = ours.exclude(pk=reader.user.pk).order_by("last_name", "first_name", "pk")
        colleagues = {
            f"p{one.pk}": str(one)
            for one in others.only("first_name", "last_name", "email", "closed_at")
        }
        named = {MINE: _("me"), WHOLE: _("my operator, as a whole"), NOBODY: _("nobody yet")}
        return {**named, **colleagues}

    def narrow(value: str, reader: Reader) -> Q:
        if value == NOBODY:
            return Q(**{f"{path}coordinator": None, f"{path}operator": None})
        if value == WHOLE:
            mine = Seat.objects.held_by(reader.user).order_by().values("operator")
            return Q(**{f"{path}coordinator": None, f"{path}operator__in": mine})
        people = [int(value[1:])] if value != MINE else _answered_for_by(reader)
        return Q(**{f"{path}coordinator__in": people})

    return Filter(name="suivi", label=_("Followed by"), choices=choices, narrow=narrow)


def _answered_for_by(reader: Reader) -> list[int]:
    away = absences.stood_in_by(reader.user.pk, absences.away_in(reader.poles))
    return [reader.user.pk, *(one.absence.person_id for one in away)]


def skill(rows: type[Model], path: str) -> Filter:
    """`rows` have a skill, and `path` leads from them to the row of the list."""

    def choices(_reader: Reader) -> Mapping[str, str]:
        labels = Skill.objects.current().order_by("label_fr")
        read = labels.values_list("code", "label_en", "label_fr")
        in_english = (get_language() or "").startswith("en")
        return {code: (in_english and english) or french for code, english, french in read}

    def narrow(code: str, _reader: Reader) -> Q:
        named = rows._default_manager.filter(skill__code=code)
        return Q(pk__in=named.order_by().values(path))

    return Filter(name="competence", label=_("Skill"), choices=choices, narrow=narrow)


def unchanged(label: "StrOrPromise", path: str) -> Filter:
    """For so many days at least."""

    def choices(_reader: Reader) -> dict[str, str]:
        return {str(days): gettext("%(n)s days or more") % {"n": days} for days in AGES}

    def narrow(days: str, reader: Reader) -> Q:
        return Q(**{f"{path}__lte": reader.now - timedelta(days=int(days))})

    return Filter(name="age", label=label, choices=choices, narrow=narrow)


def moved(path: str) -> Filter:
    """Within so many days at the most."""

    def choices(_reader: Reader) -> dict[str, str]:
        return {str(days): gettext("%(n)s days at the most") % {"n": days} for days in RECENT}

    def narrow(days: str, reader: Reader) -> Q:
        return Q(**{f"{path}__gte": reader.now - timedelta(days=int(days))})

    return Filter(name="depuis", label=_("Changed within"), choices=choices, narrow=narrow)


def tag(subject: str) -> Filter:
    """The tags that this reader may read."""

    def choices(reader: Reader) -> dict[str, str]:
        here = Tag.objects.filter(pole__in=reader.poles, **{f"{subject}__isnull": False})
        first = here.order_by("words").values("words").annotate(first=Min("pk"))
        some = [row["first"] for row in first[:MOST_WORDS]]
        # Whether it may be read is asked once for each word: a tag of these words is enough.
        ours = rows_for(reader.user, WORDS_OF[subject], some) if some else []
        return {words: words for (words,) in ours[:MOST_TAGS]}

    def narrow(words: str, reader: Reader) -> Q:
        return Q(Exists(tags(reader, subject).filter(words=words, **{subject: OuterRef("pk")})))

    return Filter(name="etiquette", label=_("Tag"), choices=choices, narrow=narrow)


def _words_of(subject: str) -> Question:
    """Of these tags, the words of those that somebody may read on a row of this list: on the tag's own or on another."""

    def asked(user: User, numbers: list[int]) -> QuerySet[Any]:
        same = Tag.objects.visible_to(user, of=subject).filter(words=OuterRef("words"))
        # A subquery, which stops at the first: of an EXISTS all tags would be read, to be joined.
        seen = Subquery(same.order_by().values("pk")[:1])
        found = Tag.objects.filter(pk__in=numbers).alias(seen=seen).filter(seen__isnull=False)
        return found.order_by("words").values_list("words")

    asked.__name__ = f"words_of_{subject}"
    return asked


WORDS_OF = {subject: _words_of(subject) for subject in TAGGED}


def tags(reader: Reader, subject: str) -> Any:
    return Tag.objects.visible_to(reader.user, of=subject)
