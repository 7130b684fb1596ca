"""An answer by e-mail is published when it is proven to be theirs; otherwise its writer hears why, once."""

import io
import smtplib
from email import policy
from email.message import EmailMessage

import pytest
from django.utils import timezone
from PIL import Image

from marketplace.actions.talk import messages, replies
from marketplace.models import Message
from notifications.models import Notification
from notifications.replies import addresses
from tests.factories import make_need, make_offer, make_proposal, make_user
from tests.mail_door import hand_over

MX = "mx.reponse.example.org"
PASS = f"{MX}; dkim=pass header.d=example.org; dmarc=pass (p=none dis=none) header.from=example.org"
FAIL = f"{MX}; dmarc=fail (p=reject dis=reject) header.from=example.org"


@pytest.fixture(autouse=True)
def by_mail(settings):
    settings.REPLY_DOMAIN = "reponse.example.org"
    settings.REPLY_AUTHSERV_ID = MX
    settings.DOORBELL = False


@pytest.fixture
def thread():
    need = make_need(member=make_user(first_name="Aline", email="aline@example.org"))
    noe = make_user(first_name="Noé", email="noe@example.org")
    return make_proposal(need, make_offer(noe)).thread


@pytest.fixture
def noe(thread):
    return thread.proposal.offer.person


@pytest.fixture
def address(thread, noe):
    """Taken where Noé finds it: in the letter."""
    messages.say(thread, text="Jeudi ?", sent_key="k", by=thread.proposal.need.created_by)
    letter = Notification.objects.get(recipient=noe, kind="message_waiting")
    assert letter.text.startswith("— Pour répondre, écrivez au-dessus de cette ligne —")
    assert letter.reply_to
    return letter.reply_to


def answer(text="Oui, jeudi.", *, sender="Noé <noe@example.org>", verdict=PASS, **headers):
    written = EmailMessage()
    written["From"] = sender
    written["Subject"] = "Re: Un message d’Aline"
    written["Message-ID"] = "<a1@mail.example.org>"
    if verdict:
        written["Authentication-Results"] = verdict
    for name, value in headers.items():
        del written[name.replace("_", "-")]
        written[name.replace("_", "-")] = value
    written.set_content(text)
    return written


def send(written, *recipients, lmtp=False, envelope="noe@example.org"):
    """Returns the refused recipients."""
    content = written if isinstance(written, bytes) else written.as_bytes(policy=policy.SMTP)

    def talk(client):
        return client.sendmail(envelope, list(recipients), content)

    take = lambda *arguments: replies.take(*arguments, now=timezone.now())  # noqa: E731
    return hand_over(take, talk, lmtp=lmtp)


def said_by(person):
    return list(Message.objects.filter(author=person).values_list("text", flat=True))


def told():
    return Notification.objects.filter(kind__startswith="reply_")


# --- what is published ---------------------------------------------------------------------
@pytest.mark.parametrize("lmtp", [False, True])
def test_an_answer_becomes_a_message_and_the_other_side_hears(thread, noe, address, lmtp):
    assert send(answer(), address, lmtp=lmtp) == {}
    assert said_by(noe) == ["Oui, jeudi."]
    aline = thread.proposal.need.created_by
    heard = Notification.objects.get(recipient=aline, kind="message_waiting")
    assert heard.reply_to
    assert heard.reply_to != address


def test_the_same_mail_brought_twice_is_published_once(noe, address):
    send(answer(), address)
    send(answer(), address)
    send(answer(), address.upper(), lmtp=True)
    assert said_by(noe) == ["Oui, jeudi."]
    assert not told().exists()


def test_a_conversation_by_mail_goes_on(thread, noe, address):
    """Two messages, one letter; each answer brings the next message, and none is told twice."""
    aline = thread.proposal.need.created_by
    messages.say(thread, text="Ou vendredi ?", sent_key="k2", by=aline)
    send(answer("Jeudi."), address)
    letters = Notification.objects.filter(recipient=noe, kind="message_waiting").order_by("pk")
    assert ["Jeudi ?" in letters[0].text, "Ou vendredi ?" in letters[1].text] == [True, True]
    send(answer("Ou vendredi.", Message_ID="<a2@mail.example.org>"), address)
    messages.say(thread, text="Parfait.", sent_key="k3", by=aline)
    assert letters.count() == 3
    assert "Parfait." in letters[2].text


