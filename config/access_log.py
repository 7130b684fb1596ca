"""gunicorn's access log, without the keys in links and without what people search for."""

import logging
from typing import Any

from django.core.handlers.wsgi import get_path_info
from gunicorn.glogging import Logger

from config.json_lines import AsChosen
from config.masking import without_keys

# Where the middleware leaves the number of the request and that of the person (config/middleware.py).
NUMBER, PERSON = "traitdunion.request", "traitdunion.person"


class WithoutKeys(Logger):
    """The logger for `gunicorn --logger-class=config.access_log.WithoutKeys`."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            if not isinstance(handler.formatter, AsChosen):
                handler.setFormatter(AsChosen(handler.formatter or logging.Formatter()))

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict:
        """The values of which a line may be made: no query string, no referring page, no header."""
        path = without_keys(get_path_info(environ))
        shown = environ | {"RAW_URI": path, "PATH_INFO": path, "QUERY_STRING": ""}
        shown["HTTP_REFERER"] = "-"
        found = super().atoms(resp, req, shown, request_time)
        kept = {name: value for name, value in found.items() if not name.startswith("{")}
        return kept | {"request": environ.get(NUMBER, "-"), "person": environ.get(PERSON)}

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log the exception with the address masked: gunicorn would write it whole."""
        safe = [
            without_keys(word.partition("?")[0])
            if isinstance(word, str) and word.startswith("/")
            else word
            for word in args
        ]
        super().exception(msg, *safe, **kwargs)
