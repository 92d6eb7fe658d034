"""KWIVER's decoding of nested sets, named as we name them."""

import base64
from typing import Any

from plainview.misb.st1204 import core_identifier_from_text

NESTED_TAGS = {73, 74, 94, 95, 97, 98, 99, 100, 101, 102}
"""Items of ST 0601 that hold sets or packs of other standards."""

WRONG_NESTED_GOLD = {
    "74.101[1].105.3": "KWIVER does not read embedded images (null); they are the chip's bytes.",
}
"""Where the gold of nested sets is wrong, and why."""


def nested_gold(tag: int, value: Any) -> Any:
    """Return the gold of one nested item as `decode_packet` gives it."""
    return None if value is None else _BY_TAG[tag](value)


def _plain(value: Any) -> Any:
    """Return a number, the integer of an enumeration, the bytes of a UUID, or text."""
    if not isinstance(value, dict):
        return value
    if "length" in value:
        return value["value"]
    if "bytes" in value:
        return base64.b64decode(value["bytes"])
    return value["integer"]


def _items(value: list[dict[str, Any]], **converts: Any) -> dict[int, Any]:
    """Return a set's items by tag; ``t17`` is how the one with tag 17 is converted."""
    items = {}
    for item in value:
        tag = item["key"]["integer"]
        convert = converts.get(f"t{tag}", _plain)
        items[tag] = None if item["value"] is None else convert(item["value"])
    return items


def _many(convert: Any) -> Any:
    return lambda values: tuple(convert(value) for value in values)


def _array(value: dict[str, Any]) -> dict[str, Any]:
    bounds = value["imap-params"] or {"lower-bound": None, "upper-bound": None}
    return {
        "dimensions": tuple(value["sizes"]),
        "algorithm": value["apa"]["integer"],
        "element_bytes": value["element-size"],
        "low": bounds["lower-bound"],
        "high": bounds["upper-bound"],
        "elements": tuple(value["elements"]),
    }


def _uncertainty(value: dict[str, Any]) -> dict[str, Any]:
    sigma, rho = value["sigma"] or {}, value["rho"] or {}
    return {
        "sigma_east": sigma.get("east"),
        "sigma_north": sigma.get("north"),
        "sigma_up": sigma.get("up"),
        "rho_east_north": rho.get("east-north"),
        "rho_east_up": rho.get("east-up"),
        "rho_north_up": rho.get("north-up"),
    }


def _location(value: dict[str, Any]) -> dict[str, Any]:
    names = {"latitude_deg": "latitude", "longitude_deg": "longitude", "height_hae_m": "altitude"}
    return {**{ours: value[theirs] for ours, theirs in names.items()}, **_uncertainty(value)}


def _motion(value: dict[str, Any]) -> dict[str, Any]:
    return {**{axis: value[axis] for axis in ("east", "north", "up")}, **_uncertainty(value)}


def _run(value: dict[str, int]) -> dict[str, int]:
    return {"first_pixel": value["index"], "n_pixels": value["length"]}


def _chip(value: list[dict[str, Any]]) -> dict[int, Any]:
    return {tag: item for tag, item in _items(value).items() if tag != 3}


def _target(value: dict[str, Any]) -> dict[Any, Any]:
    items = _items(
        value["set"],
        t17=_location,
        t18=_many(_location),
        t21=dict,
        t101=lambda mask: _items(mask, t1=tuple, t2=_many(_run)),
        t102=_items,
        t103=_items,
        t104=lambda tracker: _items(
            tracker, t5=_many(_location), t9=_many(_location), t10=_motion, t11=_motion
        ),
        t105=_chip,
        t106=_many(_chip),
        t107=_many(_items),
    )
    return {"target_id": value["id"], **items}


def _core_identifier(value: dict[str, Any]) -> bytes:
    usage = value["sensor-id-type"]["integer"] << 5 | value["platform-id-type"]["integer"] << 3
    usage |= (value["window-id"] is not None) << 2 | (value["minor-id"] is not None) << 1
    uuids = (value[f"{name}-id"] for name in ("sensor", "platform", "window", "minor"))
    known = b"".join(base64.b64decode(each["bytes"]) for each in uuids if each)
    return bytes([value["version"], usage]) + known


def core_identifier_bytes(text: Any) -> Any:
    """Return what `_core_identifier` gives, of our text."""
    return core_identifier_from_text(text)


def _section(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "section_x": value["section-x"],
        "section_y": value["section-y"],
        "ranges": _array(value["measurements"]),
        "uncertainties": value["uncertainty"] and _array(value["uncertainty"]),
        "plane_x_scale": _plain(value["plane-x-scale"]),
        "plane_y_scale": _plain(value["plane-y-scale"]),
        "plane_constant": _plain(value["plane-constant"]),
    }


def _enumerations(value: dict[str, Any]) -> dict[str, int]:
    return {name.replace("-", "_"): _plain(word) for name, word in value.items()}


def _registration(value: list[dict[str, Any]]) -> dict[int, Any]:
    return _items(value, t4=_array, t5=_array, t8=_array, t9=_array, t10=_array)


def _sdcc(value: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: tuple(value[name]) for name in ("members", "sigma", "rho")},
        "sigma_bytes": value["sigma-length"],
        "rho_bytes": value["rho-length"],
        "is_sigma_mapped": value["sigma-uses-imap"],
        "is_rho_mapped": value["rho-uses-imap"],
        "is_sparse": value["sparse"],
        "is_long": value["long-parse-control"],
    }


_BY_TAG: dict[int, Any] = {
    73: lambda value: _items(
        value,
        t11=lambda user: _items(
            user,
            t1=lambda kind: {"type": kind["type"]["integer"], "id": kind["id"]},
            t2=base64.b64decode,
        ),
        t12=_items,
        t13=_items,
    ),
    74: lambda value: _items(
        value,
        t13=_core_identifier,
        t101=_many(_target),
        t102=_many(_items),
        t103=_many(_items),
    ),
    94: _core_identifier,
    95: lambda value: _items(value, t22=_array),
    97: lambda value: _items(value, t12=_enumerations, t19=_items, t20=_section),
    98: _registration,
    99: _items,
    100: lambda value: _items(value, t98=_registration),
    101: lambda value: _items(value, t98=_registration),
    102: _sdcc,
}
