"""Turns what a study declared into JSON.

None, booleans, numbers and text are themselves; lists and tuples are arrays.
Everything else is an object with one key that says what it is:

    {"dict": [[key, value], ...]}    in the order written; keys of any kind
    {"call": 3}                      the fourth of the answer's "calls"
    {"codelist": 0}                  the first of the answer's "codelists"
    {"object": "datetime.date"}      something a declaration cannot hold

Calls and codelists are numbered by identity, so that a codelist of ten
thousand codes used in fifty columns is written once.
"""

import math

from cohortextractor.patients import Call
from cohortextractor.study_definition import StudyDefinition


class Encoder:
    def __init__(self, codelist_class):
        self.codelist_class = codelist_class
        self.calls, self.codelists = [], []
        self.numbers = {}  # id of a call or codelist -> its number
        self.kept = []  # keeps those objects alive, so that an id stays theirs

    def study(self, study, measures):
        """The answer for a whole module."""
        result = {"study": None, "measures": None}
        if isinstance(study, StudyDefinition):
            result["study"] = {"arguments": self.pairs(study.arguments), "at": study.at}
        elif isinstance(study, Call):
            result["study"] = {"object": f"call of patients.{study.function}"}
        elif study is not None:
            result["study"] = {"object": type(study).__name__}
        if isinstance(measures, (list, tuple)):
            result["measures"] = [
                {"arguments": self.pairs(m.arguments), "at": m.at}
                for m in measures
                if hasattr(m, "arguments")
            ]
        result["calls"], result["codelists"] = self.calls, self.codelists
        return result

    def pairs(self, mapping):
        return [[self.value(k), self.value(v)] for k, v in mapping.items()]

    def value(self, value):
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, float) and not math.isfinite(value):
            return {"object": "number that is not finite"}
        if isinstance(value, (int, float)):  # also subclasses, such as numpy's float64
            return float(value) if isinstance(value, float) else int(value)
        if isinstance(value, Call):
            return {"call": self.call(value)}
        if isinstance(value, self.codelist_class):
            return {"codelist": self.codelist(value)}
        if isinstance(value, dict):
            return {"dict": self.pairs(value)}
        if isinstance(value, (list, tuple)):
            return [self.value(item) for item in value]
        if isinstance(value, (set, frozenset)):
            return [self.value(item) for item in sorted(value, key=str)]
        if type(value).__name__ in ("dict_keys", "dict_values", "range", "map", "filter", "generator"):
            return [self.value(item) for item in value]
        return {"object": type(value).__module__ + "." + type(value).__qualname__}

    def number(self, thing, table, describe):
        if id(thing) not in self.numbers:
            self.kept.append(thing)
            described = describe(thing)  # may number others first
            self.numbers[id(thing)] = len(table)
            table.append(described)
        return self.numbers[id(thing)]

    def call(self, call):
        return self.number(
            call,
            self.calls,
            lambda c: {
                "function": c.function,
                "positional": [self.value(a) for a in c.positional],
                "keyword": self.pairs(c.keyword),
                "at": c.at,
            },
        )

    def codelist(self, codelist):
        def describe(c):
            codes, categories = list(c), None
            if c.has_categories:
                codes, categories = [i[0] for i in c], [_text(i[1]) for i in c]
            return {
                "system": c.system,
                "codes": [_text(code) for code in codes],
                "categories": categories,
                "file": c.file,
            }

        return self.number(codelist, self.codelists, describe)


def _text(value):
    return value if isinstance(value, str) else str(value)
