"""Bands from the names of sensors."""

import pytest

from plainview.misb.image_source import band_from_image_source
from plainview.model import Band


@pytest.mark.parametrize(
    ("name", "band"),
    [
        ("EO", Band.EO),
        ("EO Nose", Band.EO),
        ("EO Zoom (DLTV)", Band.EO),
        ("EO Spotter", Band.EO),
        ("eo_wide", Band.EO),
        ("IR", Band.IR),
        ("IR Mitsubishi PtSi Model 500", Band.MWIR),
        ("IR InSb Amber Model TBT", Band.MWIR),
        ("MWIR", Band.MWIR),
        ("Long-wave thermal", Band.LWIR),
        ("SWIR", Band.SWIR),
        ("Low light TV", Band.LOW_LIGHT),
        ("LYNX SAR Imagery", None),
        ("EO/IR", None),
        ("Blended IR", None),
        ("VRSG V5.6.72", None),
        ("FIRST", None),
        ("", None),
        (None, None),
    ],
)
def test_a_sensors_name_tells_its_band_or_nothing(name: str | None, band: Band | None) -> None:
    assert band_from_image_source(name) is band
