"""Packets are found however they are wrapped, and again after damage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.formats.transport_packets import (
    PACKET_BYTES,
    PacketAligner,
    PacketRun,
    n_payload_skip_bytes,
    packet_rows,
    pids_of,
    starts_of,
)


def packets(n: int) -> bytes:
    rng = np.random.default_rng(7)
    rows = rng.integers(0, 256, (n, PACKET_BYTES)).astype(np.uint8)
    rows[rows == 0x47] = 0
    rows[:, 0] = 0x47
    return rows.tobytes()


def aligned(data: bytes, *, chunk_bytes: int = 4096) -> tuple[PacketAligner, list[PacketRun]]:
    aligner = PacketAligner()
    runs = [
        run
        for begin in range(0, len(data), chunk_bytes)
        for run in aligner.feed(data[begin : begin + chunk_bytes])
    ]
    return aligner, runs + aligner.feed(b"", is_end=True)


def joined(runs: list[PacketRun]) -> bytes:
    return b"".join(run.packets for run in runs)


@pytest.mark.parametrize(("lead", "trail"), [(0, 0), (4, 0), (0, 16)])
def test_packets_are_unwrapped_from_each_known_stride(lead: int, trail: int) -> None:
    plain = packets(100)
    wrapped = b"".join(
        b"\x01" * lead + plain[k : k + PACKET_BYTES] + b"\x02" * trail
        for k in range(0, len(plain), PACKET_BYTES)
    )
    aligner, runs = aligned(wrapped, chunk_bytes=1000)
    assert joined(runs) == plain
    assert aligner.n_dropped_bytes == 0
    assert runs[0].offset == lead


@settings(max_examples=40, deadline=None)
@given(
    head=st.binary(max_size=300),
    hole=st.binary(min_size=1, max_size=300),
    tail=st.binary(max_size=100),
    chunk_bytes=st.integers(100, 9000),
)
def test_bytes_between_packets_are_dropped_counted_and_placed(
    head: bytes, hole: bytes, tail: bytes, chunk_bytes: int
) -> None:
    head, hole, tail = (part.replace(b"\x47", b"\x00") for part in (head, hole, tail))
    plain = packets(60)
    half = 30 * PACKET_BYTES
    data = head + plain[:half] + hole + plain[half:] + tail
    aligner, runs = aligned(data, chunk_bytes=chunk_bytes)
    assert joined(runs) == plain
    assert aligner.n_dropped_bytes == len(head) + len(hole) + len(tail)
    for run in runs:
        assert data[run.offset : run.offset + len(run.packets)] == run.packets


def test_a_packet_whose_sync_byte_alone_is_broken_is_kept() -> None:
    data = bytearray(packets(50))
    data[20 * PACKET_BYTES] = 0
    aligner, runs = aligned(bytes(data))
    assert joined(runs) == data
    assert aligner.n_dropped_bytes == 0


def test_noise_gives_no_packets_and_holds_no_memory() -> None:
    aligner, runs = aligned(np.random.default_rng(3).bytes(200_000))
    assert runs == []
    assert aligner.n_dropped_bytes == 200_000
    assert not aligner.has_packets


def test_a_file_of_two_packets_is_read_and_one_packet_is_too_little_to_be_sure() -> None:
    assert joined(aligned(packets(2))[1]) == packets(2)
    assert aligned(packets(1))[1] == []


def test_the_packets_before_a_place_in_the_file_are_counted_with_their_stride() -> None:
    run = PacketRun(offset=1004, stride=192, packets=packets(10))
    assert [run.n_packets_before(at) for at in (0, 1004, 1005, 1196, 1197, 9999)] == [
        0,
        0,
        1,
        1,
        2,
        10,
    ]


def test_header_fields_are_read_as_the_standard_says() -> None:
    packet = bytes([0x47, 0x5F, 0xFE, 0x30, 7]) + bytes(183)
    rows = packet_rows(packet)
    assert pids_of(rows).tolist() == [0x1FFE]
    assert starts_of(rows).tolist() == [True]
    assert n_payload_skip_bytes(packet) == 12
    assert n_payload_skip_bytes(bytes([0x47, 0, 0, 0x10]) + bytes(184)) == 4
    assert n_payload_skip_bytes(bytes([0x47, 0, 0, 0x20, 183]) + bytes(183)) == PACKET_BYTES
    assert n_payload_skip_bytes(bytes([0x47, 0, 0, 0x30, 255]) + bytes(183)) == PACKET_BYTES
