"""From metadata sets to Views: what a stream has said so far, as one View at each set."""

from dataclasses import dataclass, replace
from typing import Final

from plainview.geo import NotLocated
from plainview.geo.calibration import Calibration, calibrated_view
from plainview.geo.lens_calibration import LensCalibration, view_with_fields
from plainview.misb.angle_convention import AngleConvention, Conventions, convention_of_set
from plainview.misb.believed_sets import believed_set, is_doubtful_set
from plainview.misb.convention_watch import ConventionWatch
from plainview.misb.damage import DamagePolicy
from plainview.misb.height_watch import HeightWatch
from plainview.misb.held_items import MAX_ITEM_AGE_S, HeldItems
from plainview.misb.items_by_convention import items_by_convention
from plainview.misb.metadata_set import ItemKey, MetadataSet
from plainview.misb.metadata_time import metadata_time
from plainview.misb.reported_sigma import ReportedSigmaMemory
from plainview.misb.security_marking import security_marking
from plainview.misb.st0102 import ST0102
from plainview.misb.timed_view import TimedView
from plainview.misb.view_from_items import view_from_items
from plainview.misb.view_heights import MAX_DATUM_DIFFERENCE_M, SensorHeight, sensor_height
from plainview.misb.view_items import ViewItems
from plainview.misb.view_items_reader import ITEM_READERS
from plainview.misb.view_warnings import ViewWarnings
from plainview.model import CountedWarning, View, ViewSigma, changed_view
from plainview.units import seconds_from_microseconds

__all__ = ["ViewState", "ViewStateSettings"]

