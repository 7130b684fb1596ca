"""What the processes count: pages, questions to the database, jobs. Where METRICS_TOKEN is set they count together, on
the disk; otherwise nobody reads it, and nothing is counted."""

import logging

from django.conf import settings
from prometheus_client import Counter, Histogram, Summary, values

from config.metrics.places import Place

PREFIX = "traitdunion"
# 150 ms is what the house promises.
SECONDS = (0.05, 0.15, 0.5, 1, 2.5, 10)

log = logging.getLogger(__name__)

if settings.METRICS_TOKEN:
    try:
        values.ValueClass = values.MultiProcessValue(Place(settings.METRICS_DIR))
    except OSError as fault:  # a full disk must not keep the site from starting
        log.warning("This process isn't counted: %s", fault)

REQUESTS = Counter(
    "requests",
    "Requests answered, by the name of the page, the method and the status.",
    ["page", "method", "status"],
    namespace=PREFIX,
    registry=None,
)
REQUEST_SECONDS = Histogram(
    "request_seconds",
    "How long a page took, until its first byte.",
    ["page"],
    buckets=SECONDS,
    namespace=PREFIX,
    registry=None,
)
QUESTIONS = Counter(
    "questions",
    "Questions that pages asked the database: divided by the requests, questions a page.",
    ["page"],
    namespace=PREFIX,
    registry=None,
)
QUESTION_SECONDS = Counter(
    "question_seconds",
    "How long pages waited for the database.",
    ["page"],
    namespace=PREFIX,
    registry=None,
)
JOBS = Counter(
    "jobs",
    "Jobs that ended, by their name and by how: done, or failed.",
    ["job", "end"],
    namespace=PREFIX,
    registry=None,
)
JOB_SECONDS = Summary(
    "job_seconds",
    "How long jobs took.",
    ["job"],
    namespace=PREFIX,
    registry=None,
)
METERS = (REQUESTS, REQUEST_SECONDS, QUESTIONS, QUESTION_SECONDS, JOBS, JOB_SECONDS)
