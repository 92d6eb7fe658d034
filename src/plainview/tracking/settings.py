"""What a tracker and a locator are told, with the reason for each default."""

import math
from dataclasses import dataclass

__all__ = ["LocatorSettings", "TrackerSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerSettings:
    """How detections become tracks.

    Whether a track is confirmed is Wald's sequential test: its score is the logarithm of how
    much likelier its detections are from one thing that moves than from clutter, and it
    starts at 0 with the first detection. As the score's exponential is a martingale under
    clutter, a track that clutter began is ever confirmed with a probability of at most
    ``false_confirmation_rate``, however long it lives (Ville's inequality); likewise a thing
    that is there loses its tentative track with at most ``false_rejection_rate``. Both hold
    as far as clutter is spread at random within a cell, of which the picture has four rows of
    six; a glint that stays in one place is a thing to this test.

    Args:
        detection_probability: Of a thing in the picture that nothing hides, each frame.
        false_confirmation_rate: Of tracks that clutter begins (1e-6: at 10 clutter
            detections a frame and 30 frames a second, one an hour).
        false_rejection_rate: Of tentative tracks of things that are there.
        confirm_after_s: Youngest age at which a track is confirmed; a wave's glint lasts
            less than a few frames, a shadow that slips along an edge not much longer.
        least_seen_share: Least share of a track's life in which it was detected, to confirm
            it: what flickers in one place (the edges of roofs, an animated logo) is
            no clutter spread at random, and beats that test.
        end_existence: A confirmed track ends below this probability.
        births_per_picture_s: New things expected a second, for the prior of existence.
        clutter_per_picture: False detections expected in a frame before any was seen.
        clutter_memory_s: Time constant of the measured clutter density.
        hiding_rate_hz: How often a thing in view goes behind something.
        reappearing_rate_hz: How often a hidden thing comes back (1 over its time hidden).
        death_rate_hz: How often a thing is gone for good.
        out_of_view_memory_s: How long a track is kept while it is predicted outside the
            picture, where misses are not counted.
        duplicate_after_s: How long a confirmed track may lie in one box with a track of more
            hits and move with it, before it ends as a second track of the same thing; a
            tentative one is not confirmed meanwhile.
        longest_coast_s: How long a confirmed track is kept without a detection in view.
        coast_share: The same as a multiple of the time in which it was detected, where that
            is less: a thing seen for a moment is soon given up.
        center_sigma_px: 1-sigma of a detection's centre, each axis; the next adds to it.
        center_sigma_ratio: The same as a fraction of the box's width or height.
        start_speed_px_s: 1-sigma of a new track's speed, each axis; the next adds to it.
        start_speed_sizes_s: The same in box sizes (root of area) a second.
        velocity_walk_px_s: How far the velocity walks in a second, 1-sigma.
        velocity_walk_sizes_s: The same in box sizes a second.
        size_sigma_px: 1-sigma of a detection's width and height.
        size_sigma_ratio: The same as a fraction of them.
        size_gain: Smallest weight of a new box in the smoothed size.
        gate_sigma: Mahalanobis distance within which a detection may belong to a track.
        registration_sigma_px: 1-sigma that registration adds to positions, each frame.
        registration_sigma_ratio: The same as a fraction of how far the picture moved: what is
            fixed to the detector, such as its pattern and smeared columns, holds registration back.
        unregistered_sigma_px: The same in a frame that could not be registered.
    """

    detection_probability: float = 0.8
    false_confirmation_rate: float = 1e-6
    false_rejection_rate: float = 0.02
    confirm_after_s: float = 0.6
    least_seen_share: float = 0.4
    end_existence: float = 0.1
    births_per_picture_s: float = 0.5
    clutter_per_picture: float = 1.0
    clutter_memory_s: float = 1.0
    hiding_rate_hz: float = 0.1
    reappearing_rate_hz: float = 1.0
    death_rate_hz: float = 0.02
    out_of_view_memory_s: float = 20.0
    duplicate_after_s: float = 0.5
    longest_coast_s: float = 5.0
    coast_share: float = 1.5
    center_sigma_px: float = 0.7
    center_sigma_ratio: float = 0.04
    start_speed_px_s: float = 90.0
    start_speed_sizes_s: float = 1.0
    velocity_walk_px_s: float = 2.0
    velocity_walk_sizes_s: float = 0.25
    size_sigma_px: float = 2.0
    size_sigma_ratio: float = 0.4
    size_gain: float = 0.2
    gate_sigma: float = 4.0
    registration_sigma_px: float = 0.1
    registration_sigma_ratio: float = 0.1
    unregistered_sigma_px: float = 6.0

    def __post_init__(self) -> None:
        for name in (
            "detection_probability",
            "false_confirmation_rate",
            "false_rejection_rate",
            "end_existence",
            "size_gain",
        ):
            if not 0.0 < getattr(self, name) < 1.0:
                raise ValueError(f"{name} is {getattr(self, name)}, not between 0 and 1")
        for name in ("center_sigma_px", "clutter_per_picture", "clutter_memory_s", "gate_sigma"):
            if not getattr(self, name) > 0.0:
                raise ValueError(f"{name} is {getattr(self, name)}, not above 0")

    @property
    def confirming_score(self) -> float:
        """Score at which a track is confirmed: the logarithm of 1 over the rate."""
        return -math.log(self.false_confirmation_rate)

    @property
    def rejecting_score(self) -> float:
        """Score at which a tentative track is dropped."""
        return math.log(self.false_rejection_rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatorSettings:
    """How tracks are placed on the ground.

    Args:
        velocity_walk_m_s: How far a thing's velocity walks in a second, 1-sigma, each axis
            (0.5: a boat that takes half a minute for a turn at 10 knots).
        height_walk_m: How far the ground's height walks in a second, 1-sigma.
        start_speed_m_s: 1-sigma of a new track's speed, each axis (15: a fast boat or car).
        longest_prediction_s: How long a place is predicted without a measurement.
        jump_sigma: A measurement further off than this starts the filter anew.
        small_height_px: Things of less height are placed by their centre.
        edge_sigma_ratio: 1-sigma of where a thing meets the ground about the lower edge of
            its box, as a fraction of the box's height.
        own_error_memory_s: The own errors of frames within this time are taken as one
            (metadata comes at some 10 Hz and is interpolated); 0 where each is new.
        sea_level_sigma_m: Of the sea against the geoid; None takes the stated default.
        frame_center_sigma_m: Of the source's own frame-centre height; None likewise.
    """

    velocity_walk_m_s: float = 0.5
    height_walk_m: float = 1.0
    start_speed_m_s: float = 15.0
    longest_prediction_s: float = 10.0
    jump_sigma: float = 6.0
    small_height_px: float = 8.0
    edge_sigma_ratio: float = 0.1
    own_error_memory_s: float = 0.1
    sea_level_sigma_m: float | None = None
    frame_center_sigma_m: float | None = None
