"""Measure, where the original has it too."""

from .study_definition import Measure  # noqa: F401
