"""Speaks with the database server itself, where the site speaks through PgBouncer.

In its transaction mode a connection is another one after each transaction. What needs one of its own, locks and settings of a
session, is for commands alone: they call `speak_directly` first.
"""

from django.conf import settings
from django.db import connection

from config import stores


def speak_directly() -> None:
    if settings.DATABASE_DIRECT:
        connection.close()
        connection.settings_dict.update(settings.DATABASE_DIRECT)
        connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = False


def keep_for_the_role() -> None:
    """What PgBouncer hands on to no connection becomes the role's own: it holds from the next connection on."""
    if settings.DATABASE_DIRECT:
        with connection.cursor() as cursor:
            for name, value in stores.of_the_role().items():
                cursor.execute(f"ALTER ROLE CURRENT_USER SET {name} = %s", [value])
