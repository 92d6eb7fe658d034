"""Known points and picks: read from CSV and GPX, and refused with file, line and column."""

from pathlib import Path

import pytest

from plainview.errors import GeometryError, InputError
from plainview.formats.known_points import read_picks, read_points
from plainview.geo import geoid_undulation_m

SURVEY = """# laid out by hand
name, latitude_deg, longitude_deg, height_m, height_datum, sigma_m, height_sigma_m, line_bearing_deg
north, 48.5, -5.25, 12.5, EGM96, 0.05, 0.1,

quay, 48.4, -5.2, 60.0, WGS84 ellipsoid, 2.0,, 135
"""
PLACE = "latitude_deg,longitude_deg,height_m,height_datum,sigma_m"


def written(tmp_path: Path, text: str, name: str = "points.csv") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def test_surveyed_points_are_brought_to_the_ellipsoid(tmp_path: Path) -> None:
    north, quay = read_points(written(tmp_path, SURVEY))
    undulation_m = float(geoid_undulation_m(48.5, -5.25))
    assert north.height_hae_m == pytest.approx(12.5 + undulation_m)
    assert (north.sigma_m, north.height_sigma_m, north.line_bearing_deg) == (0.05, 0.1, None)
    assert (quay.height_hae_m, quay.height_sigma_m, quay.line_bearing_deg) == (60.0, 3.0, 135.0)


def test_waypoints_of_gpx_are_above_sea_level_and_as_sure_as_a_hand_held_receiver(
    tmp_path: Path,
) -> None:
    path = written(
        tmp_path,
        '<?xml version="1.0"?><gpx version="1.1" creator="x"'
        ' xmlns="http://www.topografix.com/GPX/1/1">'
        '<wpt lat="48.5" lon="-5.25"><ele>12.5</ele><name>north</name></wpt></gpx>',
        "survey.gpx",
    )
    (north,) = read_points(path)
    assert north.name == "north"
    assert north.height_hae_m == pytest.approx(12.5 + float(geoid_undulation_m(48.5, -5.25)))
    assert north.sigma_m == 3.0


def test_picks_name_surveyed_points_by_frame_or_by_time(tmp_path: Path) -> None:
    points = read_points(written(tmp_path, SURVEY))
    path = written(
        tmp_path,
        "frame,video_time_s,name,x_px,y_px,sigma_px\n12,,north,100.5,20,0.7\n,3.5,quay,1,2,\n",
        "picks.csv",
    )
    first, second = read_picks(path, points=points)
    assert (first.frame_index, first.video_time_s, first.sigma_px) == (12, None, 0.7)
    assert (second.frame_index, second.video_time_s, second.sigma_px) == (None, 3.5, 1.0)
    assert second.point is points[1]


def test_picks_may_hold_their_points_themselves(tmp_path: Path) -> None:
    path = written(
        tmp_path, f"frame,x_px,y_px,{PLACE}\n0,1,2,48.5,-5.25,12,EGM96,0.1\n", "picks.csv"
    )
    (pick,) = read_picks(path)
    assert pick.point.name == "48.5000000 -5.2500000 12.00"


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("name,latitude_deg\na,1\n", "first line", "lacks the column longitude_deg"),
        (f"name,{PLACE}\n", "", "holds no point"),
        (f"name,{PLACE}\na,91,0,0,EGM96,1\n", "line 2, latitude_deg", "is '91', not a number"),
        (f"name,{PLACE}\n#\n\na,x,0,0,EGM96,1\n", "line 4, latitude_deg", "is 'x', not a number"),
        (f"name,{PLACE}\na,1,0,0,mean sea level,1\n", "line 2, height_datum", "say `EGM96`"),
        (f"name,{PLACE}\na,1,0,,EGM96,1\n", "line 2, height_m", "is '', not a number"),
        (f"name,{PLACE}\na,1,0,0,EGM96,-1\n", "line 2, sigma_m", "is '-1', not a number"),
        (f"name,{PLACE}\na,1,0,0,EGM96,1\na,2,0,0,EGM96,1\n", "point 'a'", "is there twice"),
    ],
)
def test_points_that_cannot_be_used_are_refused_with_their_place(
    tmp_path: Path, text: str, where: str, what: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError, match=what) as caught:
        read_points(path)
    assert caught.value.where == ", ".join(part for part in (str(path), where) if part)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("x_px,y_px,name\n1,2,quay\n", "line 2", "must say either"),
        ("frame,video_time_s,x_px,y_px,name\n1,1,1,2,quay\n", "line 2", "must say either"),
        ("frame,x_px,y_px,name\n1,1,2,pier\n", "line 2, name", "no surveyed point has"),
        ("frame,x_px,y_px,name\n1.5,1,2,quay\n", "line 2, frame", "not a whole number"),
        ("frame,x_px,y_px,name\n-1,1,2,quay\n", "line 2, frame", "not a number from 0"),
        ("frame,x_px,y_px,name\n1,a,2,quay\n", "line 2, x_px", "not a number"),
        ("frame,x_px,y_px,name\n", "", "holds no pick"),
    ],
)
def test_picks_that_cannot_be_used_are_refused_with_their_place(
    tmp_path: Path, text: str, where: str, what: str
) -> None:
    points = read_points(written(tmp_path, SURVEY))
    path = written(tmp_path, text, "picks.csv")
    with pytest.raises(InputError, match=what) as caught:
        read_picks(path, points=points)
    assert caught.value.where == ", ".join(part for part in (str(path), where) if part)


def test_a_datum_without_a_grid_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, f"name,{PLACE}\na,40,-100,0,NAVD88,1\n")
    with pytest.raises(GeometryError, match="NAVD88"):
        read_points(path)


def test_files_that_are_no_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_points(tmp_path / "no.csv")
    with pytest.raises(InputError, match="cannot be read as GPX"):
        read_points(written(tmp_path, "<gpx", "bad.gpx"))
    with pytest.raises(InputError, match="cannot be read"):
        read_points(written(tmp_path, "", "x.csv").with_name("y.gpx"))
    bare = '<gpx version="1.1" creator="x"><wpt lat="1" lon="2"/></gpx>'
    with pytest.raises(InputError, match="has no elevation"):
        read_points(written(tmp_path, bare, "bare.gpx"))
