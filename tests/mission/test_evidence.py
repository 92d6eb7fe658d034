"""What a source recorded of things that plainview never sets: shown, bounded, kept to the byte."""

import json
from pathlib import Path
from typing import Any

import pytest

from plainview.formats.raw_klv import read_klv_payloads
from plainview.misb import (
    LOCAL_SETS,
    Item,
    KlvFramer,
    MetadataSet,
    decode_packet,
    encode_set,
    find_never_set_of_packet,
    frame_packet,
)
from plainview.mission.evidence import MAX_ITEMS, MAX_VALUES, EvidenceTally, MissionEvidence
from plainview.mission.inspect import inspect_file
from plainview.mission.inspect_text import inspect_text
from plainview.mission.packet_json import metadata_sets_of
from plainview.model import KlvPayload
from tests.cli.command import command
from tests.conftest import SharedData
from tests.misb.klv_clips import flight_packet

CODE = bytes.fromhex("06cf")
CLIP = "fmv_klv/kwiver/h264_klv.ts"


def as_read(value: object = None, wire: bytes = b"") -> Item:
    return Item(value=value, wire=wire)


def packet(time_us: int, **changes: Item) -> bytes:
    items = {int(name.removeprefix("item_")): item for name, item in changes.items()}
    return encode_set({2: time_us, 65: 19, **items})


def evidence_of(*packets: bytes) -> list[dict[str, Any]]:
    tally = EvidenceTally()
    for raw in packets:
        tally.add(decode_packet(frame_packet(raw)))
    return tally.describe()


def test_an_item_is_shown_with_its_value_bytes_times_and_count() -> None:
    packets = [packet(1000 * n, item_62=as_read(wire=CODE)) for n in (3, 1, 2)]
    (entry,) = evidence_of(*packets)
    seen = {"packets": 3, "first_time_us": 1000, "last_time_us": 3000}
    assert entry == {
        "item": 62,
        "name": "laser_prf_code",
        "set": "ST0601",
        "stream": 0,
        "place": "62",
        "value": 1743,
        "raw": "06cf",
        **seen,
        "packets_damaged": 0,
        "values": [{"value": 1743, "raw": "06cf", **seen}],
        "packets_of_other_values": 0,
    }


def test_a_source_without_such_items_has_no_evidence() -> None:
    assert evidence_of(flight_packet()) == []


def test_items_inside_segments_and_other_sets_are_found_with_their_place() -> None:
    inner = bytes.fromhex("3e02") + CODE
    deeper = bytes([100, len(inner)]) + inner
    raw = packet(
        7,
        item_100=as_read(wire=inner),
        item_101=as_read(wire=deeper),
        item_73=as_read(wire=bytes.fromhex("0602001e")),
    )
    places = {entry["place"]: (entry["item"], entry["value"]) for entry in evidence_of(raw)}
    assert places == {"100.62": (62, 1743), "101.100.62": (62, 1743), "73.6": (6, 30)}


def test_distinct_values_are_bounded_and_the_others_counted() -> None:
    packets = [packet(n, item_62=as_read(wire=n.to_bytes(2, "big"))) for n in range(1, 40)]
    (entry,) = evidence_of(*packets, packets[0])
    assert [value["raw"] for value in entry["values"]][:2] == ["0001", "0002"]
    assert entry["values"][0]["packets"] == 2
    assert len(entry["values"]) == MAX_VALUES
    assert entry["packets"] == 40
    assert entry["packets_of_other_values"] == 39 - MAX_VALUES


def test_what_is_long_or_cannot_be_read_is_counted_and_does_no_harm() -> None:
    broken = packet(1, item_140=as_read(wire=b"\x05\x01"), item_61=as_read(wire=b"\x01\x02"))
    long = packet(2, item_140=as_read(wire=b"\x07" * 5000))
    empty = flight_packet(item_62=None)
    entries = {entry["item"]: entry for entry in evidence_of(broken, long, empty)}
    assert (entries[140]["value"], entries[140]["raw"]) == (None, "0501")
    assert entries[140]["packets_of_other_values"] == 1
    assert (entries[61]["value"], entries[61]["raw"]) == (None, "0102")
    assert (entries[62]["value"], entries[62]["raw"]) == (None, "")
    assert entries[61]["packets_damaged"] == 1


