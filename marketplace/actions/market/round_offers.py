"""The offer of a round's team follows those who come, as long as it waits for a need: its hours, and the sentence that
says how many they are."""

from decimal import ROUND_CEILING

from django.conf import settings
from django.utils.translation import override

from marketplace import ranking
from marketplace.models import Offer, RoundTeam
from marketplace.rules.round_words import team_in_a_sentence


def hours_of(team: RoundTeam, people: int) -> int:
    """The hours that so many people of this team give in all."""
    hours = people * team.round.days * team.round.programme.hours_per_day
    return int(hours.to_integral_value(ROUND_CEILING))


def follow(team: RoundTeam, *, before: int) -> None:
    """`before` is how many they were. What somebody has written otherwise stays, and so does what was agreed to: a mission
    has a sheet of its own. The round has to be locked."""
    now = team.people.count()
    if team.offer_id is None or now in (0, before):
        return
    offer = Offer.objects.select_for_update(no_key=True).get(pk=team.offer_id)
    if offer.hours != hours_of(team, before) or offer.missions.exists():
        return
    offer.hours, said = hours_of(team, now), offer.about
    for language, _name in settings.LANGUAGES:
        with override(language):
            former = team_in_a_sentence(before, team.round.days)
            offer.about = offer.about.replace(former, team_in_a_sentence(now, team.round.days))
    if offer.about != said and offer.is_written_twice:
        offer.is_second_behind = True
    offer.save(update_fields=["hours", "about", "is_second_behind"])
    ranking.changed(offer)
