"""The running 16-bit sum."""

import pytest
import tstrans.klv

from plainview.misb import checksum16
from plainview.misb.checksum import is_checksum_right
from tests.conftest import SharedData
from tests.misb.klv_clips import flight_packet, kinds, packets_of, packets_of_clip


def test_the_dynamic_packet_of_st_0902_holds_its_sum(shared_data: SharedData) -> None:
    (packet,) = packets_of_clip(shared_data("fmv_klv/klvdata/DynamicOnlyMISMMSPacketData.bin"))
    assert not packet.damage


def test_the_constant_packet_of_st_0902_states_a_wrong_sum(shared_data: SharedData) -> None:
    (packet,) = packets_of_clip(shared_data("fmv_klv/klvdata/DynamicConstantMISMMSPacketData.bin"))
    assert kinds(packet) == ["checksum"]
    with pytest.raises(Exception, match="checksum mismatch"):
        tstrans.klv.decode_uas_datalink(packet.raw)


def test_an_odd_last_byte_is_the_upper_half_of_a_word() -> None:
    assert checksum16(bytes([0x12, 0x34, 0x56])) == 0x1234 + 0x5600
    assert checksum16(b"\xff" * 4) == (2 * 0xFFFF) & 0xFFFF


@pytest.mark.parametrize("name", ["osh/sample-stream_part1.ts", "kwiver/h264_klv.ts"])
def test_every_single_bit_of_a_real_packet_is_guarded(shared_data: SharedData, name: str) -> None:
    raw = packets_of_clip(shared_data(f"fmv_klv/{name}"))[0].raw
    for bit in range(0, 8 * len(raw), 7):
        damaged = bytearray(raw)
        damaged[bit // 8] ^= 1 << bit % 8
        assert is_checksum_right(bytes(damaged)) is not True


def test_a_packet_without_its_checksum_is_marked() -> None:
    raw = bytearray(flight_packet()[:-4])
    raw[16] -= 4
    (packet,) = packets_of(bytes(raw))
    assert kinds(packet) == ["checksum_missing"]
