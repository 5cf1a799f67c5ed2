"""Imports what the recorder and most studies import, so that Python leaves
the compiled form beside it. Run once, after the interpreter is unpacked."""

import argparse, ast, calendar, codecs, collections, copy, csv, dataclasses  # noqa: E401
import datetime, decimal, enum, fractions, functools, glob, importlib.util, inspect  # noqa: E401
import io, itertools, json, math, operator, os, pathlib, random, re, statistics  # noqa: E401
import string, sys, textwrap, time, traceback, types, typing, uuid, warnings  # noqa: E401
import _strptime  # noqa: E401
