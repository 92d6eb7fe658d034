"""What is assumed of an instrument that states no errors."""

import pytest

from plainview.geo import assumed_view_sigma
from plainview.model import PoseBasis, UncertaintyBasis
from tests.geo.views import n_parts


@pytest.mark.parametrize("basis", [*PoseBasis, None])
def test_every_part_has_an_own_and_a_shared_error_and_is_marked_assumed(
    basis: PoseBasis | None,
) -> None:
    sigma = assumed_view_sigma(basis)
    assert sigma.basis is UncertaintyBasis.ASSUMED
    assert all(part.own > 0.0 and part.shared > 0.0 for part in n_parts(sigma).values())


def test_a_relative_pose_has_the_six_angles_and_the_others_have_three() -> None:
    relative = n_parts(assumed_view_sigma(PoseBasis.RELATIVE))
    assert sum(name.startswith(("platform", "relative")) for name in relative) == 6
    assert not any(name.startswith("camera") for name in relative)
    absolute = n_parts(assumed_view_sigma(PoseBasis.ABSOLUTE))
    assert sum(name.startswith("camera") for name in absolute) == 3
    assert not any(name.startswith(("platform", "relative")) for name in absolute)


def test_a_roll_that_nobody_reported_is_the_least_sure() -> None:
    unknown = assumed_view_sigma(PoseBasis.NORTH_OBLIQUITY).camera_roll_deg
    known = assumed_view_sigma(PoseBasis.ABSOLUTE).camera_roll_deg
    assert unknown is not None
    assert known is not None
    assert unknown.shared > 5.0 * known.shared
