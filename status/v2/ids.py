"""Ids of the Statuspage v2 format: stable, and telling nothing that a public id does not tell."""

from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.urls import reverse


def address_of(path: str) -> str:
    """The full address of one of our paths."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def page_address() -> str:
    return address_of(reverse("status:page"))


def page_id() -> str:
    """The id of this installation's page: the same while its address is."""
    return str(uuid5(NAMESPACE_URL, page_address()))


def group_id(pk: int) -> str:
    """A group of components has no address of its own, hence no public id."""
    return str(uuid5(UUID(page_id()), f"group/{pk}"))


def update_id(of: UUID, place: int | str) -> str:
    """An update by its place among those written of its incident, which are append-only."""
    return str(uuid5(of, f"update/{place}"))
