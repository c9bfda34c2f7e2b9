"""What each organisation is given of the service's state: incidents and maintenance that it alone may know of."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from helpdesk.lib.actors import SYSTEM
from helpdesk.proof.canaries import Aviary
from helpdesk.proof.sides import Side
from sla.engine.instants import from_us
from status.bars import page_day
from status.dates import month_text
from status.models import BudgetAlert, Component, Probe, UpdateTemplate, UsualWindow
from status.operations.components import ComponentText, define_component
from status.operations.exclusions import ExclusionText, propose_exclusion
from status.operations.incidents import UpdateText, open_incident, post_update
from status.operations.maintenance import WindowText, cancel_window, move_window, plan_window
from status.operations.probes import ProbeText, define_probe
from status.operations.public_notices import queue_public_notice
from status.operations.rewording import reword_window
from status.operations.series import SeriesText, plan_series
from status.operations.subscribers import subscribe
from status.operations.surges import propose_surge
from status.operations.templates import TemplateText, create_template
from status.operations.threads import attach_ticket
from status.operations.window_notices import tell_windows
from status.reckoning.months import month_at
from status.subscriber_queries import subscriber_of, subscribers
from status.subscriptions import confirm_link, manage_token

BEGUN = timedelta(days=100)  # ago: the part of the service was there before the month that is over


def incidents(side: Side, aviary: Aviary, at: datetime) -> dict[str, Any]:
    """An incident that this organisation alone may know of, a surge of its ticket, and what is everybody's."""
    told = UpdateText(
        phase="investigating", body=f"We look into it {aviary.text(side.key, 'an update of an incident')}",
        impacts={_component(side, at).pk: "partial_outage"},
    )  # fmt: skip
    title = f"Slow {aviary.text(side.key, 'the title of an incident')}"
    agent = side.actor("agent")
    made = open_incident(actor=agent, title=title, update=told, organisations=[side.organisation], at=at)
    attach_ticket(incident=made, ticket=side.things["ticket"], actor=agent, at=at)
    more = UpdateText(phase="identified", body=f"Found {aviary.text(side.key, 'a further update')}")
    post_update(incident=made, actor=agent, update=more, at=at)
    draft = open_incident(
        actor=agent, title=title, update=told, organisations=[side.organisation], published=False, at=at
    )
    words = f"slow {aviary.text(side.key, 'the words of a surge')}"
    theirs = ExclusionText(
        reason="customer_network", begins_at=at - timedelta(hours=2), ends_at=at - timedelta(hours=1),
        evidence=f"As told {aviary.text(side.key, 'the evidence of an exclusion')}",
    )  # fmt: skip
    exclusion = propose_exclusion(actor=agent, text=theirs, organisations=[side.organisation], at=at)
    return {
        "exclusion": exclusion,
        "uptime_month": _month_that_is_over(side, aviary, at),
        "incident": made,
        "surge": propose_surge(words=words, tickets=[side.things["ticket"]], at=at),
        "draft_incident": draft,
        "component": _component(side, at),
        "told_day": page_day(at).isoformat(),
        "told_month": month_text(page_day(at)),
        "v2_document": "incidents",
        "probe": _probe(side, at),
        "update_template": _template(),
        **_subscriber(at),
    }


def _month_that_is_over(side: Side, aviary: Aviary, at: datetime) -> str:
    """A month with an outage that this organisation alone may know of, and an alert of its budget.

    Its figures stand still: those of the month that runs move with each second, whoever asks.
    """
    month = month_at(from_us(month_at(at).begins) - timedelta(days=1))
    begins, agent = from_us(month.begins) + timedelta(days=9), side.actor("agent")
    told = UpdateText(
        phase="investigating", body=f"It was slow {aviary.text(side.key, 'an update of an outage that is over')}",
        impacts={_component(side, at).pk: "major_outage"},
    )  # fmt: skip
    title = f"Was slow {aviary.text(side.key, 'the title of an outage that is over')}"
    past = open_incident(actor=agent, title=title, update=told, organisations=[side.organisation], at=begins)
    over = UpdateText(phase="resolved", body="It is over.")
    post_update(incident=past, actor=agent, update=over, at=begins + timedelta(hours=1))
    alert = {"month": month.name, "only_for": side.organisation.pk, "step": 50}
    BudgetAlert.objects.get_or_create(**alert, defaults={"told_at": begins})
    return month.name


