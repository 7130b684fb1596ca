"""How people meet for a need or an offer: where, and in which languages."""

from common.spoken import Spoken, names_of
from marketplace.models.market.choices import Place


class HowPeopleMeet:
    place: str
    languages: int

    @property
    def allows_remote(self) -> bool:
        return self.place in {Place.REMOTE, Place.BOTH}

    @property
    def allows_on_site(self) -> bool:
        return self.place in {Place.ON_SITE, Place.BOTH}

    @property
    def language_names(self) -> str:
        """The names of the languages; empty when it is French alone, which is worth no line."""
        return "" if self.languages == Spoken.FRENCH else names_of(self.languages)
