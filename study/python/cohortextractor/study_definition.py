"""`StudyDefinition(…)` and `Measure(…)`: their arguments are kept as given."""

from .position import of_caller


class StudyDefinition:
    def __init__(self, *positional, **keyword):
        names = ("population", "default_expectations", "index_date")
        if len(positional) > len(names):
            raise TypeError("StudyDefinition() takes at most 3 arguments without a name")
        given = dict(zip(names, positional))
        for name in given:
            if name in keyword:
                raise TypeError(f"StudyDefinition() got multiple values for argument '{name}'")
        self.arguments = {**given, **keyword}
        self.at = of_caller()


class Measure:
    def __init__(self, id, denominator, numerator, group_by=None, small_number_suppression=False):
        self.id = id
        self.denominator = denominator
        self.numerator = numerator
        self.group_by = group_by
        self.small_number_suppression = small_number_suppression
        self.arguments = dict(vars(self))
        self.at = of_caller()
