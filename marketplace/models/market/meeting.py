"""How people meet for a need, an offer or a gathering: where, and in which languages."""

from django.db.models import F, Q
from django.db.models.lookups import GreaterThan

from common.spoken import Spoken, names_of, words_for
from marketplace.models.market.choices import Place

LANGUAGES = "language_words"  # by which a row is found


def speaking(languages: int) -> Q:
    """Rows where one may speak this language, or one of these."""
    return Q(GreaterThan(F("languages").bitand(int(languages)), 0))


class SpeaksLanguages:
    languages: int

    @property
    def language_names(self) -> str:
        """The names of the languages; empty when it is French alone, which is worth no line."""
        return "" if self.languages == Spoken.FRENCH else names_of(self.languages)

    @property
    def language_words(self) -> str:
        return words_for(self.languages)


class HowPeopleMeet(SpeaksLanguages):
    place: str

    @property
    def allows_remote(self) -> bool:
        return self.place in {Place.REMOTE, Place.BOTH}

    @property
    def allows_on_site(self) -> bool:
        return self.place in {Place.ON_SITE, Place.BOTH}
