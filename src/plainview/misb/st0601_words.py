"""The words that the enumerations and flags of ST 0601 stand for."""

from typing import Final

__all__ = [
    "GENERIC_FLAGS",
    "ICING",
    "OPERATIONAL_MODES",
    "PLATFORM_STATUSES",
    "POSITIONING_SOURCES",
    "SENSOR_CONTROL_MODES",
    "SENSOR_FOV_NAMES",
]

ICING: Final = {0: "detector off", 1: "no icing detected", 2: "icing detected"}

GENERIC_FLAGS: Final = {
    0: "laser range",
    1: "auto-track",
    2: "infrared black-hot",
    3: "icing detected",
    4: "slant range measured",
    5: "image invalid",
}
"""Bit number, 0 for the lowest."""

SENSOR_FOV_NAMES: Final = {
    0: "ultranarrow",
    1: "narrow",
    2: "medium",
    3: "wide",
    4: "ultrawide",
    5: "narrow medium",
    6: "2x ultranarrow",
    7: "4x ultranarrow",
    8: "continuous zoom",
}

OPERATIONAL_MODES: Final = {
    0: "other",
    1: "operational",
    2: "training",
    3: "exercise",
    4: "maintenance",
    5: "test",
}

POSITIONING_SOURCES: Final = {
    0: "on-board INS",
    1: "GPS",
    2: "Galileo",
    3: "QZSS",
    4: "NAVIC",
    5: "GLONASS",
    6: "BeiDou-1",
    7: "BeiDou-2",
}
"""Bit number, 0 for the lowest."""

PLATFORM_STATUSES: Final = {
    0: "active",
    1: "pre-flight",
    2: "pre-flight taxiing",
    3: "run-up",
    4: "take-off",
    5: "ingress",
    6: "manual operation",
    7: "automated orbit",
    8: "transitioning",
    9: "egress",
    10: "landing",
    11: "landed, taxiing",
    12: "landed, parked",
}

SENSOR_CONTROL_MODES: Final = {
    0: "off",
    1: "home position",
    2: "uncontrolled",
    3: "manual control",
    4: "calibrating",
    5: "auto, holding position",
    6: "auto, tracking",
}
