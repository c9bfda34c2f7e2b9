"""Dangerous things happen in listed files only, each with its reason; a reason that no longer holds must go."""

import ast

from tests.architecture.source import assert_listed, calls, files_where, last_name, product_files, tree_of

SYSTEM_SCOPE = {
    "helpdesk/accounts/management/commands/create_admin.py": "the first admin is made before anybody can sign in",
    "helpdesk/accounts/middleware.py": "sign-in: the organisations of a person are not known before it",
    "helpdesk/accounts/invited.py": "admins list the invitations to the vendor's side, which belong to no organisation",
    "helpdesk/accounts/operations/acceptance.py": "an invitation's organisation is known from its token only",
    "helpdesk/accounts/operations/domain_upkeep.py": "domains of every organisation are looked up, day by day",
    "helpdesk/accounts/operations/invitation_upkeep.py": "the vendor's invitations belong to no organisation, and "
    "those of an inviter who loses a right to any",
    "helpdesk/accounts/operations/invitations.py": "the vendor's invitations belong to no organisation",
    "helpdesk/accounts/operations/profile.py": "who resets a password is signed in as nobody",
    "helpdesk/events/access.py": "whose stream it is: the organisations of a person are not known before it",
    "helpdesk/audit/operations.py": "the vendor's own log belongs to no organisation",
    "helpdesk/audit/queries.py": "admins read the vendor's own log",
    "helpdesk/notifications/operations/bounces.py": "a bounce names a mail, and no organisation",
    "helpdesk/notifications/operations/queueing.py": "an account mail belongs to no organisation",
    "helpdesk/notifications/queries.py": "admins list the account mails",
    "helpdesk/notifications/sending.py": "the sender takes every organisation's notices",
    "helpdesk/demo/bulk/loader.py": "the bulk of a large demo is copied into every organisation",
    "helpdesk/demo/operations.py": "the demo seeds every organisation",
    "helpdesk/proof/browser.py": "the proof reads what a request has left in every organisation's rows",
    "helpdesk/proof/proving.py": "the proof compares every organisation's rows with what the owner reads",
    "helpdesk/proof/unasked.py": "the proof reads every mail that waits or has gone",
    "helpdesk/proof/walk.py": "the proof reads every organisation's rows before it begins",
    "helpdesk/proof/world.py": "the proof seeds its organisations, in a database of its own",
    "helpdesk/web/standing.py": "what waits, of whichever organisation, as numbers for metrics",
    "helpdesk/web/views/health.py": "the oldest work left undone, of whichever organisation",
    "sla/management/commands/seed_policy.py": "installing the published policy writes the vendor's log",
    "status/operations/budgets.py": "alerts of every organisation's downtime budget",
    "status/operations/months.py": "frozen months of everybody's figure and of every organisation's",
    "status/operations/terms.py": "what was agreed is the vendor's to write, for whichever organisation",
    "status/reckoning/own.py": "which organisations have a figure of their own; each is read in its own scope",
    "status/operations/exclusions.py": "an exclusion is the vendor's to write, whoever's figure it is set against",
    "status/operations/incidents.py": "an incident is the vendor's to write, whoever may know of it",
    "status/operations/probe_news.py": "what a probe saw may belong to any incident",
    "status/operations/public_notices.py": "subscribers of the public page belong to no organisation",
    "status/operations/subscribers.py": "subscribers of the public page belong to no organisation",
    "status/subscriber_queries.py": "subscribers of the public page belong to no organisation",
    "status/operations/promises.py": "promises of incidents, whichever organisations may know of them",
    "status/operations/surges.py": "tickets of every organisation may speak of the same",
    "status/operations/series.py": "windows of a series are made for whichever organisations may know of them",
    "status/operations/window_frame.py": "a window is the vendor's to write, whoever may know of it",
    "status/operations/window_notices.py": "notices of maintenance go to the admins of every organisation it affects",
    "status/operations/telling.py": "roll-ups for every organisation that may know of an incident",
    "status/operations/threads.py": "an update answers the tickets of every organisation that may know of it",
    "status/operations/work.py": "an incident is the vendor's to write, whoever may know of it",
    "tickets/operations/assigning.py": "how many open tickets each member of a team holds, of whichever organisation",
    "tickets/operations/drafts.py": "drafts that nobody has touched for a month, of whichever organisation",
    "sla/plans.py": "a planned edit is the vendor's own",
    "sla/operations/reaching.py": "whom an edit reaches is counted beyond one's own organisations",
    "sla/operations/plan_keeping.py": "a planned edit is the vendor's own",
    "tickets/operations/edits/impact.py": "an edit's effect is counted over every organisation's clocks",
    "tickets/operations/edits/policy_moves.py": "a policy's edit moves every organisation's tickets",
    "tickets/bulk.py": "a run over many tickets belongs to its person, not to an organisation",
    "tickets/operations/bulk.py": "a run belongs to its person, and its tickets to several organisations",
    "tickets/operations/fields.py": "definitions of fields are the vendor's: no organisation's scope may write one",
    "tickets/operations/housekeeping.py": "uploads that led nowhere, of whichever organisation",
    "tickets/operations/indexing.py": "the words of every organisation's tickets, made anew by command",
    "tickets/inbound/listing.py": "admins who serve every organisation look at the mails that came in",
    "tickets/inbound/health.py": "how the mail stands, for admins who serve every organisation",
    "tickets/operations/inbound/canary.py": "a test mail to ourselves belongs to no organisation",
    "tickets/operations/inbound/reading.py": "a mail's organisation is not known before it is read",
    "tickets/inbound/channels.py": "a way in for mail is the vendor's, and a mail that came belongs to no organisation",
    "tickets/operations/inbound/polling.py": "a mailbox is the vendor's",
    "tickets/operations/inbound/receiving.py": "a mail's organisation is not known before it is read",
    "tickets/operations/inbound/triage.py": "a mail that waits for a person belongs to no organisation yet",
    "tickets/operations/inbound/provider_posts.py": "a provider's post names a mail, and no organisation",
    "tickets/operations/edits/recompute.py": "a calendar edit moves every organisation's clocks",
    "tickets/operations/replay.py": "the nightly proof reads every organisation's clocks",
    "tickets/operations/replay_runs.py": "a replay is the vendor's own, over every organisation's clocks",
    "tickets/replays.py": "a replay is the vendor's own; what it found is read in the reader's scope",
    "tickets/operations/sweep.py": "the sweep looks at every organisation's clocks",
}
RAW_SQL = {
    "helpdesk/accounts/directory.py": "everybody whom the ladder can reach, in one statement",
    "helpdesk/audit/queries.py": "the newest id, from its sequence",
    "helpdesk/demo/bulk/copies.py": "multiplies the lives of a large demo",
    "helpdesk/demo/scenario.py": "simulated time asks when the next clock falls due",
    "helpdesk/embedded/provision.py": "makes roles and the database; knows no Django",
    "helpdesk/lib/alone.py": "a lock of the session: of all workers one reads a mailbox, and one asks the probes",
    "helpdesk/lib/checks.py": "what the connected role may do stands in the catalogue",
    "helpdesk/lib/clock.py": "the database's clock",
    "helpdesk/lib/live.py": "no SQL: a Redis pipeline is executed",
    "helpdesk/lib/prepared.py": "statements that Django wrote for a query set",
    "helpdesk/lib/rows.py": "inserts many rows of one model as one document",
    "helpdesk/lib/tenancy.py": "the scope's settings",
    "helpdesk/notifications/queries.py": "two block lists in one statement",
    "helpdesk/notifications/sending.py": "the age of the oldest notice, in the database's clock",
    "helpdesk/proof/browser.py": "the proof has the keys checked that a commit would check",
    "helpdesk/proof/ledger.py": "the proof digests every row of every table in one statement",
    "helpdesk/proof/planting.py": "the owner puts the proof's canaries where no operation could",
    "helpdesk/proof/scratch.py": "makes and drops the proof's own database",
    "helpdesk/proof/spread.py": "lets every table of the proof's database number its rows from elsewhere",
    "helpdesk/web/standing.py": "ages and capped counts of what waits, in one statement",
    "helpdesk/web/views/health.py": "the age of the oldest event, in the database's clock; and a ping",
    "tickets/lists/listing.py": "what belongs to a page of the queue is joined after the page is cut",
    "tickets/operations/indexing.py": "the words of tickets are made by PostgreSQL, in one statement",
    "tickets/lists/saved_views.py": "capped counts of all views in one statement",
    "tickets/operations/intake.py": "insert or lock the counter in one statement",
    "tickets/operations/linking.py": "links of an organisation wait for each other; who waits for whom is a recursion",
    "tickets/operations/edits/policy_impact.py": "counts of the clocks of whoever has a policy, nothing else of them",
    "tickets/operations/edits/policy_moves.py": "locks a batch's tickets with SKIP LOCKED, moves them in one statement",
    "tickets/operations/edits/recompute.py": "compares two versions per row over an index",
    "tickets/operations/edits/impact.py": "counts of every organisation's clocks over an index, nothing else of them",
    "tickets/operations/edits/holding_up.py": "the references of a batch's tickets",
    "tickets/operations/edits/moved.py": "a batch's clocks and places in the queue in one statement each",
    "tickets/operations/edits/stale.py": "compares two versions per row over an index",
    "tickets/operations/settling.py": "claims with SKIP LOCKED and updates in one statement",
    "tickets/similar.py": "compares subjects of the newest tickets only: a limit below a condition",
    "tickets/search/statements.py": "full text and trigrams, read in a stated order",
}
WRITES = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "update_or_create", "get_or_create"}
WRITES_OUTSIDE_OPERATIONS = {
    "helpdesk/accounts/forms/signing.py": "the library's own form saves: it asks for the reset mail, which is queued",
    "helpdesk/demo/bulk/loader.py": "the bulk of a large demo, loaded faster with the same result",
    "helpdesk/accounts/models/people.py": "the user manager that Django and allauth ask for",
    "helpdesk/notifications/sending.py": "the sender is an operation: claim, send, mark",
    "helpdesk/proof/seeds.py": "two mails as the sender leaves them at last, and what a replay would find",
    "helpdesk/proof/seeds_status.py": "an alert of a budget as its day leaves it, without living that month",
    "tickets/inbound/imap.py": "makes a folder at a mail server; no row of ours",
    "helpdesk/proof/world.py": "the proof's sessions, and ticket numbers that cannot be taken for anything else",
}
MAY_ASK_THE_TIME = ("operations", "views", "commands")
DATABASE_CLOCK = {
    "helpdesk/lib/clock.py": "here it is made",
    "helpdesk/notifications/sending.py": "the sender is an operation",
    "helpdesk/proof/proving.py": "a face: it calls the operations that seed",
    "helpdesk/proof/unasked.py": "a face: it calls the operations that seed, and those of the workers",
    "helpdesk/proof/walk.py": "a face: it calls the operations that seed",
}
OTHER_CLOCKS = {
    "helpdesk/lib/rates.py": "the seconds until another call is free, on the clock that counted the calls",
    "status/twin/folder.py": "names and ages of files, on this machine's clock: the database's may be away",
    "status/twin/keeping.py": "the age of files, likewise",
    "helpdesk/embedded/places.py": "the age of an abandoned folder, on the file system's clock",
    "helpdesk/lib/templatetags/times.py": "leaves out the year of an instant when it is this one",
    "tickets/inbound/provider_signatures.py": "whether a certificate is valid now, as they are judged everywhere",
}


