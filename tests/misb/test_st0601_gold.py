"""Every item of every ST 0601 packet of KWIVER's clips against KWIVER's own decoding."""

import json
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from plainview.misb import decode_packet
from tests.conftest import SharedData
from tests.misb.klv_clips import packets_of_clip
from tests.misb.nested_gold import (
    NESTED_TAGS,
    WRONG_NESTED_GOLD,
    core_identifier_bytes,
    nested_gold,
)

WRONG_GOLD = {
    "48.13": "KWIVER has the bytes of UTF-16 as characters, zero bytes included; it is text.",
    **WRONG_NESTED_GOLD,
}
"""Where the gold itself is wrong, and why."""


def plain(value: Any) -> Any:
    """Return KWIVER's number, integer of an enumeration or text as we have it."""
    if isinstance(value, dict):
        return value["value"] if "length" in value else value["integer"]
    return value


def bits(value: list[dict[str, Any]]) -> int:
    return sum(1 << flag["integer"] for flag in value)


def renamed(value: dict[str, Any], **names: str) -> dict[str, Any]:
    return {ours: plain(value[theirs]) for ours, theirs in names.items()}


def location(value: dict[str, float] | None) -> dict[str, float] | None:
    if value is None:
        return None
    return renamed(
        value, latitude_deg="latitude", longitude_deg="longitude", height_hae_m="altitude"
    )


def horizon(value: dict[str, Any]) -> dict[str, Any]:
    places = ("start_latitude", "start_longitude", "end_latitude", "end_longitude")
    border = {
        "start_x_percent": "x0",
        "start_y_percent": "y0",
        "end_x_percent": "x1",
        "end_y_percent": "y1",
    }
    return {**renamed(value, **border), **{f"{name}_deg": None for name in places}}


def wavelength(value: dict[str, Any]) -> dict[str, Any]:
    return renamed(value, wavelength_id="id", low_nm="min", high_nm="max", name="name")


def payloads(value: list[dict[str, Any]]) -> dict[str, Any]:
    listed = tuple(renamed(each, payload_id="id", type="type", name="name") for each in value)
    return {"n_payloads": len(value), "payloads": listed}


def store(value: dict[str, Any]) -> dict[str, Any]:
    members = renamed(
        value,
        station_id="station-id",
        hardpoint_id="hardpoint-id",
        carriage_id="carriage-id",
        store_id="store-id",
        general_status="general-status",
        store_type="weapon-type",
    )
    return {**members, "engagement_status": bits(value["engagement-status"])}


def waypoint(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "waypoint_id": value["id"],
        "prosecution_order": value["order"],
        "info": bits(value["info"]),
        "location": location(value["location"]),
    }


def domain(value: dict[str, Any]) -> dict[str, Any]:
    return {
        axis: None if pair is None else renamed(pair, start_deg="start", range_deg="range")
        for axis, pair in value.items()
    }


def security(value: list[dict[str, Any]]) -> dict[int, Any]:
    return {
        item["key"]["integer"]: plain(item["value"])
        for item in value
        if f"48.{item['key']['integer']}" not in WRONG_GOLD
    }


def many(convert: Callable[[Any], Any]) -> Callable[[Iterable[Any]], tuple[Any, ...]]:
    return lambda values: tuple(convert(value) for value in values)


GOLD: dict[int, Callable[[Any], Any]] = {
    47: bits,
    48: security,
    81: horizon,
    115: lambda value: renamed(value, command_id="id", command="string", time_us="timestamp"),
    116: tuple,
    121: tuple,
    122: lambda value: renamed(
        value,
        coding_method="coding-method",
        overflight_country="overflight-country",
        operator_country="operator-country",
        country_of_manufacture="country-of-manufacture",
    ),
    124: bits,
    127: lambda value: renamed(value, numerator="numerator", denominator="denominator"),
    128: many(wavelength),
    130: lambda value: {
        "take_off_location": location(value["take-off-location"]),
        "recovery_location": location(value["recovery-location"]),
    },
    138: payloads,
    139: tuple,
    140: many(store),
    141: many(waypoint),
    142: domain,
}
"""How KWIVER's structures are named by us; what is not here is a number, a word or text."""


def assert_equal(ours: Any, gold: Any, place: str) -> None:
    """Compare structures, numbers to 1e-9."""
    if isinstance(gold, dict):
        extra = {f"{place.split('item ')[1]}.{key}" for key in ours.keys() - gold.keys()}
        assert extra <= WRONG_GOLD.keys(), place
        for key in gold:
            assert_equal(ours[key], gold[key], f"{place}.{key}")
    elif isinstance(gold, tuple):
        assert len(ours) == len(gold), place
        for index, (one, other) in enumerate(zip(ours, gold, strict=True)):
            assert_equal(one, other, f"{place}[{index}]")
    elif isinstance(gold, float):
        assert ours == pytest.approx(gold, rel=1e-9, abs=1e-12), place
    else:
        assert ours == gold, place
        assert type(ours) is type(gold), place


@pytest.mark.parametrize("clip", ["h264_klv.ts", "mpeg2_klv.ts"])
def test_every_item_of_every_packet_is_typed_and_equal(shared_data: SharedData, clip: str) -> None:
    packed = shared_data("fmv_klv/kwiver/video_stream_klv.json.zz").read_bytes()
    gold = json.loads(zlib.decompress(packed))
    packets = packets_of_clip(shared_data(f"fmv_klv/kwiver/{clip}"))
    assert len(packets) == len(gold) == 30
    n_compared = 0
    for index, (packet, packet_gold) in enumerate(zip(packets, gold, strict=True)):
        metadata = decode_packet(packet)
        assert metadata.is_whole
        tags = [item["key"]["integer"] for item in packet_gold["value"]]
        assert sorted(set(metadata.items) - {1}) == tags
        for item in packet_gold["value"]:
            tag = item["key"]["integer"]
            value, ours = item["value"], metadata.value(tag)
            if tag in NESTED_TAGS:
                expected = nested_gold(tag, value)
            else:
                expected = None if value is None else GOLD.get(tag, plain)(value)
            if tag == 94:
                ours = core_identifier_bytes(ours)
            assert_equal(ours, expected, f"packet {index} item {tag}")
            n_compared += 1
    assert n_compared == 30 * 139


def test_the_text_that_the_gold_has_wrong_is_text(shared_data: SharedData) -> None:
    packet = packets_of_clip(shared_data("fmv_klv/kwiver/h264_klv.ts"))[0]
    security_set = decode_packet(packet).value(48)
    assert isinstance(security_set, dict)
    assert security_set[13] == "US"


def test_the_image_that_the_gold_leaves_out_is_one(shared_data: SharedData) -> None:
    packet = packets_of_clip(shared_data("fmv_klv/kwiver/h264_klv.ts"))[0]
    vmti = decode_packet(packet).value(74)
    assert isinstance(vmti, dict)
    assert vmti[101][1][105][3].startswith(b"\x89PNG")
