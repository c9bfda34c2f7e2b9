"""The cookie that carries a message to the next page, under a name that only this very host may set."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    """Django's, with the prefix of our other cookies."""

    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class MessageStorage(FallbackStorage):
    """In a cookie while it fits, else in the session."""

    storage_classes = (HostCookieStorage, SessionStorage)
