"""What we write by hand reads back the same with the `email` package."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import mime, rendering
from notifications.models import Notification
from notifications.models.letters import message_id_of

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]))
texts = st.lists(words).map("\n".join)


def read_back(subject="Bonjour", text="a", html="<p>a</p>", address="a@example.org", **extra):
    letter = Notification(
        address=address,
        key="k",
        kind="hello",
        subject=subject,
        text=text,
        html=html,
        message_id=message_id_of("k", address, "example.org"),
    )
    content = mime.build(letter, extra=extra, timestamp=0)
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    return message_from_bytes(content, policy=policy.default)


def lines_of(message, sort):
    """The email package keeps the wire's line ends in some bodies."""
    return message.get_body((sort,)).get_content().replace("\r\n", "\n").strip("\r\n")


@given(words)
def test_any_subject(subject):
    message = read_back(subject=subject)
    assert " ".join(str(message["subject"]).split()) == " ".join(subject.split())
    assert message["message-id"]


def test_a_french_subject_breaks_before_no_mark():
    """The spaces that hold « » and : stay those of its words, on the bell's page as in the letter."""
    subject = rendering.subject_line("«\u00a0Le\n\tsite\u00a0»\u00a0: c’est  oui")
    assert subject == "«\u00a0Le site\u00a0»\u00a0: c’est oui"
    assert str(read_back(subject=subject)["subject"]) == subject


@given(texts, texts)
def test_any_words(text, html):
    message = read_back(text=text, html=html)
    assert lines_of(message, "plain") == text.strip("\n")
    if html:
        assert lines_of(message, "html") == html.strip("\n")


@given(st.text())
def test_no_subject_smuggles_a_header_in(words):
    message = read_back(subject=rendering.subject_line(words + "\r\nBcc: x@example.org\n\nBody"))
    assert message["bcc"] is None
    assert message.is_multipart()


def test_a_domain_with_accents_travels_in_its_ascii_form():
    assert read_back(address="nina@été.example.org")["to"] == "nina@xn--t-9fab.example.org"


@pytest.mark.parametrize(
    "sender", ["Trait d’union <a@example.org>", '"A \\"B\\"" <a@example.org>', "a@example.org"]
)
def test_any_sender_s_name(settings, sender):
    settings.DEFAULT_FROM_EMAIL = sender
    address = read_back()["from"].addresses[0]
    assert address.addr_spec == "a@example.org"
    assert address.display_name in {"Trait d’union", 'A "B"', ""}
