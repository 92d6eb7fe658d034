"""The plot of ranges: one picture in two forms, refused where it cannot be written."""

import xml.etree.ElementTree as ET
from pathlib import Path

import cv2
import numpy as np
import pytest

from plainview.errors import InputError
from plainview.formats.range_plot import PlotCurve, RangePlot, draw_range_plot, write_range_plot

SVG = "{http://www.w3.org/2000/svg}"


def plot(label: str = "detect, 23 km") -> RangePlot:
    range_km = np.linspace(1.0, 20.0, 50)
    curve = PlotCurve(
        label=label,
        group=0,
        is_thin=False,
        is_dashed=False,
        range_km=range_km,
        probability=1.0 / (1.0 + np.exp(range_km - 8.0)),
    )
    return RangePlot(title="How far <it> sees", subtitle="a raft", notes=("air",), curves=(curve,))


def test_the_svg_is_whole_escaped_and_has_the_curve_in_its_place() -> None:
    root = ET.fromstring(draw_range_plot(plot()))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert "How far <it> sees" in texts
    assert {"detect, 23 km", "air", "slant range, km", "50%"} <= set(texts)
    (half,) = [text for text in root.iter(f"{SVG}text") if text.text == "50%"]
    curve = max(root.iter(f"{SVG}polyline"), key=lambda line: len(line.attrib["points"]))
    points = np.array([pair.split(",") for pair in curve.attrib["points"].split()], float)
    (eight,) = [text for text in root.iter(f"{SVG}text") if text.text == "8"]
    at_half = np.interp(float(half.attrib["y"]) - 4.0, points[:, 1], points[:, 0])
    assert at_half == pytest.approx(float(eight.attrib["x"]), abs=3.0)


def test_the_png_has_the_curve_in_its_colour(tmp_path: Path) -> None:
    write_range_plot(tmp_path / "r.png", plot())
    picture = cv2.imread(str(tmp_path / "r.png"))
    assert picture is not None
    assert picture.shape == (1200, 1920, 3)
    is_blue = np.all(np.abs(picture.astype(int) - (0xB8, 0x6F, 0x0B)) < 12, axis=2)
    assert is_blue.sum() > 500


def test_the_same_plot_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg", "a.png", "b.png"):
        write_range_plot(tmp_path / name, plot())
    for ending in ("svg", "png"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


@pytest.mark.parametrize("name", ["plot.pdf", "plot", "nowhere/plot.svg"])
def test_a_place_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="plot"):
        write_range_plot(tmp_path / name, plot())
