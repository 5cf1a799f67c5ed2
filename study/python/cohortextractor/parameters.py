"""`params`: the texts given with --param name=text."""


class MissingParam(Exception):
    """A study asked for a parameter that was not given."""


class Params(dict):
    def __missing__(self, name):
        raise MissingParam(name)


params = Params()
