"""A stabilised gimbal, step by step: gyros, loops with delay, motors, friction, stops.

Azimuth carries elevation; with four axes a small pair of the same order hangs in the elevation
and stabilises. Gyros measure how the stabilised part turns against the stars, so that the motion
of the base comes in through friction, imbalance, the flexures of the inner axes and the geometry
alone.

The rate loop of an axis has the open loop wc (1 + wi / s) / s with its delay: a motor whose
acceleration is wc (e + wi integral of e). The pointing loop gives it its rate: the error of the
angle times a gain, no faster than the axis can brake, plus the turning of the line of sight that
the demand foresees.
"""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.compiled import compiled
from plainview.twin.friction_kernel import lugre_step

__all__ = ["N_GIMBAL_NOISE", "N_GIMBAL_OUT", "N_GIMBAL_STATE", "N_RING", "advance_gimbal"]

Array = npt.NDArray[np.float64]

N_GIMBAL_STATE: Final = 24
"""0 azimuth, 1 elevation (rad); 2, 3 their rates against the stars; 4, 5 bristles; 6, 7 integrals;
8 whether the line of sight is reached over the top; 9, 10 inner angles about z, y; 11, 12 their
rates against the stars; 13, 14 inner integrals; 15 place in the ring; 16 saturated steps;
17 not used; 18, 19 gyro biases (rad/s) about y, z; 20 to 22 attitude of the base a step before, and
23 whether it is known: the base's rates are the mean ones of each step, so that what they add up to
is its attitude."""
N_RING: Final = 64
"""Steps that a delay may take at most."""
N_GIMBAL_NOISE: Final = 2
N_GIMBAL_OUT: Final = 10
"""Azimuth, elevation, inner z, inner y; roll, pitch, heading of the base; error about y and about
z of the demand; whether a motor was at its limit."""

_NEAR_LOCK: Final = 0.1
"""Cosine of the elevation below which the gyro across the line of sight says too little about
azimuth: there the azimuth is held by its own rate."""
_OUT_OF_REACH_S: Final = 1e3
"""Added to the time that a way takes which stops short of the direction."""


@compiled
def _wrapped(angle: float) -> float:
    return angle - 2.0 * math.pi * math.floor(angle / (2.0 * math.pi) + 0.5)


@compiled
def _braked(  # noqa: PLR0917  (a kernel takes no keywords)
    error: float, gain: float, fastest: float, braking: float
) -> float:
    """Return the rate towards a target: proportional, no faster than can be braked."""
    size = abs(error)
    rate = min(gain * size, math.sqrt(braking * size), fastest)
    return rate if error >= 0.0 else -rate


@compiled
def _clipped(value: float, limit: float) -> float:
    return min(max(value, -limit), limit)


@compiled
def _nearest_turn(  # noqa: PLR0917  (a kernel takes no keywords)
    angle: float, here: float, low: float, high: float
) -> float:
    """Return the angle, give or take full turns, within limits and nearest to here."""
    best = here + _wrapped(angle - here)
    if low <= best <= high:
        return best
    turned = best - 2.0 * math.pi if best > high else best + 2.0 * math.pi
    if low <= turned <= high:
        return turned
    return min(max(best, low), high)


@compiled
def _chosen(  # noqa: PLR0917  (a kernel takes no keywords)
    direction: tuple[float, float, float], state: Array, limits: Array, rates: Array
) -> tuple[float, float]:
    """Return the azimuth and elevation that look along a direction, the nearer of the two ways.

    The second way lies over the top or under the belly: azimuth turned by half a turn and
    elevation beyond the vertical. The way in use is kept until the other is clearly nearer.
    """
    ahead, right, down = direction
    azimuth = math.atan2(right, ahead)
    elevation = math.atan2(-down, math.hypot(ahead, right))
    over = (math.pi if elevation > 0.0 else -math.pi) - elevation
    first = _nearest_turn(azimuth, state[0], limits[0], limits[1])
    second = _nearest_turn(azimuth + math.pi, state[0], limits[0], limits[1])
    first_up = min(max(elevation, limits[2]), limits[3])
    cost = max(abs(first - state[0]) / rates[0], abs(first_up - state[1]) / rates[1])
    other = math.inf
    if limits[2] <= over <= limits[3]:
        other = max(abs(second - state[0]) / rates[0], abs(over - state[1]) / rates[1])
    if first_up != elevation or abs(_wrapped(first - azimuth)) > 1e-6:
        cost += _OUT_OF_REACH_S
    if abs(_wrapped(second - azimuth - math.pi)) > 1e-6:
        other += _OUT_OF_REACH_S
    favour = -0.1 if state[8] > 0.5 else 0.1
    if other + favour < cost:
        state[8] = 1.0
        return second, over
    state[8] = 0.0
    return first, first_up


