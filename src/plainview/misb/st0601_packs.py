"""The packs and lists of ST 0601: bytes to members by name, and back.

A member that a pack leaves out, or has without a length, is None.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from plainview.misb.ber import KlvDecodeError, encode_ber_oid
from plainview.misb.imap import imapb_decode, imapb_encode
from plainview.misb.item_numbers import LinearItem
from plainview.misb.pack_reader import PackReader, encode_blocks, text_of

__all__ = [
    "decode_active_payloads",
    "decode_airbases",
    "decode_command",
    "decode_countries",
    "decode_frame_rate",
    "decode_horizon",
    "decode_location",
    "decode_oids",
    "decode_payloads",
    "decode_stores",
    "decode_substream",
    "decode_view_domain",
    "decode_wavelengths",
    "decode_waypoints",
    "encode_active_payloads",
    "encode_airbases",
    "encode_command",
    "encode_countries",
    "encode_frame_rate",
    "encode_horizon",
    "encode_location",
    "encode_never",
    "encode_oids",
    "encode_payloads",
    "encode_substream",
    "encode_view_domain",
    "encode_wavelengths",
    "encode_waypoints",
]

Members = dict[str, Any]

_HORIZON_BORDER: Final = ("start_x_percent", "start_y_percent", "end_x_percent", "end_y_percent")
_HORIZON_PLACES: Final = (
    LinearItem(81, "start_latitude_deg", n_bytes=4, low=-90.0, high=90.0),
    LinearItem(81, "start_longitude_deg", n_bytes=4, low=-180.0, high=180.0),
    LinearItem(81, "end_latitude_deg", n_bytes=4, low=-90.0, high=90.0),
    LinearItem(81, "end_longitude_deg", n_bytes=4, low=-180.0, high=180.0),
)
_WAVELENGTH_NM: Final = (0.0, 1e9)
_HEIGHT_HAE_M: Final = (-900.0, 9000.0)
_DOMAINS: Final = {"azimuth": (0.0, 360.0), "elevation": (-180.0, 180.0), "roll": (0.0, 360.0)}
_DOMAIN_BYTES: Final = 3
_COUNTRIES: Final = ("overflight_country", "operator_country", "country_of_manufacture")
_UUID_BYTES: Final = 16
_TIME_BYTES: Final = 8
_ENGAGEMENT_SHIFT: Final = 8


def decode_horizon(data: bytes) -> Members:
    """Item 81: where the horizon crosses the picture's border, and the places of it."""
    reader = PackReader(data)
    members: Members = {name: reader.uint(1) for name in _HORIZON_BORDER}
    for item in _HORIZON_PLACES:
        members[item.name] = None if reader.is_at_end else item.decode(reader.take(item.n_bytes))
    reader.end()
    return members


def encode_horizon(value: object) -> bytes:
    """Item 81: the border alone where no place is known, else all of them, marks for the rest."""
    members = _members(value)
    data = bytes(members[name] for name in _HORIZON_BORDER)
    places = [members.get(item.name) for item in _HORIZON_PLACES]
    if all(place is None for place in places):
        return data
    wires = (item.encode(place) for item, place in zip(_HORIZON_PLACES, places, strict=True))
    return data + b"".join(wires)


def decode_oids(data: bytes) -> tuple[int, ...]:
    """Items 116 and 121: numbers one after another."""
    reader = PackReader(data)
    numbers = []
    while not reader.is_at_end:
        numbers.append(reader.oid())
    return tuple(numbers)


def encode_oids(value: object) -> bytes:
    """Items 116 and 121."""
    return b"".join(encode_ber_oid(number) for number in _sequence(value))


def decode_command(data: bytes) -> Members:
    """Item 115: what the platform was told to do, and when (None: at the set's own time)."""
    reader = PackReader(data)
    command_id, command = reader.oid(), reader.text()
    time_us = None if reader.is_at_end else reader.uint(_TIME_BYTES)
    reader.end()
    return {"command_id": command_id, "command": command, "time_us": time_us}


def encode_command(value: object) -> bytes:
    """Item 115."""
    members = _members(value)
    time_us = members.get("time_us")
    return (
        encode_ber_oid(members["command_id"])
        + encode_blocks([members["command"].encode()])
        + (b"" if time_us is None else time_us.to_bytes(_TIME_BYTES, "big"))
    )


def decode_countries(data: bytes) -> Members:
    """Item 122: the countries of a flight, and how they are written."""
    blocks = PackReader(data).blocks()
    if not blocks or len(blocks) > 1 + len(_COUNTRIES) or len(blocks[0]) != 1:
        raise KlvDecodeError("country codes are a method of one byte and up to three countries.")
    names = [text_of(block) if block else None for block in blocks[1:]]
    names += [None] * (len(_COUNTRIES) - len(names))
    return {"coding_method": blocks[0][0], **dict(zip(_COUNTRIES, names, strict=True))}


