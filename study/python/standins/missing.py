"""What a stand-in says when it is asked for something it does not have."""


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
