"""The line that says how a live link goes."""

from plainview.cli.live_status import status_text
from plainview.formats.live_feed import LinkState, LinkStatus
from plainview.mission.camera_pace import CameraStatus
from plainview.mission.live_run import LiveStatus

DAY = CameraStatus(
    name="camera-1",
    n_frames=1200,
    n_dropped=3,
    frames_per_s=25.2,
    delay_s=(0.055, 0.0801),
    view_method="exact",
)
THERMAL = CameraStatus(
    name="camera-2",
    n_frames=430,
    n_dropped=0,
    frames_per_s=9.0,
    delay_s=(0.061, 0.0902),
    view_method=None,
)


def status(*cameras: CameraStatus, **link: object) -> LiveStatus:
    given = {
        "state": LinkState.RECEIVING,
        "n_bytes": 5_400_000,
        "n_links": 1,
        "n_gaps": 0,
        "n_lost": 0,
        "silent_s": 0.02,
        **link,
    }
    return LiveStatus(
        link=LinkStatus(**given),  # type: ignore[arg-type]
        cameras=cameras,
        n_frames=sum(each.n_frames for each in cameras),
        n_dropped=sum(each.n_dropped for each in cameras),
        delay_s=(0.055, 0.0801),
        n_recorded_bytes=5_400_000,
    )


def test_a_link_that_goes_well_tells_rate_delay_view_and_drops() -> None:
    assert status_text(status(DAY)) == (
        "receiving, 25 frames/s, delay 55 ms (95 %: 80), view exact, 1200 frames, 3 dropped,"
        " 5.4 MB recorded"
    )


def test_a_link_that_is_lost_tells_why_and_for_how_long() -> None:
    text = status_text(
        status(
            DAY, state=LinkState.CALLING, why="does not answer.", silent_s=7.4, n_gaps=2, n_lost=9
        )
    )
    assert text.startswith("calling, does not answer, nothing for 7 s, ")
    assert text.endswith(", 2 gaps, 9 packets lost")


def test_of_several_cameras_each_is_named() -> None:
    assert status_text(status(DAY, THERMAL)) == (
        "receiving; camera-1: 25 frames/s, delay 55 ms (95 %: 80), view exact, 1200 frames,"
        " 3 dropped; camera-2: 9 frames/s, delay 61 ms (95 %: 90), view unknown, 430 frames,"
        " 0 dropped; 5.4 MB recorded"
    )