def encode_countries(value: object) -> bytes:
    """Item 122, without unknown countries at its end."""
    members = _members(value)
    countries = [(members.get(name) or "").encode() for name in _COUNTRIES]
    while len(countries) > 1 and not countries[-1]:
        countries.pop()
    return encode_blocks([bytes([members["coding_method"]]), *countries])


def decode_frame_rate(data: bytes) -> Members:
    """Item 127: frames a second as a fraction; a lone number is over one."""
    reader = PackReader(data)
    numerator = reader.oid()
    denominator = 1 if reader.is_at_end else reader.oid()
    reader.end()
    if denominator == 0:
        raise KlvDecodeError("a frame rate is over zero.")
    return {"numerator": numerator, "denominator": denominator}


def encode_frame_rate(value: object) -> bytes:
    """Item 127, without a denominator of one."""
    members = _members(value)
    denominator = members.get("denominator", 1)
    tail = b"" if denominator == 1 else encode_ber_oid(denominator)
    return encode_ber_oid(members["numerator"]) + tail


def decode_wavelengths(data: bytes) -> tuple[Members, ...]:
    """Item 128: bands of wavelengths that item 121 refers to, in nanometres."""
    return tuple(_wavelength(PackReader(block)) for block in PackReader(data).blocks())


def _wavelength(reader: PackReader) -> Members:
    return {
        "wavelength_id": reader.oid(),
        "low_nm": imapb_decode(reader.take(4), *_WAVELENGTH_NM),
        "high_nm": imapb_decode(reader.take(4), *_WAVELENGTH_NM),
        "name": text_of(reader.rest()),
    }


def encode_wavelengths(value: object) -> bytes:
    """Item 128."""
    return encode_blocks(
        [
            encode_ber_oid(band["wavelength_id"])
            + imapb_encode(band["low_nm"], *_WAVELENGTH_NM, n_bytes=4)
            + imapb_encode(band["high_nm"], *_WAVELENGTH_NM, n_bytes=4)
            + band["name"].encode()
            for band in _sequence(value)
        ]
    )


def decode_location(data: bytes) -> Members | None:
    """Return a place of items 130 and 141; None where it is not known."""
    if not data:
        return None
    reader = PackReader(data)
    location: Members = {
        "latitude_deg": imapb_decode(reader.take(4), -90.0, 90.0),
        "longitude_deg": imapb_decode(reader.take(4), -180.0, 180.0),
        "height_hae_m": None,
    }
    if not reader.is_at_end:
        location["height_hae_m"] = imapb_decode(reader.take(3), *_HEIGHT_HAE_M)
    reader.end()
    return location


def encode_location(location: Mapping[str, Any] | None) -> bytes:
    """Return a place as items 130 and 141 have it; no bytes where it is not known."""
    if location is None:
        return b""
    data = imapb_encode(location["latitude_deg"], -90.0, 90.0, n_bytes=4)
    data += imapb_encode(location["longitude_deg"], -180.0, 180.0, n_bytes=4)
    height_hae_m = location.get("height_hae_m")
    if height_hae_m is None:
        return data
    return data + imapb_encode(height_hae_m, *_HEIGHT_HAE_M, n_bytes=3)


def decode_airbases(data: bytes) -> Members:
    """Item 130: where a flight begins and ends; a lone place is both."""
    blocks = PackReader(data).blocks()
    if not 1 <= len(blocks) <= 2:
        raise KlvDecodeError(f"airbase locations are one or two, not {len(blocks)}.")
    return {
        "take_off_location": decode_location(blocks[0]),
        "recovery_location": decode_location(blocks[-1]),
    }


def encode_airbases(value: object) -> bytes:
    """Item 130; a recovery location that is the take-off location is left out."""
    members = _members(value)
    blocks = [encode_location(members["take_off_location"])]
    recovery = encode_location(members["recovery_location"])
    return encode_blocks(blocks if recovery == blocks[0] else [*blocks, recovery])


def decode_payloads(data: bytes) -> Members:
    """Item 138: what a platform carries; a list may name only some of them."""
    reader = PackReader(data)
    n_payloads = reader.oid()
    payloads = tuple(_payload(PackReader(block)) for block in reader.blocks())
    return {"n_payloads": n_payloads, "payloads": payloads}


def _payload(reader: PackReader) -> Members:
    payload = {"payload_id": reader.oid(), "type": reader.oid(), "name": reader.text()}
    reader.end()
    return payload


def encode_payloads(value: object) -> bytes:
    """Item 138."""
    members = _members(value)
    blocks = [
        encode_ber_oid(payload["payload_id"])
        + encode_ber_oid(payload["type"])
        + encode_blocks([payload["name"].encode()])
        for payload in members["payloads"]
    ]
    return encode_ber_oid(members["n_payloads"]) + encode_blocks(blocks)