def test_an_answer_goes_to_the_conversation_that_its_letter_came_from(thread, noe, address):
    second = make_proposal(make_need(member=make_user(first_name="Lucie")), make_offer(noe)).thread
    messages.say(second, text="Lundi ?", sent_key="k2", by=second.proposal.need.created_by)
    letter = Notification.objects.get(recipient=noe, text__contains="Lundi ?")
    send(answer("Oui, lundi."), letter.reply_to)
    send(answer("Oui, jeudi.", Message_ID="<a2@mail.example.org>"), address)
    for conversation, words in ((second, "Oui, lundi."), (thread, "Oui, jeudi.")):
        assert [said.text for said in conversation.messages.filter(author=noe)] == [words]


def test_quotation_and_signature_stay_out(noe, address):
    send(answer("Oui.\n\n-- \nNoé\n\nLe 24/11/2026, Aline a écrit :\n> Jeudi ?\n"), address)
    assert said_by(noe) == ["Oui."]


def test_the_telephone_of_a_signature_is_hidden_until_both_agree(noe, address):
    send(answer("Oui.\nNoé Martin, 06 12 34 56 78"), address)
    (text,) = said_by(noe)
    assert "06 12" not in text
    assert "coordonnées cachées" in text


def picture():
    drawn = io.BytesIO()
    Image.new("RGB", (4, 4)).save(drawn, "PNG")
    return drawn.getvalue()


def test_a_file_comes_along_under_the_rules_of_the_site(noe, address):
    written = answer("Voici le plan.")
    written.add_attachment(picture(), maintype="image", subtype="png", filename="plan d’été.png")
    send(written, address)
    send(written, address)
    message = Message.objects.get(author=noe)
    assert [str(one.file) for one in message.attachments.all()] == ["plan d’été.png"]


def test_a_file_the_site_would_refuse_is_refused_and_nothing_is_published(noe, address):
    written = answer("Voici.")
    written.add_attachment(b"MZ...", maintype="application", subtype="pdf", filename="devis.pdf")
    send(written, address)
    assert said_by(noe) == []
    assert "devis.pdf" in told().get().text


def test_while_the_scanner_is_away_the_mail_server_keeps_the_mail(noe, address, settings):
    settings.CLAMAV_SOCKET = "127.0.0.1:1"
    written = answer("Voici le plan.")
    written.add_attachment(picture(), maintype="image", subtype="png", filename="plan.png")
    with pytest.raises(smtplib.SMTPDataError, match="451"):
        send(written, address)
    assert said_by(noe) == []
    assert not told().exists()
    settings.CLAMAV_SOCKET = ""
    send(written, address)
    assert said_by(noe) == ["Voici le plan."]


def test_the_picture_of_a_signature_is_not_a_file(noe, address):
    written = answer("Oui.")
    written.add_alternative('<p>Oui.</p><img src="cid:logo">', subtype="html")
    page = written.get_payload()[1]
    page.add_related(picture(), "image", "png", cid="<logo>")
    send(written, address)
    assert said_by(noe) == ["Oui."]
    assert not Message.objects.get(author=noe).attachments.exists()


# --- what isn't ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "verdict",
    [
        FAIL,
        "",
        f"{MX}; spf=pass smtp.mailfrom=example.org",
        "other.example.net; dmarc=pass header.from=example.org",
        f"{MX}; dmarc=pass header.from=example.net",
        f"{MX}.evil.example; dmarc=pass header.from=example.org",
        f"{MX}; none (dmarc=pass header.from=example.org)",
    ],
)
def test_what_is_not_proven_is_not_published_and_its_owner_is_told(noe, address, verdict):
    send(answer(verdict=verdict), address)
    assert said_by(noe) == []
    letter = told().get()
    assert letter.recipient == noe
    assert "DMARC" in letter.text
    assert "jeudi" not in letter.text


def test_a_forged_verdict_below_the_true_one_changes_nothing(noe, address):
    content = answer(verdict=FAIL).as_bytes(policy=policy.SMTP)
    forged = content.replace(b"\r\n\r\n", f"\r\nAuthentication-Results: {PASS}\r\n\r\n".encode(), 1)
    send(forged, address)
    assert said_by(noe) == []


