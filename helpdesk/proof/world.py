"""Three organisations alike: the one that the walk attacks from, its victim, and a bystander. Made by operations."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.module_loading import import_string

from helpdesk.accounts.models import Organisation, StaffMember, User
from helpdesk.accounts.operations import add_client, add_staff, set_account_manager
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import muted
from helpdesk.proof.canaries import Aviary
from helpdesk.proof.seeds import SEEDS, password_of
from helpdesk.proof.sides import Side, World
from sla.models import Calendar, Policy
from sla.operations.agreements import onboard_organisation
from sla.operations.seeding import seed_policy
from tickets.models import TicketCounter
from tickets.operations.sweep import sweep

DOMAIN = "vendor.example"
AGO = timedelta(days=30)  # long enough for every deadline to have passed
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


def make_world(*, at: datetime) -> World:
    """Seed the three organisations as of the instant `at`; rings no bell, sends nothing. Commits."""
    aviary = Aviary()
    with muted(), system_scope("the proof seeds its organisations"):
        seed_policy(domain=DOMAIN)
        founders = [_staff(f"founder{number}", "admin", None, at=at - AGO) for number in (1, 2)]
        sides = [_side(aviary, founders, name, at=at) for name in ("own", "victim", "bystander")]
        for side in sides:
            seed_side(side, aviary, at=at)
    sweep()
    return World(own=sides[0], victim=sides[1], bystander=sides[2], aviary=aviary)


def seed_side(side: Side, aviary: Aviary, *, at: datetime) -> None:
    """Give the organisation one of everything; repeatable. Needs the system scope."""
    for seed in SEEDS:
        side.things |= seed(side, aviary, at)


def more_of(side: Side, aviary: Aviary, *, at: datetime) -> None:
    """Give the organisation everything once more, for the oracle that others must not notice."""
    with muted(), system_scope("the proof lets another organisation grow"):
        seed_side(Side(side.organisation, dict(side.things)), aviary, at=at)


def _side(aviary: Aviary, founders: list[StaffMember], name: str, *, at: datetime) -> Side:
    first, second = founders
    key = aviary.key()
    organisation = onboard_organisation(
        key=key, name=f"Client {aviary.text(key, 'accounts_organisation.name')}", account_manager=first, deputy=second,
        calendar=Calendar.objects.get(key="sri-lanka"), policy=Policy.objects.get(key="standard"), actor=SYSTEM,
        at=at - AGO,
    )  # fmt: skip
    side = Side(organisation, {"organisation": organisation})
    # Numbers that cannot be taken for anything else where they turn up.
    TicketCounter(organisation=organisation, last_number=organisation.pk * 10).save(force_insert=True)
    for role in ("agent", "account_manager", "admin"):
        side.things[role] = _staff(f"{name}.{role}", role, [organisation], at=at - AGO)
    for who, role in (("client", "user"), ("client_admin", "admin")):
        side.things[who] = add_client(
            organisation=organisation, email=f"{aviary.text(key, f'the e-mail of a {who}')}@{name}.example",
            name=f"Person {aviary.text(key, f'the name of a {who}')}", role=role, actor=SYSTEM, at=at - AGO,
            password=password_of(name),
        )  # fmt: skip
    manager, agent = side.things["account_manager"], side.things["agent"]
    set_account_manager(organisation=organisation, account_manager=manager, deputy=agent, actor=SYSTEM)
    return side


def _staff(box: str, role: str, serves: list[Organisation] | None, *, at: datetime) -> StaffMember:
    return add_staff(
        email=f"{box}@{DOMAIN}", name=box.replace(".", " ").title(), role=role, serves=serves, actor=SYSTEM,
        password=password_of(box.partition(".")[0]), at=at,
    )  # fmt: skip


def session_of(user: User) -> str:
    """Sign this person in; returns the session's key. Commits."""
    session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)
