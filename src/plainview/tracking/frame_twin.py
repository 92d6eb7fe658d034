"""The NumPy twin of `advance_tracks`: the same frame, written a column at a time.

It is here to be read and to be tested against: slower, plain, and without the sorted
windows, components and loops that make the compiled kernel fast.
"""

import math

import numpy as np
import numpy.typing as npt

from plainview.model import LifeStage
from plainview.tracking.assignment import FORBIDDEN_COST, assign_rows
from plainview.tracking.association import BELIEVED_BONUS
from plainview.tracking.duplicates import MOST_SHADOWED
from plainview.tracking.track_record import LEAST_CLUTTER_PER_PICTURE, Record, Records

__all__ = ["advance_tracks_in_numpy"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def _predict(tracks: Records, rule: Record, step: Record) -> None:
    """Carry tracks forward in the picture before, then bring them into this one."""
    dt, h = step["dt_s"], step["homography"]
    size_px = np.sqrt(tracks["width_px"] * tracks["height_px"])
    walk = (rule["velocity_walk_px_s"] + rule["velocity_walk_sizes_s"] * size_px) ** 2
    transition = np.eye(4)
    transition[:2, 2:] = dt * np.eye(2)
    noise = np.kron([[dt**3 / 3.0, dt**2 / 2.0], [dt**2 / 2.0, dt]], np.eye(2))
    state = tracks["state"] @ transition.T
    cov = transition @ tracks["cov"] @ transition.T + walk[:, None, None] * noise
    ground = np.concatenate([tracks["ground_px"], np.ones((len(state), 1))], axis=1) @ h.T
    tracks["ground_px"] = ground[:, :2] / ground[:, 2:]
    lifted = np.concatenate([state[:, :2], np.ones((len(state), 1))], axis=1) @ h.T
    place = lifted[:, :2] / lifted[:, 2:]
    jacobian = (h[:2, :2] - place[:, :, None] * h[2, :2]) / lifted[:, 2, None, None]
    both = np.zeros((len(state), 4, 4))
    both[:, :2, :2] = both[:, 2:, 2:] = jacobian
    tracks["state"] = np.einsum("nij,nj->ni", both, state)
    tracks["state"][:, :2] = place
    tracks["cov"] = both @ cov @ np.swapaxes(both, 1, 2)
    tracks["cov"] += step["motion_sigma_px"] ** 2 * np.diag([1.0, 1.0, 0.0, 0.0])
    scale = np.sqrt(np.abs(np.linalg.det(jacobian)))
    tracks["width_px"] *= scale
    tracks["height_px"] *= scale
    tracks["age_s"] += dt
    tracks["unseen_s"] += dt
    tracks["life_stage"][~(lifted[:, 2] > 0.05)] = LifeStage.ENDED


def _elapse(tracks: Records, rule: Record, step: Record) -> None:
    dt = step["dt_s"]
    survives = math.exp(-rule["death_rate_hz"] * dt)
    hides = 1.0 - math.exp(-rule["hiding_rate_hz"] * dt)
    reappears = 1.0 - math.exp(-rule["reappearing_rate_hz"] * dt)
    chain = survives * np.array([[1.0 - hides, reappears], [hides, 1.0 - reappears]])
    both = np.stack([tracks["p_observable"], tracks["p_hidden"]])
    tracks["p_observable"], tracks["p_hidden"] = chain @ both


def _probability_in_view(tracks: Records, step: Record) -> Array:
    erf = np.frompyfunc(math.erf, 1, 1)
    inside = np.ones(len(tracks))
    for axis, size in ((0, step["width_px"]), (1, step["height_px"])):
        scale = np.sqrt(2.0 * tracks["cov"][:, axis, axis])
        place = tracks["state"][:, axis]
        high, low = erf((size - place) / scale), erf(-place / scale)
        inside *= 0.5 * (high - low).astype(np.float64)
    return inside


def _cells(clutter: Array, step: Record, place_px: Array) -> tuple[Indices, Indices]:
    n_rows, n_columns = clutter.shape
    row = np.floor(place_px[:, 1] * n_rows / step["height_px"]).astype(np.int64)
    column = np.floor(place_px[:, 0] * n_columns / step["width_px"]).astype(np.int64)
    return np.clip(row, 0, n_rows - 1), np.clip(column, 0, n_columns - 1)


def _clutter_px2(clutter: Array, step: Record, place_px: Array) -> Array:
    cell_px2 = step["width_px"] * step["height_px"] / clutter.size
    per_cell = np.maximum(clutter[_cells(clutter, step, place_px)], step["mean_clutter"])
    density_px2: Array = per_cell / cell_px2
    return density_px2


def _innovation_cov_px2(tracks: Records, rule: Record) -> Array:
    cov: Array = tracks["cov"][:, :2, :2].copy()
    for axis, size in ((0, tracks["width_px"]), (1, tracks["height_px"])):
        cov[:, axis, axis] += rule["center_sigma_px"] ** 2
        cov[:, axis, axis] += (rule["center_sigma_ratio"] * size) ** 2
    return cov


def _centers_px(box_px: Array) -> Array:
    return box_px[:, :2] + 0.5 * box_px[:, 2:]


def _log_hit_ratios(tracks: Records, found: Records, rule: Record) -> Array:
    """Return (n, m) logarithms, minus infinity where the detection is out of the gate."""
    cov = _innovation_cov_px2(tracks, rule)
    offset = _centers_px(found["box_px"])[None] - tracks["state"][:, None, :2]
    squared = np.einsum("nmi,nij,nmj->nm", offset, np.linalg.inv(cov), offset)
    density = rule["detection_probability"] / (2.0 * np.pi * np.sqrt(np.linalg.det(cov)))
    known = np.maximum(np.stack([tracks["width_px"], tracks["height_px"]], axis=1), 0.5)
    change = np.log(np.maximum(found["box_px"][None, :, 2:], 0.5) / known[:, None])
    variance = rule["size_sigma_ratio"] ** 2 + (rule["size_sigma_px"] / known) ** 2
    size = np.sum(change**2 / variance[:, None], axis=2)
    ratio: Array = np.log(density / tracks["clutter_px2"])[:, None] - 0.5 * (squared + size)
    is_out = (squared > rule["gate_sigma"] ** 2) | (size > 2.0 * 4.0**2)
    return np.where(is_out, -np.inf, ratio)


def _associate(tracks: Records, found: Records, rule: Record) -> tuple[Indices, Array]:
    """Solve the whole frame as one assignment; each track may also stay alone."""
    n, m = len(tracks), len(found)
    ratio = _log_hit_ratios(tracks, found, rule)
    miss = np.log(1.0 - rule["detection_probability"] * tracks["p_in_view"])
    bonus = np.where(tracks["life_stage"] == LifeStage.TENTATIVE, 0.0, BELIEVED_BONUS)
    cost = np.full((n, m + n), FORBIDDEN_COST)
    cost[np.arange(n), m + np.arange(n)] = 0.0
    value = ratio - miss[:, None] + bonus[:, None]
    cost[:, :m] = np.where(ratio > miss[:, None], -value, FORBIDDEN_COST)
    column = assign_rows(cost) if n else np.empty(0, np.int64)
    is_hit = column < m
    chosen = np.where(is_hit, column, 0)
    best = ratio[np.arange(n), chosen] if m else np.zeros(n)
    return np.where(is_hit, column, -1), np.where(is_hit, best, -np.inf)


def _weigh(tracks: Records, rule: Record, log_hit_ratio: Array) -> None:
    in_sight = 1.0 - rule["detection_probability"] * tracks["p_in_view"] + np.exp(log_hit_ratio)
    mean = tracks["p_observable"] * in_sight + 1.0 - tracks["p_observable"]
    tracks["p_observable"] *= in_sight / mean
    tracks["p_hidden"] /= mean
    tracks["log_ratio"] = np.minimum(tracks["log_ratio"] + np.log(mean), 50.0)


def _judge(tracks: Records) -> None:
    was_ever = 1.0 / (1.0 + np.exp(-(tracks["prior_log_odds"] + tracks["log_ratio"])))
    tracks["existence"] = was_ever * (tracks["p_observable"] + tracks["p_hidden"])


def _take_hits(tracks: Records, found: Records, frame: tuple[Record, Record]) -> None:
    """Correct tracks, (k,), by their detections, (k,)."""
    rule, step = frame
    cov = tracks["cov"]
    gain = cov[:, :, :2] @ np.linalg.inv(_innovation_cov_px2(tracks, rule))
    offset = _centers_px(found["box_px"]) - tracks["state"][:, :2]
    tracks["state"] += np.einsum("nij,nj->ni", gain, offset)
    tracks["cov"] -= gain @ cov[:, :2, :]
    tracks["n_hits"] += 1
    tracks["is_hit"] = 1
    tracks["seen_s"] += step["dt_s"]
    tracks["unseen_s"] = 0.0
    weight = np.maximum(1.0 / tracks["n_hits"], rule["size_gain"])
    for name, column in (("width_px", 2), ("height_px", 3)):
        tracks[name] += weight * (found["box_px"][:, column] - tracks[name])
    for name in ("score", "label", "detector"):
        tracks[name] = found[name]
    is_sure = (
        (tracks["log_ratio"] >= rule["confirming_score"])
        & (tracks["age_s"] >= rule["confirm_after_s"])
        & (tracks["seen_s"] >= rule["least_seen_share"] * tracks["age_s"])
        & (tracks["shadowed_s"] <= MOST_SHADOWED * tracks["age_s"])
    )
    born, ground, place = tracks["born_px"], tracks["ground_px"], tracks["state"][:, :2]
    shift_px, off_screen_px, off_ground_px = (
        np.linalg.norm(one - other, axis=1)
        for one, other in ((ground, born), (place, born), (place, ground))
    )
    is_untold = (tracks["age_s"] < 1.2) & (off_screen_px < 4.0)
    unsteady_px = 0.25 * np.sqrt(tracks["width_px"] * tracks["height_px"])
    goes_with_screen = off_screen_px < np.maximum(off_ground_px, unsteady_px)
    goes_with_screen = np.where(shift_px >= 4.0, goes_with_screen, is_untold)
    is_sure &= bool(step["is_overlay_known"]) | ~goes_with_screen
    is_confirmed = is_sure | (tracks["life_stage"] != LifeStage.TENTATIVE)
    tracks["life_stage"][is_confirmed] = LifeStage.CONFIRMED


def _take_misses(tracks: Records, rule: Record) -> None:
    """Let tracks, (k,), go on without a detection, or end."""
    tracks["is_hit"] = 0
    stage = tracks["life_stage"]
    in_view = tracks["p_in_view"] >= 0.5
    coast_s = np.minimum(rule["longest_coast_s"], rule["coast_share"] * tracks["seen_s"])
    longest_s = np.where(in_view, coast_s, rule["out_of_view_memory_s"])
    is_lost = (tracks["existence"] < rule["end_existence"]) | (tracks["unseen_s"] > longest_s)
    is_rejected = (tracks["log_ratio"] <= rule["rejecting_score"]) | ~in_view
    is_over = np.where(stage == LifeStage.TENTATIVE, is_rejected, is_lost)
    stage[stage == LifeStage.CONFIRMED] = LifeStage.COASTING
    stage[is_over] = LifeStage.ENDED


def _take_all(
    memory: tuple[Records, Array], found: Records, frame: tuple[Record, Record]
) -> Indices:
    (tracks, clutter), (rule, step) = memory, frame
    _predict(tracks, rule, step)
    _elapse(tracks, rule, step)
    tracks["p_in_view"] = _probability_in_view(tracks, step)
    tracks["clutter_px2"] = _clutter_px2(clutter, step, tracks["state"])
    found_of_track, log_hit_ratio = _associate(tracks, found, rule)
    is_hit = found_of_track >= 0
    _weigh(tracks, rule, log_hit_ratio)
    hits, misses = tracks[is_hit], tracks[~is_hit]
    _take_hits(hits, found[found_of_track[is_hit]], (rule, step))
    tracks[is_hit] = hits
    _judge(tracks)
    misses["existence"] = tracks["existence"][~is_hit]
    _take_misses(misses, rule)
    tracks[~is_hit] = misses
    _end_duplicates(tracks, rule, step)
    return found_of_track


def _is_believed(tracks: Records) -> Flags:
    stage = tracks["life_stage"]
    is_believed: Flags = (stage == LifeStage.CONFIRMED) | (stage == LifeStage.COASTING)
    return is_believed


def _goes_with(tracks: Records, row: int) -> Flags:
    """Say which tracks are in one place with one of them, or a part of it, and move alike."""
    offset = np.abs(tracks["state"] - tracks["state"][row])
    size = np.stack([tracks["width_px"], tracks["height_px"]], axis=1)
    area = size[:, 0] * size[:, 1]
    ratio = np.maximum(area, area[row]) / np.minimum(area, area[row])
    reach = np.where(ratio > 1.5, 0.5, 0.35)[:, None] * np.maximum(size, size[row]) + 1.0
    variance = np.diagonal(tracks["cov"], axis1=1, axis2=2)[:, 2:]
    apart = np.sum(offset[:, 2:] ** 2 / (variance + variance[row] + 9.0), axis=1)
    alike: Flags = np.all(offset[:, :2] <= reach, axis=1) & (apart < 16.0)
    return alike


_TAKEN_OVER = (
    *("state", "cov", "score", "label", "detector"),
    *("p_observable", "p_hidden"),
)


def _end_duplicates(tracks: Records, rule: Record, step: Record) -> None:
    is_living, longest_s = tracks["life_stage"] != LifeStage.ENDED, rule["duplicate_after_s"]
    for row in np.flatnonzero(tracks["life_stage"] != LifeStage.ENDED).tolist():
        behind = list(zip(tracks["n_hits"].tolist(), (-tracks["track_id"]).tolist(), strict=True))
        alike = np.flatnonzero(_goes_with(tracks, row) & is_living).tolist()
        seniors = [other for other in alike if behind[other] > behind[row]]
        change = step["dt_s"] if seniors else -step["dt_s"]
        shadowed_s = np.clip(tracks["shadowed_s"][row] + change, 0.0, longest_s)
        tracks["shadowed_s"][row] = shadowed_s
        if not seniors or shadowed_s < longest_s:
            continue
        senior = max(zip([behind[other] for other in seniors], seniors, strict=True))[1]
        if not _is_believed(tracks)[senior]:
            continue
        if tracks["is_hit"][row] and not tracks["is_hit"][senior]:
            for name in _TAKEN_OVER:
                tracks[name][senior] = tracks[name][row]
            for name in ("width_px", "height_px"):
                tracks[name][senior] = max(tracks[name][senior], tracks[name][row])
            tracks["is_hit"][senior], tracks["unseen_s"][senior] = 1, 0.0
            tracks["life_stage"][[senior, row]] = LifeStage.CONFIRMED, LifeStage.ENDED
        elif tracks["life_stage"][row] != LifeStage.TENTATIVE:
            tracks["life_stage"][row] = LifeStage.ENDED
    _judge(tracks)


def _find_unexplained(tracks: Records, found: Records, found_of_track: Indices) -> Flags:
    is_unexplained = np.ones(len(found), np.bool_)
    is_seen = tracks["life_stage"] == LifeStage.CONFIRMED
    is_unexplained[found_of_track[is_seen & (found_of_track >= 0)]] = False
    seen = tracks[_is_believed(tracks)]
    offset = np.abs(_centers_px(found["box_px"])[:, None] - seen["state"][None, :, :2])
    half = 0.5 * np.stack([seen["width_px"], seen["height_px"]], axis=1)
    is_inside: Flags = np.any(np.all(offset < half, axis=2), axis=1)
    return is_unexplained & ~is_inside


def _measure_clutter(clutter: Array, place_px: Array, frame: tuple[Record, Record]) -> None:
    rule, step = frame
    weight = 1.0 - math.exp(-step["dt_s"] / rule["clutter_memory_s"])
    if step["is_restart"]:
        clutter[:] = clutter.mean()
        weight = 1.0
    else:
        clutter *= 1.0 - weight
    np.add.at(clutter, _cells(clutter, step, place_px), weight)
    step["mean_clutter"] = max(clutter.mean(), LEAST_CLUTTER_PER_PICTURE / clutter.size)


def _begin(found: Records, clutter: Array, frame: tuple[Record, Record]) -> dict[str, Array]:
    """Return the columns of the tracks that detections begin; the others are 0."""
    rule, step = frame
    box_px = found["box_px"]
    center_px, (width, height) = _centers_px(box_px), box_px[:, 2:].T
    cov = np.zeros((len(found), 4, 4))
    for axis, size in ((0, width), (1, height)):
        cov[:, axis, axis] = rule["center_sigma_px"] ** 2
        cov[:, axis, axis] += (rule["center_sigma_ratio"] * size) ** 2
        speed = rule["start_speed_px_s"] + rule["start_speed_sizes_s"] * np.sqrt(width * height)
        cov[:, axis + 2, axis + 2] = speed**2
    clutter_px2 = _clutter_px2(clutter, step, center_px)
    births = rule["births_per_picture_s"] * max(step["dt_s"], 0.03)
    births_px2 = births / (step["width_px"] * step["height_px"])
    return {
        "track_id": step["next_id"] + np.arange(len(found)),
        "life_stage": np.full(len(found), LifeStage.TENTATIVE),
        "n_hits": np.ones(len(found)),
        "is_hit": np.ones(len(found)),
        "state": np.concatenate([center_px, np.zeros_like(center_px)], axis=1),
        "born_px": center_px,
        "ground_px": center_px,
        "cov": cov,
        "width_px": width,
        "height_px": height,
        "p_observable": np.ones(len(found)),
        "p_in_view": np.ones(len(found)),
        "clutter_px2": clutter_px2,
        "prior_log_odds": np.log(births_px2 / clutter_px2),
        **{name: found[name] for name in ("label", "detector", "score")},
    }


def advance_tracks_in_numpy(
    memory: tuple[Records, Array], found: Records, frame: tuple[Records, Records]
) -> None:
    """Advance all tracks by one frame, in place; arguments as of `advance_tracks`."""
    tracks, clutter = memory
    rule, step = frame[0][0], frame[1][0]
    known = tracks[: step["n_tracks"]]
    known = known[known["life_stage"] != LifeStage.ENDED]
    found_of_track = np.full(len(known), -1, np.int64)
    if step["is_restart"]:
        known["life_stage"], known["is_hit"] = LifeStage.ENDED, 0
    else:
        found_of_track = _take_all((known, clutter), found, (rule, step))
    is_unexplained = _find_unexplained(known, found, found_of_track)
    _measure_clutter(clutter, _centers_px(found["box_px"][is_unexplained]), (rule, step))
    is_unused = np.ones(len(found), np.bool_)
    is_unused[found_of_track[found_of_track >= 0]] = False
    born = np.zeros(int(is_unused.sum()), tracks.dtype)
    for name, column in _begin(found[is_unused], clutter, (rule, step)).items():
        born[name] = column
    _judge(born)
    told = np.concatenate([known, born])
    size_px = np.stack([told["width_px"], told["height_px"]], axis=1)
    told["box_px"] = np.concatenate([told["state"][:, :2] - 0.5 * size_px, size_px], axis=1)
    tracks[: len(told)] = told
    step["n_tracks"] = len(told)
    step["next_id"] += len(born)
