"""Friction of a bearing by the LuGre model, for one step."""

import math

from plainview.geo.compiled import compiled

__all__ = ["lugre_step"]


@compiled
def lugre_step(  # noqa: PLR0917  (a kernel takes no keywords)
    speed: float, bristle: float, law: tuple[float, float, float, float, float], step_s: float
) -> tuple[float, float]:
    """Return the friction's deceleration after a step, and the deflection of the bristles.

    The deflection is taken implicitly: the step is stable however stiff the bristles are.

    Args:
        speed: Of one side against the other, rad/s.
        bristle: Their deflection before the step, rad.
        law: Coulomb and static friction over inertia (rad/s^2), Stribeck speed (rad/s),
            stiffness over inertia (1/s^2) and damping over inertia (1/s).
        step_s: Of the step.

    Source:
        C. Canudas de Wit, H. Olsson, K. J. Astrom and P. Lischinsky, "A new model for control of
        systems with friction", 1995: z' = v - s0 |v| z / g(v), g(v) = Fc + (Fs - Fc)
        exp(-(v / vs)^2), F = s0 z + s1 z'; no viscous part.
    """
    coulomb, static, stribeck, stiffness, damping = law
    if coulomb <= 0.0:
        return 0.0, 0.0
    ratio = speed / stribeck
    level = coulomb
    if abs(ratio) < 6.0:
        level += (static - coulomb) * math.exp(-ratio * ratio)
    after = (bristle + step_s * speed) / (1.0 + step_s * stiffness * abs(speed) / level)
    return stiffness * after + damping * (after - bristle) / step_s, after
