"""The cache on Redis; while Redis is away, in the database: who tries too often is counted on, and nobody is kept out."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

MEANWHILE = "meanwhile"  # the alias of the cache in the database
REST = 30.0  # seconds without asking after a failure: a Redis that hangs would hold each page for a second

log = logging.getLogger(__name__)


class _Redis:
    """What this process knows of Redis."""

    rests_until = 0.0


def _asked[Answer](name: str, ask: Callable[..., Answer]) -> Callable[..., Answer]:
    def asked(self: RedisCache, *given: Any, **more: Any) -> Answer:
        if time.monotonic() >= _Redis.rests_until:
            try:
                return ask(self, *given, **more)
            except RedisError as error:
                _Redis.rests_until = time.monotonic() + REST
                log.warning(
                    "Redis doesn't answer (%s): the database counts meanwhile.",
                    type(error).__name__,
                )
        return getattr(caches[MEANWHILE], name)(*given, **more)

    return asked


class RedisOrDatabase(RedisCache):
    """Counts begin anew when one takes the other's place: a few more tries, against a login that nobody could pass."""

    add = _asked("add", RedisCache.add)
    get = _asked("get", RedisCache.get)
    set = _asked("set", RedisCache.set)
    touch = _asked("touch", RedisCache.touch)
    delete = _asked("delete", RedisCache.delete)
    get_many = _asked("get_many", RedisCache.get_many)
    has_key = _asked("has_key", RedisCache.has_key)
    incr = _asked("incr", RedisCache.incr)
    set_many = _asked("set_many", RedisCache.set_many)
    delete_many = _asked("delete_many", RedisCache.delete_many)
    clear = _asked("clear", RedisCache.clear)
