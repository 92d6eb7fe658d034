"""What a mission says of its files is what ``inspect`` says, also where the run was interrupted."""

import signal
from pathlib import Path
from typing import Any

import plainview
from bench.drawn_scene.drawn_clip import DrawnClip
from plainview.mission.inspect import inspect_file
from plainview.mission.reader import Mission
from plainview.mission.source_health import describe_source_health
from tests.mission.ending_run import run_plainview

SAME = ("streams", "transport", "stamps", "minimum_set")
KILL = str(int(signal.SIGKILL))


def as_inspected(path: Path) -> dict[str, Any]:
    return inspect_file(path, are_pictures_seen=False)


def test_a_mission_says_of_its_file_what_inspect_says(
    whole_mission: Mission, drawn_clip: DrawnClip
) -> None:
    (health,) = whole_mission.summary["source_health"]
    found = as_inspected(drawn_clip.video)
    assert health["file"] == drawn_clip.video.name
    assert health["failure"] is None
    for part in SAME:
        assert health[part] == found[part]
    for name in ("packets", "packets_damaged", "coverage"):
        assert health["metadata"][name] == found["metadata"][name]
    page = (whole_mission.path / "report.html").read_text()
    assert 'id="source-health"' in page
    assert "Completeness (ST 0902)" in page


def test_damage_has_its_kind_place_and_first_packet(drawn_clip: DrawnClip, tmp_path: Path) -> None:
    data = bytearray(drawn_clip.video.read_bytes())
    label = bytes.fromhex("060e2b34020b01010e01030101000000")
    second = data.index(label, data.index(label) + 1)
    data[second + 40] ^= 1
    path = tmp_path / "broken.ts"
    path.write_bytes(data)
    (health,) = describe_source_health([path], verdict=None)
    assert health["metadata"]["damage"] == {"checksum": 1}
    assert health["metadata"]["damage_places"] == {"checksum item 1": 1}
    assert health["metadata"]["first_damage"]["checksum"].startswith("packet 2")
    assert "checksum_ignored" in [each["code"] for each in health["silent_errors"]]


def test_a_file_that_is_gone_by_the_end_is_said(tmp_path: Path) -> None:
    (health,) = describe_source_health([tmp_path / "gone.ts"], verdict=None)
    assert health["file"] == "gone.ts"
    assert health["failure"]


def test_a_run_that_was_killed_and_resumed_tells_of_the_whole_file(
    tiny_clip: DrawnClip, tmp_path: Path
) -> None:
    out = tmp_path / "mission"
    ended = run_plainview(["process", tiny_clip.video, "--out", out], script=(KILL, "frame", "4"))
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert run_plainview(["process", tiny_clip.video, "--out", out]).returncode == 0
    (health,) = plainview.open(out).summary["source_health"]
    found = as_inspected(tiny_clip.video)
    assert {part: health[part] for part in SAME} == {part: found[part] for part in SAME}
