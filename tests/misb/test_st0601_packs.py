"""The packs and lists of ST 0601, there and back, against the bytes that a peer writes."""

import pytest
import stanag4609.st0601 as peer

from plainview.misb import KlvDecodeError, KlvEncodeError, encode_set
from plainview.misb.st0601 import ST0601

LOCATION = {"latitude_deg": 38.841859, "longitude_deg": -77.036784, "height_hae_m": 3.0}

PACKS: dict[int, object] = {
    81: {
        "start_x_percent": 0,
        "start_y_percent": 36,
        "end_x_percent": 56,
        "end_y_percent": 0,
        "start_latitude_deg": 10.0,
        "start_longitude_deg": -20.0,
        "end_latitude_deg": 11.0,
        "end_longitude_deg": -21.0,
    },
    115: {"command_id": 5, "command": "Fly to Waypoint 1", "time_us": 1_700_000_000_000_000},
    116: (3, 7, 300),
    121: (1, 3),
    122: {
        "coding_method": 14,
        "overflight_country": "CAN",
        "operator_country": None,
        "country_of_manufacture": "FRA",
    },
    127: {"numerator": 60_000, "denominator": 1001},
    128: ({"wavelength_id": 21, "low_nm": 1000.0, "high_nm": 2000.0, "name": "NNIR"},),
    130: {"take_off_location": LOCATION, "recovery_location": None},
    138: {"n_payloads": 1, "payloads": ({"payload_id": 0, "type": 0, "name": "VIS Nose"},)},
    139: (0, 1, 3, 17),
    141: (
        {"waypoint_id": 0, "prosecution_order": 1, "info": 3, "location": LOCATION},
        {"waypoint_id": 1, "prosecution_order": -2, "info": None, "location": None},
    ),
    142: {
        "azimuth": {"start_deg": 210.0, "range_deg": 300.0},
        "elevation": {"start_deg": -75.0, "range_deg": 50.0},
        "roll": None,
    },
    143: {"local_id": 0, "uuid": bytes(range(16))},
}


def approximately(value: object) -> object:
    """Return a structure whose numbers compare within a step of the wire."""
    if isinstance(value, dict):
        return {key: approximately(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(approximately(each) for each in value)
    return pytest.approx(value, rel=1e-6, abs=2e-2) if isinstance(value, float) else value


def equals(value: object, expected: object) -> bool:
    if isinstance(expected, dict):
        return isinstance(value, dict) and all(
            equals(value[key], each) for key, each in expected.items()
        )
    if isinstance(expected, tuple):
        return isinstance(value, tuple) and all(
            equals(one, each) for one, each in zip(value, expected, strict=True)
        )
    return bool(value == approximately(expected))


@pytest.mark.parametrize("tag", sorted(PACKS))
def test_a_pack_comes_back(tag: int) -> None:
    item = ST0601.by_number[tag]
    wire = item.encode(PACKS[tag])
    assert equals(item.decode(wire), PACKS[tag])
    assert item.encode(item.decode(wire)) == wire


@pytest.mark.parametrize("tag", sorted(PACKS))
def test_a_pack_that_ends_early_is_refused_or_shorter(tag: int) -> None:
    item = ST0601.by_number[tag]
    wire = item.encode(PACKS[tag])
    for n_bytes in range(1, len(wire)):
        try:
            decoded = item.decode(wire[:n_bytes])
        except KlvDecodeError:
            continue
        assert decoded != item.decode(wire)


def test_the_peer_reads_what_we_write() -> None:
    wires = {tag: ST0601.by_number[tag].encode(value) for tag, value in PACKS.items()}
    horizon = peer.decode_image_horizon_pixel_pack(wires[81])
    assert (horizon.start_y, horizon.end_x) == (36, 56)
    command = peer.decode_control_command(wires[115])
    assert (command.command_id, command.command) == (5, "Fly to Waypoint 1")
    assert peer.decode_control_command_verification_list(wires[116]).command_ids == (3, 7, 300)
    assert peer.decode_sensor_frame_rate_pack(wires[127]).numerator == 60_000
    (band,) = peer.decode_wavelengths_list(wires[128]).records
    assert (band.wavelength_id, band.name) == (21, "NNIR")
    assert peer.decode_active_payloads(wires[139]).payload_ids == {0, 1, 3, 17}
    first, second = peer.decode_waypoint_list(wires[141]).records
    assert (first.waypoint_id, second.prosecution_order) == (0, -2)
    domain = peer.decode_view_domain(wires[142])
    assert isinstance(domain.azimuth, peer.ViewDomainPair)
    assert float(domain.azimuth.start) == 210.0
    assert peer.decode_metadata_substream_id(wires[143]).local_id == 0


def test_a_lone_place_is_where_a_flight_begins_and_ends() -> None:
    item = ST0601.by_number[130]
    both = {"take_off_location": LOCATION, "recovery_location": LOCATION}
    wire = item.encode(both)
    assert len(wire) == 1 + 11
    assert equals(item.decode(wire), both)


def test_a_place_without_height_is_read() -> None:
    item = ST0601.by_number[130]
    flat = {"latitude_deg": 1.0, "longitude_deg": 2.0, "height_hae_m": None}
    wire = item.encode({"take_off_location": flat, "recovery_location": flat})
    assert len(wire) == 1 + 8
    assert equals(item.decode(wire), {"take_off_location": flat})


@pytest.mark.parametrize(
    ("tag", "wire"),
    [
        (81, "0000"),
        (81, "0001020304"),
        (115, "0505414243"),
        (115, "050141" + "00" * 7),
        (116, "81"),
        (122, "020101"),
        (122, "0101" * 5),
        (127, "0100"),
        (127, "010102"),
        (128, "0315ff"),
        (128, "0d15" + "00" * 8 + "ff"),
        (130, "00" * 3),
        (130, "0400000000"),
        (138, "01020000"),
        (138, "010500000141ff"),
        (140, "0701010101036100"),
        (141, "020001"),
        (142, "00" * 4),
        (142, "03000000"),
        (143, "00"),
        (143, "0500"),
    ],
)
def test_a_pack_that_breaks_its_standard_is_refused(tag: int, wire: str) -> None:
    with pytest.raises(KlvDecodeError):
        ST0601.by_number[tag].decode(bytes.fromhex(wire))


@pytest.mark.parametrize("tag", sorted(PACKS))
@pytest.mark.parametrize("value", ["text", 5, {"no": 1}, ("a",)])
def test_a_value_that_is_no_pack_is_refused(tag: int, value: object) -> None:
    with pytest.raises(KlvEncodeError, match=f"item {tag}"):
        encode_set({tag: value})
