"""Columns against single packets, on the same table."""

import math

import numpy as np
import pytest
import tstrans.klv

from plainview.misb import decode_columns, decode_packet, encode_set
from tests.conftest import SharedData
from tests.misb.klv_clips import FLIGHT, flight_packet, packets_of, packets_of_clip


def test_columns_are_what_single_packets_say(shared_data: SharedData) -> None:
    packets = [
        packet
        for clip in ("osh/sample-stream_part1.ts", "kwiver/h264_klv.ts", "kwiver/mpeg2_klv.ts")
        for packet in packets_of_clip(shared_data(f"fmv_klv/{clip}"))
    ]
    columns = decode_columns(packets)
    assert len(columns) == len(packets) == 230
    assert columns.is_whole.all()
    assert len(columns.numbers) > 100
    for row, packet in enumerate(packets):
        metadata = decode_packet(packet)
        for tag, column in columns.numbers.items():
            value = metadata.value(tag)
            if value is None:
                assert math.isnan(column[row])
            else:
                assert column[row] == value


def test_every_number_of_a_packet_has_a_column() -> None:
    metadata = decode_packet(packets_of(flight_packet())[0])
    numbers = {tag for tag, item in metadata.items.items() if isinstance(item.value, int | float)}
    assert decode_columns([flight_packet()]).numbers.keys() == numbers


def test_items_that_are_no_numbers_are_given_as_they_came() -> None:
    raws = [flight_packet(), flight_packet(item_3="OTHER"), encode_set({2: 5})]
    assert decode_columns(raws).wires(3) == (b"SEARCH 7", b"OTHER", None)


def test_a_damaged_packet_has_no_numbers() -> None:
    broken = bytearray(flight_packet())
    broken[40] ^= 1
    cut = flight_packet()[:30]
    columns = decode_columns([flight_packet(), bytes(broken), cut, b"", b"\x06\x0e\x2b\x34"])
    assert columns.is_whole.tolist() == [True, False, False, False, False]
    assert np.isnan(columns.numbers[15][1:]).all()


def test_absent_empty_and_out_of_range_items_are_nan() -> None:
    raws = [encode_set({2: 5, 13: 1.0}), encode_set({2: 5}), encode_set({2: 5, 13: None})]
    columns = decode_columns(raws)
    assert columns.numbers[13][0] == pytest.approx(1.0, abs=1e-7)
    assert np.isnan(columns.numbers[13][1:]).all()


def test_times_are_exact() -> None:
    raws = [encode_set({2: 1_700_000_000_000_001 + 3 * index}) for index in range(5)]
    times_us = decode_columns(raws).numbers[2]
    assert times_us.tolist() == [1_700_000_000_000_001 + 3 * index for index in range(5)]


def test_no_packets_make_no_rows() -> None:
    columns = decode_columns(())
    assert len(columns) == 0
    assert columns.numbers == {}
    assert columns.wires(3) == ()


def test_layouts_may_alternate() -> None:
    raws = [
        flight_packet(item_13=float(index)) if index % 2 else encode_set({2: 5, 13: float(index)})
        for index in range(20)
    ]
    values = decode_columns(raws).numbers[13]
    assert values.tolist() == pytest.approx(list(range(20)), abs=1e-6)


def test_another_reader_reads_the_same_columns() -> None:
    raws = [encode_set({**FLIGHT, 13: 54.0 + index, 18: 10.0 * index}) for index in range(30)]
    columns = decode_columns(raws)
    peers = [tstrans.klv.decode_uas_datalink(raw) for raw in raws]
    assert columns.numbers[13].tolist() == pytest.approx([peer.sensor_lat_deg for peer in peers])
    assert columns.numbers[18].tolist() == pytest.approx([peer.sensor_rel_az_deg for peer in peers])