def maintenance(side: Side, aviary: Aviary, at: datetime) -> dict[str, Any]:
    """Windows that this organisation alone may know of, as a draft, moved and cancelled, and a series of them."""
    admin, begins, hour = side.actor("admin"), at + timedelta(hours=40), timedelta(hours=1)
    text = WindowText(
        title=f"Disks {aviary.text(side.key, 'the title of a window')}", begins_at=begins, ends_at=begins + 2 * hour,
        body=f"We change them {aviary.text(side.key, 'the text of a window')}", components=[_component(side, at).pk],
    )  # fmt: skip
    ours: dict[str, Any] = {"actor": admin, "organisations": [side.organisation], "at": at}
    made, cancelled = plan_window(text=text, **ours), plan_window(text=text, **ours)
    draft = plan_window(text=text, published=False, **ours)
    moved = f"They come later {aviary.text(side.key, 'why a window was moved')}"
    times = {"begins_at": begins + hour, "ends_at": begins + 4 * hour}
    move_window(window=made, actor=admin, reason=moved, at=at, **times)
    words = {"title": made.title, "body": f"We change all {aviary.text(side.key, 'the corrected text of a window')}"}
    reword_window(window=made, actor=admin, at=at, **words)
    taken_back = f"None came {aviary.text(side.key, 'why a window was cancelled')}"
    cancel_window(window=cancelled, actor=admin, reason=taken_back, at=at)
    weekly = SeriesText(
        title=f"Weekly {aviary.text(side.key, 'the title of a series')}", rule="FREQ=MONTHLY;BYDAY=1SA",
        first_on=at.date(), opens=time(22), minutes=60, zone="Asia/Colombo", components=[_component(side, at).pk],
        body=f"What comes again {aviary.text(side.key, 'the text of a series')}",
    )  # fmt: skip
    series = plan_series(text=weekly, **ours)
    tell_windows(at=at)
    usual = UsualWindow.objects.order_by("pk").first()
    return {"window": made, "draft_window": draft, "maintenance_series": series, "usual_window": usual}


def _component(side: Side, at: datetime) -> Component:
    """A part of the service; defined once, however often the seeds run."""
    found = Component.objects.filter(name="Web application").first()
    text = ComponentText(name="Web application")
    return found or define_component(actor=side.actor("admin"), text=text, at=at - BEGUN)


def _probe(side: Side, at: datetime) -> Probe:
    """A check of that part; defined once, however often the seeds run. Nobody listens where it asks."""
    found = Probe.objects.filter(name="Front door").first()
    text = ProbeText(name="Front door", address="http://127.0.0.1:9/", component=_component(side, at))
    return found or define_probe(actor=side.actor("admin"), text=text, at=at)


def _subscriber(at: datetime) -> dict[str, Any]:
    """Somebody who reads the public page by mail, and the links that they have; one for all."""
    known = subscribers(text="reader-").rows
    if not known:
        address = f"reader-{uuid.uuid4().hex[:8]}@far.example"
        subscribe(address=address, component_ids=[Component.objects.get(name="Web application").pk], at=at)
        queue_public_notice(key="proof", subject="Told everybody", text="It is told once.", at=at)
        known = subscribers(text="reader-").rows
    found, _chosen = subscriber_of(known[0].public_id)
    return {
        "subscriber": found,
        "confirm_token": confirm_link(found).split("/")[-2],
        "manage_token": manage_token(found),
    }


def _template() -> UpdateTemplate:
    """Words for the first update; made once, however often the seeds run."""
    text = TemplateText(name="We know", phase="investigating", body="We look into it.")
    found = UpdateTemplate.objects.filter(name=text.name).first()
    return found or create_template(actor=SYSTEM, text=text)
