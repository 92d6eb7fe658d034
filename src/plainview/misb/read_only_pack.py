"""Packs that we read and do not write."""

from collections.abc import Callable

from plainview.misb.item_kinds import PackItem
from plainview.misb.pack_reader import PackReader

__all__ = ["decode_oid", "read_only_pack"]


def read_only_pack(number: int, name: str, *, decode: Callable[[bytes], object]) -> PackItem:
    """Return an item that is read; of what is to be written only the bytes are taken."""
    return PackItem(number, name, decode_pack=decode, encode_pack=_bytes_of)


def _bytes_of(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError(f"this item is written by its bytes, not by {value!r}")  # noqa: TRY004
    return value


def decode_oid(data: bytes) -> int:
    """Return one BER-OID number."""
    reader = PackReader(data)
    number = reader.oid()
    reader.end()
    return number
