"""Lets inspect.stack() show what it shows under Python 3.8: the names of a
module, also while the module computes a list or a dict by a comprehension.
Since 3.13 a module's frame tells the names of the comprehension only. Studies
look there to name a column after the codelist that they are given."""

import importlib.machinery
import sys


class _Module:
    """A module's frame, with the module's names."""

    def __init__(self, frame):
        self._frame = frame

    def __getattr__(self, name):
        return self._frame.f_globals if name == "f_locals" else getattr(self._frame, name)


def _patch(inspect):
    real = inspect.stack

    def stack(context=1):
        found = real(context)[1:]  # without this function
        return [f._replace(frame=_Module(f.frame)) if f.function == "<module>" else f for f in found]

    inspect.stack = stack


class _Finder:
    """Finds the module inspect, to patch it when a study imports it."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "inspect":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        run = spec.loader.exec_module

        def run_and_patch(module):
            run(module)
            _patch(module)

        spec.loader.exec_module = run_and_patch
        return spec


def install():
    if "inspect" in sys.modules:
        _patch(sys.modules["inspect"])
    else:
        sys.meta_path.insert(0, _Finder)
