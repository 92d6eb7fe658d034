"""XMP of a drone's picture: what DJI writes of pose, heights and its FLIR core."""

import re
from typing import Final

__all__ = ["XMP_HEAD", "numbers_from_xmp"]

XMP_HEAD: Final = b"http://ns.adobe.com/xap/1.0/\0"
"""What its APP1 segment of a JPEG begins with."""

_MAX_BYTES: Final = 1 << 20
_NAME: Final = rb"(?:drone-dji|FLIR):([A-Za-z]{1,40})"
_NUMBER: Final = rb"\s*([+-]?[0-9]{1,12}(?:\.[0-9]{0,12})?)\s*"
_AS_ATTRIBUTE: Final = re.compile(_NAME + rb'="' + _NUMBER + rb'"')
_AS_ELEMENT: Final = re.compile(rb"<" + _NAME + rb">" + _NUMBER + rb"</")


def numbers_from_xmp(xmp: bytes) -> dict[str, float]:
    """Return the numbers that a drone says, by their names in its own schemas.

    >>> numbers_from_xmp(b'<x drone-dji:GimbalYawDegree="+32.50" drone-dji:SelfData=""/>')
    {'GimbalYawDegree': 32.5}
    """
    seen = xmp[:_MAX_BYTES]
    found = [*_AS_ELEMENT.findall(seen), *_AS_ATTRIBUTE.findall(seen)]
    return {name.decode("ascii"): float(number) for name, number in found}