def test_a_thousand_forged_answers_make_one_letter(noe, address):
    for number in range(5):
        send(answer(verdict=FAIL, Message_ID=f"<{number}@evil.example>"), address)
    assert told().count() == 1


def test_somebody_copied_in_cannot_write_in_their_name(noe, address):
    send(answer(sender="Zoé <zoe@example.org>"), address)
    assert said_by(noe) == []
    letter = told().get()
    assert (letter.recipient, letter.address) == (None, "zoe@example.org")
    assert "jeudi" not in letter.text.lower()


def test_a_forged_stranger_never_hears_from_us(noe, address):
    send(answer(sender="victime@example.org", verdict=FAIL), address)
    send(
        answer(sender="victime@example.org"), "r-1-1-aaaaaaaaaaaaaaaaaaaaaaaaaa@reponse.example.org"
    )
    assert told().count() == 1, "proven, once; forged, never"
    send(answer(), f"nimporte@{addresses.settings.REPLY_DOMAIN}", envelope="x@example.org")
    assert said_by(noe) == []


@pytest.mark.parametrize("change", ["reader", "conversation", "seal"])
def test_an_address_that_was_changed_leads_nowhere(thread, noe, address, change):
    sort, conversation, reader, rest = address.split("-", 3)
    other = {
        "reader": f"{sort}-{conversation}-{int(reader) + 1}-{rest}",
        "conversation": f"{sort}-{int(conversation) + 1}-{reader}-{rest}",
        "seal": f"{sort}-{conversation}-{reader}-{'b' if rest[0] == 'a' else 'a'}{rest[1:]}",
    }[change]
    assert addresses.place_of(other) is None
    send(answer(), other)
    assert said_by(noe) == []


@pytest.mark.parametrize(
    "sender",
    ["noe@example.org, zoe@example.org", "noe@example.org <zoe@example.org>", "zoe", "", "=?utf-8?q?noe=40example=2Eorg?= <z@example.net>"],
)  # fmt: skip
def test_two_senders_are_nobody(noe, address, sender):
    content = answer(sender="x@example.org").as_bytes(policy=policy.SMTP)
    send(content.replace(b"From: x@example.org", f"From: {sender}".encode()), address)
    assert said_by(noe) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (holidays)"},
        {"Precedence": "bulk"},
        {"List_Id": "<liste.example.org>"},
        {"X_Autoreply": "yes"},
        {"Subject": "Réponse automatique : Un message"},
        {"Message_ID": f"<{'a' * 40}@example.org>"},
    ],
)
def test_what_no_person_wrote_is_left_alone(noe, address, headers):
    send(answer(**headers), address)
    assert said_by(noe) == []
    assert not told().exists()


def test_a_report_of_the_mail_server_is_left_alone(noe, address):
    send(answer(), address, envelope="")
    assert said_by(noe) == []
    assert not told().exists()


def test_auto_submitted_no_is_a_person(noe, address):
    send(answer(Auto_Submitted="no"), address)
    assert said_by(noe) == ["Oui, jeudi."]


def test_two_robots_do_not_write_to_each_other_for_ever(noe, address, monkeypatch):
    monkeypatch.setattr(replies, "MOST_A_DAY", 3)
    for number in range(5):
        send(answer(Message_ID=f"<{number}@mail.example.org>"), address)
    assert len(said_by(noe)) == 3


def test_who_may_no_longer_write_is_told(thread, noe, address):
    make = Message.objects.filter(thread=thread)
    make.delete()
    thread.proposal.offer.person = make_user()
    thread.proposal.offer.save()
    send(answer(), address)
    assert said_by(noe) == []
    assert "ne pouvez plus écrire" in told().get().text


def test_a_closed_account_is_silent(noe, address):
    noe.is_active = False
    noe.save(update_fields=["is_active"])
    send(answer(), address)
    assert said_by(noe) == []
    assert not told().filter(recipient=noe).exists()


def test_too_long_is_told_in_their_language(noe, address):
    noe.language = "en"
    noe.save(update_fields=["language"])
    send(answer("a" * 70 + "\n" + "mot " * 1300), address)
    letter = told().get()
    assert "characters at the most" in letter.text
    assert "Your answer began" in letter.text
