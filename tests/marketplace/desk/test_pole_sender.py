"""A pôle's letters leave in its name: quoted safely, from the site's own address, with answers to its mailbox."""

from email import policy
from email.parser import BytesParser

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Pole
from marketplace import letters
from marketplace.letters import registry
from marketplace.models import Side
from notifications import delivery, mime
from notifications.models import Notification
from notifications.rules import Sender
from tests.factories import a_pole, make_coordinator, make_need, make_pole, make_proposal, make_user
from tests.notifications.conftest import server  # noqa: F401 - a real mail server

NAME = "Pôle des Hauts-de-France"


def page_of(pole):
    return reverse("pole-sender", args=[pole.pk])


def test_a_coordinator_says_it_and_reads_what_people_will_read(client):
    pole = a_pole()
    client.force_login(make_coordinator(pole))
    said = {"sender_name": f"  {NAME} ", "replies_to": "bonjour@pole.example.org"}
    page = client.post(page_of(pole), said, follow=True).text
    assert f"{NAME} via Trait d’union" in page
    assert "bonjour@pole.example.org" in page
    assert Pole.objects.get(pk=pole.pk).sender_name == NAME


def test_nobody_else_says_it(client):
    pole = a_pole()
    said = {"sender_name": "Ma banque", "replies_to": ""}
    assert client.post(page_of(pole), said).status_code == 302, "to the login"
    for user in (make_user(), make_coordinator(make_pole("Ailleurs", ("62",)))):
        client.force_login(user)
        assert client.get(page_of(pole)).status_code == 403
        assert client.post(page_of(pole), said).status_code == 403
    assert Pole.objects.get(pk=pole.pk).sender_name == ""


@pytest.mark.parametrize(
    ("said", "name", "words"),
    [
        ({"sender_name": "…"}, "sender_name", "avec des lettres"),
        ({"sender_name": "x" * 61}, "sender_name", "61"),
        ({"sender_name": "aide@banque.example"}, "sender_name", "sans adresse"),
        ({"sender_name": "Pôle <a"}, "sender_name", "sans adresse"),
        ({"sender_name": 'Pôle "Nord"'}, "sender_name", "sans adresse"),
        ({"sender_name": "Google via Pôle"}, "sender_name", "sans adresse"),
        ({"replies_to": "personne"}, "replies_to", "adresse"),
        ({"replies_to": f"a@{'é' * 60}.example.org"}, "replies_to", "adresse"),
        ({"sender_name": "", "replies_to": "a@b.example"}, "sender_name", "écrivez-le"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_stays_typed(client, said, name, words):
    pole = a_pole()
    client.force_login(make_coordinator(pole))
    page = client.post(page_of(pole), {"sender_name": NAME, "replies_to": ""} | said)
    assert page.status_code == 200
    assert words in str(page.context["form"].errors[name])
    assert page.context["form"][name].value() == said[name]


def test_a_line_break_in_a_name_adds_no_header(client):
    pole = a_pole()
    client.force_login(make_coordinator(pole))
    client.post(page_of(pole), {"sender_name": "Pôle\r\nBcc: x\u2028y\x00", "replies_to": ""})
    assert Pole.objects.get(pk=pole.pk).sender_name in ("", "Pôle Bcc: x y")
    letter = Notification(
        address="a@example.org", subject="x", text="x", message_id=f"<{'0' * 40}@x>"
    )
    for name in ("Pôle\r\nBcc: eve@example.org", 'A\nB\\" <eve@example.org>', "é" * 60):
        content = mime.build(letter, extra={}, timestamp=0, sender=Sender(name))
        read = BytesParser(policy=policy.default).parsebytes(content)
        assert read["Bcc"] is None
        assert [one.addr_spec for one in read["From"].addresses] == ["bonjour@example.org"]
        assert content.count(b"\n") == content.count(b"\r\n"), "folded as mail servers want it"


def carried(server):  # noqa: F811
    delivery.deliver_due()
    return {str(one["To"]): one for one in server.letters}


@pytest.fixture
def signing():
    pole = a_pole()
    Pole.objects.filter(pk=pole.pk).update(sender_name=NAME, replies_to="bonjour@pole.example.org")
    return pole


def test_each_letter_about_a_pole_is_signed_by_it(signing, server):  # noqa: F811
    need, reader = make_need(), make_user()
    letter = _told(reader, need)
    read = carried(server)[letter.destination]
    (sender,) = read["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (
        f"{NAME} via Trait d’union",
        "bonjour@example.org",
    )
    assert read["Reply-To"].addresses[0].addr_spec == "bonjour@pole.example.org"


def _told(reader, need, **fields):
    now = timezone.now()
    return Notification.objects.create(
        recipient=reader, address=reader.email, key=f"x:{need}", kind="need_published", family="account",
        subject="x", text="x", desks=f",{need.pole_id},", message_id=f"<{need.pk:040}@x>", due_at=now,
        wanted_at=now, **fields,
    )  # fmt: skip


def test_a_letter_that_is_answered_in_its_conversation_still_is(signing, server):  # noqa: F811
    letter = _told(make_user(), make_need(), reply_to="r+1@reponse.example.org")
    assert carried(server)[letter.destination]["Reply-To"].addresses[0].addr_spec == letter.reply_to


def test_what_is_about_two_poles_or_about_none_bears_the_sites_name(signing):
    both = f",{signing.pk},{make_pole('Ailleurs', ('62',)).pk},"
    assert registry.senders([both, "", f",{signing.pk},"]) == {
        f",{signing.pk},": Sender(NAME, "bonjour@pole.example.org")
    }


def test_who_signs_is_asked_once_for_all_letters(signing, django_assert_num_queries):
    with django_assert_num_queries(1):
        registry.senders([f",{signing.pk},", ",99,", ",98,"])
    with django_assert_num_queries(0):
        registry.senders([])


def test_a_real_act_is_told_in_the_name_of_its_pole(signing, server):  # noqa: F811
    proposal = make_proposal()
    letters.proposal_made(
        proposal, to=[Side.NEED], by=make_coordinator(signing), link=lambda *_who: "/"
    )
    senders = {one["From"].addresses[0].display_name for one in carried(server).values()}
    assert senders == {f"{NAME} via Trait d’union"}
