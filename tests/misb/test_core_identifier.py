"""Core identifiers as text."""

import pytest

from plainview.misb.core_identifier import core_identifier_text

SENSOR = bytes.fromhex("f592f02373364af8aa9162c00f2eb2da")


def test_version_usage_and_identifiers_stand_in_groups() -> None:
    text = core_identifier_text(b"\x01\x70" + SENSOR * 2)
    one = "F592-F023-7336-4AF8-AA91-62C0-0F2E-B2DA"
    assert text == f"0170:{one}/{one}"


@pytest.mark.parametrize("value", [None, b"", b"\x01\x70", b"\x01\x70" + SENSOR[:-1], 7, ""])
def test_what_is_no_identifier_is_none(value: object) -> None:
    assert core_identifier_text(value) is None


def test_text_stays_as_it_is() -> None:
    assert core_identifier_text("0170:AAAA") == "0170:AAAA"
