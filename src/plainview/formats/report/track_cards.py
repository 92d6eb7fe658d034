"""Track cards: one a track, with a picture and its position in every form that is read aloud."""

import base64
from typing import Final

import numpy as np

from plainview.formats.report.data import Datum, ReportData
from plainview.formats.report.markup import Markup, element, join
from plainview.formats.report.track_summaries import TrackPlace, TrackSummary
from plainview.formats.report.wording import (
    SURFACE_WORDS,
    bearing_text,
    clock_text,
    course_and_speed_text,
    ellipse_text,
    error_text,
    height_text,
    length_text,
    percent_text,
    zulu_text,
)
from plainview.geo import declination_deg, format_ddm, format_decimal, format_dms, format_mgrs
from plainview.sensing import celsius_text

__all__ = ["reference_datum", "track_section"]

_MOST_CARDS: Final = 60
_MOST_ROWS: Final = 500


def reference_datum(data: ReportData) -> Datum | None:
    """Return the datum given, or own ship's first position; None where neither is known."""
    if data.datum is not None:
        return data.datum
    latitude = data.frames.numbers("sensor_latitude_deg")
    longitude = data.frames.numbers("sensor_longitude_deg")
    known = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
    if not len(known):
        return None
    return Datum(
        name="own ship's first position",
        latitude_deg=float(latitude[known[0]]),
        longitude_deg=float(longitude[known[0]]),
    )


def track_section(data: ReportData, tracks: list[TrackSummary]) -> Markup:
    """Return a card a track, then the rest in a table; bounded, and it says so."""
    if not tracks:
        return element(
            "section",
            element("h2", "Tracks"),
            element("p", "No track was confirmed. That is no proof that nothing was there."),
            id="tracks-list",
        )
    datum = reference_datum(data)
    cards = [_card(track, data=data, datum=datum) for track in tracks[:_MOST_CARDS]]
    return element(
        "section",
        element("h2", "Tracks"),
        element("p", _datum_note(datum), class_="note") if datum else None,
        element("div", *cards, class_="cards"),
        _table(tracks[_MOST_CARDS : _MOST_CARDS + _MOST_ROWS], n_tracks=len(tracks)),
        id="tracks-list",
    )


def _datum_note(datum: Datum) -> str:
    place = format_ddm(datum.latitude_deg, datum.longitude_deg)
    return f"Datum for bearings: {datum.name}, {place}. Bearings are read at the place named."


def _row(name: str, value: Markup | str | None) -> Markup | None:
    return None if value is None else join(element("dt", name), element("dd", value))


def _card(track: TrackSummary, *, data: ReportData, datum: Datum | None) -> Markup:
    picture = data.thumbnails.get(track.track_id)
    label = f" {track.label}" if track.label else ""
    title = element("h3", element("span", f"#{track.track_id}", class_="id"), label)
    rows = [_row("Seen", _seen_text(track))]
    if len(data.mission.get("cameras") or ()) > 1:
        rows.append(_row("Camera", track.camera))
    place = track.place
    if place is None:
        body = element("p", "Not located: only its place in the picture is known.", class_="note")
    else:
        body = _position(place)
        rows = [*_place_rows(place, datum), *rows]
    if track.temperature is not None:
        celsius, accuracy_k = track.temperature
        rows.append(_row("Temperature", f"{celsius_text(celsius, accuracy=accuracy_k)} (middle)"))
    if track.existence is not None:
        rows.append(
            _row("Existence", f"{percent_text(track.existence)} sure that something is there")
        )
    return element(
        "article",
        _thumbnail(picture, track.track_id),
        element("div", title, body, class_="top"),
        element("dl", *rows),
        id=f"track-{track.track_id}",
        class_="card",
    )


def _thumbnail(jpeg: bytes | None, track_id: int) -> Markup:
    if not jpeg:
        return element("div", "no picture", class_="thumb none")
    address = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
    return element("img", src=address, alt=f"Track {track_id}, its best look", class_="thumb")


