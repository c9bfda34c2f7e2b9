"""The run's counts, as a table that a person reads and a log keeps."""

from collections.abc import Sequence, Set

from faults.crew import count
from faults.evidence import BROUGHT, POISON, READ, UNMARKED, UNRECORDED, Evidence
from faults.verify import Check


def table(checks: Sequence[Check]) -> str:
    """Each promise with what was counted and what it had to be; what is wrong is named below its line."""
    width = max(len(check.name) for check in checks)
    lines = [f"{'what must hold'.ljust(width)}  {'found':>7}  {'wanted':>8}"]
    lines.append("-" * len(lines[0]))
    for check in checks:
        wanted = f"≥ {check.wanted}" if check.at_least else str(check.wanted)
        verdict = "ok" if check.holds else "FAIL"
        lines.append(f"{check.name.ljust(width)}  {check.found:>7}  {wanted:>8}  {verdict}")
        lines += [f"    {wrong}" for wrong in check.wrong]
    return "\n".join(lines)


def summary(evidence: Evidence) -> list[str]:
    """What is allowed and worth knowing: kills, repeats, the load."""
    kills, mails = evidence.kills, len(evidence.sink)
    distinct = len({mail.message_id for mail in evidence.sink})
    journal, poison = evidence.journal, [row for row in evidence.record.notices if row.event == POISON]
    senders, sweepers = count(kills, "sender"), count(kills, "sweeper")
    return [
        f"{len(kills)} kills: {senders} senders ({evidence.killed_at(UNMARKED)} between claim and mark), "
        f"{sweepers} sweepers ({evidence.killed_at(UNRECORDED)} between claim and commit)",
        f"{count(kills, 'postman')} who bring mails ({_steps(evidence, BROUGHT)}), "
        f"{count(kills, 'reader')} who read them ({_steps(evidence, READ)})",
        f"{mails} mails at the sink for {distinct} notices: {mails - distinct} repeats",
        f"the load: {len(journal.opened)} tickets and {len(journal.replied)} replies acknowledged, "
        f"{len(journal.unsure)} without an answer",
        f"the poison row: {', '.join(row.state for row in poison)}",
    ]


def verdict(checks: Sequence[Check]) -> str:
    """One line."""
    failed = [check.name for check in checks if not check.holds]
    return f"FAILED: {'; '.join(failed)}" if failed else f"all {len(checks)} counts hold: 0 lost, 0 recorded twice"


def _steps(evidence: Evidence, points: Set[str]) -> str:
    return ", ".join(f"{evidence.killed_at(frozenset({point}))} at {point}" for point in sorted(points))
