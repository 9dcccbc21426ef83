#!/usr/bin/env python3
"""The table that templates are held against: what Jinja2 itself makes of them.

Renders every line of expressions.txt and every file of blueprints/ with the values of args.json, and what ==== separates in
configurations.txt with those of configurations.json, configured as Directord configures Jinja2, and writes or checks expected.json:

    jinja2-table.py write     write expected.json
    jinja2-table.py check     fail where expected.json is not what this Jinja2 gives
    jinja2-table.py print     print it, as the live test reads it
    jinja2-table.py diff OURS show where OURS (what TemplateTableTest left in target/jinja2-ours.json) differs

Needs python3-jinja2 (3.1).
"""
import copy
import json
import pathlib
import re
import sys

import jinja2

FOLDER = pathlib.Path(__file__).parent / "resources" / "jinja2"


def values(name):
    return json.loads((FOLDER / name).read_text("utf-8"))


def templates():
    """Every template: its name, its text, and what it is given."""
    args = values("args.json")
    for line in (FOLDER / "expressions.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("# "):
            yield line, line, args
    for path in sorted((FOLDER / "blueprints").iterdir()):
        yield "blueprints/" + path.name, path.read_bytes().decode("utf-8"), args
    args = values("configurations.json")
    for text in (FOLDER / "configurations.txt").read_text("utf-8")[:-1].split("\n====\n"):
        yield "configurations/" + text, text, args


def rendered(environment, text, args):
    try:
        shown = environment.from_string(text).render(**copy.deepcopy(args))
        return {"text": re.sub(r" at 0x[0-9a-f]+>", ">", shown)}
    except jinja2.exceptions.UndefinedError as error:
        return {"undefined": str(error)}
    except Exception as error:  # whatever a template can raise is what it gives
        return {"error": type(error).__name__ + ": " + str(error)}


def table():
    environment = jinja2.Environment(
        loader=jinja2.BaseLoader(),
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    return {name: rendered(environment, text, args) for name, text, args in templates()}


def shown(value):
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")


def differing(expected, ours):
    for name, value in expected.items():
        got = ours.get(name)
        if got is None or ("text" in value or "text" in got) and value != got:
            yield name, value, got


def main(words):
    mode = words[1] if len(words) > 1 else ""
    kept = FOLDER / "expected.json"
    now = table()
    text = json.dumps(now, ensure_ascii=False, indent=1) + "\n"
    if mode == "write":
        kept.write_text(text, "utf-8")
    elif mode == "print":
        sys.stdout.buffer.write(text.encode("utf-8"))
    elif mode == "check":
        stale = list(differing(now, json.loads(kept.read_text("utf-8"))))
        for name, value, was in stale:
            print(f"{name}\n  now:  {shown(value)}\n  kept: {shown(was)}")
        return 1 if stale else 0
    elif mode == "diff" and len(words) == 3:
        ours = json.loads(pathlib.Path(words[2]).read_text("utf-8"))
        different = list(differing(now, ours))
        for name, value, got in different:
            print(f"{name}\n  jinja2: {shown(value)}\n  ours:   {shown(got)}")
        print(f"{len(now)} templates, {len(different)} differ")
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
