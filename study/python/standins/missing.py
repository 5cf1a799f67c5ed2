"""What a stand-in says when it is asked for something it does not have, and
modules of which nothing is there."""

import importlib.machinery
import sys
import types

# Packages that come with the original tool, so that studies import them without
# a thought, and mostly without need: from helper files shared with other scripts.
PACKAGES = {
    "PIL", "cycler", "kiwisolver", "lz4", "matplotlib", "pyarrow", "pytz", "requests", "retry", "scipy", "seaborn", "six",
    "sqlparse", "structlog", "tabulate", "yaml",
}  # fmt: skip


# The original tool's own modules that are not here: studies import some, by
# `from cohortextractor import date_expressions`, and do nothing with them.
OWN = {
    "cohortextractor", "csv_utils", "date_expressions", "emis_backend", "exceptions", "expectation_generators", "expressions",
    "log_utils", "mssql_utils", "pandas_utils", "process_covariate_definitions", "therapeutics_utils", "tpp_backend", "trino_utils",
    "validate_dummy_data",
}  # fmt: skip


class MissingError(AttributeError):
    """`missing` names what is not there; the recorder hands it on."""

    def __init__(self, missing):
        super().__init__(f"{missing} is not built in")
        self.missing = missing


class Missing:
    """Stands for a function or module that is not there: it may be imported
    and looked into, but not used."""

    def __init__(self, name):
        self.__dict__["_name"] = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self._name}.{name}")

    def __call__(self, *args, **kwargs):
        raise MissingError(self._name)

    def _use(self, *args):
        raise MissingError(self._name)

    __iter__ = __len__ = __getitem__ = __bool__ = __add__ = __radd__ = __sub__ = __eq__ = __lt__ = _use
    __str__ = __format__ = __enter__ = _use
    __hash__ = object.__hash__


def attribute(module, name):
    """The answer to `module.name` when the stand-in has no such thing."""
    if name.startswith("__"):
        raise AttributeError(name)
    return Missing(f"{module}.{name}")


class Finder:
    """Imports an empty module for any of those above. It comes last
    on the import path, so that a package that is there is preferred."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        package, _, module = name.partition(".")
        if package == "cohortextractor" and module in OWN:
            return importlib.machinery.ModuleSpec(name, cls)
        if package not in PACKAGES:
            return None
        # A package that is there, with --python, knows best what it lacks.
        if name == package or sys.modules[package].__spec__.loader is cls:
            return importlib.machinery.ModuleSpec(name, cls, is_package=True)
        return None

    @staticmethod
    def create_module(spec):
        module = types.ModuleType(spec.name)
        module.__getattr__ = lambda name: attribute(spec.name, name)
        return module

    @staticmethod
    def exec_module(module):
        pass


def install():
    sys.meta_path.append(Finder)
