"""Layouts as data: the shipped ones parse, and mistakes name their field."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from plainview.errors import FormatError
from plainview.overlay import LAYOUTS, ElementKind, Layout, place_elements
from plainview.overlay.readings import WIDEST_READINGS


def mapping(**changes: Any) -> dict[str, Any]:
    element = {"kind": "text", "anchor": "top-left", "lines": ["{time}"], **changes}
    return {"name": "mine", "element": [{"kind": "marking"}, element]}


def parse(values: dict[str, Any]) -> Layout:
    return Layout.from_mapping(values, where="mine.toml")


@pytest.mark.parametrize("name", LAYOUTS)
def test_shipped_layouts_have_a_banner_at_top_and_bottom(name: str) -> None:
    layout = LAYOUTS[name]
    markings = [e for e in layout.elements if e.kind == "marking"]
    assert layout.name == name
    assert {round(element.place[1]) for element in markings} == {0, 1}


def test_st1909_says_what_nobody_checked() -> None:
    unchecked = {e.name for e in LAYOUTS["st1909"].elements if e.is_unchecked}
    assert {"reticle", "tracks", "scale_bar", "marking_bottom"} <= unchecked
    assert "target" not in unchecked


def test_a_layout_of_ones_own_is_parsed() -> None:
    layout = parse(mapping(name="clock", x=0.25))
    assert layout.elements[1].name == "clock"
    assert layout.elements[1].place == (0.25, 0.0)
    assert layout.elements[1].lines[0].widest == "88:88:88.8Z"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"element": []}, "name"),
        ({"name": "mine"}, "element"),
        ({"name": "mine", "element": []}, "marking"),
        ({"name": "mine", "element": [{"kind": "marking", "min_height_px": 9}]}, "marking"),
        ({"name": "mine", "element": [{"kind": "marking", "max_height_px": 9}]}, "marking"),
        ({"name": 3, "element": []}, "name"),
        (mapping(kind="crosshair"), "element 2, kind"),
        (mapping(anchor="middle"), "element 2, anchor"),
        (mapping(x=1.5), "element 2, x"),
        (mapping(size="large"), "element 2, size"),
        (mapping(unchecked=1), "element 2, unchecked"),
        (mapping(colour="red"), "element 2, colour"),
        (mapping(lines=[]), "element 2, lines"),
        (mapping(lines=["{nonsense}"]), "element 2, lines 1"),
        (mapping(lines=["{time", "x"]), "element 2, lines 1"),
        (mapping(lines=["ok", "{time.__class__}"]), "element 2, lines 2"),
        (mapping(lines=["{time:.2f}"]), "element 2, lines 1"),
        (mapping(lines=["{time!r}"]), "element 2, lines 1"),
        (mapping(lines=[{"absent": "N/A"}]), "element 2, text"),
        ({**mapping(), "style": {"text_height": 3.0}}, "style, text_height"),
        ({**mapping(), "style": {"font": "x"}}, "style, font"),
        ({**mapping(), "element": [3]}, "element 1"),
    ],
)
def test_a_mistake_names_its_field(values: dict[str, Any], field: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse(values)
    assert "mine.toml" in caught.value.where
    assert field in str(caught.value)


def test_the_shipped_layouts_are_a_mapping_by_name() -> None:
    assert list(LAYOUTS) == ["plainview", "st1909"]
    assert "jmisb" not in LAYOUTS


def test_a_text_without_room_loses_its_last_lines() -> None:
    layout = parse(mapping(lines=["{time}"] * 40, y=0.1))
    text = next(p for p in place_elements(layout, 320, 240) if p.element.kind == "text")
    assert 0 < text.n_lines < 40


def test_the_marking_has_room_before_all_else() -> None:
    text = {"kind": "text", "anchor": "top", "lines": ["{time}"]}
    layout = parse({"name": "mine", "element": [text, {"kind": "marking", "anchor": "top"}]})
    assert [p.element.kind for p in place_elements(layout, 640, 480)] == ["marking"]


def test_elements_keep_their_room_whatever_they_show() -> None:
    layout = LAYOUTS["plainview"]
    assert place_elements(layout, 1280, 720) is place_elements(layout, 1280, 720)


def test_the_reference_names_every_reading_and_kind() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/overlay-layout.md").read_text("utf-8")
    for name in (*WIDEST_READINGS, *ElementKind):
        assert f"`{name}`" in page, name


def test_the_example_of_the_reference_is_a_layout() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/overlay-layout.md").read_text("utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    assert parse(tomllib.loads(example)).name == "mine"
