import numpy as np

from plainview.sensing import slope_variances
from plainview.twin.facet_light import facet_light


def test_what_is_leant_as_waves_lean_stays_within_what_facets_can_send() -> None:
    """Pixels so small that waves within them hardly add to the roughness lean by 0.2 and more."""
    sky = np.linspace(8.0, 3.0, 65)
    light = facet_light(sky, 9.0, slope_variances(10.0), limits_um=(8.0, 12.0))
    leans = np.linspace(-0.2, 0.2, 41)
    least, most = light.limits
    for sines in light.sent:
        for terms in sines:
            sent = np.polynomial.polynomial.polyval(leans, terms)
            assert sent.min() > least - 0.1
            assert sent.max() < most + 0.1
