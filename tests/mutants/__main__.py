"""`dev.py mutants [MODULE …]`: run mutmut over the pure cores and hold what lives against docs/mutants.md.

Each module named (`sla.engine.table`, `tickets.ladder.levels`), or every one, is changed in one small place at a time;
the tests that `[tool.mutmut]` of pyproject.toml names have to notice. The exit code is 1 where a mutant lives that
docs/mutants.md does not explain. Results are kept in mutants/, a module at a time.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER, EXPLAINED = ROOT / "mutants", ROOT / "docs" / "mutants.md"
# By the exit codes that mutmut keeps: of pytest, its own, and of a process that a signal ended.
FATES: dict[str, set[int | None]] = {
    "killed": {1, 3, -11, -9},
    "timeout": {24, 36, 152, 255, -24},
    "lives": {0},
    "no test": {5, 33},
}
MISSED = ("lives", "no test", "not tried")


def main(modules: list[str]) -> int:
    """Run it; returns the exit code."""
    if not modules:
        shutil.rmtree(FOLDER, ignore_errors=True)
    patterns = [f"{module}.*" for module in modules]
    mutmut = Path(sys.executable).with_name("mutmut")
    command = [str(mutmut), "run", "--max-children", str(os.cpu_count() or 1), *patterns]
    environment = {
        **os.environ,
        "HELPDESK_TEST": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    ran = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    found = {module: codes for module, codes in results() if not modules or module in modules}
    if ran.returncode not in (0, 1) or not found:
        print("mutmut could not run", file=sys.stderr)
        return 2
    return told(found, EXPLAINED.read_text())


def results() -> Iterable[tuple[str, dict[str, int | None]]]:
    """Each mutated module, with the exit codes of its mutants' tests by the mutants' names."""
    for meta in sorted(FOLDER.rglob("*.py.meta")):
        codes = json.loads(meta.read_text())["exit_code_by_key"]
        if codes:
            yield meta.relative_to(FOLDER).as_posix().removesuffix(".py.meta").replace("/", "."), codes


def fate(code: int | None) -> str:
    """What became of a mutant."""
    return next((name for name, codes in FATES.items() if code in codes), "not tried")


def told(found: Mapping[str, Mapping[str, int | None]], explained: str) -> int:
    """Print the counts of each module and what lives without an explanation; returns the exit code."""
    columns = ("killed", "timeout", *MISSED)
    print(f"{'module':<28}" + "".join(f"{name:>11}" for name in (*columns, "explained")))
    everything: Counter[str] = Counter()
    unexplained: list[str] = []
    for module, codes in found.items():
        counts = Counter(fate(code) for code in codes.values())
        missed = [name for name, code in codes.items() if fate(code) in MISSED]
        left = [name for name in missed if f"`{name}`" not in explained]
        counts["explained"] = len(missed) - len(left)
        unexplained += left
        everything += counts
        print(f"{module:<28}" + "".join(f"{counts[name]:>11,}" for name in (*columns, "explained")))
    print(f"{'all':<28}" + "".join(f"{everything[name]:>11,}" for name in (*columns, "explained")))
    for name in unexplained:
        print(f"not explained in docs/mutants.md: {name}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
