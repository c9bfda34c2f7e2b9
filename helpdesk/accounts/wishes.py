"""Who wants which notices in the app only: asked of every notice just before it is sent."""

from helpdesk.accounts.models import InAppOnly, User


def wants_in_app_only(*, address: str, event: str) -> bool:
    """Whether the person of this address wants to read of such an event in the app only. One statement."""
    return InAppOnly.objects.filter(user__email=address.lower(), event=event).exists()


def in_app_only(user: User) -> set[str]:
    """The events of which this person reads in the app only."""
    return set(InAppOnly.objects.filter(user=user).values_list("event", flat=True))
