"""Components, and incidents in a line: `tell("Sign-in fails", {"Web": "major_outage"}, only=[world.acme])`."""

from collections.abc import Callable, Mapping

import pytest

from helpdesk.lib.tenancy import scope
from status.models import Component, Incident
from status.operations.components import ComponentText, define_component
from status.operations.incidents import UpdateText, open_incident, post_update
from tests.support import actor_of, colombo

AT = "2026-11-16 10:00"


@pytest.fixture
def component(world) -> Callable[..., Component]:
    """`component("Web")` defines it, as the admin."""

    def make(name: str, **text) -> Component:
        return define_component(
            actor=actor_of(world.admin), text=ComponentText(name=name, **text), at=colombo("2026-01-05 10:00")
        )

    return make


@pytest.fixture
def web(component) -> Component:
    """A core component."""
    return component("Web application")


@pytest.fixture
def serving(world):
    """Work done in the scope of staff who serve both organisations."""
    with scope({world.acme.pk, world.globex.pk}):
        yield


@pytest.fixture
def tell(world, web) -> Callable[..., Incident]:
    """Open an incident as the agent who serves both; `impacts` by component, the web's major outage if left out."""

    def make(
        title: str = "Sign-in fails",
        impacts: Mapping[Component, str] | None = None,
        *,
        only=None,
        at: str = AT,
        person=None,
        phase: str = "investigating",
        body: str = "We look into it.",
        display: str | None = None,
        promise: str | None = None,
        **more,
    ) -> Incident:
        chosen = {web: "major_outage"} if impacts is None else impacts
        update = UpdateText(
            phase=phase,
            body=body,
            display_at=colombo(display) if display else None,
            next_update_at=colombo(promise) if promise else None,
            impacts={one.pk: level for one, level in chosen.items()},
        )
        with scope({world.acme.pk, world.globex.pk}):
            return open_incident(
                actor=actor_of(person or world.agent), title=title, update=update, organisations=only,
                at=colombo(at), **more,
            )  # fmt: skip

    return make


@pytest.fixture
def go_on(world) -> Callable[..., None]:
    """Write a further update as the agent: `go_on(incident, "resolved", "2026-11-16 11:00")`."""

    def write(incident, phase, at, *, impacts=None, display=None, promise=None, body="It goes on.", person=None):
        update = UpdateText(
            phase=phase,
            body=body,
            display_at=colombo(display) if display else None,
            next_update_at=colombo(promise) if promise else None,
            impacts={one.pk: level for one, level in (impacts or {}).items()},
        )
        with scope({world.acme.pk, world.globex.pk}):
            post_update(incident=incident, actor=actor_of(person or world.agent), update=update, at=colombo(at))
            incident.refresh_from_db()

    return write
