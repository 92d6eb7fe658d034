"""Holds each line of SCOPE.md over the commands, the fields, the exports and the formats."""

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
import typer

import plainview
from plainview.cli.main import app
from plainview.formats import cot, frames_parquet, settings_toml, tracks_parquet, truth_parquet
from plainview.misb import (
    ST0601,
    KlvEncodeError,
    KlvFramer,
    amend_set,
    decode_packet,
    encode_set,
)
from plainview.model import KlvPayload, ViewSigma

SCOPE = Path(__file__).parents[1] / "SCOPE.md"
NEVER_SET = {60, 61, 62, 140}

FORBIDDEN = {
    "designation, illumination, cueing, laser codes": (
        "designate designator illuminate illuminator lase laser_code laser_prf cue cueing"
    ),
    "weapons, release, guidance, engagement": (
        "weapon weapons munition release fire firing strike engage engagement guidance guide"
        " lethal kill_chain aimpoint intercept"
    ),
    "steering a vehicle": "pursue pursuit fly_to goto chase steer_to waypoint",
    "hostile or suspect": "hostile suspect enemy threat adversary foe",
    "identity of persons": "face person_id identity_of_person biometric recognise_person gait"
    " person_name suspect_id reidentify watchlist",
}
"""Words that no command, option, export, field, column or setting may hold, by line of SCOPE.md."""
READ_AS_EVIDENCE = {
    "misb": "names the items of the standard, which are read and kept, never set",
}


def words_of(name: str) -> set[str]:
    """Return the words of a name, and each run of two or three of them."""
    parts = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower().replace("-", "_").split("_")
    runs = range(1, 4)
    return {"_".join(parts[i : i + n]) for n in runs for i in range(len(parts))}


def modules() -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(plainview.__path__, "plainview."):
        yield importlib.import_module(info.name)


def commands() -> Iterator[tuple[str, Any]]:
    group: Any = typer.main.get_command(app)
    yield from group.commands.items()


def command_names() -> set[str]:
    options = {
        option
        for _, command in commands()
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    return {name for name, _ in commands()} | options


def exported_names() -> set[str]:
    return {
        name
        for module in modules()
        if module.__name__.split(".")[1] not in READ_AS_EVIDENCE
        for name in getattr(module, "__all__", ())
    }


def field_names() -> set[str]:
    return {
        field.name
        for module in modules()
        if module.__name__.split(".")[1] not in READ_AS_EVIDENCE
        for value in vars(module).values()
        if dataclasses.is_dataclass(value) and isinstance(value, type)
        for field in dataclasses.fields(value)
    }


def column_names() -> set[str]:
    schemas = (
        frames_parquet.FRAMES_SCHEMA,
        tracks_parquet.TRACKS_SCHEMA,
        truth_parquet.TRUTH_SCHEMA,
        truth_parquet.TRUTH_FRAMES_SCHEMA,
    )
    assert all(isinstance(schema, pa.Schema) for schema in schemas)
    return {name for schema in schemas for name in schema.names}


def setting_names() -> set[str]:
    names = {field.name for field in dataclasses.fields(settings_toml.RunSettings)}
    return names | {field.name for field in dataclasses.fields(ViewSigma)}


SURFACES = {
    "commands and options": command_names,
    "exports": exported_names,
    "fields": field_names,
    "columns": column_names,
    "settings": setting_names,
}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("line", FORBIDDEN)
def test_nothing_that_scope_excludes_has_a_name(line: str, surface: str) -> None:
    names = SURFACES[surface]()
    assert len(names) > 3
    forbidden = set(FORBIDDEN[line].split())
    assert {name for name in names if words_of(name) & forbidden} == set()


def test_the_words_would_be_found() -> None:
    assert words_of("LaserDesignator") & {"designator"}
    assert words_of("--set-laser-code") & {"laser_code"}


def test_every_line_of_scope_is_held_here() -> None:
    rows = [line for line in SCOPE.read_text().splitlines() if line.startswith("| ")]
    assert len(rows) - 1 == 6, "a line of SCOPE.md changed: hold it here and count it"


def test_tracks_go_to_cursor_on_target_as_unknown_neutral_or_spot_marker_only() -> None:
    source = Path(cot.__file__).read_text()
    types = set(re.findall(r'"([ab]-[A-Za-z]-?[A-Za-z0-9-]*)"', source))
    assert types
    assert all(re.match(r"(a-[un]-|b-m-p-s-p-)", name) for name in types), types


@pytest.mark.parametrize("tag", sorted(NEVER_SET))
def test_weapon_and_laser_items_are_never_set_from_a_value(tag: int) -> None:
    assert set(ST0601.never_set) == NEVER_SET
    for value in (1, 1111, b"\x01\x02", "text"):
        with pytest.raises(KlvEncodeError):
            encode_set({2: 1_700_000_000_000_000, tag: value})


@pytest.mark.parametrize("tag", sorted(NEVER_SET))
def test_weapon_and_laser_items_of_a_source_are_kept_to_the_byte(tag: int) -> None:
    wire = {60: b"\x12\x34", 61: b"\x03", 62: b"\x04\x57", 140: bytes.fromhex("0701010101030161")}[
        tag
    ]
    element = (
        bytes([tag]) + bytes([len(wire)]) + wire
        if tag < 128
        else bytes([0x81, tag - 128, len(wire)]) + wire
    )
    packet = _packet_with(element)
    metadata = _decoded(packet)
    assert metadata.items[tag].wire == wire
    amended = amend_set(metadata, {13: 48.5})
    assert element in amended
    assert _decoded(amended).items[tag].wire == wire


def _packet_with(element: bytes) -> bytes:
    """Return a packet with one more element before its checksum."""
    from plainview.misb import checksum16

    whole = encode_set({2: 1_700_000_000_000_000, 13: 48.0})
    value = whole[17:-4] + element
    body = whole[:16] + bytes([len(value) + 4]) + value + b"\x01\x02"
    return body + int(checksum16(body)).to_bytes(2)


def _decoded(packet: bytes) -> Any:
    framer = KlvFramer()
    found = [*framer.feed(KlvPayload(stream=0, data=packet)), *framer.flush()]
    assert len(found) == 1
    assert found[0].damage == ()
    return decode_packet(found[0])
