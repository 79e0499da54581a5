"""Django settings: everything that differs between installations comes from the environment.

The variables are listed in docs/operations.md; each has a safe default, and an unsafe value stops the start.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def flag(name: str, default: bool) -> bool:
    """Read a yes/no variable; anything but 1/true/yes/on is no."""
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


ROOT = Path(__file__).resolve().parent
DATA_DIR = Path(os.environ.get("DATA", ".data")).resolve()
DEBUG = flag("BANGBAN_DEBUG", False)
DATABASE_URL = os.environ.get("BANGBAN_DATABASE_URL", "")


def secret_key() -> str:
    """Take the signing key from the environment, or from a file in the data folder that only we can read."""
    if key := os.environ.get("BANGBAN_SECRET_KEY"):
        if len(key) < 32:
            raise ImproperlyConfigured("BANGBAN_SECRET_KEY needs at least 32 characters.")
        return key
    from bangban.machinery.secrets import secret_file

    return secret_file(DATA_DIR / "secret-key").hex()


def database(url: str) -> dict[str, object]:
    """Translate a libpq URL (also with a socket directory as `host=`) into Django's settings."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or query.get("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": int(os.environ.get("BANGBAN_POOL", "8")), "timeout": 5},
            "server_side_binding": True,
            "prepare_threshold": 2,
            "application_name": os.environ.get("BANGBAN_PROCESS", "bangban"),
        },
    }


SECRET_KEY = secret_key()
KEY_FILE = Path(os.environ.get("BANGBAN_KEY_FILE", str(DATA_DIR / "field-keys.json")))
UPLOAD_DIR = Path(os.environ.get("BANGBAN_UPLOADS", str(DATA_DIR / "uploads")))
INDEX_DIR = Path(os.environ.get("BANGBAN_INDEX", str(DATA_DIR / "index")))
DATABASES = {"default": database(DATABASE_URL or "postgresql:///bangban")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ALLOWED_HOSTS = os.environ.get("BANGBAN_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("BANGBAN_ORIGINS", "").split(",") if origin]
SITE_URL = os.environ.get("BANGBAN_SITE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "bangban.foundation.access",
    "bangban.foundation.live",
    "bangban.foundation.ledger",
    "bangban.foundation.flows",
    "bangban.foundation.clocks",
    "bangban.foundation.handover",
    "bangban.foundation.privacy",
    "bangban.foundation.notify",
    "bangban.foundation.jobs",
    "bangban.registry.org",
    "bangban.registry.people",
    "bangban.registry.catalog",
    "bangban.registry.knowledge",
    "bangban.registry.halls",
    "bangban.services.conversation",
    "bangban.services.assistant",
    "bangban.services.cases",
    "bangban.services.guidance",
    "bangban.services.queues",
    "bangban.services.appointments",
    "bangban.services.counter",
    "bangban.services.publications",
    "bangban.services.telephony",
    "bangban.services.routing",
    "bangban.services.hotline",
    "bangban.services.matters",
    "bangban.oversight.evaluation",
    "bangban.oversight.analysis",
    "bangban.oversight.patrols",
    "bangban.oversight.supervision",
    "bangban.oversight.reports",
    "bangban.oversight.appraisal",
    "bangban.oversight.archives",
    "bangban.oversight.holdings",
    "bangban.oversight.conformance",
    "bangban.surfaces.ui",
    "bangban.surfaces.portal",
    "bangban.surfaces.desk",
    "bangban.surfaces.hall",
    "bangban.surfaces.hotline",
    "bangban.surfaces.api",
]

MIDDLEWARE = [
    "bangban.surfaces.web.frame.RequestFrame",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bangban.surfaces.web.sessions.PageSessions",
    "django.middleware.csrf.CsrfViewMiddleware",
    "bangban.surfaces.web.actors.WhoIsThere",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "bangban.surfaces.urls"
WSGI_APPLICATION = None
BANGBAN_LIVE_AUTHORITY = "bangban.surfaces.web.live.authorise"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            ROOT / "surfaces" / "ui" / "templates",
            ROOT / "surfaces" / "web" / "templates",
            ROOT / "surfaces" / "portal" / "templates",
            ROOT / "surfaces" / "desk" / "templates",
            ROOT / "surfaces" / "hall" / "templates",
            ROOT / "surfaces" / "counter" / "templates",
            ROOT / "surfaces" / "appointments" / "templates",
            ROOT / "surfaces" / "publications" / "templates",
            ROOT / "surfaces" / "patrols" / "templates",
            ROOT / "surfaces" / "hotline" / "templates",
            ROOT / "surfaces" / "supervision" / "templates",
            ROOT / "surfaces" / "reports" / "templates",
            ROOT / "surfaces" / "appraisal" / "templates",
            ROOT / "surfaces" / "archives" / "templates",
            ROOT / "surfaces" / "holdings" / "templates",
        ],
        "OPTIONS": {"environment": "bangban.surfaces.web.templating.environment"},
    }
]

AUTH_USER_MODEL = "access.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_ENGINE = "bangban.foundation.access.session_store"
SESSION_COOKIE_NAME = "bangban_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "bangban.surfaces.web.errors.csrf_failed"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "surfaces" / "web" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600

UPLOAD_LIMIT = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("BANGBAN_LOG", "WARNING")},
}
