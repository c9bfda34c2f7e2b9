from functools import lru_cache

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import trans_real

MOST_WORDS = 8192


class LibConfig(AppConfig):
    """The floor of the house: tenancy, errors, the clock, the wake-up bell. No models."""

    name = "helpdesk.lib"
    label = "lib"

    def ready(self) -> None:
        from helpdesk.lib import checks, lookups  # noqa: F401, PLC0415 - registration needs the app registry

        remember_words(settings.LANGUAGE_CODE)


def remember_words(language: str) -> None:
    """Let a language's catalogue remember what it has answered.

    A page asks for some three hundred texts. For one that no catalogue has, which is each of ours in English, gettext
    asks one catalogue after the other, every time.
    """
    catalogue = trans_real.translation(language)
    if not hasattr(catalogue.gettext, "cache_info"):
        catalogue.gettext = lru_cache(maxsize=MOST_WORDS)(catalogue.gettext)  # type: ignore[method-assign]
