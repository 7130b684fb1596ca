"""The letters about a pair. They name nobody: who comes on their own time is read in the pair's conversation, which no
employer opens."""

from django.urls import reverse

from marketplace.letters.families import MISSIONS
from marketplace.models import Mission, Pair
from marketplace.rules import audience
from notifications.letter import Key, Letter

PAIR_MADE = Letter("pair_made", Key("pair:{pair}:made"), MISSIONS)
PAIR_OVER = Letter("pair_over", Key("pair:{pair}:over"), MISSIONS)


def pair_made(pair: Pair) -> None:
    """Tell the two, the structure and who hears of both missions that the pair is complete, and where they write to each
    other."""
    url = reverse("thread", args=[pair.thread.pk])
    for half in pair.halves:
        people = [half.offer.person] if half.offer.person else []
        PAIR_MADE.tell(people, url=url, pair=pair.pk, need=pair.need, mission=half)
    PAIR_MADE.tell(audience.of_pair(pair), url=url, pair=pair.pk, need=pair.need)


def pair_over(pair: Pair, *, left: Mission, is_sought: bool) -> None:
    """Tell who goes on that the other one has stopped, and whether somebody is looked for. Their employer isn't told."""
    if person := left.offer.person:
        PAIR_OVER.tell(
            [person], url=left.get_absolute_url(), pair=pair.pk, mission=left, is_sought=is_sought
        )