def decode_active_payloads(data: bytes) -> tuple[int, ...]:
    """Item 139: the payloads of item 138 that are on; the first byte has the first eight."""
    return tuple(
        8 * index + bit for index, octet in enumerate(data) for bit in range(8) if octet >> bit & 1
    )


def encode_active_payloads(value: object) -> bytes:
    """Item 139."""
    numbers = _sequence(value)
    data = bytearray(max(numbers, default=0) // 8 + 1)
    for number in numbers:
        data[number // 8] |= 1 << number % 8
    return bytes(data)


def decode_stores(data: bytes) -> tuple[Members, ...]:
    """Item 140, which is read and shown as evidence, and never written."""
    return tuple(_store(PackReader(block)) for block in PackReader(data).blocks())


def _store(reader: PackReader) -> Members:
    names = ("station_id", "hardpoint_id", "carriage_id", "store_id")
    store: Members = {name: reader.oid() for name in names}
    status = reader.oid()
    store["general_status"] = status & 0xFF
    store["engagement_status"] = status >> _ENGAGEMENT_SHIFT
    store["store_type"] = reader.text()
    reader.end()
    return store


def encode_never(value: object) -> bytes:
    """Refuse: items of weapons and laser codes are kept to the byte and never set."""
    raise ValueError(f"this item is read and never set, to {value!r} or anything else")


def decode_waypoints(data: bytes) -> tuple[Members, ...]:
    """Item 141: where a flight is to go."""
    return tuple(_waypoint(PackReader(block)) for block in PackReader(data).blocks())


def _waypoint(reader: PackReader) -> Members:
    return {
        "waypoint_id": reader.oid(),
        "prosecution_order": reader.signed(2),
        "info": None if reader.is_at_end else reader.oid(),
        "location": decode_location(reader.rest()),
    }


def encode_waypoints(value: object) -> bytes:
    """Item 141."""
    return encode_blocks([_waypoint_bytes(waypoint) for waypoint in _sequence(value)])


def _waypoint_bytes(waypoint: Mapping[str, Any]) -> bytes:
    data: bytes = encode_ber_oid(waypoint["waypoint_id"])
    data += int(waypoint["prosecution_order"]).to_bytes(2, "big", signed=True)
    if waypoint.get("info") is None:
        return data
    return data + encode_ber_oid(waypoint["info"]) + encode_location(waypoint.get("location"))


def decode_view_domain(data: bytes) -> Members:
    """Item 142: how far the sensor can turn, each axis from a start through a range."""
    blocks = PackReader(data).blocks()
    if len(blocks) > len(_DOMAINS):
        raise KlvDecodeError(f"a view domain has three axes, not {len(blocks)}.")
    blocks += [b""] * (len(_DOMAINS) - len(blocks))
    return {
        axis: _domain(block, bounds)
        for (axis, bounds), block in zip(_DOMAINS.items(), blocks, strict=True)
    }


def _domain(block: bytes, bounds: tuple[float, float]) -> Members | None:
    if not block:
        return None
    half, odd = divmod(len(block), 2)
    if odd or half > _TIME_BYTES:
        raise KlvDecodeError(f"an axis of a view domain has {len(block)} bytes.")
    return {
        "start_deg": imapb_decode(block[:half], *bounds),
        "range_deg": imapb_decode(block[half:], 0.0, 360.0),
    }


def encode_view_domain(value: object) -> bytes:
    """Item 142, without unknown axes at its end."""
    members = _members(value)
    blocks = [_domain_bytes(members[axis], bounds) for axis, bounds in _DOMAINS.items()]
    while blocks and not blocks[-1]:
        blocks.pop()
    return encode_blocks(blocks)


def _domain_bytes(domain: Mapping[str, float] | None, bounds: tuple[float, float]) -> bytes:
    if domain is None:
        return b""
    start = imapb_encode(domain["start_deg"], *bounds, n_bytes=_DOMAIN_BYTES)
    return start + imapb_encode(domain["range_deg"], 0.0, 360.0, n_bytes=_DOMAIN_BYTES)


def decode_substream(data: bytes) -> Members:
    """Item 143: which stream of metadata a set belongs to."""
    reader = PackReader(data)
    local_id = reader.oid()
    uuid = None if local_id else reader.take(_UUID_BYTES)
    reader.end()
    return {"local_id": local_id, "uuid": uuid}


def encode_substream(value: object) -> bytes:
    """Item 143."""
    members = _members(value)
    return encode_ber_oid(members["local_id"]) + (members.get("uuid") or b"")


def _members(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"a pack takes its members by name, not {value!r}")  # noqa: TRY004
    return value


def _sequence(value: object) -> Sequence[Any]:
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise ValueError(f"a list takes its values in order, not {value!r}")  # noqa: TRY004
    return value
