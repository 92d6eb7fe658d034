"""How far a run is."""

from dataclasses import dataclass

__all__ = ["Progress"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is.

    Args:
        fraction: Of the source that was read, in [0, 1]; None where its length is not known.
        n_frames: Frames that are done.
        frames_per_s: Rate over the whole run so far.
        rate: What to show for it where no frames are counted, such as ``800 MB/s``.
        slowed_s: By how much simulated time went slower than the clock so far.
    """

    fraction: float | None
    n_frames: int
    frames_per_s: float
    rate: str | None = None
    slowed_s: float = 0.0
