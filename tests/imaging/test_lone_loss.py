from plainview.imaging.lone_loss import LoneLoss


def told(cosines: list[float]) -> list[bool]:
    loss = LoneLoss()
    return [loss.take(cosine) for cosine in cosines]


def test_one_picture_that_fits_nothing_between_some_that_fit_is_a_step() -> None:
    assert told([1.0, 0.98, 0.14, 0.97, 0.99]) == [False, False, False, True, False]


def test_a_damaged_picture_fits_neither_side_and_is_no_step() -> None:
    assert not any(told([1.0, 0.98, 0.1, 0.12, 0.97, 0.99]))


def test_a_picture_that_hardly_fits_is_no_step() -> None:
    assert not any(told([1.0, 0.9, 0.84, 0.9, 0.95]))


def test_water_that_fits_badly_all_along_is_no_step() -> None:
    assert not any(told([0.5, 0.1, 0.5, 0.1, 0.6]))


def test_a_start_forgets_and_a_state_remembers() -> None:
    loss, other = LoneLoss(), LoneLoss()
    for cosine in (1.0, 0.1):
        loss.take(cosine)
    other.restore(loss.state())
    loss.forget()
    assert not loss.take(1.0)
    assert other.take(1.0)