def test_items_without_end_are_bounded() -> None:
    element = bytes.fromhex("3e02") + CODE
    packets = []
    for pattern in range(1 << 7):
        inner = element
        for bit in range(7):
            inner = bytes([100 + (pattern >> bit & 1), len(inner)]) + inner
        packets.append(packet(1, item_100=as_read(wire=inner)))
    assert len(evidence_of(*packets)) == MAX_ITEMS


def test_a_stamp_that_is_no_date_is_shown_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "late.klv"
    path.write_bytes(packet(2**64 - 1, item_62=as_read(wire=CODE)))
    assert "18446744073709551615 µs" in inspect_text(inspect_file(path))


def test_payloads_that_split_packets_are_put_together() -> None:
    raw = packet(5, item_62=as_read(wire=CODE))
    evidence = MissionEvidence()
    evidence.add([KlvPayload(stream=9, data=raw[:30])])
    evidence.add([KlvPayload(stream=9, data=raw[30:] + raw)])
    (entry,) = evidence.describe()
    assert (entry["packets"], entry["stream"]) == (2, 9)


def test_inspect_shows_it_in_text_and_json(shared_data: SharedData) -> None:
    clip = shared_data(CLIP)
    text = command("inspect", clip).stdout
    assert "recorded by the source; plainview never sets these" in text
    assert "item 62    laser_prf_code, 2008-10-24T00:13:29.913Z to" in text
    assert "1743, bytes 06cf (30 packets)" in text
    entries = json.loads(command("inspect", clip, "--json").stdout)["evidence"]
    assert [entry["place"] for entry in entries] == ["60", "61", "62", "73.6", "140"]
    stores = entries[-1]
    assert [value["packets"] for value in stores["values"]] == [16, 14]
    assert stores["value"][0]["store_type"] == "Harpoon"


def never_set_in(path: Path) -> list[tuple[str, bytes]]:
    """Return place and bytes of each such item, in order."""
    found = []
    for metadata in metadata_sets_of(path):
        table = LOCAL_SETS.get(metadata.set_name)
        if table is not None and 65 in metadata.items:
            found += [
                (each.place, each.wire) for each in find_never_set_of_packet(metadata.raw, table)
            ]
    return found


@pytest.fixture(scope="module")
def mission(shared_data: SharedData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("evidence") / "mission"
    made = command("process", shared_data(CLIP), "--out", out, "--no-overlay")
    assert made.exit_code == 0, made.output
    return out


def test_the_recording_keeps_such_items_to_the_byte(mission: Path, shared_data: SharedData) -> None:
    source = never_set_in(shared_data(CLIP))
    assert len(source) == 5 * 30
    assert never_set_in(mission / "recording.ts") == source


def test_the_recording_keeps_whole_packets_to_the_byte(
    mission: Path, shared_data: SharedData
) -> None:
    def packets(path: Path) -> list[bytes]:
        framer = KlvFramer()
        found = [each for payload in read_klv_payloads(path) for each in framer.feed(payload)]
        return [each.raw for each in found + framer.flush()]

    recorded = packets(mission / "recording.ts")
    assert [raw for raw in packets(shared_data(CLIP)) if raw not in recorded] == []


def test_the_mission_says_what_inspect_says(mission: Path, shared_data: SharedData) -> None:
    summary = json.loads((mission / "mission.json").read_text())
    assert summary["evidence"] == inspect_file(shared_data(CLIP))["evidence"]
    report = (mission / "report.html").read_text()
    assert "Recorded by the source; plainview never sets these." in report
    assert "<td>06cf</td>" in report


def test_nothing_that_plainview_writes_sets_them(mission: Path) -> None:
    ours = [
        metadata
        for metadata in metadata_sets_of(mission / "recording.ts")
        if metadata.set_name == "ST0903"
    ]
    assert ours
    assert all(_is_clean(metadata) for metadata in ours)


def _is_clean(metadata: MetadataSet) -> bool:
    return not find_never_set_of_packet(metadata.raw, LOCAL_SETS[metadata.set_name])
