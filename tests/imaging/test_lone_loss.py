from plainview.imaging.lone_loss import LoneLoss


def look(cosines: list[float], *, fits_before: bool = False) -> tuple[list[bool], list[bool]]:
    """Return for each picture whether a step is told, and whether it is in doubt."""
    loss, told, doubted = LoneLoss(), [], []
    for cosine in cosines:
        told.append(loss.take(cosine, fits_before=lambda: fits_before))
        doubted.append(loss.is_doubtful)
    return told, doubted


def test_one_picture_that_fits_nothing_between_some_that_fit_is_a_step() -> None:
    told, doubted = look([1.0, 0.98, 0.14, 0.97, 0.99])
    assert told == [False, False, False, True, False]
    assert doubted == [False, False, True, False, False]


def test_a_picture_made_of_both_sights_is_part_of_a_step() -> None:
    told, doubted = look([1.0, 0.98, 0.43, 0.61, 0.99, 0.98])
    assert told == [False, False, False, False, True, False]
    assert doubted == [False, False, True, True, False, False]


def test_a_damaged_picture_before_one_that_fits_the_last_whole_one_is_no_step() -> None:
    told, doubted = look([1.0, 0.98, 0.1, 0.12, 0.97, 0.99], fits_before=True)
    assert not any(told)
    assert doubted == [False, False, True, False, False, False]


def test_a_new_texture_that_the_coder_draws_is_no_step_while_it_fits_the_old() -> None:
    assert not any(look([1.0, 0.98, 0.5, 0.98, 0.99], fits_before=True)[0])


def test_a_picture_that_hardly_fits_is_no_step() -> None:
    told, doubted = look([1.0, 0.9, 0.84, 0.9, 0.95])
    assert not any(told + doubted)


def test_water_that_fits_badly_all_along_is_no_step() -> None:
    told, doubted = look([0.5, 0.1, 0.5, 0.1, 0.6])
    assert not any(told + doubted)


def test_what_fits_nothing_for_long_has_too_little_in_it_and_is_in_doubt_no_more() -> None:
    told, doubted = look([1.0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.9])
    assert not any(told)
    assert doubted == [False, True, True, True, False, False, False]


def test_a_start_forgets_and_a_state_remembers() -> None:
    loss, other = LoneLoss(), LoneLoss()
    for cosine in (1.0, 0.1):
        loss.take(cosine, fits_before=lambda: False)
    other.restore(loss.state())
    assert other.is_doubtful
    loss.forget()
    assert not loss.is_doubtful
    assert not loss.take(1.0, fits_before=lambda: False)
    assert other.take(1.0, fits_before=lambda: False)
