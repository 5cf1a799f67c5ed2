"""`patients.<anything>(…)`: a call of any function is recorded."""

from .position import of_caller


class Call(tuple):
    """One call: the function's name, its arguments, and where it was made. To
    a study that looks into it, it is the pair of name and arguments that the
    original's functions return."""

    def __new__(cls, function, positional, keyword, at):
        self = super().__new__(cls, (function, keyword))
        self.function, self.positional, self.keyword, self.at = function, positional, keyword, at
        return self


def __getattr__(function):
    if function.startswith("__"):
        raise AttributeError(function)

    def declare(*positional, **keyword):
        return Call(function, positional, keyword, of_caller())

    declare.__name__ = function
    return declare
