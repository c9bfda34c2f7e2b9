"""An incident's journey: an agent opens it, a client is told on the page that they have open, and joins it."""

import pytest

from e2e.conftest import Visit
from e2e.visitor import WAYS, Way


@pytest.mark.parametrize("way", WAYS)
def test_an_agent_opens_an_incident_and_a_client_reads_of_it_and_joins(visit: Visit, way: Way) -> None:
    title = f"Invoices cannot be printed ({way})"
    client = visit("client elsewhere", way)
    client.go("/tickets/")
    client.reads_nowhere(title)

    agent = visit("agent", way)
    agent.go("/incidents/")
    agent.follow("New incident")
    agent.fill("Title", title)
    agent.tick("Only the organisations chosen here")
    agent.tick("Globex")
    agent.fill("What is told", "The printer service is down. We restart it.")
    agent.choose("E-mail", "Partial outage")
    agent.choose("The next update", "within 1 hour")
    agent.press("Publish it")
    agent.heading(title)

    if way == "without JavaScript":
        client.go("/tickets/")
    client.reads(title)  # else by itself, on the page that is open
    client.follow(title)
    client.heading(title)
    client.reads("The printer service is down. We restart it.")
    client.press("Me too")
    client.reads(f"Me too: {title}")

    agent.fill("What is told", "Printing works again.")
    agent.choose("Phase", "Resolved")
    agent.press("Tell it")
    agent.reads("Printing works again.")
    client.go("/tickets/new/")
    client.reads_nowhere(f"{title} ·")
    other = visit("client", way)
    other.go("/status/known/")
    other.reads_nowhere(title)
