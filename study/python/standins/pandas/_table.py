"""read_csv, for the codelists and small tables that studies read: columns as
lists, rows, and the few ways studies use to get at them."""

import csv
import gzip


class Series(list):
    """One column."""

    def __init__(self, values=(), name=None, **_):
        super().__init__(values)
        self.name = name

    def tolist(self):
        return list(self)

    to_list = tolist

    @property
    def values(self):
        return self

    @property
    def iloc(self):
        return self

    def unique(self):
        return Series(dict.fromkeys(self), self.name)

    drop_duplicates = unique

    def dropna(self):
        return Series((v for v in self if v == v and v is not None), self.name)

    def map(self, function):
        if isinstance(function, dict):
            return Series((function.get(v) for v in self), self.name)
        return Series(map(function, self), self.name)

    apply = map

    def astype(self, kind):
        kinds = {"str": str, "string": str, "int": int, "int64": int, "float": float, "category": lambda v: v}
        return self.map(kinds.get(kind, kind))

    def isin(self, values):
        values = set(values)
        return Series((v in values for v in self), self.name)

    def items(self):
        return enumerate(self)

    def __eq__(self, other):
        return Series((v == other for v in self), self.name)

    def __ne__(self, other):
        return Series((v != other for v in self), self.name)

    def __invert__(self):
        return Series((not v for v in self), self.name)

    __hash__ = None

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        import missing

        raise missing.MissingError(f"pandas.Series.{name}")


class DataFrame:
    """Columns of equal length, by name."""

    def __init__(self, data=None, columns=None, **_):
        if isinstance(data, dict):
            self._columns = {k: Series(v, k) for k, v in data.items()}
        else:
            rows = [list(row) for row in data or []]
            self._columns = {k: Series((row[i] for row in rows), k) for i, k in enumerate(columns or [])}

    @property
    def columns(self):
        return Series(self._columns)

    @property
    def shape(self):
        return len(self), len(self._columns)

    @property
    def index(self):
        return range(len(self))

    @property
    def empty(self):
        return len(self) == 0

    def __len__(self):
        return len(next(iter(self._columns.values()), ()))

    def __iter__(self):
        return iter(self._columns)

    def __contains__(self, name):
        return name in self._columns

    def __getitem__(self, key):
        if isinstance(key, Series):  # a mask
            return DataFrame({k: [v for v, keep in zip(c, key) if keep] for k, c in self._columns.items()})
        if isinstance(key, list):
            return DataFrame({k: self._columns[k] for k in key})
        return self._columns[key]

    def __setitem__(self, key, values):
        if not isinstance(values, (list, tuple)):
            values = [values] * len(self)
        self._columns[key] = Series(values, key)

    def __getattr__(self, name):
        if name in self.__dict__.get("_columns", {}):
            return self._columns[name]
        if name.startswith("__"):
            raise AttributeError(name)
        import missing

        raise missing.MissingError(f"pandas.DataFrame.{name}")

    def _row(self, i):
        return Row((k, c[i]) for k, c in self._columns.items())

    def iterrows(self):
        return ((i, self._row(i)) for i in range(len(self)))

    def itertuples(self, index=True, name="Pandas"):
        for i in range(len(self)):
            row = self._row(i)
            if index:
                row = Row([("Index", i), *row.items()])
            yield row

    def to_dict(self, orient="dict"):
        if orient == "records":
            return [dict(self._row(i)) for i in range(len(self))]
        if orient == "list":
            return {k: list(c) for k, c in self._columns.items()}
        return {k: dict(enumerate(c)) for k, c in self._columns.items()}

    def dropna(self, **_):
        keep = [all(c[i] == c[i] and c[i] is not None for c in self._columns.values()) for i in range(len(self))]
        return self[Series(keep)]

    def copy(self, **_):
        return DataFrame(self._columns)

    def rename(self, columns=None, **_):
        return DataFrame({(columns or {}).get(k, k): c for k, c in self._columns.items()})


class Row(dict):
    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, key):
        if isinstance(key, int) and key not in self:
            return list(self.values())[key]
        return super().__getitem__(key)


def read_csv(filepath_or_buffer, sep=",", delimiter=None, dtype=None, usecols=None, header="infer", names=None, **_):
    """A table of a CSV file. As pandas does, a column of whole numbers becomes
    int, one of numbers float, and an empty field nan, unless dtype is str."""
    opener = gzip.open if str(filepath_or_buffer).endswith(".gz") else open
    with opener(filepath_or_buffer, "rt", encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter=delimiter or sep) if row]
    if names is None:
        names, rows = (rows[0], rows[1:]) if header is not None else (list(range(len(rows[0]))), rows)
    columns = {}
    for i, name in enumerate(names):
        if usecols is None or name in usecols:
            kind = dtype.get(name) if isinstance(dtype, dict) else dtype
            columns[name] = _typed([row[i] if i < len(row) else "" for row in rows], kind)
    return DataFrame(columns)


def _typed(values, kind):
    if kind in (str, "str", "string", object, "object"):
        return [float("nan") if v == "" else v for v in values]
    for number in (int, float):
        try:
            if number is int and "" in values:
                continue
            return [float("nan") if v == "" else number(v) for v in values]
        except ValueError:
            pass
    return [float("nan") if v == "" else v for v in values]
