"""Looks every locked dependency up in the database of known weaknesses (osv.dev): ``make audit``.

Exit code 0: all were looked up and none has a known weakness; 1: some have; 2: the question was not answered, or not
for all of them, which is never told as good news.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

AUDIT: Final = (
    "tool",
    "run",
    "--from",
    "pip-audit==2.10.1",
    "pip-audit",
    "--strict",
    "--require-hashes",
    "--disable-pip",
)
LOCKED: Final = re.compile(r"^[A-Za-z0-9._-]+==[^\\\n]+", re.MULTILINE)


def verdict(answer: str, locked: frozenset[str]) -> tuple[int, str]:
    """Say what an answer (pip-audit's JSON, or nothing) means for these packages."""
    try:
        found = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 2, "The database of known weaknesses could not be asked: nothing was checked."
    weak = {each["name"]: [one["id"] for one in each["vulns"]] for each in found if each.get("vulns")}
    checked = {_plain(each["name"]) for each in found if "vulns" in each}
    left_out = sorted(name for name in locked if name not in checked)
    lines = [f"{name}: {', '.join(ids)}" for name, ids in sorted(weak.items())]
    if left_out:
        lines.append(f"Not checked: {', '.join(left_out)}")
    if weak or left_out:
        return (1 if weak else 2), "\n".join(lines)
    return 0, f"None of {len(checked)} dependencies has a known weakness."


def locked_in(requirements: str) -> frozenset[str]:
    """Return the names of the packages a file of requirements locks for this machine."""
    locked = [Requirement(line.strip()) for line in LOCKED.findall(requirements)]
    return frozenset(_plain(each.name) for each in locked if each.marker is None or each.marker.evaluate())


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


def main() -> int:
    """Ask about the product's dependencies."""
    file = Path("requirements.txt")
    uv = str(Path(sys.executable).with_name("uv"))
    command = [uv, *AUDIT, "--vulnerability-service", "osv", "-f", "json", "-r", str(file)]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - words of our own
    code, words = verdict(asked.stdout, locked_in(file.read_text(encoding="utf-8")))
    why = asked.stderr.strip().splitlines()[-1:] if code == 2 else []
    sys.stdout.write("\n".join([words, *why]) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
