"""Reading the packs of MISB standards: fields one after another, some with a length before."""

from dataclasses import dataclass

from plainview.misb.ber import (
    KlvDecodeError,
    decode_ber_length,
    decode_ber_oid,
    encode_ber_length,
)

__all__ = ["PackReader", "encode_blocks", "text_of"]


@dataclass(slots=True)
class PackReader:
    """Takes fields off the front of a pack; raises KlvDecodeError where the bytes end."""

    data: bytes
    offset: int = 0

    @property
    def is_at_end(self) -> bool:
        """Whether everything is taken."""
        return self.offset >= len(self.data)

    def take(self, n_bytes: int) -> bytes:
        """Take some bytes."""
        end = self.offset + n_bytes
        if end > len(self.data):
            raise KlvDecodeError(f"the pack ends {end - len(self.data)} bytes too early.")
        taken = self.data[self.offset : end]
        self.offset = end
        return taken

    def rest(self) -> bytes:
        """Take what is left."""
        return self.take(len(self.data) - self.offset)

    def uint(self, n_bytes: int) -> int:
        """Take an unsigned integer."""
        return int.from_bytes(self.take(n_bytes), "big")

    def signed(self, n_bytes: int) -> int:
        """Take a signed integer."""
        return int.from_bytes(self.take(n_bytes), "big", signed=True)

    def oid(self) -> int:
        """Take a BER-OID number."""
        value, self.offset = decode_ber_oid(self.data, self.offset)
        return value

    def block(self) -> bytes:
        """Take a length and as many bytes."""
        n_bytes, self.offset = decode_ber_length(self.data, self.offset)
        return self.take(n_bytes)

    def blocks(self) -> list[bytes]:
        """Take lengths and bytes up to the end."""
        taken = []
        while not self.is_at_end:
            taken.append(self.block())
        return taken

    def text(self) -> str:
        """Take a length and as many bytes of UTF-8."""
        return text_of(self.block())

    def end(self) -> None:
        """Raise where something is left."""
        if not self.is_at_end:
            n_left = len(self.data) - self.offset
            raise KlvDecodeError(f"the pack has {n_left} bytes more than its fields.")


def text_of(data: bytes) -> str:
    """Return UTF-8 as text, without zero bytes at its end."""
    try:
        return data.rstrip(b"\x00").decode("utf-8")
    except UnicodeDecodeError as exc:
        raise KlvDecodeError("a text is none in UTF-8.") from exc


def encode_blocks(blocks: list[bytes]) -> bytes:
    """Return blocks, each with its length before it."""
    return b"".join(encode_ber_length(len(block)) + block for block in blocks)
