"""Words that stand beside what they are about: the chip of a list and its lines, a word and the messages below it."""

from django.urls import reverse

from marketplace.models import Offer, Proposal
from marketplace.states import OfferStatus
from tests.factories import make_mission, make_offer, make_proposal, make_user


def test_the_chip_of_full_offers_says_that_some_have_a_place_again(client):
    """“Fully booked 2”, above a line “not shown”: its mission was closed."""
    noe = make_user()
    for _n in range(2):
        make_offer(noe, status=OfferStatus.PUBLISHED)
    offer = make_mission(person=noe, status="CLOSED").offer
    Offer.objects.filter(pk=offer.pk).update(status=OfferStatus.USED_UP)
    client.force_login(noe)
    page = client.get(reverse("offers")).text.partition("<main")[2]
    assert "Complètes, ou avec une place de nouveau" in page


def test_a_late_yes_shows_the_first_word_and_says_that_it_was_sent(client):
    """“Nobody has written yet”, right under the word that came with the earlier proposal."""
    earlier = make_proposal(word="Bonjour !")
    Proposal.objects.filter(pk=earlier.pk).update(status="UNANSWERED")
    late = make_proposal(earlier.need, earlier.offer, takes_up=earlier)
    client.force_login(earlier.offer.person)
    page = client.get(late.get_absolute_url()).text
    assert "Le premier mot est parti" in page
    assert "Personne n’a encore écrit" not in page
