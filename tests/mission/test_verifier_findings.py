"""What an independent verifier finds in a recording of ours is what the page lists."""

import json
import re
import subprocess
import sys
from pathlib import Path

from plainview.mission.reader import Mission

PAGE = Path(__file__).parents[2] / "docs/reference/verifier-findings.md"
_FINE = ("pass", "not_applicable")


def findings_of(recording: Path) -> set[str]:
    """Return the codes of what is in error or doubt."""
    verifier = Path(sys.executable).with_name("stanag4609-verify")
    ran = subprocess.run(
        [str(verifier), "--format", "json", "--max-findings", "100000", str(recording)],
        capture_output=True,
        text=True,
        check=False,
    )
    document = json.loads(ran.stdout)
    return {each["code"] for each in document["findings"] if each["status"] not in _FINE}


def listed() -> set[str]:
    """Return the codes of the page's first table."""
    table = PAGE.read_text().partition("## The demo's recording")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([a-z0-9_.]+)`", table, re.MULTILINE))


def test_the_verifier_finds_what_the_page_lists_and_nothing_else(whole_mission: Mission) -> None:
    assert findings_of(whole_mission.path / "recording.ts") == listed()
