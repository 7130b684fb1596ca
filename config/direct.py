"""Speaks with the database server itself, where the site speaks through PgBouncer.

In its transaction mode a connection is another one after each transaction. What needs one of its own, locks and settings of a
session, is for commands alone: they call `speak_directly` first.
"""

from django.conf import settings
from django.db import connection

from config import stores


def speak_directly() -> None:
    """Once is enough: a command that calls another one keeps its connection, and the locks that it holds."""
    known, server = connection.settings_dict, settings.DATABASE_DIRECT
    if server and any(known[name] != value for name, value in server.items()):
        connection.close()
        known.update(server)
        known["DISABLE_SERVER_SIDE_CURSORS"] = False


def keep_for_the_role() -> None:
    """What PgBouncer hands on to no connection becomes the role's own: it holds from the next connection on."""
    if settings.DATABASE_DIRECT:
        with connection.cursor() as cursor:
            for name, value in stores.of_the_role().items():
                cursor.execute(f"ALTER ROLE CURRENT_USER SET {name} = %s", [value])
