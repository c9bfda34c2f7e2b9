"""What is not covered, and work without a deadline: an agent says so, the client reads it. And the clock check."""

from datetime import UTC, datetime, timedelta

from e2e.conftest import Visit
from e2e.steps import answered, opened


def test_work_outside_standard_support_pauses_the_deadlines_and_tells_the_client_the_way(visit: Visit) -> None:
    ticket = opened("Please move our old customers over", severity="P2")
    agent = visit("agent")
    agent.go(f"/tickets/{ticket.public_id}/")
    outside = agent.unfold("Not standard support")
    agent.choose("Reason, as the policy lists it", "Data migration", within=outside)
    agent.press("Tell the client, and pause the clocks", within=outside)
    agent.reads("Tell the client in plain words what this means.")
    outside = agent.unfold("Not standard support")
    agent.fill("What the client is told", "We move data as a project of its own.", within=outside)
    agent.press("Tell the client, and pause the clocks", within=outside)
    agent.reads("Outside standard support: Data migration")
    agent.reads("paused", within=agent.section("What we promised"))

    client = visit("client")
    client.go(f"/tickets/{ticket.public_id}/")
    client.reads("Outside standard support: Data migration")
    client.reads("We move data as a project of its own.")
    client.reads("your account manager, for an offer")

    agent.page.reload()
    covered = agent.unfold("Standard support after all")
    agent.fill("Why it is covered after all", "It was our own import that failed.", within=covered)
    agent.press("Run the clocks again", within=covered)
    agent.reads("is within standard support again")
    client.page.reload()
    client.reads("It was our own import that failed.")
    client.reads_nowhere("deadlines are paused")


def test_work_without_a_deadline_is_planned_and_moved_with_a_reason_that_the_client_reads(visit: Visit) -> None:
    ticket = opened("How do I export all invoices?", severity="P4")
    answered(ticket, "Not yet. We will build it.")
    agent = visit("agent")
    agent.go(f"/tickets/{ticket.public_id}/")
    agent.reads("as per dev schedule")
    first, later = (datetime.now(tz=UTC).date() + timedelta(days=days) for days in (7, 14))
    for day, reason in ((first, "In our next release."), (later, "The release is a week later.")):
        plan = agent.unfold("Plan the work")
        agent.fill("Planned for", day.isoformat(), within=plan)
        agent.fill("Reason", reason, within=plan)
        agent.press("Change the plan", within=plan)
        agent.reads(f"planned for {day:%-d %b %Y}")

    client = visit("client")
    client.go("/tickets/")
    client.reads(f"planned for {later:%-d %b %Y}")
    client.follow("How do I export all invoices?")
    client.reads("The release is a week later.")
    client.reads("In our next release.")


def test_an_admin_has_the_clocks_checked_and_reads_that_they_are_what_the_timelines_say(visit: Visit) -> None:
    admin = visit("admin")
    admin.go("/settings/")
    admin.follow("Clock check", within=admin.page.get_by_role("navigation", name="Settings"))
    admin.press("Check now")
    admin.reads_soon("were what their timelines give")
    admin.reads("Figures that differ")
