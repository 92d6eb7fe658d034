"""The band that a source's name for its sensor stands for."""

import re
from typing import Final

from plainview.model import Band

__all__ = ["band_from_image_source"]

_WORDS: Final = (
    (r"\bLWIR\b|LONG[- ]?WAVE", Band.LWIR),
    (r"\bMWIR\b|MID[- ]?WAVE|\bINSB\b|\bPTSI\b", Band.MWIR),
    (r"\bSWIR\b|SHORT[- ]?WAVE", Band.SWIR),
    (r"\bNIR\b|NEAR[- ]?INFRA", Band.NIR),
    (r"LOW[- ]?LIGHT|\bLLTV\b|\bLLLTV\b", Band.LOW_LIGHT),
    (r"\bIR\b|INFRA-?RED|\bFLIR\b|THERMAL", Band.IR),
    (r"\bEO\b|\bTV\b|\bDLTV\b|\bVISIBLE\b|DAY[- ]?LIGHT|\bCOLOU?R\b|\bRGB\b", Band.EO),
)
"""Patterns and bands, the narrower first; a detector's material tells its band."""

_NO_BAND: Final = re.compile(r"\bSAR\b|RADAR|FUSED|BLENDED|HYPERSPECTRAL|MULTISPECTRAL|/")


def band_from_image_source(text: str | None) -> Band | None:
    """Return the band of a sensor by the name that its source gives it.

    Args:
        text: ST 0601 item 11 or EG 0104 "Image Source Device", such as ``EO Nose``; None
            where the source does not say.

    Returns:
        The band; None where the name is not known, or names several bands or a radar.

    Source:
        The names that MISB ST 0601 lists for item 11, and the words that sensors go by.

    >>> band_from_image_source("IR InSb Amber Model TBT")
    <Band.MWIR: 'MWIR'>
    """
    if text is None:
        return None
    name = re.sub(r"[_\s]+", " ", text.upper())
    if _NO_BAND.search(name):
        return None
    return next((band for pattern, band in _WORDS if re.search(pattern, name)), None)
