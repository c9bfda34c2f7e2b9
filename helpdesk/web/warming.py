"""What a web process reads before it takes its first request, so that nobody waits for it.

Views are imported with the first address that is looked up, and a template is read with the first page that shows it.
After a start that is the moment in which every open page comes at once, and eight threads then wait for one import.
"""

from django.template.loader import get_template
from django.urls import get_resolver

# What every page stands in, and what all open pages ask for in one moment when something is published.
TEMPLATES = ("base.html", "status/_banner.html")


def warm() -> None:
    """Import every view and read these templates; asks no server."""
    resolver = get_resolver()
    resolver.reverse_dict  # noqa: B018 - reads all addresses, as the first `reverse` would
    for name in TEMPLATES:
        get_template(name)
