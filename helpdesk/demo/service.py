"""The demo's service: its components, words for updates, and an incident of some weeks ago with its whole story."""

from datetime import datetime, timedelta

from django.conf import settings

from helpdesk.accounts.models import StaffMember
from helpdesk.accounts.queries import member_of
from helpdesk.demo.people import Cast
from helpdesk.demo.planned_work import plan_maintenance
from helpdesk.demo.uptime import tell_of_uptime
from helpdesk.lib.actors import Actor
from status.operations.components import ComponentText, define_component
from status.operations.incidents import UpdateText, open_incident, post_update
from status.operations.probes import ProbeText, define_probe
from status.operations.templates import TemplateText, create_template

AGO = timedelta(days=23)
COMPONENTS = (
    ComponentText(name="Web application", description="Pages for you and your customers.", position="1"),
    ComponentText(name="API", description="What your own programs ask.", position="2"),
    ComponentText(name="E-mail", description="Mails to and from your customers.", core=False, position="3"),
    ComponentText(name="Reports", description="Figures and exports.", core=False, beta=True, position="4"),
)
TEMPLATES = (
    TemplateText(
        name="We know, and look into it", phase="investigating",
        body="We know of it and look into it. You need not write to us about it.",
    ),
    TemplateText(name="It is over", phase="resolved", body="It works again. We are sorry for the trouble."),
)  # fmt: skip
# The demo asks itself, so that the page lives; its own machine is inside on purpose (HELPDESK_PROBE_INSIDE).
PROBES = (("Web application", "/healthz"), ("API", "/readyz"))
# Minutes after its beginning, phase, what was told; what stands about the API from then on.
STORY = (
    (0, "investigating", "Programs that ask the API get errors now and then. We look into it.", "partial_outage"),
    (35, "identified", "One of two servers answers with an expired certificate. We replace it.", "partial_outage"),
    (60, "monitoring", "The certificate is replaced. We watch whether errors stay away.", "degraded_performance"),
    (100, "resolved", "No error for 40 minutes. It is over.", ""),
    (3000, "postmortem", "The reminder to renew went to somebody who had left. It now goes to the team.", ""),
)


def tell_of_service(cast: Cast, *, began: datetime, now: datetime) -> None:
    """Define the components as of the beginning of the history, and tell of the incident. Needs the system scope."""
    admin, agent = _actor(cast.admin), _actor(cast.agents[0])
    made = {text.name: define_component(actor=admin, text=text, at=began) for text in COMPONENTS}
    for text in TEMPLATES:
        create_template(actor=agent, text=text, at=began)
    first, *further = [
        (
            now - AGO + timedelta(minutes=minutes),
            UpdateText(phase=phase, body=body, impacts={made["API"].pk: level} if level else {}),
        )
        for minutes, phase, body, level in STORY
    ]
    for name, path in PROBES:
        asked = ProbeText(name=name, component=made[name], address=f"{settings.SITE_URL}{path}", text="ok")
        define_probe(actor=admin, text=asked, at=now)
    incident = open_incident(actor=agent, title="Errors of the API", update=first[1], at=first[0])
    for at, update in further:
        post_update(incident=incident, actor=agent, update=update, at=at)
    plan_maintenance(admin, api=made["API"], now=now)
    tell_of_uptime(made, agent=agent, manager=_actor(cast.managers[0]), began=began, now=now)


def _actor(staff: StaffMember) -> Actor:
    member = member_of(staff.user)
    assert member is not None, "the cast may sign in"
    return member.actor
