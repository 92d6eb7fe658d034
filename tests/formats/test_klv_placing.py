"""Metadata without a container's stamp finds its place on the video's clock."""

import pytest

from plainview.formats.klv_placing import KlvPlacing, PictureTimes, PlacedBy

EPOCH_US = 1_500_000_000_000_000


def test_the_containers_stamp_comes_first() -> None:
    pictures = PictureTimes()
    pictures.add(0, stamp_us=EPOCH_US)
    placed = KlvPlacing(pictures).place(pts_video_time_us=70, stamp_us=EPOCH_US, near_us=9)
    assert placed == (70, PlacedBy.PTS)


@pytest.mark.parametrize(
    ("stamp_us", "video_time_us"), [(0, 0), (50_000, 45_000), (100_000, 90_000), (150_000, 140_000)]
)
def test_a_time_stamp_is_found_among_the_stamped_pictures(
    stamp_us: int, video_time_us: int
) -> None:
    pictures = PictureTimes()
    pictures.add(90_000, stamp_us=EPOCH_US + 100_000)
    pictures.add(0, stamp_us=EPOCH_US)
    placed = KlvPlacing(pictures).place(
        pts_video_time_us=None, stamp_us=EPOCH_US + stamp_us, near_us=7
    )
    assert placed == (video_time_us, PlacedBy.PICTURE_STAMPS)


def test_a_step_of_the_pictures_clock_forgets_what_was_before() -> None:
    pictures = PictureTimes()
    pictures.add(0, stamp_us=EPOCH_US)
    pictures.add(40_000, stamp_us=EPOCH_US + 3_600_000_000)
    assert pictures.video_time_us(EPOCH_US + 3_600_010_000) == 50_000


def test_a_set_without_a_container_stamp_is_placed_by_its_neighbours() -> None:
    placing = KlvPlacing(PictureTimes())
    for index in range(5):
        placing.place(
            pts_video_time_us=1000 * index, stamp_us=EPOCH_US + 1000 * index + 20, near_us=0
        )
    placed = placing.place(pts_video_time_us=None, stamp_us=EPOCH_US + 5020, near_us=99)
    assert placed == (5000, PlacedBy.NEIGHBOURS)


def test_by_arrival_one_late_set_does_not_pull_the_others() -> None:
    placing = KlvPlacing(PictureTimes())
    lateness_us = [0, 0, 900_000, 0, 0]
    places = [
        placing.place(
            pts_video_time_us=None,
            stamp_us=EPOCH_US + 40_000 * index,
            near_us=40_000 * index + late,
        )
        for index, late in enumerate(lateness_us)
    ]
    assert [place for place, _ in places] == [0, 40_000, 80_000, 120_000, 160_000]
    assert {how for _, how in places} == {PlacedBy.ARRIVAL}


def test_without_any_stamp_a_set_is_where_the_video_was() -> None:
    placed = KlvPlacing(PictureTimes()).place(pts_video_time_us=None, stamp_us=None, near_us=123)
    assert placed == (123, PlacedBy.ARRIVAL)
