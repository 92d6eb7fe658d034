"""The clips that the missions' tests use."""

from tests.mission.conftest import tiny_clip, twin_clip, whole_mission

__all__ = ["tiny_clip", "twin_clip", "whole_mission"]