_CONVENTIONS: Final = {"ST0601": "st0601", "EG0104": "eg0104"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewStateSettings:
    """How sets become Views.

    Args:
        instrument: The 1-sigma of the turret where it is known; None means the stated
            defaults.
        max_item_age_s: A number that was not sent again for this long is not known.
        damage: What is done with damaged sets; ``salvage`` is for encoders that compute their
            checksums wrongly, and for bad links.
        convention: How the source's numbers are to be read; None is the standard's own reading.
        calibration: What is known of the platform's biases; it is taken off each View.
        lens: What is known of the camera's lens; gives the fields of view where none is sent.
    """

    instrument: ViewSigma | None = None
    max_item_age_s: float = MAX_ITEM_AGE_S
    damage: DamagePolicy = DamagePolicy.MARK
    convention: Conventions = None
    calibration: Calibration | None = None
    lens: LensCalibration | None = None


class ViewState:
    """Remembers what each KLV stream has said: items that are absent persist and grow old.

    Args:
        settings: How sets become Views.
    """

    def __init__(self, settings: ViewStateSettings | None = None) -> None:
        self._settings = settings or ViewStateSettings()
        self._held: dict[tuple[int, str], HeldItems] = {}
        self._heights: dict[tuple[int, str], HeightWatch] = {}
        self._watches: dict[tuple[int, str], ConventionWatch] = {}
        self._doubted: dict[tuple[int, str], MetadataSet] = {}
        self._markings: dict[int, str] = {}
        self._reported = ReportedSigmaMemory(max_age_s=self._settings.max_item_age_s)
        self._warnings = ViewWarnings()

    def update(self, metadata: MetadataSet) -> TimedView | None:
        """Take in a set.

        Args:
            metadata: One decoded set, in the order of its stream.

        Returns:
            The View as the stream says it once this set is taken in; None where the set is
            of a kind that no View is made of, or too damaged to be believed.
        """
        if is_doubtful_set(metadata, policy=self._settings.damage):
            self._warnings.add("metadata_damaged", metadata)
            return None
        if metadata.set_name in ("ST0102", "ST0102U"):
            self._note_marking(metadata)
        reader = ITEM_READERS.get(metadata.set_name)
        if reader is None:
            return None
        held = self._held_items(metadata)
        believed = believed_set(metadata)
        if len(believed.items) < len(metadata.items):
            self._warnings.add("metadata_implausible", metadata)
        if held.update(believed):
            self._warnings.add("metadata_clock_step", metadata)
        items = reader(held)
        if metadata.set_name == "ST0601":
            said = self._reported.update(believed)
            items = items if said is None else replace(items, reported_sigma=said)
        if items.n_implausible:
            self._warnings.add("item_implausible", metadata)
        return self._timed(items, metadata)

    def marking_of(self, stream: int) -> str | None:
        """Return the marking of a security set that stands alone on a stream; None likewise."""
        return self._markings.get(stream)

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What was wrong with the metadata so far, counted."""
        return self._warnings.counted()

    def _held_items(self, metadata: MetadataSet) -> HeldItems:
        key = (metadata.stream, metadata.set_name)
        if key not in self._held:
            self._held[key] = HeldItems(max_age_s=self._settings.max_item_age_s)
        return self._held[key]

    def _note_marking(self, metadata: MetadataSet) -> None:
        """Keep the marking of a security set that stands alone on its stream."""
        by_tag = {_security_tag(key): item for key, item in metadata.items.items()}
        marking = security_marking(by_tag)
        if marking is not None:
            self._markings[metadata.stream] = marking

    def _timed(self, sent: ViewItems, metadata: MetadataSet) -> TimedView:
        convention, items, view = self._watched(sent, metadata)
        calibration = self._settings.calibration
        with_fields = view_with_fields(view, self._settings.lens)
        if with_fields is not view:
            self._warnings.add("fields_from_calibration", metadata)
            view = with_fields
        if calibration is not None and not calibration.is_of_field(view):
            self._warnings.add("calibration_other_field", metadata)
        view = calibrated_view(view, calibration)
        time = metadata_time(
            metadata.time_us, leap_seconds=items.leap_seconds, correction_us=items.correction_us
        )
        if time.doubt is not None:
            self._warnings.add("leap_seconds_doubtful", metadata)
        view = changed_view(
            view,
            time_us=time.time_us,
            time_basis=time.basis,
            utc_sigma_s=time.sigma_s,
            angle_convention=convention.name if convention else _CONVENTIONS[metadata.set_name],
            security_marking=view.security_marking or self._markings.get(metadata.stream),
        )
        return TimedView(
            video_time_us=metadata.video_time_us,
            time_us=time.time_us,
            view=view,
            stamp_us=metadata.time_us,
            sensor_key=items.sensor_key,
            stream=metadata.stream,
        )

    def _watched(
        self, sent: ViewItems, metadata: MetadataSet
    ) -> tuple[AngleConvention | None, ViewItems, View]:
        """Return the reading, the items and the View by it; the reading may change by them."""
        convention = self._convention(metadata)
        items, view = self._read(sent, metadata, convention)
        if convention is not None and convention.is_watched and convention.is_decided:
            key = (metadata.stream, metadata.set_name)
            watch = self._watches.setdefault(key, ConventionWatch(convention))
            watch.look(sent, view)
            if self._has_changed(watch, metadata):
                items, view = self._read(sent, metadata, watch.convention)
            if watch.is_in_doubt:
                self._warnings.add("frame_center_apart", metadata)
                doubt = view.withheld or NotLocated.DIRECTION_UNKNOWN
                return watch.convention, items, replace(view, withheld=doubt)
            return watch.convention, items, view
        return convention, items, view

    def _has_changed(self, watch: ConventionWatch, metadata: MetadataSet) -> bool:
        """Return whether another reading is taken from this packet on; say where it began."""
        key = (metadata.stream, metadata.set_name)
        if not watch.is_in_doubt:
            self._doubted.pop(key, None)
            return False
        first = self._doubted.setdefault(key, metadata)
        if watch.is_changed:
            self._warnings.add("convention_changes", first)
        return watch.choose(time_us=metadata.time_us)

    def _convention(self, metadata: MetadataSet) -> AngleConvention | None:
        key = (metadata.stream, metadata.set_name)
        given, watch = convention_of_set(self._settings.convention, key[1]), self._watches.get(key)
        if watch is not None and watch.given == given:
            return watch.convention
        self._watches.pop(key, None)  # live it may be decided anew
        return given

    def _read(
        self, sent: ViewItems, metadata: MetadataSet, convention: AngleConvention | None
    ) -> tuple[ViewItems, View]:
        """Return the items and the View by a reading."""
        items = sent
        if convention is not None:
            items = items_by_convention(sent, convention, time_us=metadata.time_us)
            if not convention.is_decided:
                self._warnings.add("convention_undecided", metadata)
        height = sensor_height(items)
        self._check_heights(height, metadata)
        withheld = self._watch_datum(height, metadata)
        view = view_from_items(
            items, height, instrument=self._settings.instrument, convention=convention
        )
        if withheld is not None and view.withheld is None:
            view = changed_view(view, withheld=withheld)
        return items, view

    def _watch_datum(self, height: SensorHeight, metadata: MetadataSet) -> str | None:
        """Return why the pose is not believed where the height's datum has changed."""
        key = (metadata.stream, metadata.set_name)
        time_us = metadata.time_us if metadata.video_time_us is None else metadata.video_time_us
        if height.height_hae_m is None or time_us is None:
            return None
        watch = self._heights.setdefault(key, HeightWatch())
        if not watch.update(height.height_hae_m, time_s=seconds_from_microseconds(time_us)):
            return None
        self._warnings.add("height_datum_moved", metadata)
        return NotLocated.DATUM_MOVED

    def _check_heights(self, height: SensorHeight, metadata: MetadataSet) -> None:
        difference_m = height.datum_difference_m
        if difference_m is not None and abs(difference_m) > MAX_DATUM_DIFFERENCE_M:
            self._warnings.add("height_datums_disagree", metadata)


def _security_tag(key: ItemKey) -> ItemKey:
    """Return the tag of an item of the security set, whose universal form has names."""
    known = ST0102.by_name.get(key) if isinstance(key, str) else None
    return key if known is None else known.number
