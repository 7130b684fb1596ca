"""An outbox with invented letters, and a real mail server to carry them to."""

import pytest

from notifications import outbox
from tests.factories import make_user
from tests.notifications import rules
from tests.services import free_port
from tests.smtp import Moody, MoodyController


@pytest.fixture(autouse=True)
def invented_letters(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.LETTER_RULES = "tests.notifications.rules"
    settings.DOORBELL = False
    rules.truth.clear()
    rules.signing.clear()


@pytest.fixture
def server(settings):
    """A real SMTP server with moods; the letters go there."""
    moody = Moody()
    controller = MoodyController(moody, port=free_port())
    controller.start()
    settings.MAIL_TRANSPORT = "smtp"
    settings.MAIL_SERVER = {
        "host": "127.0.0.1",
        "port": controller.port,
        "user": "",
        "password": "",
        "tls": "",
        "seconds": 5,
    }
    moody.controller = controller
    moody.connections = 0  # starting it knocks once
    yield moody
    moody.controller.stop()


@pytest.fixture
def reader():
    return make_user(first_name="Aïcha", last_name="N’Diaye")


@pytest.fixture
def post():
    """`post(reader, "key")` writes a letter of the invented kind "hello"."""

    def write(recipient, key="hello:1", template="hello", url="/besoins/12/", **context):
        context = {"what": "Les Jardins", "words": "À bientôt."} | context
        return outbox.post(recipient=recipient, key=key, template=template, url=url, **context)

    return write