@compiled
def advance_gimbal(  # noqa: PLR0917  (one loop: what its parts share is its state)
    state: Array,
    ring: Array,
    settings: tuple[Array, Array, Array, Array],
    nodes: tuple[Array, Array, Array, Array],
    vibration: Array,
    noise: Array,
) -> Array:
    """Advance a gimbal through a block, its state in place, and return where it looked.

    Args:
        state: (24,), changed.
        ring: (64, 4) accelerations on their way to the motors, changed.
        settings: ``limits`` (5,): azimuth low, high, elevation low, high, inner travel (0 with two
            axes); ``rates`` (4,): fastest azimuth and elevation, their greatest accelerations;
            ``loop`` (12,): step, stabilising wc and wi, pointing gain, outer wc, wi and gain,
            delay in steps, encoder step, gyro noise of a step, imbalance, inner flexure's rate;
            ``law`` (5,) of friction. Radians and seconds.
        nodes: At n nodes evenly over the block, its ends included: attitude roll, pitch, heading
            (n, 3); its rates (n, 3); direction asked for, north-east-down (n, 3); how that
            direction turns against the stars, north-east-down (n, 3).
        vibration: (m, 9) at the steps: roll, pitch and heading; three columns that are not used;
            linear acceleration.
        noise: (m, 2) of unit 1-sigma, of the gyros about y and z.

    Returns:
        (m, 10) after each step.
    """
    limits, rates, loop, law = settings
    attitude, attitude_rates, wanted, turning = nodes
    n_steps, n_spans = len(vibration), len(attitude) - 1
    step, gain, pole, point_gain = loop[0], loop[1], loop[2], loop[3]
    has_inner = limits[4] > 0.0
    friction = (law[0], law[1], law[2], law[3], law[4])
    span_s = step * n_steps / n_spans
    found = np.empty((n_steps, N_GIMBAL_OUT))
    angles, speeds = np.empty(3), np.empty(3)
    asked, feed = np.empty(3), np.empty(3)
    for n in range(n_steps):
        place = (n + 1) * n_spans / n_steps
        k = min(int(place), n_spans - 1)
        f = place - k
        h1 = f * f * (3.0 - 2.0 * f)
        h2, h3 = f * (1.0 - f) * (1.0 - f), f * f * (f - 1.0)
        for i in range(3):
            rise = attitude[k + 1, i] - attitude[k, i]
            r0, r1 = attitude_rates[k, i], attitude_rates[k + 1, i]
            angles[i] = attitude[k, i] + h1 * rise + span_s * (h2 * r0 + h3 * r1) + vibration[n, i]
            speeds[i] = (angles[i] - state[20 + i]) / step if state[23] > 0.5 else 0.0
            state[20 + i] = angles[i]
            asked[i] = wanted[k, i] + f * (wanted[k + 1, i] - wanted[k, i])
            feed[i] = turning[k, i] + f * (turning[k + 1, i] - turning[k, i])
        state[23] = 1.0
        cr, sr = math.cos(angles[0]), math.sin(angles[0])
        cp, sp = math.cos(angles[1]), math.sin(angles[1])
        ch, sh = math.cos(angles[2]), math.sin(angles[2])
        wx = speeds[0] - speeds[2] * sp
        wy = speeds[1] * cr + speeds[2] * cp * sr
        wz = -speeds[1] * sr + speeds[2] * cp * cr
        north, east, down = asked[0], asked[1], asked[2]
        level = ch * north + sh * east
        side = ch * east - sh * north
        belly = sp * level + cp * down
        ahead, right, below = cp * level - sp * down, cr * side + sr * belly, cr * belly - sr * side
        level = ch * feed[0] + sh * feed[1]
        side = ch * feed[1] - sh * feed[0]
        belly = sp * level + cp * feed[2]
        fx, fy, fz = cp * level - sp * feed[2], cr * side + sr * belly, cr * belly - sr * side

        target_az, target_el = _chosen((ahead, right, below), state, limits, rates)
        ca, sa = math.cos(state[0]), math.sin(state[0])
        ce, se = math.cos(state[1]), math.sin(state[1])
        xa, ya = ca * wx + sa * wy, ca * wy - sa * wx
        feed_y = ca * fy - sa * fx
        feed_z = se * (ca * fx + sa * fy) + ce * fz
        seen_az, seen_el = state[0], state[1]
        if loop[8] > 0.0:
            seen_az = loop[8] * math.floor(state[0] / loop[8] + 0.5)
            seen_el = loop[8] * math.floor(state[1] / loop[8] + 0.5)
        error_az, error_el = target_az - seen_az, target_el - seen_el

        ox, oz = ce * xa - se * state[2], se * xa + ce * state[2]
        slot = int(state[15])
        into = (slot + int(loop[7])) % N_RING
        is_limited = 0.0
        outer_gain = loop[6] if has_inner else point_gain
        ask_y = _braked(error_el, outer_gain, rates[1], rates[3]) + feed_y
        ask_az = _braked(error_az, outer_gain, rates[0], rates[2])
        ask_y = ya + _clipped(ask_y - ya, rates[1])
        safe = ce
        if abs(ce) < _NEAR_LOCK:
            safe = _NEAR_LOCK if ce >= 0.0 else -_NEAR_LOCK
        ask_z = ask_az * ce + feed_z
        ask_own = wz + _clipped((ask_z - se * xa) / safe - wz, rates[0])
        outer_wc = loop[4] if has_inner else gain
        outer_wi = loop[5] if has_inner else pole
        gyro_y = state[3] + state[18] + loop[9] * noise[n, 0]
        gyro_z = oz + state[19] + loop[9] * noise[n, 1]
        miss_y = ask_y - gyro_y
        miss_own = ask_own - state[2]
        if abs(ce) >= _NEAR_LOCK:
            miss_own = (se * xa + ce * ask_own - gyro_z) / ce
        push_el = outer_wc * (miss_y + outer_wi * state[7])
        push_az = outer_wc * (miss_own + outer_wi * state[6])
        if abs(push_el) < rates[3]:
            state[7] += step * miss_y
        else:
            is_limited = 1.0
        if abs(push_az) < rates[2]:
            state[6] += step * miss_own
        else:
            is_limited = 1.0
        ring[into, 0] = _clipped(push_az, rates[2])
        ring[into, 1] = _clipped(push_el, rates[3])

        if has_inner:
            cz, sz = math.cos(state[9]), math.sin(state[9])
            cy, sy = math.cos(state[10]), math.sin(state[10])
            xi, yi = cz * ox + sz * state[3], cz * state[3] - sz * ox
            vx, vy = ca * ahead + sa * right, ca * right - sa * ahead
            ux, uz = ce * vx - se * below, se * vx + ce * below
            off_z, off_y = error_az * ce - state[9], error_el - state[10]
            if ux > 0.9:
                off_z = math.atan2(vy, ux) - state[9]
                off_y = math.atan2(-uz, math.hypot(ux, vy)) - state[10]
            inner_y = _braked(off_y, point_gain, rates[1], rates[3]) + feed_y
            inner_z = _braked(off_z, point_gain, rates[0], rates[2]) + feed_z
            measured_y = state[12] + state[18] + loop[9] * noise[n, 0]
            measured_z = sy * xi + cy * state[11] + state[19] + loop[9] * noise[n, 1]
            miss_y, miss_z = inner_y - measured_y, inner_z - measured_z
            push_z = gain * (miss_z + pole * state[13])
            push_y = gain * (miss_y + pole * state[14])
            if abs(push_z) < rates[2] and abs(state[9]) < limits[4]:
                state[13] += step * miss_z
            if abs(push_y) < rates[3] and abs(state[10]) < limits[4]:
                state[14] += step * miss_y
            ring[into, 2], ring[into, 3] = _clipped(push_z, rates[2]), _clipped(push_y, rates[3])
            flex = loop[11]
            imbalance_y = loop[10] * vibration[n, 7]
            imbalance_z = loop[10] * vibration[n, 8]
            state[11] += step * (
                ring[slot, 2] - flex * flex * state[9] - 0.1 * flex * (state[11] - oz) + imbalance_z
            )
            state[12] += step * (
                ring[slot, 3]
                - flex * flex * state[10]
                - 0.1 * flex * (state[12] - yi)
                + imbalance_y
            )
            state[9] += step * (state[11] - oz)
            state[10] += step * (state[12] - yi)
            if abs(state[9]) > limits[4]:
                state[9], state[11], state[13] = _clipped(state[9], limits[4]), oz, 0.0
            if abs(state[10]) > limits[4]:
                state[10], state[12], state[14] = _clipped(state[10], limits[4]), yi, 0.0

        drag_az, state[4] = lugre_step(state[2] - wz, state[4], friction, step)
        drag_el, state[5] = lugre_step(state[3] - ya, state[5], friction, step)
        state[2] += step * (ring[slot, 0] - drag_az + loop[10] * vibration[n, 8])
        state[3] += step * (ring[slot, 1] - drag_el + loop[10] * vibration[n, 7])
        state[0] += step * (state[2] - wz)
        state[1] += step * (state[3] - ya)
        if state[0] < limits[0] or state[0] > limits[1]:
            state[0] = min(max(state[0], limits[0]), limits[1])
            state[2], state[6] = wz, 0.0
        if state[1] < limits[2] or state[1] > limits[3]:
            state[1] = min(max(state[1], limits[2]), limits[3])
            state[3], state[7] = ya, 0.0
        state[15] = (slot + 1) % N_RING
        state[16] += is_limited
        found[n, 0], found[n, 1], found[n, 2], found[n, 3] = state[0], state[1], state[9], state[10]
        found[n, 4], found[n, 5], found[n, 6] = angles[0], angles[1], angles[2]
        found[n, 7], found[n, 8], found[n, 9] = error_el, error_az * ce, is_limited
    return found