def opens_system_scope(tree: ast.Module) -> bool:
    return any(name == "system_scope" for name, _ in calls(tree))


def uses_raw_sql(tree: ast.Module) -> bool:
    return any(name in ("cursor", "raw", "RawSQL", "extra", "execute") for name, _ in calls(tree))


def writes(tree: ast.Module) -> bool:
    return any(is_write(name, call) for name, call in calls(tree))


def is_write(name: str, call: ast.Call) -> bool:
    """A model's or a query set's write, or our bulk insert. `update` with a positional argument is a dictionary's."""
    if name in ("insert_rows", "insert_groups"):
        return True
    if name not in WRITES or not isinstance(call.func, ast.Attribute):
        return False
    return not (name == "update" and call.args)


def asks_the_database_clock(tree: ast.Module) -> bool:
    return any(name == "database_now" for name, _ in calls(tree)) or any(
        isinstance(node, ast.FunctionDef) and node.name == "database_now" for node in ast.walk(tree)
    )


def asks_another_clock(tree: ast.Module) -> bool:
    return any(is_clock(call.func) for _, call in calls(tree))


def is_clock(node: ast.AST) -> bool:
    """`datetime.now`, `timezone.now`, `date.today`, `time.time` and the like; not the database function `Now`."""
    if not isinstance(node, ast.Attribute):
        return False
    owner = last_name(node.value)
    return (owner, node.attr) in {
        ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("timezone", "now"),
        ("timezone", "localdate"), ("timezone", "localtime"), ("time", "time"), ("time", "time_ns"),
        ("time", "localtime"), ("time", "gmtime"),
    }  # fmt: skip


