"""A checkpoint: what the stages remember, as data that cannot run (no pickle)."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from plainview.errors import FormatError
from plainview.model import State

__all__ = ["decode_checkpoint", "encode_checkpoint"]

_ARRAY = "__array__"
_BYTES = "__bytes__"
_TUPLE = "__tuple__"


def encode_checkpoint(state: State) -> bytes:
    """Encode a tree of mappings, lists, arrays, bytes, numbers, text and None.

    Arrays go into an uncompressed npz, bit for bit; the tree goes beside them as JSON.

    Raises:
        TypeError: The tree holds something else.
    """
    arrays: dict[str, np.ndarray] = {}
    tree = _fold(state, arrays)
    arrays["tree"] = np.frombuffer(json.dumps(tree).encode(), np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def decode_checkpoint(data: bytes, *, where: str) -> dict[str, Any]:
    """Decode what `encode_checkpoint` made.

    Args:
        data: The bytes.
        where: The file, for the error.

    Raises:
        FormatError: The bytes are cut off or not a checkpoint.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        tree = json.loads(arrays.pop("tree").tobytes())
        state: dict[str, Any] = _unfold(tree, arrays)
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise FormatError(
            where=where,
            what="is not a whole checkpoint.",
            mend="Delete it: the mission then starts from the checkpoint before.",
        ) from error
    return state


def _fold(value: object, arrays: dict[str, np.ndarray]) -> object:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return _fold(np.asarray(value), arrays)
    if isinstance(value, np.ndarray):
        return {_ARRAY: _store(value, arrays)}
    if isinstance(value, bytes):
        return {_BYTES: _store(np.frombuffer(value, np.uint8), arrays)}
    if isinstance(value, Mapping):
        return [[_fold(key, arrays), _fold(item, arrays)] for key, item in value.items()]
    if isinstance(value, tuple):
        return {_TUPLE: {"items": [_fold(item, arrays) for item in value]}}
    if isinstance(value, list):
        return {"__list__": {"items": [_fold(item, arrays) for item in value]}}
    raise TypeError(f"a checkpoint cannot hold {type(value).__name__}")


def _store(array: np.ndarray, arrays: dict[str, np.ndarray]) -> str:
    name = f"array{len(arrays)}"
    arrays[name] = array
    return name


def _unfold(value: object, arrays: Mapping[str, np.ndarray]) -> Any:
    if isinstance(value, list):
        return {_unfold(key, arrays): _unfold(item, arrays) for key, item in value}
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == _ARRAY:
        return arrays[content].copy()
    if kind == _BYTES:
        return arrays[content].tobytes()
    items = [_unfold(item, arrays) for item in content["items"]]
    return tuple(items) if kind == _TUPLE else items
