"""read_csv, for the codelists and small tables that studies read: columns as
lists, rows, and the few ways studies use to get at them."""

import csv
import gzip
import io

from cohortextractor import files


class Series(list):
    """One column, with the labels of its rows."""

    def __init__(self, values=(), name=None, index=None, **_):
        if isinstance(values, dict):
            values, index = values.values(), list(values)
        super().__init__(values)
        self.name = name
        self.index = list(range(len(self))) if index is None else index

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
        return Series(list(dict.fromkeys(self)), self.name)

    drop_duplicates = unique

    def dropna(self):
        return Series((v for v in self if v == v and v is not None), self.name)

    def isna(self):
        return Series((v != v or v is None for v in self), self.name)

    def notna(self):
        return ~self.isna()

    isnull, notnull = isna, notna

    def sum(self):
        return sum(self.dropna())

    def min(self):
        return min(self.dropna())

    def max(self):
        return max(self.dropna())

    def value_counts(self, normalize=False):
        values = self.dropna()
        counts = sorted(((values.count(v), v) for v in dict.fromkeys(values)), key=lambda pair: -pair[0])
        total = len(values) if normalize else 1
        return Series((n / total if normalize else n for n, _ in counts), self.name, [v for _, v in counts])

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
        return zip(self.index, self)

    def to_dict(self):
        return dict(self.items())

    def head(self, n=5):
        return Series(self[:n], self.name, self.index[:n])

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

    def __init__(self, data=None, columns=None, index=None, **_):
        if not isinstance(data, dict):
            rows = [list(row) for row in data or []]
            data = {k: [row[i] for row in rows] for i, k in enumerate(columns or [])}
        self._columns = {k: Series(v, k, index) for k, v in data.items()}
        self._index = index

    @property
    def columns(self):
        return Series(list(self._columns))

    @property
    def shape(self):
        return len(self), len(self._columns)

    @property
    def index(self):
        return list(range(len(self))) if self._index is None else self._index

    @property
    def loc(self):
        return _Loc(self)

    @property
    def iloc(self):
        return _Places(self)

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
            index = [label for label, keep in zip(self.index, key) if keep]
            return DataFrame({k: [v for v, keep in zip(c, key) if keep] for k, c in self._columns.items()}, index=index)
        if isinstance(key, list):
            return DataFrame({k: self._columns[k] for k in key}, index=self._index)
        return self._columns[key]

    def __setitem__(self, key, values):
        if not isinstance(values, (list, tuple)):
            values = [values] * len(self)
        self._columns[key] = Series(values, key, self._index)

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
        return ((label, self._row(i)) for i, label in enumerate(self.index))

    def itertuples(self, index=True, name="Pandas"):
        for i in range(len(self)):
            row = self._row(i)
            if index:
                row = Row([("Index", self.index[i]), *row.items()])
            yield row

    def to_dict(self, orient="dict"):
        if orient == "records":
            return [dict(self._row(i)) for i in range(len(self))]
        if orient == "list":
            return {k: list(c) for k, c in self._columns.items()}
        return {k: c.to_dict() for k, c in self._columns.items()}

    def set_index(self, key, **_):
        return DataFrame({k: c for k, c in self._columns.items() if k != key}, index=list(self._columns[key]))

    def reset_index(self, **_):
        return DataFrame({**({} if self._index is None else {"index": self._index}), **self._columns})

    def drop(self, columns=None, **_):
        gone = [columns] if isinstance(columns, str) else columns or []
        return DataFrame({k: c for k, c in self._columns.items() if k not in gone}, index=self._index)

    def head(self, n=5):
        return DataFrame({k: c[:n] for k, c in self._columns.items()}, index=self.index[:n])

    def dropna(self, **_):
        keep = [all(c[i] == c[i] and c[i] is not None for c in self._columns.values()) for i in range(len(self))]
        return self[Series(keep)]

    def apply(self, function, axis=0):
        if axis not in (1, "columns"):
            return Series([function(c) for c in self._columns.values()], index=list(self))
        results = [function(self._row(i)) for i in range(len(self))]
        if results and isinstance(results[0], Row):
            return DataFrame({k: [row[k] for row in results] for k in results[0]}, index=self._index)
        return Series(results, index=self.index)

    def to_csv(self, path_or_buf=None, index=True, **_):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([""] * index + list(self))
        for label, row in self.iterrows():
            writer.writerow([label] * index + ["" if v != v else v for v in row.values()])
        if path_or_buf is None:
            return text.getvalue()
        files.write(path_or_buf, text.getvalue())

    def copy(self, **_):
        return DataFrame(self._columns, index=self._index)

    def rename(self, columns=None, **_):
        return DataFrame({(columns or {}).get(k, k): c for k, c in self._columns.items()}, index=self._index)


class _Loc:
    """frame.loc[mask], frame.loc[mask, column] and frame.loc[label, column]."""

    def __init__(self, frame):
        self.frame = frame

    def __getitem__(self, key):
        rows, columns = key if isinstance(key, tuple) else (key, None)
        if isinstance(rows, slice):
            found = self.frame
        elif isinstance(rows, Series):
            found = self.frame[rows]
        else:
            row = self.frame._row(self.frame.index.index(rows))
            return row if columns is None else row[columns]
        return found if columns is None else found[columns]


class _Places:
    """frame.iloc[place], frame.iloc[place, column's place] and slices of rows."""

    def __init__(self, frame):
        self.frame = frame

    def __getitem__(self, key):
        rows, column = key if isinstance(key, tuple) else (key, None)
        if isinstance(rows, slice):
            found = DataFrame({k: c[rows] for k, c in self.frame._columns.items()}, index=self.frame.index[rows])
            return found if column is None else found[list(self.frame)[column]]
        row = self.frame._row(rows)
        return row if column is None else list(row.values())[column]


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
    if str(filepath_or_buffer).endswith(".gz"):
        opened = gzip.open(filepath_or_buffer, "rt", encoding="utf-8-sig", newline="")
    else:
        opened = files.read(filepath_or_buffer, encoding="utf-8-sig")
    with opened as file:
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
