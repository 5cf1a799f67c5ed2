"""`patients.<anything>(…)`: a call of any function is recorded."""

from .position import of_caller


class Call:
    """One call: the function's name, its arguments, and where it was made."""

    def __init__(self, function, positional, keyword, at):
        self.function, self.positional, self.keyword, self.at = function, positional, keyword, at


def __getattr__(function):
    if function.startswith("__"):
        raise AttributeError(function)

    def declare(*positional, **keyword):
        return Call(function, positional, keyword, of_caller())

    declare.__name__ = function
    return declare
