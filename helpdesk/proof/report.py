"""What the proof has found, and the counts that say how much it has looked at."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One fault: what kind, where, as whom, and what exactly."""

    kind: str
    where: str
    role: str = ""
    detail: str = ""

    def __str__(self) -> str:
        who = f" as {self.role}" if self.role else ""
        return f"{self.kind}: {self.where}{who}{f': {self.detail}' if self.detail else ''}"


@dataclass
class Report:
    """Findings without repetition, and counts."""

    counts: Counter[str] = field(default_factory=Counter)
    findings: dict[tuple[str, str, str], Finding] = field(default_factory=dict)
    progress: Callable[[str], None] = lambda _line: None

    def add(self, kind: str, where: str, *, role: str = "", detail: str = "") -> None:
        """Note a fault; the first of a kind at a place as a role stands for those that follow."""
        if (kind, where, role) not in self.findings:
            found = Finding(kind=kind, where=where, role=role, detail=detail)
            self.findings[kind, where, role] = found
            self.progress(f"FOUND {found}")

    @property
    def kinds(self) -> set[tuple[str, str]]:
        """What was found and where, whoever asked."""
        return {(found.kind, found.where) for found in self.findings.values()}

    def lines(self) -> list[str]:
        """The report as a person reads it: findings first, then the counts."""
        listed = [f"  {found}" for found in self.findings.values()]
        counted = [f"{name:>26}  {number:,}" for name, number in self.counts.items()]
        return [*listed, *counted, f"{'findings':>26}  {len(self.findings):,}"]
