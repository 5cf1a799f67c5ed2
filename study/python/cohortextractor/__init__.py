"""What a study definition imports: `from cohortextractor import …`.

Every call is recorded, none is judged; see recorder.py.
"""

from . import patients
from .codelistlib import (
    codelist,
    codelist_from_csv,
    combine_codelists,
    filter_codes_by_category,
)
from .parameters import params
from .study_definition import Measure, StudyDefinition

__version__ = "1.93.3"

__all__ = [
    "Measure",
    "StudyDefinition",
    "codelist",
    "codelist_from_csv",
    "combine_codelists",
    "filter_codes_by_category",
    "params",
    "patients",
]
