"""How a source is read: from where to where, and how far metadata reaches."""

from dataclasses import dataclass, field

from plainview.formats.read_sidecar import SidecarSettings
from plainview.geo import Calibration, Terrain
from plainview.misb import Conventions, DamagePolicy
from plainview.model import ViewSigma
from plainview.sensing import TurretSpec
from plainview.units import microseconds_from_seconds

__all__ = ["SourceSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """How a source is read.

    Args:
        instrument: The 1-sigma of the turret, where it is known; None means the stated
            defaults.
        start_s: Where in the video to start; None means at its beginning.
        end_s: Where to end; None means at its end.
        max_gap_s: Metadata further apart than this is not joined.
        metadata_lag_s: By how much the metadata comes too late on the video's clock; it is
            taken out.
        metadata_lag_sigma_s: 1-sigma of that lag; None leaves what is assumed of it.
        clock_ahead_s: By how much the clock of the metadata is ahead of UTC; it is taken out.
        calibration: What is known of the platform's other biases; it is taken off each View.
        turret: What carried the cameras, for their lenses; None where it is not known.
        convention: How the numbers of the metadata are to be read: one for all sets, or one for
            each by its name; None is the standards' own reading.
        damage: What is done with damaged metadata.
        sidecars: What is known of files beside a video that has no metadata of its own.
        terrain: A height model, for heights above the place of take-off in them.
        n_decode_threads: Threads of the video decoder; more cost more core time.
        left_out: Name of each file that was given with the inputs and is not used, and why.
        cameras: Names of the cameras of a source that are looked at; None means all.
        is_recorded: Whether ``Unit.recorded`` will be used; else a video that a transport stream
            cannot carry is not encoded for it.
    """

    instrument: ViewSigma | None = None
    start_s: float | None = None
    end_s: float | None = None
    max_gap_s: float = 3.0
    metadata_lag_s: float = 0.0
    metadata_lag_sigma_s: float | None = None
    clock_ahead_s: float = 0.0
    calibration: Calibration | None = None
    turret: TurretSpec | None = None
    convention: Conventions = None
    damage: DamagePolicy = DamagePolicy.MARK
    sidecars: SidecarSettings = field(default_factory=SidecarSettings)
    terrain: Terrain | None = None
    n_decode_threads: int = 1
    left_out: tuple[tuple[str, str], ...] = ()
    cameras: tuple[str, ...] | None = None
    is_recorded: bool = True

    @property
    def start_us(self) -> int:
        """Where to start, in microseconds."""
        return microseconds_from_seconds(self.start_s or 0.0)

    @property
    def metadata_lag_us(self) -> int:
        """The lag of the metadata, in microseconds."""
        return microseconds_from_seconds(self.metadata_lag_s)

    @property
    def length_us(self) -> int | None:
        """How much to read; None means all."""
        if self.end_s is None:
            return None
        return microseconds_from_seconds(self.end_s) - self.start_us

    def asked_s(self, whole_s: float | None) -> float | None:
        """Return how much is read of what is so long, from the start to the end.

        None where it is not known how long that is.
        """
        if whole_s is None:
            return None
        end_s = whole_s if self.end_s is None else min(self.end_s, whole_s)
        return max(0.0, end_s - (self.start_s or 0.0))

    def asked_fraction(self, whole_s: float | None) -> float:
        """Return which part of it is read; 1 where it is not known how long it is."""
        asked_s = self.asked_s(whole_s)
        return 1.0 if not whole_s or asked_s is None else asked_s / whole_s
