"""Holds SCOPE.md over what a mission writes: the names in its products, and what they claim."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

from plainview.mission.reader import Mission
from tests.test_scope import FORBIDDEN, words_of


def keys_in(value: object) -> set[str]:
    """Return every key of a JSON document, at any depth."""
    if isinstance(value, dict):
        return {str(key) for key in value} | keys_in(list(value.values()))
    return set().union(*map(keys_in, value)) if isinstance(value, list) else set()


def names_in_products(folder: Path) -> dict[str, set[str]]:
    """Return the names of all fields, elements and layers of a mission's products, by file."""
    names = {
        name: keys_in(json.loads((folder / name).read_bytes()))
        for name in ("mission.json", "tracks.geojson")
    }
    for name in ("tracks.kml", "tracks.gpx"):
        elements = list(ET.parse(folder / name).iter())
        names[name] = {element.tag.rpartition("}")[2] for element in elements}
    events = [ET.fromstring(line) for line in (folder / "tracks.cot").read_text().splitlines()]
    parts = [part for event in events for part in event.iter()]
    names["tracks.cot"] = {part.tag for part in parts}.union(*(part.keys() for part in parts))
    with closing(sqlite3.connect(folder / "tracks.gpkg")) as database:
        rows = database.execute(
            "SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p"
        ).fetchall()
        names["tracks.gpkg"] = {name for row in rows for name in row}
    return names


def test_no_product_has_a_field_that_scope_excludes(whole_mission: Mission) -> None:
    forbidden = set().union(*(words.split() for words in FORBIDDEN.values()))
    for product, names in names_in_products(whole_mission.path).items():
        assert len(names) > 8, product
        assert {name for name in names if words_of(name) & forbidden} == set(), product


def test_a_mission_says_nothing_but_unknown_and_spot_marker(whole_mission: Mission) -> None:
    lines = (whole_mission.path / "tracks.cot").read_text().splitlines()
    kinds = [ET.fromstring(line).attrib["type"] for line in lines]
    assert set(kinds) == {"a-u-S", "b-m-p-s-p-i"}
    labels = set(whole_mission.tracks["label"].drop_null().to_pylist())
    assert labels == set(), "what a detector may call a thing: hold it here, never who it is"
