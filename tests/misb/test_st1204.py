"""Core identifiers: the examples of ST 1204, another reader, and what is none."""

import pytest
import stanag4609.st1204
from hypothesis import given
from hypothesis import strategies as st

from plainview.misb import KlvDecodeError, decode_packet, frame_packet
from plainview.misb.st1204 import core_identifier_from_text, core_identifier_to_text

EXAMPLES = (
    "0170:F592-F023-7336-4AF8-AA91-62C0-0F2E-B2DA/16B7-4341-0008-41A0-BE36-5B5A-B96A-3645:D3",
    "0154:C7D1-6253-98A2-41C2-BA6E-90F8-FCC7-3914/E047-AB3E-81BE-41ED-9664-09B0-2F44-5FAB/"
    "5E71-B0DC-20FE-4920-8216-26D6-4F61-D863:C8",
    "0168:F354-666E-D552-4C0D-9168-A745-4CEB-A073/840A-4799-BBC0-4BD5-97A7-56F6-4092-AF7B:AA",
    "0178:865E-FD9C-EF8A-41C3-8244-B885-AFCC-40BF/ED8A-9AB8-72E2-4165-9979-7E5A-F54A-5B9A:25",
    "0144:340F-463B-AEC2-4F8C-BD45-92AE-DE80-E1C6/F0AF-8673-3A17-424C-B060-3EE4-A86B-38F9:D9",
    "0140:BC76-CFEF-0BEE-41A4-9618-EB4B-010D-2F08:B6",
    "0114:3D50-2DB6-4A93-44C3-B56E-94AD-7C4E-E476/45E2-8FAF-C2D3-4A6E-815B-5FE6-B0A9-6ABD:F1",
    "0110:1AB8-231E-17E8-4748-A133-CE93-89A7-A060:25",
    "0104:C2A7-D724-96F7-47DB-A23D-A297-3007-5876:55",
    "0102:03DD-9DEE-FB48-477B-8204-B050-6F6B-2A33:25",
)
"""ST 1204.3: the foundational example of section 7.4.2, and nine of appendix E."""

LABEL = bytes.fromhex("060e2b34010101010e01040503000000")


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_examples_of_the_standard_go_to_bytes_and_back(text: str) -> None:
    data = core_identifier_from_text(text)
    assert core_identifier_to_text(data) == text
    assert core_identifier_from_text(text.lower()) == data


@given(st.binary(min_size=16, max_size=16), st.integers(0, 1 << 20))
def test_another_reader_has_the_same_check_value(uuid: bytes, seed: int) -> None:
    text = core_identifier_to_text(b"\x01\x70" + uuid + bytes([seed % 251]) * 16)
    head, _, check = text.rpartition(":")
    assert stanag4609.st1204.miis_text_check_value(head) == int(check, 16)


@pytest.mark.parametrize(
    "text", ["", "0170", EXAMPLES[0][:-1] + "4", EXAMPLES[0].replace("B2DA/16B7", "B2DA16B7")]
)
def test_text_that_is_no_identifier_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"core identifier|check value"):
        core_identifier_from_text(text)


def test_text_whose_usage_announces_other_identifiers_is_refused() -> None:
    one = core_identifier_to_text(b"\x01\x40" + bytes(16))
    head, uuid, _ = one.split(":")
    assert head == "0140"
    check = stanag4609.st1204.miis_text_check_value(f"0170:{uuid}")
    with pytest.raises(ValueError, match="usage"):
        core_identifier_from_text(f"0170:{uuid}:{check:02X}")


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x01\x70", b"\x01\x00", b"\x01\x70" + bytes(31)])
def test_bytes_that_break_the_usage_raise(data: bytes) -> None:
    with pytest.raises(KlvDecodeError):
        core_identifier_to_text(data)


def test_an_identifier_that_stands_alone_is_read() -> None:
    data = core_identifier_from_text(EXAMPLES[0])
    metadata = decode_packet(frame_packet(LABEL + bytes([len(data)]) + data))
    assert metadata.set_name == "ST1204"
    assert metadata.is_whole
    assert metadata.value("miis_core_identifier") == EXAMPLES[0]
    broken = decode_packet(frame_packet(LABEL + b"\x05" + data[:5]))
    assert [damage.place for damage in broken.damage] == ["miis_core_identifier"]
