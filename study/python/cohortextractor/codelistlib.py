"""Codelists. Studies handle them as lists (they add, filter and count them),
so these, unlike the functions of `patients`, do their work at once."""

import csv

from . import files


class Codelist(list):
    """A list of codes, or of (code, category) pairs when has_categories."""

    system = None
    has_categories = False
    file = ""


def codelist(codes, system, check_categories=True):
    """A codelist of the given codes, or of (code, category) pairs."""
    codes = codes if isinstance(codes, list) else list(codes)
    if not codes:
        raise IndexError("a codelist needs at least one code")
    result = Codelist(codes)
    result.system = system
    result.has_categories = isinstance(codes[0], tuple)
    if result.has_categories and check_categories:
        _check_categories(result)
    return result


def codelist_from_csv(filename, system, column="code", category_column=None):
    """A codelist of one column of a CSV file, with categories from another."""
    codes = []
    with files.read(filename) as file:
        reader = csv.DictReader(file)
        for row in _rows(reader, filename):
            for wanted in (column, category_column):
                if wanted and wanted not in row:
                    raise KeyError(_no_column(filename, wanted, reader.fieldnames))
            code = (row[column] or "").strip()
            if not code:
                continue
            category = row[category_column] if category_column else ""
            if category is None:
                raise AttributeError(f"{filename}, line {reader.line_num}, ends before column {category_column!r}; add what is missing")
            codes.append((code, category.strip()) if category_column else code)
    if not codes:
        raise IndexError(f"{filename} has no codes in column {column!r}; a codelist needs at least one")
    result = codelist(codes, system)
    result.file = str(filename)
    return result


def _rows(reader, filename):
    try:
        yield from reader
    except UnicodeDecodeError:
        raise ValueError(f"{filename} is not UTF-8 text; save it as UTF-8") from None


def _no_column(filename, wanted, names):
    if names[0].startswith("\ufeff"):
        return f"{filename} starts with a byte order mark; save it as UTF-8 without one"
    return f"{filename} has no column {wanted!r}; name one of {', '.join(map(repr, names))}, with column= or category_column="


def filter_codes_by_category(codes, include):
    """The codes of a categorised codelist whose category is in `include`."""
    assert codes.has_categories, "filter_codes_by_category needs a codelist with categories"
    kept = [(code, category) for code, category in codes if category in include]
    if not kept:
        raise ValueError(f"codelist has no codes matching categories: {', '.join(map(str, include))}")
    result = codelist(kept, codes.system)
    result.file = codes.file
    return result


def combine_codelists(first, *others):
    """All codes of several codelists, each once, in the order first seen."""
    categories = {}
    for other in (first, *others):
        if other.system != first.system:
            raise ValueError(f"Cannot combine codelists from different systems: {first.system!r} and {other.system!r}")
        if other.has_categories != first.has_categories:
            raise ValueError("Cannot combine categorised and uncategorised codelists")
        for item in other:
            code = item[0] if first.has_categories else item
            if categories.setdefault(code, item) != item:
                raise ValueError(f"Inconsistent categorisation: {categories[code]} and {item}")
    return codelist(list(categories.values()), first.system)


def _check_categories(codes):
    seen, conflicts = {}, {}
    for code, category in codes:
        if seen.setdefault(code, category) != category:
            conflicts[code] = True
    if conflicts:
        raise ValueError(
            f"Inconsistent categorisation: codelist has codes assigned to more than one category: {', '.join(conflicts)}"
        )
