"""One settings file for every environment; everything that differs comes from environment variables.

`docs/operating.md` lists them. Secrets have no default outside development, tests and the demo.
"""

import os
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import environ
from csp.constants import NONCE, STRICT_DYNAMIC

from helpdesk.lib import beat, logs, providers, uploads

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEMO = env.bool("HELPDESK_DEMO", default=False)
TESTING = env.bool("HELPDESK_TEST", default=False)
DEBUG = env.bool("HELPDESK_DEBUG", default=False)
LOCAL = DEMO or TESTING or DEBUG
DEMO_TICKETS = env.int("HELPDESK_DEMO_TICKETS", default=60)  # how many a fresh demo is seeded with, at least 12

SECRET_KEY = env.str("HELPDESK_SECRET_KEY", default="local-only-" + "0" * 50 if LOCAL else "")
SECRET_KEY_FALLBACKS = env.list("HELPDESK_SECRET_KEY_FALLBACKS", default=[])  # earlier keys that sessions still use
SITE_URL = env.str("HELPDESK_SITE_URL", default=f"http://127.0.0.1:{env.str('HELPDESK_PORT', default='8000')}")
IS_HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list(
    "HELPDESK_ALLOWED_HOSTS",
    default=["127.0.0.1", "localhost", "testserver"] if LOCAL else [urlsplit(SITE_URL).hostname or ""],
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# Addresses and networks of our own proxies, `unix` for the other end of a Unix socket. Only what they say of a request
# is believed: the visitor's address, whether it came over HTTPS, its id. See helpdesk/lib/peers.py.
TRUSTED_PROXIES = env.list("HELPDESK_TRUSTED_PROXIES", default=[])


def database(url: str) -> dict[str, object]:
    """The connection settings for a PostgreSQL address; `?host=/run/dir` names a Unix socket folder."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


# The app's role owns nothing and is bound by row-level security; the owner's role runs migrations only.
DATABASE_URL = env.str("DATABASE_URL", default="postgresql://helpdesk_app@/helpdesk")
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default=DATABASE_URL)
AS_OWNER = env.str("HELPDESK_DB_ROLE", default="app") == "owner"
DATABASES = {"default": database(DATABASE_OWNER_URL if AS_OWNER else DATABASE_URL)}

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379")
REDIS_IS_SOCKET = REDIS_URL.startswith("unix://")
CACHES = {
    "default": {
        "BACKEND": "helpdesk.lib.cache.ForgivingRedisCache",
        "LOCATION": f"{REDIS_URL}?db=2" if REDIS_IS_SOCKET else f"{REDIS_URL}/2",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "anymail",
    "csp",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "helpdesk.lib",
    "helpdesk.audit",
    "helpdesk.notifications",
    "helpdesk.accounts",
    "sla",
    "tickets",
    "status",
    "helpdesk.demo",
    "helpdesk.web",
    "helpdesk.api",
    "helpdesk.proof",
]

MIDDLEWARE = [
    "helpdesk.web.middleware.FrontMiddleware",  # first: every answer has an id, a line in the log and its headers
    "csp.middleware.CSPMiddleware",
    "helpdesk.web.middleware.HealthMiddleware",  # health must answer while the database does not
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "status.middleware.StatusDoorMiddleware",  # the public page: for everybody alike, whatever is away
    "helpdesk.web.middleware.GateMiddleware",  # signed mail is answered with 503 while the database is away
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "helpdesk.accounts.middleware.ScopeMiddleware",
    "helpdesk.web.middleware.MethodPageMiddleware",
    "helpdesk.accounts.middleware.PrivateByDefaultMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "helpdesk.web.context.chrome",
            ]
        },
    }
]
FORM_RENDERER = "helpdesk.web.rendering.PlainRenderer"

# --- people ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["helpdesk.accounts.backends.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if LOCAL:  # tests and the demo make many people; a production hash would cost them a minute
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "helpdesk.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = None
AUDIT_EXPORT_ROWS = env.int("HELPDESK_AUDIT_EXPORT_ROWS", default=50_000)  # the longest file of the audit log
INVITATION_DAYS = env.int("HELPDESK_INVITATION_DAYS", default=7)  # how long an invitation's link opens
ACCOUNT_RATE_LIMITS = {"login_failed": "50/m/ip,8/5m/key", "reset_password": "20/m/ip,5/m/key"}

# --- mail -----------------------------------------------------------------------------------------------
# The demo delivers into the outbox page only: the notice rows are the record, nothing leaves the machine.
EMAIL_BACKEND = env.str(
    "HELPDESK_EMAIL_BACKEND",
    default="django.core.mail.backends.dummy.EmailBackend"
    if DEMO
    else "anymail.backends.test.EmailBackend"
    if LOCAL
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST = env.str("HELPDESK_SMTP_HOST", default="localhost")
EMAIL_PORT = env.int("HELPDESK_SMTP_RELAY_PORT", default=25)
EMAIL_HOST_USER = env.str("HELPDESK_SMTP_USER", default="")
EMAIL_HOST_PASSWORD = env.str("HELPDESK_SMTP_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("HELPDESK_SMTP_TLS", default=False)
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = env.str("HELPDESK_MAIL_FOLDER", default="")  # for the file-based backend
ANYMAIL = providers.anymail(env)
# Topics at Amazon whose posts are taken and whose subscriptions are confirmed; none: any that knows the basic auth.
SNS_TOPICS = env.list("HELPDESK_SNS_TOPICS", default=[])
MAIL_PROVIDERS = env.list("HELPDESK_MAIL_PROVIDERS", default=[])  # whose posts are taken at /mail/providers/
# What each address may post to the doors of mail; and how much of that may be unsigned.
MAIL_IN_RATE = env.str("HELPDESK_MAIL_IN_RATE", default="100000/second" if TESTING else "1200/minute")
MAIL_REFUSED_RATE = env.str("HELPDESK_MAIL_REFUSED_RATE", default="100000/second" if TESTING else "60/minute")
MAIL_POST_DAYS = env.int("HELPDESK_MAIL_POST_DAYS", default=30)  # how long posts of providers that were read are kept
DEFAULT_FROM_EMAIL = env.str("HELPDESK_FROM_EMAIL", default="ravingCRM Support <support@ravingcrm.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
NOTICE_ACCESS = "helpdesk.accounts.reachable.refusal_of"  # asked before each notice is sent
NOTICE_WISHES = "helpdesk.accounts.wishes.wants_in_app_only"  # likewise
# Where clients write to; their replies come to it with a token: support+<token>@…
REPLY_ADDRESS = env.str("HELPDESK_REPLY_ADDRESS", default=parseaddr(DEFAULT_FROM_EMAIL)[1])
MESSAGE_ID_DOMAIN = env.str("HELPDESK_MESSAGE_ID_DOMAIN", default="helpdesk.ravingcrm.example")
# Mail servers of ours whose `Authentication-Results` are believed. A mail that none of them found proven waits for a
# person; only where there is none may a client's From be taken at its word, and outside the demo only on purpose.
MAIL_AUTHENTICATORS = env.list("HELPDESK_MAIL_AUTHENTICATORS", default=[])
# Where none of them says anything: whether a DKIM signature of the sender's domain, looked up by us, proves the sender.
MAIL_DKIM = env.bool("HELPDESK_MAIL_DKIM", default=not LOCAL)
# Each signs raw mail that is posted to /mail/in/; the first and, while it is being replaced, its successor.
MAIL_IN_SECRETS = env.list("HELPDESK_MAIL_IN_SECRETS", default=[])
MAIL_TRUST_FROM = env.bool("HELPDESK_MAIL_TRUST_FROM", default=LOCAL)
# Name servers that are asked for clients' domains; none: the machine's own; `off`: nobody is asked.
DNS_SERVERS = env.list("HELPDESK_DNS_SERVERS", default=["off"] if TESTING else [])
# Mailboxes that are read over IMAP: imaps://user:password@host/FOLDER?move-to=…&since=…, each part percent-encoded.
IMAP_URLS = env.list("HELPDESK_IMAP_URLS", default=[])
IMAP_SECONDS = env.float("HELPDESK_IMAP_SECONDS", default=30.0)
# How often a mail is sent to ourselves, to see that it comes in; 0: only when an admin asks. Where nobody has said at
# which address mail comes in, it is not known whether any does.
MAIL_CANARY_SECONDS = env.float(
    "HELPDESK_MAIL_CANARY_SECONDS", default=300.0 if "HELPDESK_REPLY_ADDRESS" in env.ENVIRON else 0.0
)
# The demo sends nothing. Its test mails alone go to its own listener, as a mail server would bring them.
MAIL_CANARY_PORT = env.int("HELPDESK_SMTP_PORT", default=2525) if DEMO else 0
MAIL_SEVERITY = env.str("HELPDESK_MAIL_SEVERITY", default="P3")  # of a mail that names none; staff correct it

# --- background work --------------------------------------------------------------------------------------
# Celery is a wake-up bell: every promise is a row in PostgreSQL, so a lost message costs a few seconds only.
SWEEP_SECONDS = env.float("HELPDESK_SWEEP_SECONDS", default=5.0 if DEMO else 15.0)
LOOP_SECONDS = env.float("HELPDESK_LOOP_SECONDS", default=15.0 if DEMO else 60.0)
REPLAY_SAMPLE = env.int("HELPDESK_REPLAY_SAMPLE", default=1000)  # drawn by the nightly replay, beside all of the queue
# How often the worker looks which probes are due; networks inside which they may ask: 10.0.0.0/8, 192.0.2.7, …
PROBE_SECONDS = env.float("HELPDESK_PROBE_SECONDS", default=5.0)
PROBE_INSIDE = env.list("HELPDESK_PROBE_INSIDE", default=["127.0.0.0/8"] if DEMO else [])
# So many tickets of so many organisations that speak of the same within so many minutes are proposed as an incident.
SURGE_TICKETS = env.int("HELPDESK_SURGE_TICKETS", default=4)
SURGE_ORGANISATIONS = env.int("HELPDESK_SURGE_ORGANISATIONS", default=2)
SURGE_MINUTES = env.int("HELPDESK_SURGE_MINUTES", default=60)
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://") if REDIS_IS_SOCKET else f"{REDIS_URL}/0"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "max_retries": 0,  # a submit never waits for a broker that is away: the second bell finds its rows
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = beat.schedule(sweep=SWEEP_SECONDS, mailboxes=IMAP_SECONDS, probes=PROBE_SECONDS)

# --- /events/ ---------------------------------------------------------------------------------------------
# A process of its own tells open pages that something has changed. A proxy leads there; where there is none, as in the
# demo, pages are told its port on their own host, and it is told the origins of the pages.
EVENTS_PORT = env.int("HELPDESK_EVENTS_PORT", default=0)
EVENTS_ORIGINS = [f"http://{host}:{urlsplit(SITE_URL).port or 80}" for host in ALLOWED_HOSTS] if EVENTS_PORT else []
EVENTS_STREAMS = env.int("HELPDESK_EVENTS_STREAMS", default=900)  # below 1,024, the usual limit on open files
EVENTS_STREAMS_PER_PERSON = 12  # tabs in view at once
# How often each stream's session is looked at: whoever may no longer listen is let go by then.
EVENTS_LOOK_SECONDS = env.float("HELPDESK_EVENTS_LOOK_SECONDS", default=20.0)

# --- the REST API -----------------------------------------------------------------------------------------
# Calls for each token, or for each person's sessions together; of these, changes; and tokens that do not work, for
# each address.
API_RATE = env.str("HELPDESK_API_RATE", default="600/minute")
API_WRITE_RATE = env.str("HELPDESK_API_WRITE_RATE", default="120/minute")
API_REFUSED_RATE = env.str("HELPDESK_API_REFUSED_RATE", default="30/minute")
API_LIMITS_URL = str(CACHES["default"]["LOCATION"])
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "helpdesk.api.schema.HelpdeskSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["helpdesk.api.parsing.JsonParser"],
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "helpdesk.api.problems.answer_problem",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ravingCRM support",
    "DESCRIPTION": "The support desk's REST API: everything that its pages do, under the same rules.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "COMPONENT_SPLIT_REQUEST": True,  # or a file to send would be described as a text, and "" as a reason
    "SERVERS": [{"url": SITE_URL}],
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums"],
    "ENUM_NAME_OVERRIDES": {
        "TicketState": "tickets.models.TicketState",
        "ClockState": "helpdesk.api.serializers.timeline.STATES",
        "Severity": "sla.models.Severity",
        "Channel": "tickets.models.Channel",
        "ClockVerdict": "helpdesk.api.serializers.timeline.VERDICTS",
        "ClockKind": "helpdesk.api.serializers.timeline.KINDS",
        "EntryKind": "tickets.models.EntryKind",
        "EscalationEvent": "sla.models.Event",
        "Side": "helpdesk.api.serializers.timeline.ACTORS",
        "Role": "helpdesk.api.serializers.people.ROLES",
        "ClientRole": "helpdesk.api.serializers.invitations.CLIENT_ROLES",
        "StaffRole": "helpdesk.api.serializers.invitations.STAFF_ROLES",
    },
}

# --- pages ------------------------------------------------------------------------------------------------
# The support desk's own zone, which is not named to those who live in it. No deadline asks it: calendars have zones of
# their own.
SUPPORT_ZONE = env.str("HELPDESK_SUPPORT_ZONE", default="Asia/Colombo")
# Where the status page's static twin lies, shared by a machine's processes; without one each request makes its answer.
STATUS_FOLDER = env.str("HELPDESK_STATUS_FOLDER", default="")
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = None if LOCAL else BASE_DIR / "staticfiles"  # locally the files are served where they lie
STATICFILES_DIRS = [BASE_DIR / "helpdesk" / "static"]
WHITENOISE_USE_FINDERS = LOCAL
if TESTING:
    WHITENOISE_AUTOREFRESH = True  # look for a file when it is asked for: each test's browser would list them all
WHITENOISE_ALLOW_ALL_ORIGINS = False  # our files are for our pages
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "attachments": uploads.storage(env, local_folder=BASE_DIR / ".data" / "files" if LOCAL else None),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # of a form's texts; files go to the disk as they come in
# How much people may attach; the operations hold it, under a lock.
_MB = 1024 * 1024
ATTACHMENT_BYTES = env.int("HELPDESK_FILE_MB", default=25) * _MB
ATTACHMENTS_PER_MESSAGE = env.int("HELPDESK_FILES_PER_MESSAGE", default=10)
ATTACHMENTS_PER_TICKET = env.int("HELPDESK_FILES_PER_TICKET", default=100)
ATTACHMENT_BYTES_PER_TICKET = env.int("HELPDESK_TICKET_MB", default=200) * _MB
ATTACHMENT_BYTES_PER_ORGANISATION = env.int("HELPDESK_ORGANISATION_MB", default=5 * 1024) * _MB
ATTACHMENTS_STAGED = env.int("HELPDESK_STAGED_FILES", default=20)  # by one person, not yet sent with a message
# Where files lie while they come in; Compose names a volume, as /tmp there is memory.
FILE_UPLOAD_TEMP_DIR = env.str("HELPDESK_INCOMING", default="") or None
FILE_UPLOAD_HANDLERS = [
    "helpdesk.lib.receiving.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
SESSION_ENGINE = "helpdesk.accounts.sessions"
# Over HTTPS a browser takes a cookie of this prefix from this very host only: no neighbour can plant one.
COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
MESSAGE_STORAGE = "helpdesk.web.messages.MessageStorage"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if IS_HTTPS:
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    # Forgotten before it is looked at, unless a listed proxy sent it (helpdesk/web/middleware.py).
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "object-src": ["'none'"],
        # Only the scripts that our own templates name: a file that somebody uploaded is none of them, wherever it lies.
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *(f"http://{host}:{EVENTS_PORT}" for host in ALLOWED_HOSTS if EVENTS_PORT)],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- watching ---------------------------------------------------------------------------------------------
LOGGING = logs.configuration(
    as_json=not LOCAL, level=env.str("HELPDESK_LOG_LEVEL", default="WARNING" if LOCAL else "INFO").upper()
)
# /metrics answers whoever shows this token, and visitors from these networks; without either there is no such page.
METRICS_TOKEN = env.str("HELPDESK_METRICS_TOKEN", default="")
METRICS_NETWORKS = env.list("HELPDESK_METRICS_NETWORKS", default=[])
METRICS_FOLDER = env.str("HELPDESK_METRICS_DIR", default="")
if METRICS_FOLDER:  # read by prometheus_client as it is imported
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_FOLDER
