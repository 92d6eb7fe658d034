"""Columns written back to packets: the same bytes where nothing changed, as one packet else."""

import numpy as np
import numpy.typing as npt
import pytest
import tstrans.klv

from plainview.misb import (
    KlvEncodeError,
    amend_columns,
    amend_set,
    decode_columns,
    decode_packet,
    encode_columns,
    encode_set,
)
from plainview.misb.item_numbers import ImapItem, IntItem, LinearItem, UintItem
from plainview.misb.st0601 import ITEMS, ST0601
from tests.conftest import SharedData
from tests.misb.klv_clips import flight_packet, packets_of, packets_of_clip

CLIPS = ("osh/sample-stream_part1.ts", "kwiver/h264_klv.ts", "kwiver/mpeg2_klv.ts")
NEVER = {1, 60, 61, 62, 140}
FLOATS = LinearItem | ImapItem
Floats = npt.NDArray[np.float64]


def test_real_packets_written_from_their_numbers_are_the_same_bytes(
    shared_data: SharedData,
) -> None:
    """Every number is encoded anew, none of the bytes is copied."""
    raws = [each.raw for clip in CLIPS for each in packets_of_clip(shared_data(f"fmv_klv/{clip}"))]
    columns = decode_columns(raws)
    blank = {
        tag: np.where(np.isnan(column), column, _other(tag))
        for tag, column in columns.numbers.items()
        if tag not in NEVER
    }
    blanked = amend_columns(columns, blank)
    assert sum(a != b for a, b in zip(blanked, raws, strict=True)) == len(raws) == 230
    kept = {tag: columns.numbers[tag] for tag in blank}
    assert amend_columns(decode_columns([raw or b"" for raw in blanked]), kept) == tuple(raws)


def _other(tag: int) -> float:
    """Return a value of an item that few packets have."""
    kind = ST0601.by_number[tag]
    return 0.5 * (kind.low + kind.high) if isinstance(kind, LinearItem | ImapItem) else 1.0


def test_nothing_changed_is_the_same_bytes() -> None:
    raws = (flight_packet(), encode_set({2: 5, 13: None}), flight_packet(item_3="OTHER"))
    assert amend_columns(decode_columns(raws), {}) == raws
    columns = decode_columns(raws)
    numbers = {tag: column for tag, column in columns.numbers.items() if tag not in NEVER}
    assert amend_columns(columns, numbers) == raws


def test_a_change_is_that_of_a_single_packet() -> None:
    raws = [flight_packet(item_13=float(index)) for index in range(7)]
    latitudes = np.linspace(-80.0, 80.0, 7)
    amended = amend_columns(decode_columns(raws), {13: latitudes})
    for raw, latitude, packet in zip(raws, latitudes, amended, strict=True):
        assert packet == amend_set(decode_packet(packets_of(raw)[0]), {13: float(latitude)})


def test_a_damaged_packet_is_not_written() -> None:
    broken = bytearray(flight_packet())
    broken[40] ^= 1
    raws = [flight_packet(), bytes(broken)]
    assert amend_columns(decode_columns(raws), {13: np.zeros(2)})[1] is None


def test_new_packets_are_those_of_encode_set() -> None:
    """Every number of the standard, drawn over its range, sometimes absent."""
    draw = np.random.default_rng(5)
    numbers = {
        kind.number: _column(kind, draw)
        for kind in ITEMS
        if isinstance(kind, LinearItem | ImapItem | UintItem | IntItem)
        and kind.number not in NEVER
        and kind.number != 2
    }
    numbers = {2: np.arange(1.7e15, 1.7e15 + 200.0), **numbers}
    made = encode_columns(numbers, others={3: "SEARCH 7"})
    for row, packet in enumerate(made):
        values = {tag: column[row] for tag, column in numbers.items()}
        known = {
            tag: float(value) if isinstance(ST0601.by_number[tag], FLOATS) else int(value)
            for tag, value in values.items()
            if not np.isnan(value)
        }
        assert packet == encode_set({**known, 3: "SEARCH 7"})
    assert len(numbers) > 80


def _column(kind: LinearItem | ImapItem | UintItem | IntItem, draw: np.random.Generator) -> Floats:
    if isinstance(kind, LinearItem | ImapItem):
        values = draw.uniform(kind.low, kind.high, 200)
    else:
        n_bits = 8 * (kind.n_bytes or min(kind.max_bytes, 4)) - isinstance(kind, IntItem)
        top = min(2**n_bits - 1, 2**53, getattr(kind, "high", None) or 2**53)
        values = np.floor(draw.uniform(0, 1, 200) ** 4 * top)
        if isinstance(kind, IntItem):
            values *= draw.choice([-1.0, 1.0], 200)
    if kind.number % 9 == 0:
        values[draw.uniform(size=200) < 0.1] = np.nan
    return values


def test_a_second_encoder_writes_the_same() -> None:
    """Byte for byte, of items in rising order."""
    draw = np.random.default_rng(6)
    numbers: dict[int, Floats] = {
        2: np.arange(1.7e15, 1.7e15 + 50.0),
        5: draw.uniform(0.0, 360.0, 50),
        13: draw.uniform(-90.0, 90.0, 50),
        18: draw.uniform(0.0, 360.0, 50),
        21: draw.uniform(0.0, 5e6, 50),
    }
    for row, packet in enumerate(encode_columns(numbers, others={65: 19})):
        timestamp_us, heading, latitude, azimuth, slant_range = (
            column[row] for column in numbers.values()
        )
        theirs = tstrans.klv.UasDatalinkLs(
            timestamp_us=int(timestamp_us),
            platform_heading_deg=heading,
            sensor_lat_deg=latitude,
            sensor_rel_az_deg=azimuth,
            slant_range_m=slant_range,
            uas_ls_version=19,
        )
        assert packet == tstrans.klv.encode_uas_datalink(theirs)


@pytest.mark.parametrize(
    ("tag", "value", "words"),
    [
        (13, 91.0, "item 13"),
        (5, -0.1, "item 5"),
        (8, 2.5, "item 8"),
        (8, 256.0, "item 8"),
        (34, 77.0, "item 34"),
        (60, 1.0, "item 60"),
        (1, 1.0, "item 1"),
        (3, 1.0, "item 3"),
        (200, 1.0, "item 200"),
    ],
)
def test_what_an_item_cannot_hold_is_refused_with_its_place(
    tag: int, value: float, words: str
) -> None:
    with pytest.raises(KlvEncodeError) as refused:
        encode_columns({2: np.array([5.0, 6.0]), tag: np.array([np.nan, value])})
    assert words in refused.value.where


def test_no_packets_are_no_packets() -> None:
    assert encode_columns({2: np.empty(0)}) == ()
    assert amend_columns(decode_columns(()), {13: np.empty(0)}) == ()
