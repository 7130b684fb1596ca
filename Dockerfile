# One image for the pages, the worker and the clock; docker-compose.yml says which command each runs.
FROM python:3.13-slim-trixie AS packages
COPY config/requirements/base.txt /requirements.txt
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements.txt

FROM python:3.13-slim-trixie
# MALLOC_ARENA_MAX: else each thread of a program keeps memory of its own, and what it has given back.
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2 \
    VAR_DIR=/var/lib/trait-d-union STATIC_ROOT=/srv/static
# pg_dump and psql for `manage.py backup` and `restore`: of the server's version, or a later one.
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/*
# A user without password or shell, who owns the data folder and nothing else.
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin site \
 && install -d -o site -g site "$VAR_DIR"
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/site
COPY manage.py ./
COPY config config
COPY notifications notifications
COPY accounts accounts
COPY common common
COPY marketplace marketplace
COPY templates templates
COPY static static
COPY locale locale
# Built into the image and outside the volume, so that an upgrade brings its own files.
# The settings are only there for Django to start; they stay in this step.
RUN export SECRET_KEY=only-while-building PAPERS_KEY=while-building VAR_DIR=/srv/building \
           SITE_URL=https://localhost DEFAULT_FROM_EMAIL=site@localhost \
 && python manage.py compile_translations \
 && python manage.py collectstatic --no-input \
 && rm -r /srv/building
USER site
VOLUME ["/var/lib/trait-d-union"]
EXPOSE 8000
CMD ["python", "manage.py", "check", "--deploy"]