def in_layer(file: str, *layers: str) -> bool:
    parts = file.removesuffix(".py").split("/")
    return any(layer in parts for layer in layers)


def test_the_system_scope_is_opened_in_listed_files_only():
    assert_listed(files_where(opens_system_scope), SYSTEM_SCOPE, rule="only these may see every organisation")


def test_raw_sql_stands_in_listed_files_only():
    assert_listed(files_where(uses_raw_sql), RAW_SQL, rule="raw SQL passes the managers by")


def test_only_operations_write():
    found = {file for file in files_where(writes) if not in_layer(file, "operations")}
    assert_listed(found, WRITES_OUTSIDE_OPERATIONS, rule="what changes data is an operation")


def test_the_database_clock_is_asked_by_operations_and_faces_only():
    found = {file for file in files_where(asks_the_database_clock) if not in_layer(file, *MAY_ASK_THE_TIME)}
    assert_listed(found, DATABASE_CLOCK, rule="everything below takes the instant as an argument")


def test_no_other_clock_decides_anything():
    assert_listed(files_where(asks_another_clock), OTHER_CLOCKS, rule="the database's clock decides")


def test_the_guards_see_what_they_look_for():
    assert opens_system_scope(ast.parse("with tenancy.system_scope('x'): pass"))
    assert uses_raw_sql(ast.parse("Ticket.objects.raw('SELECT 1')"))
    assert writes(ast.parse("Ticket.objects.filter(pk=1).update(level=2)"))
    assert writes(ast.parse("for t in ts: t.delete()"))
    assert writes(ast.parse("insert_rows(entries)"))
    assert not writes(ast.parse("options.update({'a': 1}); update(level=2)"))
    assert asks_another_clock(ast.parse("from django.utils import timezone\nat = timezone.now()"))
    assert not asks_another_clock(ast.parse("Ticket.objects.filter(at=Now())"))


def test_the_base_managers_that_know_no_scope_are_never_used():
    users = {
        file
        for file in product_files()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Attribute) and node.attr in ("_base_manager", "_default_manager", "using")
    }
    assert users == set()


def test_keys_of_caches_and_locks_are_built_by_one_function():
    """Whoever keeps something in the cache builds its key with `tenant_key`."""
    users = files_where(lambda tree: any(node == "cache" for node in names_imported(tree)))
    keepers = users - {"helpdesk/proof/scratch.py"}  # the proof looks into the cache; it keeps nothing there
    assert keepers == {
        "status/attention.py", "status/headlines.py", "status/reckoning/kept.py", "tickets/presence.py",
    }  # fmt: skip
    assert keepers <= files_where(lambda tree: "tenant_key" in names_imported(tree))


def names_imported(tree: ast.Module) -> set[str]:
    return {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
