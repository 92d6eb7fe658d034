"""The report: what it says, that it is well-formed, safe, offline, legible and bounded."""

import re
from dataclasses import asdict
from html.parser import HTMLParser
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plainview.formats.report import Columns, Datum, ReportData, render_report, write_report
from plainview.formats.report.map_frame import MapFrame, graticule_step_deg, nice_length_m
from plainview.formats.report.markup import element
from plainview.formats.report.wording import duration_text, length_text, percent_text
from plainview.geo import distance_and_bearing
from tests.formats.report_examples import (
    make_frames,
    make_mission,
    make_report,
    make_tracks,
    summaries_of,
)

VOID = {"meta", "img", "br", "hr"}


class Page(HTMLParser):
    """Elements, their attributes and texts; complains about what is not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] not in {"style", "script"}:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.texts))

    def count(self, tag: str, **attributes: str) -> int:
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return sum(
            found == tag and wanted.items() <= values.items() for found, values in self.elements
        )


def no_metadata() -> ReportData:
    return make_report(
        3,
        frames=make_frames(has_view=False),
        tracks=make_tracks(3, n_located=0),
        datum=None,
        mission=make_mission(security_marking=None, cameras=[]),
    )


def nothing() -> ReportData:
    return ReportData(mission={}, frames=Columns())


EXAMPLES = {
    "tracks": make_report(5),
    "eighty tracks": make_report(80),
    "no tracks": make_report(0, tracks={}, events=()),
    "no metadata": no_metadata(),
    "nothing": nothing(),
}


@pytest.fixture(scope="module", params=list(EXAMPLES))
def any_page(request: pytest.FixtureRequest) -> str:
    return render_report(EXAMPLES[request.param])


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(render_report(EXAMPLES["tracks"]))


def test_every_report_is_well_formed(any_page: str) -> None:
    assert Page(any_page).count("main") == 1


def test_no_report_asks_for_anything_outside_it(any_page: str) -> None:
    for tag, attributes in Page(any_page).elements:
        for name in ("src", "href", "xlink:href", "action", "srcset", "poster", "data"):
            address = attributes.get(name) or "#"
            assert address.startswith(("#", "data:image/jpeg;base64,")), (tag, name, address[:60])
        assert tag not in {"link", "iframe", "object", "embed", "base", "form"}
    assert "@import" not in any_page
    assert "url(" not in any_page
    assert "default-src 'none'" in any_page


def test_every_identity_stands_once(any_page: str) -> None:
    ids = [attributes["id"] for _, attributes in Page(any_page).elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_every_link_has_its_place(any_page: str) -> None:
    parsed = Page(any_page)
    ids = {attributes.get("id") for _, attributes in parsed.elements}
    links = {attributes["href"] for tag, attributes in parsed.elements if "href" in attributes}
    assert {link[1:] for link in links if link} <= ids


def test_a_coordinator_finds_the_essentials(page: Page) -> None:
    for words in (
        "archipelago_0412.ts",
        "211120ZNOV26 (11:20:00Z) to 211120ZNOV26 (11:20:59Z)",
        "M. Lindqvist",
        "5 things were tracked, 4 located.",
        "96 %",
        "Last known position",
        "95 % ellipse",
        "mean sea level",
        "errors assumed",
        "true north up",
        "The metadata stops for 2.4 s",
        "Positions there are not given",
        "610, 2 damaged (0.3 %)",
        "MISP stamp, corrected to UTC",
        "gimbal angles on platform attitude",
        "ab" * 32,
        "0.1.0",
        "LWIR",
    ):
        assert words in page.text, words


def test_positions_come_in_every_form_that_is_read_aloud() -> None:
    data = make_report(1)
    place = data.tracks[0].place
    assert place is not None
    text = Page(render_report(data)).text
    degrees, minutes = divmod(place.latitude_deg * 60.0, 60.0)
    assert f"{int(degrees)}°{minutes:05.2f}'N" in text
    assert re.search(r"59°1\d'\d\d(\.\d)?\"N", text)
    assert re.search(r"59\.2\d+, 18\.9\d+", text)
    assert re.search(r"34V CL \d{4} \d{4}", text)
    assert re.search(r"From own ship \d{3}° true, \d{3}° magnetic, \d+\.\d+ NM", text)
    assert re.search(r"From datum \d{3}° true, \d{3}° magnetic, \d+\.\d+ NM", text)
    assert re.search(r"Course, speed \d{3}° true, \d{3}° magnetic, [\d.]+ kn \([\d.]+ m/s\)", text)


def test_degrees_and_decimal_minutes_come_first(page: Page) -> None:
    text = page.text
    card = text[text.index("#1") :]
    first_ddm = re.search(r"59°1\d\.\d+'N", card)
    assert first_ddm is not None
    assert first_ddm.start() < card.index("DMS") < card.index("Decimal") < card.index("MGRS")


def test_ellipses_have_the_axes_and_the_heading_of_the_covariance() -> None:
    cov = {"ee": 400.0, "nn": 100.0, "en": 0.0, "eu": 0.0, "nu": 0.0, "uu": 9.0}
    columns = make_tracks(1)
    columns.update({f"cov_{t}_m2": np.full(120, value) for t, value in cov.items()})
    parsed = Page(render_report(make_report(1, tracks=columns)))
    ellipses = [attributes for tag, attributes in parsed.elements if tag == "ellipse"]
    assert ellipses
    for ellipse in ellipses:
        assert float(ellipse["rx"] or 0) == pytest.approx(2.448 * 20.0, abs=0.02)
        assert float(ellipse["ry"] or 0) == pytest.approx(2.448 * 10.0, abs=0.02)
        assert (ellipse["transform"] or "").endswith("rotate(0.00)")
    assert "49 × 24 m (161 × 80 ft), long axis 090°–270° true" in parsed.text


def test_an_undecided_error_is_not_drawn_and_not_invented() -> None:
    columns = make_tracks(1)
    columns.update({f"cov_{t}_m2": np.full(120, np.nan) for t in ("ee", "en", "nn", "uu")})
    parsed = Page(render_report(make_report(1, tracks=columns)))
    assert parsed.count("ellipse") == 0
    assert "error not known" in parsed.text


def test_no_page_shows_a_nan_or_a_none(any_page: str) -> None:
    parsed = Page(any_page)
    assert not re.search(r"\b(nan|None|inf)\b", parsed.text)
    assert not [
        (tag, name, value)
        for tag, attributes in parsed.elements
        for name, value in attributes.items()
        if value and re.search(r"\bnan\b", value)
    ]


def test_hostile_texts_are_only_texts() -> None:
    evil = "</style></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&`{}\\"
    mission = make_mission(
        mission_id=evil,
        security_marking=evil,
        core_identifier=evil,
        source_kind=evil,
        state=evil,
        cameras=[{"name": evil, "band": evil, "width_px": evil, "height_px": 1}],
        inputs=[{"name": evil, "size": 3, "sha256": evil}],
        settings={evil: evil, "operator": evil, "purpose": [evil]},
        software={"plainview": evil, evil: evil},
        warnings=[{"code": evil, "count": 1, "first": evil, "what": evil, "mend": evil}],
    )
    frames, tracks = make_frames(), make_tracks(2)
    frames["pose_basis"] = np.array([evil] * 1500, object)
    frames["view_method"] = np.array([evil] * 1500, object)
    tracks["label"] = np.array([evil] * 240, object)
    tracks["surface"] = np.array([evil] * 240, object)
    event = {"kind": evil, "what": evil, "video_time_us": 1, "details": {"duration_s": evil}}
    data = make_report(
        2,
        mission=mission,
        frames=frames,
        tracks=tracks,
        events=(event,),
        datum=Datum(name=evil, latitude_deg=59.0, longitude_deg=18.9),
    )
    rendered = render_report(data)
    parsed = Page(rendered)
    assert parsed.count("script") == 1
    assert parsed.count("style") == 1
    assert parsed.count("img", src="x") == 0
    assert not [a for _, a in parsed.elements if any(name.startswith("on") for name in a)]
    assert "alert(1)</script>" not in rendered
    assert evil in "".join(parsed.texts)


@pytest.mark.parametrize(
    ("marking", "is_simulated", "expected"),
    [
        (None, False, "NOT MARKED"),
        ("", False, "NOT MARKED"),
        ("RESTRICTED", False, "RESTRICTED"),
        (None, True, "NOT MARKED · SIMULATED"),
        ("UNCLASSIFIED//", True, "UNCLASSIFIED// · SIMULATED"),
    ],
)
def test_the_marking_stands_at_head_and_foot(
    marking: str | None, is_simulated: bool, expected: str
) -> None:
    data = make_report(1, mission=make_mission(security_marking=marking), is_simulated=is_simulated)
    texts = Page(render_report(data)).texts
    assert texts.count(expected) == 2


def test_without_metadata_the_report_says_what_that_means() -> None:
    parsed = Page(render_report(EXAMPLES["no metadata"]))
    assert parsed.count("svg") == 0
    assert parsed.count("script") == 0
    assert "There is no map: the video carries no position." in parsed.text
    assert "3 things were tracked; none could be placed on the ground." in parsed.text
    assert "nothing can be located" in parsed.text
    assert "UTC not known" in parsed.text


def test_without_tracks_the_report_claims_no_absence() -> None:
    text = Page(render_report(EXAMPLES["no tracks"])).text
    assert "Nothing was tracked in this video." in text
    assert "That is no proof that nothing was there." in text


def test_cards_and_pictures_are_bounded_and_the_rest_stands_in_rows() -> None:
    data = make_report(80, tracks=make_tracks(80))
    parsed = Page(render_report(data))
    assert parsed.count("article") == 60
    assert parsed.count("img") <= 60
    assert "Further tracks (20)" in parsed.text


def test_the_size_of_a_report_is_bounded() -> None:
    tracks = make_tracks(2000, n_rows=4, n_frames=30_000)
    frames = make_frames(30_000)
    data = make_report(60, tracks=tracks, frames=frames, thumbnails={})
    rendered = render_report(data)
    assert len(rendered) < 1_500_000
    assert "1440 more stand in tracks.parquet." in Page(rendered).text


def test_a_track_is_reported_where_it_was_last_located() -> None:
    columns = make_tracks(1)
    columns["latitude_deg"][80:] = np.nan
    data = make_report(1, tracks=columns)
    summary = data.tracks[0]
    assert summary.place is not None
    assert summary.place.latitude_deg == columns["latitude_deg"][79]
    assert summary.place.video_time_us == columns["video_time_us"][79]
    assert summary.seen_video_time_us[1] == columns["video_time_us"][-1]


def test_a_place_that_was_only_predicted_is_not_told_as_seen() -> None:
    frames, tracks = make_frames(), make_tracks(1, n_rows=120)
    before = summaries_of({name: values[:80] for name, values in tracks.items()}, frames)[0]
    tracks["life_stage"][80:] = "coasting"
    told = summaries_of(tracks, frames)[0]
    assert (told.n_frames, told.n_coasting) == (80, 40)
    assert told.seen_video_time_us == before.seen_video_time_us
    assert told.place is not None
    assert before.place is not None
    assert told.place.video_time_us == before.place.video_time_us
    np.testing.assert_array_equal(told.path_deg, before.path_deg)


def test_located_tracks_come_first_and_then_the_longest() -> None:
    summaries = EXAMPLES["eighty tracks"].tracks
    assert [s.place is None for s in summaries] == [False] * 79 + [True]
    assert all(a.n_frames >= b.n_frames for a, b in pairwise(summaries[:79]))


@pytest.mark.parametrize("n_rows", [1, 37, 500])
def test_tracks_are_summarised_alike_however_their_rows_come(n_rows: int) -> None:
    frames, columns = make_frames(), make_tracks(12, n_located=9)
    columns["latitude_deg"][100:140] = np.nan
    columns["label"][700] = "boat"
    whole = summaries_of(columns, frames)
    parts = summaries_of(columns, frames, n_rows=n_rows)
    assert [len(each.path_deg) for each in whole].count(60) >= 8
    for one, other in zip(whole, parts, strict=True):
        assert one.path_deg.tolist() == other.path_deg.tolist()
        for name in ("track_id", "camera", "label", "n_frames", "seen_time_us", "existence"):
            assert getattr(one, name) == getattr(other, name), name
        assert (one.place is None) == (other.place is None)
        if one.place is not None and other.place is not None:
            assert asdict(one.place) == asdict(other.place)


def test_rows_of_tables_may_hold_nulls_as_lists_of_none() -> None:
    columns: dict[str, Any] = {name: list(values) for name, values in make_tracks(1).items()}
    columns["label"] = [None] * 119 + ["boat"]
    columns["velocity_east_m_s"] = [None] * 120
    summary = make_report(1, tracks=columns).tracks[0]
    assert summary.label == "boat"
    assert summary.place is not None
    assert summary.place.velocity_en_m_s is None


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg"), [(59.0, 18.0), (-54.8, -68.3), (0.0, 179.999), (78.2, 15.6)]
)
def test_the_map_keeps_distances_near_its_middle(latitude_deg: float, longitude_deg: float) -> None:
    places = np.array([latitude_deg, longitude_deg]) + np.array([[0.02, 0.03], [-0.02, -0.03]])
    frame = MapFrame.around(places, aspect=1.5)
    points = frame.project(places[:, 0], places[:, 1])
    expected_m, _ = distance_and_bearing(tuple(places[0]), tuple(places[1]))
    assert np.hypot(*(points[0] - points[1])) == pytest.approx(float(expected_m), rel=2e-4)
    assert np.all(np.abs(points) <= [frame.width_m / 2, frame.height_m / 2])


def test_a_mission_across_the_date_line_has_one_small_map() -> None:
    center = (66.2, 179.99)
    data = make_report(
        2,
        frames=make_frames(center_deg=center),
        tracks=make_tracks(2, center_deg=center),
        datum=None,
    )
    parsed = Page(render_report(data))
    boxes = [a["viewbox"] for tag, a in parsed.elements if tag == "svg" and "data-east" in a]
    assert all(float((box or "").split()[2]) < 20_000.0 for box in boxes)


def test_a_mission_at_the_coast_shows_land_and_water() -> None:
    center = (57.55, 18.05)
    data = make_report(
        1,
        frames=make_frames(center_deg=center, radius_m=14_000.0),
        tracks=make_tracks(1, center_deg=center),
        datum=None,
    )
    parsed = Page(render_report(data))
    land = [a.get("d") or "" for tag, a in parsed.elements if a.get("class") == "land"]
    assert max(map(len, land)) > 100


def test_a_small_map_says_that_its_coast_is_a_backdrop(page: Page) -> None:
    assert "only a backdrop" in page.text


@pytest.mark.parametrize("span_deg", [1e-4, 0.003, 0.1, 2.0, 40.0, 170.0])
def test_the_graticule_has_a_few_lines_at_any_scale(span_deg: float) -> None:
    assert 1.5 <= span_deg / graticule_step_deg(span_deg) <= 6.0


@pytest.mark.parametrize("most_m", [0.3, 1.0, 7.0, 49.9, 1234.0, 5e5])
def test_the_scale_bar_is_round_and_fits(most_m: float) -> None:
    length_m = nice_length_m(most_m)
    assert 0.39 * most_m < length_m <= most_m
    assert f"{length_m:e}"[0] in "125"


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_colours_of_text_meet_wcag_aa_in_every_theme() -> None:
    style = resources.files("plainview.formats.report").joinpath("style.css").read_text("utf-8")
    light, *others = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    themes = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", block)) for block in (light, *others)
    ]
    assert len(themes) == 3
    for theme in themes:
        full = {
            name: value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:])
            for name, value in {**themes[0], **theme}.items()
        }
        for text in ("ink", "soft", "accent", "track"):
            for ground in ("paper", "card", "wash", "sea"):
                pair = sorted((_luminance(full[text]), _luminance(full[ground])))
                ratio = (pair[1] + 0.05) / (pair[0] + 0.05)
                assert ratio >= 4.5, (text, ground, round(ratio, 2))
        pair = sorted((_luminance(full["bad"]), _luminance(full["bad-wash"])))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.9999, "> 99.9 %"), (0.0001, "< 0.1 %"), (0.5, "50 %")],
)
def test_percentages_say_all_and_none_only_of_all_and_none(share: float, expected: str) -> None:
    assert percent_text(share) == expected


def test_lengths_and_durations_are_said_with_few_figures() -> None:
    assert length_text(12.3) == "12 m / 40 ft"
    assert length_text(1852.0) == "1852 m / 1.00 NM"
    assert duration_text(3_725_000_000) == "1 h 2 min"
    assert duration_text(75_000_000) == "1 min 15 s"
    assert duration_text(5_500_000) == "5.5 s"


def test_elements_escape_text_and_attributes() -> None:
    made = element("a", "<b>", element("i", "&"), title='"x"', hidden=True, href=None)
    assert made == '<a title="&quot;x&quot;" hidden>&lt;b&gt;<i>&amp;</i></a>'


def test_the_same_data_give_the_same_page(tmp_path: Path) -> None:
    write_report(tmp_path / "report.html", make_report(5))
    assert (tmp_path / "report.html").read_text("utf-8") == render_report(make_report(5))


def test_what_the_source_recorded_of_things_never_set_is_shown_and_escaped() -> None:
    seen = {"packets": 3, "first_time_us": 1_700_000_000_000_000, "last_time_us": 2**64 - 1}
    entry = {
        "item": 140,
        "name": "weapons_stores",
        "set": "ST0601",
        "stream": 1,
        "place": "140",
        "values": [{"value": "<blink>", "raw": "3c626c696e6b3e", **seen}],
        "packets_of_other_values": 2,
    }
    page = render_report(make_report(mission=make_mission(evidence=[entry])))
    assert "plainview never sets these" in Page(page).text
    assert "&lt;blink&gt;" in page
    assert "<blink>" not in page
    assert "2023-11-14T22:13:20.000Z" in page
    assert "other values" in page
    assert 'id="evidence"' not in render_report(make_report(mission=make_mission(evidence=[])))


def source_health(**changes: Any) -> dict[str, Any]:
    stamps = {
        "stream": 258, "rate_hz": 29.97, "longest_gap_s": 4.5, "without_stamp": 0, "backward": 2,
        "repeated": 0, "steps": 1, "first_steps": [{"by_s": -0.5}],
        "drift": {"ppm": 900.0, "half_width_95_ppm": 20.0, "span_s": 60.0},
    }  # fmt: skip
    coverage = {"stream": 258, "longest_gap_s": 4.5, "covered_fraction": 0.93}
    klv = {"stream": 258, "kind": "klv", "codec": "klv", "carriage": "synchronous", "details": None}
    row = {"name": "sensor roll", "share": 0.5}
    return {
        "file": "<a>.ts",
        "failure": None,
        "streams": [klv],
        "transport": {"missing_packets_at": 3, "lost_bytes": 7, "oddities": {}},
        "metadata": {
            "packets": 100,
            "packets_damaged": 4,
            "damage_places": {"item_length item 22": 4},
            "first_damage": {"item_length": "packet 9, item 22"},
            "coverage": [coverage],
        },
        "stamps": {"metadata": [stamps], "pictures": None},
        "minimum_set": {
            "present": 29, "groups": 30, "missing": ["target width"], "late": [], "items": [row],
        },
        "silent_errors": [{"code": "odd_lengths", "count": 4, "what": "It is <misread>."}],
        **changes,
    }  # fmt: skip


def health_of(*files: dict[str, Any]) -> str:
    page = render_report(make_report(mission=make_mission(source_health=list(files))))
    section = page[page.index('id="source-health"') :]
    return section[: section.index("</section>")]


def test_the_health_of_a_file_is_said_in_a_line_and_folded_below_it() -> None:
    section = health_of(source_health())
    for text in (
        "&lt;a&gt;.ts",
        "4 of 100 packets damaged (4 %)",
        "transport packets missing at 3 places",
        "a gap of 4.5 s",
        "drifts by +900 ppm",
        "1 of 30 of the minimum set never sent",
        "covers 93 % of the video, 2 go back",
        "1 steps (-0.50 s)",
        "Never sent: target width. In a part of the packets: sensor roll (50 %).",
        "<td>item length</td><td>item 22</td><td>4</td><td>packet 9</td>",
        "It is &lt;misread&gt;.",
    ):
        assert text in section
    assert section.count("<details open>") == 1


def test_several_files_are_folded_and_one_that_is_gone_says_why() -> None:
    section = health_of(source_health(), source_health(file="b.ts", failure="is not there."))
    assert section.count("<details>") == 1
    assert "<b>b.ts</b> is not there." in section


def test_a_mission_that_says_nothing_of_its_files_has_no_such_part() -> None:
    for mission in (make_mission(), make_mission(source_health=None)):
        assert 'id="source-health"' not in render_report(make_report(mission=mission))


def test_what_may_be_trusted_is_said_with_reason_proof_and_mend() -> None:
    trusted = {
        "position": False,
        "time": None,
        "bearing": True,
        "why": {"position": "It lies <elsewhere>.", "time": "Not tied to UTC.", "bearing": "Met."},
        "proof": {"position": ["12 km off", "170 instants"]},
        "correction": {"position": {"metadata": {"north": "grid"}}},
    }
    page = render_report(make_report(mission=make_mission(location={"trusted": trusted})))
    section = page[page.index('id="trust"') :]
    for text in ("Positions: not trusted.", "It lies &lt;elsewhere&gt;.", "12 km off"):
        assert text in section
    for text in ("Times: undecided.", "Bearings: trusted.", "north = &quot;grid&quot;"):
        assert text in section


def test_the_ellipse_of_a_track_with_a_long_path_lies_whole_in_its_map() -> None:
    center = (2.0, 18.95)
    tracks = make_tracks(1, center_deg=center)
    tracks |= {name: 25.0 * tracks[name] for name in tracks if name.startswith("cov_")}
    data = make_report(1, tracks=tracks, frames=make_frames(center_deg=center), datum=None)
    parsed = Page(render_report(data))
    boxes = [a["viewbox"] for tag, a in parsed.elements if tag == "svg" and "data-east" in a]
    _, _, width_m, height_m = map(float, (boxes[-1] or "").split())
    ellipse = [a for tag, a in parsed.elements if tag == "ellipse"][-1]
    place = re.findall(r"translate\(([-\d.]+) ([-\d.]+)\)", ellipse["transform"] or "")[0]
    x, y = map(float, place)
    reach_m = max(float(ellipse["rx"] or 0.0), float(ellipse["ry"] or 0.0))
    assert reach_m > 10.0
    assert abs(x) + reach_m <= width_m / 2
    assert abs(y) + reach_m <= height_m / 2
