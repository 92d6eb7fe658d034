"""Detections: what a detector found in one frame, a frozen table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from plainview.model.table import freeze_columns

__all__ = ["Detection", "Detections"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """One thing in one frame: its box in pixels, its score, who found it."""

    x_px: float
    y_px: float
    width_px: float
    height_px: float
    score: float
    label: str | None
    detector: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detections:
    """What was found in one frame; one read-only array a column, n rows.

    Args:
        box_px: (n, 4) x, y of the top-left corner, width, height.
        score: (n,) in [0, 1]; higher is surer.
        label: n names of a class, None where the detector does not classify.
        detector: n names of detectors.
    """

    box_px: npt.NDArray[np.float64]
    score: npt.NDArray[np.float64]
    label: tuple[str | None, ...]
    detector: tuple[str, ...]

    def __post_init__(self) -> None:
        freeze_columns(
            {
                "box_px": self.box_px,
                "score": self.score,
                "label": self.label,
                "detector": self.detector,
            },
            {"box_px": (4,)},
        )

    @classmethod
    def empty(cls) -> Self:
        """Return a table of no rows."""
        return cls(box_px=np.empty((0, 4)), score=np.empty(0), label=(), detector=())

    def __len__(self) -> int:
        return len(self.score)

    def __getitem__(self, row: int) -> Detection:
        x, y, width, height = self.box_px[row].tolist()
        return Detection(
            x_px=x,
            y_px=y,
            width_px=width,
            height_px=height,
            score=float(self.score[row]),
            label=self.label[row],
            detector=self.detector[row],
        )

    def __iter__(self) -> Iterator[Detection]:
        return (self[row] for row in range(len(self)))
