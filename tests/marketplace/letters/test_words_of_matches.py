"""The letters about matches say what they know: nothing of when their reader looked, nor that what they tell is new."""

import pytest

from marketplace import letters, ranking
from notifications.models import Notification
from tests.factories import make_need, make_offer, make_organisation, make_user


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_told_isnt_said_to_be_new(language):
    """Whoever changes an offer of last year is told of needs of last summer; a team is no “person”."""
    aline, noe = make_user(language=language), make_user(language=language)
    need, offer = make_need(make_organisation(member=aline)), make_offer(noe)
    letters.new_needs(offer, [ranking.why(need, offer)])
    letters.new_offers(need, [ranking.why(need, offer)])
    said = " ".join(
        Notification.objects.filter(recipient__in=[aline, noe]).values_list("text", flat=True)
    )
    words = {
        "fr": ("Ce besoin convient", "Cette offre remplit"),
        "en": ("This need suits", "This offer meets"),
    }
    assert all(one in said for one in words[language])
    assert not any(
        one in said
        for one in (
            "nouveau besoin",
            "est arrivée",
            "new need",
            "last looked",
            "this person",
            "cette personne",
        )
    )
