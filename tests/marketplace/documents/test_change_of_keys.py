"""Another SECRET_KEY: what was signed, sealed and hidden before it still holds, as .env.example says."""

import re
from decimal import Decimal as D

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.urls import reverse

from marketplace.actions.documents import valuations, verification
from marketplace.actions.market import freshness
from marketplace.models import HourCost
from marketplace.states import MissionStatus
from notifications import unsubscribe
from notifications.replies import addresses
from notifications.rules import families
from tests.factories import make_offer, make_user
from tests.marketplace.documents.document_desk import give_hours, head_of, make_mission
from tests.marketplace.documents.test_documents import make, sign

OLD, NEW = "the-key-of-the-first-day", "the-key-of-another-day"


@pytest.fixture(autouse=True)
def keys(settings):
    """`keys(new)` is what the settings make of an .env with these lines."""

    def change(secret: str, *, fallbacks: tuple = (), papers: str = "") -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = secret, list(fallbacks)
        settings.PAPERS_KEY = papers or secret

    change(OLD)
    return change


@pytest.fixture
def costly():
    """A mission whose convention is sealed, and whose hour's cost is hidden."""
    mission = give_hours(make_mission(status=MissionStatus.REVIEWED))
    sign(make(mission))
    valuations.enter_cost(mission, D("32.31"), by=head_of(mission.offer.organisation))
    return mission


@pytest.mark.parametrize(
    "how",
    [
        {"secret": NEW, "fallbacks": (OLD,)},
        {"secret": NEW, "papers": OLD},
        {"secret": OLD, "papers": NEW},
        {"secret": NEW, "fallbacks": (OLD,), "papers": "a-third"},
    ],
)
def test_papers_and_costs_are_read_and_the_chain_goes_on(costly, keys, how):
    keys(**how)
    assert list(verification.faults()) == []
    assert valuations.estimate(costly).cost > 0
    other = make_mission(structure=costly.need.organisation)
    sign(make(other))
    valuations.enter_cost(other, D("40.00"), by=head_of(other.offer.organisation))
    assert list(verification.faults()) == [], "sealed with one key, then with another"


def test_without_the_old_key_the_chain_is_broken_and_the_cost_is_asked_anew(client, costly, keys):
    keys(NEW)
    assert [fault for fault in verification.faults() if "chaîne" in fault]
    assert valuations.estimate(costly) is None
    company = costly.offer.organisation
    client.force_login(head_of(company))
    for door in ("mission-cost", "mission-value"):
        assert client.get(reverse(door, args=[costly.pk])).status_code in {200, 403}
    valuations.enter_cost(costly, D("32.31"), by=head_of(company))
    assert HourCost.objects.count() == 1
    assert valuations.estimate(costly).cost > 0


def test_a_link_forged_without_the_key_is_found(costly, keys):
    keys(NEW, fallbacks=("another-still",))
    make(make_mission(structure=costly.need.organisation))
    assert list(verification.faults())


def test_sessions_and_links_in_letters_hold_while_the_old_key_is_there(client, keys, settings):
    settings.REPLY_DOMAIN = "reponse.example.org"
    person, forgetful, offer = make_user(), make_user(), make_offer()
    client.force_login(person)
    family = next(family for family in families() if family.may_be_off)
    refusal = unsubscribe.url(person, family).rstrip("/").rpartition("/")[2]
    reset = default_token_generator.make_token(forgetful)
    still_true = re.search(r"toujours-vrai/([^/]+)/", freshness.link(offer, offer.person))[1]
    place = addresses.address_of(7, person.pk)

    def hold() -> list[bool]:
        return [
            client.get(reverse("profile")).status_code == 200,
            unsubscribe.read(refusal) is not None,
            default_token_generator.check_token(forgetful, reset),
            freshness.from_token(still_true) is not None,
            addresses.place_of(place) is not None,
        ]

    keys(NEW)
    held = hold()[1:]
    client.force_login(person)  # the session was ended by the look
    keys(OLD)
    client.force_login(person)
    keys(NEW, fallbacks=(OLD,))
    assert (held, hold()) == ([False] * 4, [True] * 5)


def test_what_is_signed_today_is_signed_with_the_new_key(keys):
    keys(NEW, fallbacks=(OLD,))
    token = signing.dumps("a word")
    keys(NEW)
    assert signing.loads(token) == "a word"
