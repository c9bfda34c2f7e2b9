"""One settings file for every environment; everything that differs comes from environment variables.

`docs/operating.md` lists them. Secrets have no default outside development, tests and the demo.
"""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import environ
from celery.schedules import crontab

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEMO = env.bool("HELPDESK_DEMO", default=False)
TESTING = env.bool("HELPDESK_TEST", default=False)
DEBUG = env.bool("HELPDESK_DEBUG", default=False)
LOCAL = DEMO or TESTING or DEBUG

SECRET_KEY = env.str("HELPDESK_SECRET_KEY", default="local-only-" + "0" * 50 if LOCAL else "")
ALLOWED_HOSTS = env.list("HELPDESK_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "testserver"])
SITE_URL = env.str("HELPDESK_SITE_URL", default=f"http://127.0.0.1:{env.str('HELPDESK_PORT', default='8000')}")
CSRF_TRUSTED_ORIGINS = [SITE_URL]


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
    "helpdesk.lib",
    "helpdesk.audit",
    "helpdesk.notifications",
    "helpdesk.accounts",
    "sla",
    "tickets",
    "helpdesk.demo",
    "helpdesk.web",
]

MIDDLEWARE = [
    "helpdesk.web.middleware.HealthMiddleware",  # first: health must answer while the database does not
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "helpdesk.accounts.middleware.ScopeMiddleware",
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
# How many proxies of ours a request has passed: the visitor's address is that many entries from the right of
# X-Forwarded-For. With 0 the header, which anybody can forge, is not looked at.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("HELPDESK_TRUSTED_PROXIES", default=0)
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
ANYMAIL = {name: env.str(name) for name in ("MAILGUN_API_KEY", "POSTMARK_SERVER_TOKEN") if name in env.ENVIRON}
DEFAULT_FROM_EMAIL = env.str("HELPDESK_FROM_EMAIL", default="ravingCRM Support <support@ravingcrm.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MESSAGE_ID_DOMAIN = env.str("HELPDESK_MESSAGE_ID_DOMAIN", default="helpdesk.ravingcrm.example")

# --- background work --------------------------------------------------------------------------------------
# Celery is a wake-up bell: every promise is a row in PostgreSQL, so a lost message costs a few seconds only.
SWEEP_SECONDS = env.float("HELPDESK_SWEEP_SECONDS", default=5.0 if DEMO else 15.0)
LOOP_SECONDS = env.float("HELPDESK_LOOP_SECONDS", default=15.0 if DEMO else 60.0)
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
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "tickets.sweep", "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}},
    "deliver": {
        "task": "notifications.deliver",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "replay": {"task": "tickets.replay_clocks", "schedule": crontab(hour=20, minute=30)},
}

# --- pages ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = None if LOCAL else BASE_DIR / "staticfiles"  # locally the files are served where they lie
STATICFILES_DIRS = [BASE_DIR / "helpdesk" / "static"]
WHITENOISE_USE_FINDERS = LOCAL
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SITE_URL.startswith("https://"):
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