def _position(place: TrackPlace) -> Markup:
    text = format_ddm(place.latitude_deg, place.longitude_deg, ce90_m=place.ce90_m)
    return join(
        element("p", text, class_="position"),
        element("p", f"{error_text(place.ce90_m)} (90 %)", class_="error"),
    )


def _place_rows(place: TrackPlace, datum: Datum | None) -> list[Markup | None]:
    where = (place.latitude_deg, place.longitude_deg)
    ce90_m = place.ce90_m
    declination = declination_deg(*where, time_us=place.time_us)
    own = place.own_ship_deg
    own_text = own and bearing_text(own, where, time_us=place.time_us, error_m=ce90_m)
    datum_text = datum and bearing_text(
        (datum.latitude_deg, datum.longitude_deg), where, time_us=place.time_us, error_m=ce90_m
    )
    surface = SURFACE_WORDS.get(place.surface or "", place.surface or "not known")
    basis = f"; errors {place.uncertainty_basis}" if place.uncertainty_basis else ""
    vertical = None if place.le90_m is None else f", ± {length_text(place.le90_m)} (90 %)"
    height = height_text(place.height_hae_m, *where)
    return [
        _row("95 % ellipse", ellipse_text(place.semi_axes_95_m, place.ellipse_heading_deg)),
        _row("DMS", format_dms(*where, ce90_m=ce90_m)),
        _row("Decimal", format_decimal(*where, ce90_m=ce90_m)),
        _row("MGRS", format_mgrs(*where, ce90_m=ce90_m)),
        _row("From own ship", own_text or None),
        _row("From datum", datum_text or None),
        _row("Course, speed", course_and_speed_text(place.velocity_en_m_s, declination)),
        _row("Height", None if height is None else f"{height}{vertical or ''}"),
        _row("Placed on", f"{surface}{basis}"),
        _row(
            "Position at",
            zulu_text(place.time_us) or f"{clock_text(place.video_time_us)} of the video",
        ),
    ]


def _seen_text(track: TrackSummary) -> str:
    first, last = track.seen_time_us
    video = " to ".join(clock_text(time_us) for time_us in track.seen_video_time_us)
    coasting = f", predicted in {track.n_coasting} more" if track.n_coasting else ""
    frames = f"{track.n_frames} frames{coasting}"
    if first is None or last is None:
        return f"{video} of the video, {frames}"
    return f"{zulu_text(first)} to {zulu_text(last)}; video {video}, {frames}"


def _table(tracks: list[TrackSummary], *, n_tracks: int) -> Markup | None:
    """Return the tracks that have no card as rows."""
    if not tracks:
        return None
    heads = ("Track", "Position", "Error (90 %)", "First seen", "Last seen", "Frames")
    rows = [
        element(
            "tr",
            element("th", f"#{track.track_id}", scope="row", id=f"track-{track.track_id}"),
            *(element("td", cell) for cell in _cells(track)),
        )
        for track in tracks
    ]
    n_left = n_tracks - _MOST_CARDS - len(tracks)
    note = f"{n_left} more stand in tracks.parquet." if n_left > 0 else None
    return join(
        element("h3", f"Further tracks ({n_tracks - _MOST_CARDS})"),
        element(
            "div",
            element(
                "table",
                element("thead", element("tr", *(element("th", h, scope="col") for h in heads))),
                element("tbody", *rows),
            ),
            class_="scroll",
        ),
        element("p", note, class_="note") if note else None,
    )


def _cells(track: TrackSummary) -> tuple[str | None, ...]:
    place = track.place
    first, last = (
        zulu_text(utc) or clock_text(video)
        for utc, video in zip(track.seen_time_us, track.seen_video_time_us, strict=True)
    )
    if place is None:
        return "not located", "", first, last, str(track.n_frames)
    position = format_ddm(place.latitude_deg, place.longitude_deg, ce90_m=place.ce90_m)
    return position, error_text(place.ce90_m), first, last, str(track.n_frames)
