"""Tables are read, written again and spread over packets without a byte changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.formats.program_tables import (
    AnnouncedStream,
    ProgramMapTable,
    SectionAssembler,
    crc32_mpeg,
    packets_from_sections,
    read_program_association,
    read_program_map,
)
from plainview.formats.transport_packets import PACKET_BYTES
from tests.formats.streams import KLVA, VIDEO, association, program_map

streams = st.builds(
    AnnouncedStream,
    stream_type=st.integers(0, 255),
    pid=st.integers(0x10, 0x1FFE),
    descriptors=st.binary(max_size=40),
)
tables = st.builds(
    ProgramMapTable,
    program_number=st.integers(1, 0xFFFF),
    version=st.integers(0, 31),
    pcr_pid=st.integers(0, 0x1FFF),
    descriptors=st.binary(max_size=30),
    streams=st.lists(streams, max_size=12).map(tuple),
)


def assembled(packets: bytes) -> list[bytes]:
    assembler = SectionAssembler()
    return [
        section
        for begin in range(0, len(packets), PACKET_BYTES)
        for section in assembler.feed(packets[begin : begin + PACKET_BYTES])
    ]


def test_the_crc_is_that_of_the_standard() -> None:
    assert crc32_mpeg(b"123456789") == 0x0376E6E7
    assert crc32_mpeg(association({1: 0x1000})) == 0


@settings(max_examples=60, deadline=None)
@given(table=tables)
def test_a_program_map_comes_back_as_it_was_written(table: ProgramMapTable) -> None:
    section = table.to_section()
    assert section is not None
    assert read_program_map(section) == table


@settings(max_examples=40, deadline=None)
@given(sizes=st.lists(st.integers(1, 1000), min_size=1, max_size=4), continuity=st.integers(0, 15))
def test_sections_survive_being_put_into_packets(sizes: list[int], continuity: int) -> None:
    sections = [b"\x02" + (0xB000 | n).to_bytes(2) + bytes([n % 251]) * n for n in sizes]
    packets = packets_from_sections(sections, pid=0x100, continuity=continuity)
    assert assembled(packets) == sections
    counters = [packets[k + 3] & 0x0F for k in range(0, len(packets), PACKET_BYTES)]
    assert counters == [(continuity + k) % 16 for k in range(len(counters))]


def test_two_sections_in_one_packet_are_told_apart() -> None:
    first, second = program_map([VIDEO]), program_map([VIDEO, KLVA], number=2)
    payload = (b"\x00" + first + second).ljust(PACKET_BYTES - 4, b"\xff")
    assert assembled(bytes([0x47, 0x50, 0x00, 0x10]) + payload) == [first, second]


def test_the_end_of_a_section_before_the_pointer_is_joined_to_its_begin() -> None:
    first, second = program_map([VIDEO]), program_map([VIDEO, KLVA], number=2)
    begin = bytes([0x47, 0x50, 0, 0x30, 182 - len(first[:10])]) + bytes(182 - len(first[:10]))
    packets = begin + b"\x00" + first[:10]
    rest = bytes([len(first[10:])]) + first[10:] + second
    packets += bytes([0x47, 0x50, 0, 0x11]) + rest.ljust(PACKET_BYTES - 4, b"\xff")
    assert assembled(packets) == [first, second]


@pytest.mark.parametrize("at", range(0, 26, 3))
def test_a_flipped_bit_makes_a_table_unreadable(at: int) -> None:
    section = bytearray(program_map([VIDEO, KLVA]))
    section[at] ^= 0x10
    assert read_program_map(bytes(section)) is None


def test_an_association_names_programs_and_leaves_the_network_out() -> None:
    assert read_program_association(association({0: 0x10, 1: 0x1000, 7: 0x200})) == {
        1: 0x1000,
        7: 0x200,
    }
    assert read_program_association(program_map([VIDEO])) is None


def test_a_map_that_is_too_long_is_refused() -> None:
    stream = AnnouncedStream(stream_type=6, pid=0x100, descriptors=bytes(250))
    table = ProgramMapTable(
        program_number=1, version=0, pcr_pid=0x100, descriptors=b"", streams=(stream,) * 4
    )
    assert table.to_section() is None
