"""The list of conversations and the search in them: only one's own, unread first, at the same price however long."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.talk import messages
from marketplace.models import Message, Thread
from tests.factories import make_need, make_offer, make_organisation, make_proposal, make_user
from tests.marketplace.talk.talkers import talk_between_two

CEILING = 14


@pytest.fixture
def talk():
    return talk_between_two()


def fill_inbox(aline, threads):
    """Threads of one structure, each with a message from the other side, oldest first."""
    structure = make_organisation(member=aline)
    structure.memberships.update(created_at=timezone.now() - timedelta(days=threads + 1))
    made = []
    for number in range(threads):
        proposal = make_proposal(make_need(structure, title=f"Besoin-{number}-"), make_offer())
        messages.say(proposal.thread, text="Bonjour", sent_key="k", by=proposal.offer.person)
        at = timezone.now() - timedelta(days=threads - number)
        Thread.objects.filter(pk=proposal.thread.pk).update(last_message_at=at)
        made.append(proposal.thread)
    return made


def walk(client, **filters):
    """The titles on every page, in order, as somebody who presses "next" sees them."""
    found, where = [], filters
    for _page in range(20):
        answer = client.get(reverse("inbox"), where)
        found += [line["thread"].pk for line in answer.context.get("threads", [])]
        found += [message.pk for message in answer.context.get("messages_found", [])]
        if not answer.context["next_page"]:
            return found
        where = filters | {"apres": answer.context["next_page"]}
    raise AssertionError("The list has no end.")


def test_what_is_unread_is_the_same_for_who_coordinates_nothing_however_it_is_asked(talk):
    """Every page asks it, and asks less of them: what the coordination follows is left out."""
    talk.say(talk.noe)
    talk.say(talk.aline)
    talk.thread.reads.create(user=talk.maelle)
    for person, unread in ((talk.noe, 1), (talk.aline, 1), (make_user(), 0)):
        all_of_it = Thread.objects.unread_by(person)
        assert list(all_of_it) == list(Thread.objects.unread_by(person, coordinates=False))
        assert all_of_it.count() == unread
    assert Thread.objects.unread_by(talk.maelle).count() == 1
    assert Thread.objects.unread_by(talk.maelle, coordinates=False).count() == 0


def test_unread_comes_first_then_the_newest_and_nothing_is_shown_twice(client):
    aline = make_user()
    threads = fill_inbox(aline, 45)
    client.force_login(aline)
    for thread in threads[10:]:
        messages.mark_read(thread, aline, up_to=thread.messages.last().pk)
    expected = [thread.pk for thread in reversed(threads[:10])]
    expected += [thread.pk for thread in reversed(threads[10:])]
    assert walk(client) == expected
    assert walk(client, etat="non-lus") == expected[:10]


@pytest.mark.parametrize("unread", [0, 19, 20, 21, 40])
def test_a_page_ends_where_the_unread_end(client, unread):
    """The two are asked for apart: whatever stands at the edge is neither lost nor shown twice."""
    aline = make_user()
    threads = fill_inbox(aline, 41)
    client.force_login(aline)
    read = threads[: len(threads) - unread]
    for thread in read:
        messages.mark_read(thread, aline, up_to=thread.messages.last().pk)
    assert walk(client) == [thread.pk for thread in reversed(threads)]
    marks = client.get(reverse("inbox")).context["threads"]
    assert [line["is_unread"] for line in marks] == [n < unread for n in range(20)]


def test_the_list_costs_the_same_however_long(client, django_assert_max_num_queries):
    aline = make_user()
    fill_inbox(aline, 25)
    client.force_login(aline)
    client.get(reverse("inbox"))
    with django_assert_max_num_queries(CEILING):
        client.get(reverse("inbox"))
    with django_assert_max_num_queries(CEILING):
        client.get(reverse("inbox"), {"q": "bonjour"})


@pytest.mark.parametrize(
    "after", ["x", "1-2", "1-2-3-4", "9-" + "9" * 30 + "-1", "1--1", "0-99999999999999999-1"]
)
def test_a_nonsense_place_in_the_list_is_no_error(client, talk, after):
    talk.say(talk.noe)
    client.force_login(talk.aline)
    assert client.get(reverse("inbox"), {"apres": after}).status_code == 200


def test_a_long_conversation_costs_the_same(client, talk, django_assert_max_num_queries):
    for number in range(60):
        talk.say(talk.noe, f"message-{number}-")
    client.force_login(talk.aline)
    client.get(talk.url)
    with django_assert_max_num_queries(9):
        client.get(talk.url)


def test_a_long_conversation_is_read_both_ways(client, talk):
    said = [talk.say(talk.noe, f"message-{number}-") for number in range(130)]
    client.force_login(talk.aline)

    def shown(**where):
        answer = client.get(talk.url, where)
        return [row.pk for row in answer.context["thread_messages"]], answer.context

    last, context = shown()
    assert last == [row.pk for row in said[80:]]
    middle, context = shown(before=context["earlier"])
    assert middle == [row.pk for row in said[30:80]]
    assert shown(after=context["later"])[0] == [row.pk for row in said[80:]]
    first, context = shown(before=context["earlier"])
    assert first == [row.pk for row in said[:30]]
    assert context["earlier"] is None
    around, context = shown(around=said[60].pk)
    assert said[60].pk in around
    assert said[61].pk in around
    assert context["later"]


# --- search --------------------------------------------------------------------------------
@pytest.mark.parametrize("words", ["tresorerie", "TRÉSORERIE", "trésor préparer", "cœur", "coeur"])
def test_accents_and_capitals_don_t_matter(client, talk, words):
    talk.say(talk.noe, "Préparer la Trésorerie avec cœur")
    client.force_login(talk.aline)
    page = client.get(reverse("inbox"), {"q": words})
    assert [row.text for row in page.context["messages_found"]] == [
        "Préparer la Trésorerie avec cœur"
    ]


def test_only_one_s_own_conversations_are_searched(client, talk):
    talk.say(talk.noe, "Trésorerie")
    for stranger in (make_user(), talk.maelle):  # a coordinator who has not taken part
        client.force_login(stranger)
        assert client.get(reverse("inbox"), {"q": "trésorerie"}).context["messages_found"] == []


def test_every_word_has_to_be_there(client, talk):
    talk.say(talk.noe, "Trésorerie")
    client.force_login(talk.aline)
    page = client.get(reverse("inbox"), {"q": "trésorerie bénévole"})
    assert "Aucun message avec" in page.content.decode()


def test_the_search_goes_page_by_page_and_keeps_its_words_in_the_address(client, talk):
    for number in range(45):
        talk.say(talk.noe, f"Trésorerie {number}")
    client.force_login(talk.aline)
    assert walk(client, q="trésorerie") == list(
        Message.objects.order_by("-pk").values_list("pk", flat=True)
    )
    page = client.get(reverse("inbox"), {"q": "trésorerie"}).content.decode()
    assert "?q=tr%C3%A9sorerie&amp;apres=" in page


def test_what_is_found_leads_to_its_place(client, talk):
    said = talk.say(talk.noe, "Trésorerie")
    client.force_login(talk.aline)
    assert (
        said.get_absolute_url().replace("&", "&amp;")
        in client.get(reverse("inbox"), {"q": "trésorerie"}).content.decode()
    )
    assert f'id="message-{said.pk}"' in client.get(said.get_absolute_url()).content.decode()


def test_percent_and_underscore_are_letters_like_others(client, talk):
    talk.say(talk.noe, "Une remise de 10 %")
    client.force_login(talk.aline)
    assert len(client.get(reverse("inbox"), {"q": "10 %"}).context["messages_found"]) == 1
    assert client.get(reverse("inbox"), {"q": "_"}).context["messages_found"] == []
