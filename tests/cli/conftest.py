"""The clips that the missions' tests use."""

from tests.mission.conftest import drawn_clip, tiny_clip, whole_mission

__all__ = ["drawn_clip", "tiny_clip", "whole_mission"]
