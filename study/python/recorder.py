"""Runs one study definition and tells what it declared.

Started by the Go package `study` as `python recorder.py`, with a request on
stdin (one JSON object):

    {"root": "/path/of/the/study", "module": "study_definition",
     "params": {"name": "text"}, "today": "2021-03-01"}

The answer goes, as one JSON object, to the stream that was stdout when the
process started. Before the study runs, stdout is pointed at stderr, so that
nothing the study prints can mix with the answer.

Nothing is judged here. Which functions exist, what their arguments mean and
which values are allowed is known to the Go side alone; this side only has what
must be Python: importing the study, the codelists (which studies handle as
lists), and where in which file a call was made.
"""

import builtins
import importlib
import json
import os
import sys


def main():
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    request = json.load(sys.stdin)

    # Relative paths in a study are relative to its root. Its modules come
    # after those of Python itself, the root's before those of analysis/, and
    # stand-ins for packages that are not installed come last.
    root = request["root"]
    os.chdir(root)
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path += [root, os.path.join(root, "analysis"), os.path.join(here, "standins")]

    # Studies call exit(), which is missing when Python starts without `site`.
    builtins.exit = builtins.quit = sys.exit

    import encoding
    import failure
    import frames
    import missing

    missing.install()
    frames.install()

    if request.get("today"):
        import clock

        clock.pin(request["today"])

    import datetime

    from cohortextractor import codelistlib, parameters, position

    position.ROOT = root
    parameters.params.update(request.get("params") or {})
    encoder = encoding.Encoder(codelistlib.Codelist)
    try:
        module = importlib.import_module(request["module"])
        result = encoder.study(getattr(module, "study", None), getattr(module, "measures", None))
        result["today"] = datetime.date.today().isoformat()
    except BaseException as error:  # also SystemExit: a study must not decide how we end
        result = {"failure": failure.describe(error, root)}
    json.dump(result, answer, ensure_ascii=True, allow_nan=True)
    answer.close()
    sys.stdout.flush()
    sys.stderr.flush()
    # Nothing that the study left running or registered may hold us up.
    os._exit(0)


if __name__ == "__main__":
    main()
