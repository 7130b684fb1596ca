"""The settings, in one file read from top to bottom; what differs between machines is in the environment."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from config import env, logs, stores
from config.clock import ACTS, SWEEP

BASE_DIR = Path(__file__).resolve().parent.parent
env.load(BASE_DIR / ".env")
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
env.folder("VAR_DIR", VAR_DIR)

# --- Where am I? ---------------------------------------------------------------------------
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY", "dev-only" if DEBUG else None)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")  # those before it: what they signed holds
# Letters lead there for years: a site in production says where, nobody guesses.
SITE_URL = env.address(
    "SITE_URL", f"http://localhost:{env.number('PORT', 8000)}" if DEBUG else None
)
HTTPS = SITE_URL.startswith("https://")
# Letters lead to SITE_URL: it is answered and may post forms whatever the other names are.
ALLOWED_HOSTS = [
    str(urlsplit(SITE_URL).hostname),
    *env.words("ALLOWED_HOSTS", "*" if DEBUG else ""),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL, *env.words("CSRF_TRUSTED_ORIGINS")]
# Our web servers speak http: where people type https://, a proxy stands in front and says for whom.
# Where there is none, what a visitor says of himself in these headers counts for nothing.
PROXIES = env.number("TRUSTED_PROXY_COUNT", 1 if HTTPS else 0)

# Hides what an hour costs and chains the documents (marketplace/documents/sealing.py).
PAPERS_KEY = env.text("PAPERS_KEY", "dev-only-papers" if DEBUG else None)
env.unlike("PAPERS_KEY", PAPERS_KEY, "SECRET_KEY", SECRET_KEY)
PAPERS_KEY_FALLBACKS = env.words(
    "PAPERS_KEY_FALLBACKS"
)  # read, until `manage.py turn_keys` is done

# --- What is installed? --------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "marketplace",
    "accounts",
    "notifications",
    "allauth",
    *(f"allauth.{part}" for part in ("account", "mfa", "socialaccount", "usersessions")),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # after ours, so that templates/django/forms wins
    "django_htmx",
]
MIDDLEWARE = [
    "config.living.LivingMiddleware",
    "config.middleware.NumberedMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.middleware.DoorMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.LightPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ClosedByDefaultMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.ActingForMiddleware",
    "config.at_work.AtWorkMiddleware",
    "config.noted.NotedMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "notifications.middleware.SettledMiddleware",
    "config.middleware.ByAButtonMiddleware",
    "config.middleware.BackRoomMiddleware",
]
if DEBUG:
    MIDDLEWARE.append("config.middleware.OwnPagesMiddleware")
CSRF_FAILURE_VIEW = "config.old_form.refused"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["config.templatetags.dates", "config.templatetags.quotes"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.views.context.navigation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Who may come in? ----------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# allauth's alone: a second backend would hash each wrong password twice.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name, "OPTIONS": options}
    for name, options in (
        ("accounts.forms.passwords.NotOneselfValidator", {}),
        ("django.contrib.auth.password_validation.MinimumLengthValidator", {"min_length": 10}),
        ("django.contrib.auth.password_validation.CommonPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.people.SignupForm"
ACCOUNT_FORMS = {
    name: f"accounts.forms.passwords.{name.title().replace('_', '')}Form"
    for name in (
        *("login", "signup", "add_email", "change_password", "set_password"),
        *("reset_password", "reset_password_from_key"),
    )
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that has just signed up, and only there
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before another address: the password once more
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
# accounts/known_browsers.py counts the logins instead. Each other address that is asked for gets a letter.
ACCOUNT_RATE_LIMITS = {"login": None, "manage_email": "10/m/user,30/d/user"}
SOCIALACCOUNT_ADAPTER = "accounts.openid.adapter.SocialAccountAdapter"  # organisations' sign-ins
PUBLIC_REGISTER = env.text("PUBLIC_REGISTER", "https://recherche-entreprises.api.gouv.fr")
OPENID_LOOPBACK = env.flag("OPENID_LOOPBACK", allowed=DEBUG)  # a provider on this very machine
MFA_ADAPTER = "accounts.second_factor.MFAAdapter"
MFA_FORMS = {
    "add_webauthn": "accounts.forms.passkeys.AddPasskeyForm",
    "authenticate_webauthn": "accounts.forms.passkeys.PasskeyForm",
    "reauthenticate_webauthn": "accounts.forms.passkeys.PasskeyAgainForm",
    "authenticate": "accounts.forms.codes.CodeForm",
    "reauthenticate": "accounts.forms.codes.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# An address that changes waits for its letter, and the one before opens the account meanwhile: a second factor needn't
# come off first. Nobody logs in before their first address is confirmed.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Trait d’union"
MFA_TOTP_TOLERANCE = 1  # a phone may be half a minute late
# Coordinators and administrators of the site must have one. Never off on a site that others reach.
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", not DEBUG)
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SECURE_SSL_REDIRECT = HTTPS and env.flag("SSL_REDIRECT", True)
# Asked from inside the container, without HTTPS.
SECURE_REDIRECT_EXEMPT = [r"^sante/", r"^metriques/$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# These speak for names that aren't ours to speak for: only who owns the whole domain may ask.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.flag("HSTS_SUBDOMAINS")
SECURE_HSTS_PRELOAD = HTTPS and env.flag("HSTS_PRELOAD")
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # which want both, for everybody
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}

# --- Where does it write? ------------------------------------------------------------------
DATABASES = {"default": stores.database(VAR_DIR)}
DATABASE_DIRECT = stores.direct(DATABASES["default"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL", "none")
# Rate limits count on the cache, so every worker must see the same one.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
    if REDIS_URL == "none"
    else {
        "BACKEND": "config.careful_cache.RedisOrDatabase",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    },
    # Where Redis is away.
    "meanwhile": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # How long a long list is, for a minute, in each process: it needs no server to be there.
    "counts": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "counts",
        "OPTIONS": {"MAX_ENTRIES": 5_000},  # some are of one reader
    },
    # What `prepare` has loaded: it must live and die with the database that it is about.
    "prepared": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "prepared_cache",
        "TIMEOUT": None,
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
WHITENOISE_USE_FINDERS = DEBUG
# A bucket that several machines share; without one, the files are on this machine's disk (docs/several_machines.md).
S3 = stores.bucket()
STORAGES = stores.storages(DEBUG, in_bucket=bool(S3["bucket_name"]))
if S3["bucket_name"]:
    # What comes from the bucket waits on the disk: /tmp is memory in a container.
    FILE_UPLOAD_TEMP_DIR = VAR_DIR / "on-the-way"
    FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# ClamAV's daemon, by its path or host:port: each file that is sent is shown to it. None: "".
CLAMAV_SOCKET = env.text("CLAMAV_SOCKET", "")
# Who is asked for the record by which a domain is shown to be an organisation's. None: the machine's own servers.
DNS_SERVERS = env.words("DNS_SERVERS")

# --- How does it speak? --------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"  # Django’s English is American: 12/05 is a day in May
USE_TZ = True
TIME_ZONE = "Europe/Paris"
# What posts: allauth's letters too go through the outbox. What carries: the transport below.
MAILERS = {"default": {"BACKEND": "notifications.backend.OutboxBackend"}}
LETTER_RULES = "marketplace.letters.registry"
TOLD_OF_JOINING = "marketplace.actions.market.joiners"
MAIL_TRANSPORT = env.text("MAIL_TRANSPORT", "file" if DEBUG else "smtp")
MAIL_SERVER: dict = {
    "host": env.text("EMAIL_HOST", "localhost"),
    "port": env.number("EMAIL_PORT", 25),
    "user": env.text("EMAIL_HOST_USER", ""),
    "password": env.text("EMAIL_HOST_PASSWORD", ""),
    "tls": "start" if env.flag("EMAIL_USE_TLS") else ("all" if env.flag("EMAIL_USE_SSL") else ""),
    "seconds": env.number("MAIL_SECONDS", 20),  # for one whole letter
}
BOUNCE_SECRET = env.text("BOUNCE_SECRET", "")  # lets a mail server post its delivery reports
MAILBOX_PATH = VAR_DIR / "mailbox"
DEFAULT_FROM_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", "Trait d’union <bonjour@example.org>" if DEBUG else None
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_DOMAIN = DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
# Under which name the mail server's key stands in the DNS, for manage.py check_mail: s=… of DKIM-Signature.
DKIM_SELECTOR = env.text("DKIM_SELECTOR", "").lower()
# Answers by e-mail (manage.py receive_mail): off while there is no domain for them.
REPLY_DOMAIN = env.text("REPLY_DOMAIN", "").lower()
REPLY_AUTHSERV_ID = env.text("REPLY_AUTHSERV_ID", "")  # whose word counts for who wrote
REPLY_LISTEN_ON = env.text("REPLY_LISTEN_ON", "127.0.0.1")
REPLY_PORT = env.number("REPLY_PORT", 2525)
LETTERS_KEPT_MONTHS = env.number("LETTERS_KEPT_MONTHS", 12)  # then their words go

# --- What runs behind? ---------------------------------------------------------------------
# The row is the truth and the broker a doorbell: what it drops, the sweep rings again.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, str | int]
if REDIS_URL == "none":
    _queue = VAR_DIR / "queue"
    _queue.mkdir(exist_ok=True)
    CELERY_BROKER_URL = "files://localhost/"  # config/file_broker.py
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(VAR_DIR / "queue-control"),
    }
    # The forked children of a worker on this broker share a lock, and one killed while it waits
    # takes it along: the worker would be deaf for ever. A worker of one process dies as a whole,
    # and is started again.
    CELERY_WORKER_POOL = "solo"
else:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 600,
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
DOORBELL = env.flag("DOORBELL", True)  # off: the letters wait for the sweep
# Where a worker answers /sante/live and /sante/ready, as host:port; nowhere: "".
WORKER_DOOR = env.door("WORKER_DOOR")
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 2
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"  # nights when the clock changes skip or double nothing
CELERY_BEAT_SCHEDULER = "config.beat:ClockFromDatabase"
CELERY_IMPORTS = ["marketplace.ranking.tasks", "config.acts"]  # doors of their own; how acts went
# What couldn't be done before the next ring needn't be done twice.
_RUNG = ACTS | {"letters": (ACTS["letters"][0], env.number("SWEEP_SECONDS", SWEEP))}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    name: {"task": task, "schedule": every, "options": {"expires": max(60, every)}} for name, (task, every) in _RUNG.items()
}  # fmt: skip

# --- What does it tell those who run it? ---------------------------------------------------
METRICS_TOKEN = env.text("METRICS_TOKEN", "")  # what Prometheus shows at /metriques/; none: no page
METRICS_DIR = VAR_DIR / "metrics"  # where all processes count together
if METRICS_TOKEN:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)  # as prometheus_client finds it
    MIDDLEWARE.insert(1, "config.metrics.middleware.CountedMiddleware")
    CELERY_IMPORTS.append("config.metrics.jobs")
# Where faults are told to, without anybody's words (config/faults_told.py); none: nowhere.
SENTRY_DSN = env.text("SENTRY_DSN", "")
LOG_FORMAT = env.choice("LOG_FORMAT", "text", ("text", "json"))  # json: an object a line
LOGGING = logs.written(LOG_FORMAT, env.text("LOG_LEVEL", "INFO"))
