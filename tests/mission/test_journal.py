from pathlib import Path

import numpy as np

from plainview.mission.journal import Checkpoint, Journal
from plainview.model import Event


def test_parts_are_numbered_and_found_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / ".journal")
    names = []
    for _ in range(12):
        part = journal.next_part("frames", ".arrow")
        part.touch()
        names.append(part)
    journal.next_part("frames-extra", ".arrow").touch()
    assert journal.parts("frames", ".arrow") == names
    assert len(set(names)) == 12


def test_the_newest_whole_checkpoint_that_is_not_too_late_is_found(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for n_frames in (10, 20, 30, 40):
        state = {"array": np.arange(n_frames)}
        journal.write_checkpoint(Checkpoint(n_frames=n_frames, state=state))
    assert len(list(tmp_path.glob("checkpoint-*"))) == 3, "only the newest are kept"
    found = journal.latest_checkpoint(at_most_n_frames=35)
    assert found is not None
    assert (found.n_frames, len(found.state["array"])) == (30, 30)
    newest = max(tmp_path.glob("checkpoint-*"))
    newest.write_bytes(newest.read_bytes()[:-40])
    found = journal.latest_checkpoint(at_most_n_frames=100)
    assert found is not None
    assert found.n_frames == 30, "a cut one is passed over"
    assert journal.latest_checkpoint(at_most_n_frames=5) is None


def test_events_come_back_and_a_cut_line_does_not(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write_events((Event(kind="gap", what="a gap", video_time_us=1),))
    journal.write_events((Event(kind="gap", what="another", details={"s": 2.0}),))
    path = tmp_path / "events.jsonl"
    path.write_bytes(path.read_bytes() + b'{"kind": "ga')
    events = journal.events()
    assert [event["what"] for event in events] == ["a gap", "another"]
    assert events[1]["details"] == {"s": 2.0}


def test_a_plan_that_was_cut_counts_as_none(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.plan() is None
    journal.write_plan({"mission_id": "m"})
    assert journal.plan() == {"mission_id": "m"}
    (tmp_path / "plan.json").write_text('{"mission')
    assert journal.plan() is None
