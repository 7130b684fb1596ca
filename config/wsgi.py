"""The WSGI application, which the web server loads."""

import codecs
import gc
import os
from collections.abc import Iterable
from importlib import import_module
from wsgiref.types import StartResponse, WSGIEnvironment

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

NEW_OBJECTS = 10_000  # more of them than are gone, and the newest are looked through for garbage

django_application = get_wsgi_application()


def settle() -> None:
    """Load the pages, and set aside all that is loaded by now: it stays for good, and to look through it for garbage once in
    a dozen large pages makes that one wait a quarter of a second. What comes later (templates, the words of a language)
    is looked through once in some fifty pages, and not in four: it costs that page 25 ms."""
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


settle()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Django's own, behind one question: it reads the Content-Type before its first middleware, and lets what happens
    there through to the web server, as an error 500."""
    if says_our_charset(environ.get("CONTENT_TYPE", "")):
        return django_application(environ, start_response)
    start_response("400 Bad Request", [("Content-Length", "0")])
    return []


def says_our_charset(content_type: str) -> bool:
    """Whether a header Content-Type names UTF-8, none, or one that nobody knows, which Django takes for UTF-8. Python
    knows some that are none of texts (rot13, hex); no browser names another one for a form of ours."""
    try:
        _kind, said = parse_header_parameters(content_type)
        return codecs.lookup(said.get("charset", "utf-8")).name == "utf-8"
    except LookupError:
        return True
    except ValueError:  # the header can't be read
        return False
