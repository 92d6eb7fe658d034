"""Which metadata are of which video: by program, by descriptors, by order, or shared; else none."""

import pytest

from plainview.formats.pair_klv import KlvPairing, PairedBy, pair_klv
from plainview.formats.program_tables import AnnouncedStream, ProgramMapTable

DAY, THERMAL = 0x111, 0x121
DAY_KLV, THERMAL_KLV = 0x112, 0x122
POINTER, METADATA = 0x25, 0x26


def service(tag: int, number: int, *, has_names: bool = True) -> bytes:
    """Return a descriptor that points to a metadata service, or announces it."""
    names = b"\x01\x00\xff" + b"KLVA" if has_names else b"\xff\xffKLVA\x10"
    body = names + bytes([number, 0x0F])
    return bytes([tag, len(body)]) + body


def program(number: int, *streams: int | tuple[int, bytes]) -> ProgramMapTable:
    announced = [each if isinstance(each, tuple) else (each, b"") for each in streams]
    return ProgramMapTable(
        program_number=number,
        version=0,
        pcr_pid=DAY,
        descriptors=b"",
        streams=tuple(
            AnnouncedStream(
                stream_type=0x1B if pid in (DAY, THERMAL) else 0x15, pid=pid, descriptors=text
            )
            for pid, text in announced
        ),
    )


def pairs(*tables: ProgramMapTable, klv: tuple[int, ...]) -> dict[int, tuple[int, ...]]:
    return {each.video: each.klv for each in pair_klv((DAY, THERMAL), klv, tables)}


def ways(*tables: ProgramMapTable, klv: tuple[int, ...]) -> set[PairedBy | None]:
    return {each.by for each in pair_klv((DAY, THERMAL), klv, tables)}


def test_a_program_a_camera_tells_also_against_the_order_of_the_pids() -> None:
    tables = program(1, DAY, THERMAL_KLV), program(2, THERMAL, DAY_KLV)
    klv = (DAY_KLV, THERMAL_KLV)
    assert pairs(*tables, klv=klv) == {DAY: (THERMAL_KLV,), THERMAL: (DAY_KLV,)}
    assert ways(*tables, klv=klv) == {PairedBy.PROGRAM}


def test_a_camera_whose_program_has_no_metadata_has_none() -> None:
    found = pair_klv((DAY, THERMAL), (DAY_KLV,), (program(1, DAY, DAY_KLV), program(2, THERMAL)))
    assert found == (
        KlvPairing(video=DAY, klv=(DAY_KLV,), by=PairedBy.PROGRAM),
        KlvPairing(video=THERMAL, klv=(), by=None),
    )


def test_in_one_program_the_order_of_the_pids_tells() -> None:
    table = program(1, THERMAL, DAY, THERMAL_KLV, DAY_KLV)
    klv = (THERMAL_KLV, DAY_KLV)
    assert pairs(table, klv=klv) == {DAY: (DAY_KLV,), THERMAL: (THERMAL_KLV,)}
    assert ways(table, klv=klv) == {PairedBy.ORDER}


@pytest.mark.parametrize("has_names", [True, False])
def test_descriptors_go_before_the_order(has_names: bool) -> None:
    table = program(
        1,
        (DAY, service(POINTER, 2, has_names=has_names)),
        (THERMAL, service(POINTER, 1)),
        (DAY_KLV, b"\x05\x04KLVA" + service(METADATA, 1, has_names=has_names)),
        (THERMAL_KLV, service(METADATA, 2)),
    )
    klv = (DAY_KLV, THERMAL_KLV)
    assert pairs(table, klv=klv) == {DAY: (THERMAL_KLV,), THERMAL: (DAY_KLV,)}
    assert ways(table, klv=klv) == {PairedBy.DESCRIPTOR}


def test_descriptors_that_name_one_service_for_all_tell_nothing() -> None:
    table = program(
        1,
        (DAY, service(POINTER, 0)),
        (THERMAL, service(POINTER, 0)),
        (DAY_KLV, service(METADATA, 0)),
        (THERMAL_KLV, service(METADATA, 0)),
    )
    assert ways(table, klv=(DAY_KLV, THERMAL_KLV)) == {PairedBy.ORDER}


def test_a_single_stream_of_one_program_serves_both() -> None:
    table = program(1, DAY, THERMAL, DAY_KLV)
    assert pairs(table, klv=(DAY_KLV,)) == {DAY: (DAY_KLV,), THERMAL: (DAY_KLV,)}
    assert ways(table, klv=(DAY_KLV,)) == {PairedBy.SHARED}


def test_three_streams_for_two_videos_are_of_none() -> None:
    table = program(1, DAY, THERMAL, DAY_KLV, THERMAL_KLV, 0x132)
    klv = (DAY_KLV, THERMAL_KLV, 0x132)
    assert pairs(table, klv=klv) == {DAY: (), THERMAL: ()}


def test_metadata_in_a_program_of_their_own_are_of_all_videos() -> None:
    tables = program(1, DAY), program(2, THERMAL), program(3, DAY_KLV)
    assert pairs(*tables, klv=(DAY_KLV,)) == {DAY: (DAY_KLV,), THERMAL: (DAY_KLV,)}
