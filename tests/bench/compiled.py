"""A copy of telekit whose core and simulator are compiled by mypyc: what the machine gives where Python does not.

`python -m tests.bench.compiled FOLDER` makes it, in some minutes; it needs a C compiler. What the code does is left
alone; only the constructors of values, which dataclasses leave to Python, are spelt out for the compiler.
"""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
OF_A_RUN = ("conduct", "crew", "luck", "result", "run", "slots", "spread", "tally", "timesheet", "traffic", "trip")
NOT_TAKEN = ("__init__", "line_check")
"""At a starred expression within an index mypyc 2.4 fails."""

MYPY = "[mypy]\nstrict = True\nplugins = pydantic.mypy\n"
BUILD = """\
from setuptools import setup
from mypyc.build import mypycify

setup(name="telekit", packages=[], ext_modules=mypycify(["--config-file=mypy.ini", *{files}], multi_file=True))
"""
LEAD = """\
from tests.bench.simulated import MODELS, by_telekit

measured = by_telekit(MODELS[{model}], {calls}, {seed})
print(measured.rate, measured.at_once)
"""


def make(folder: Path) -> None:
    """Copy the project into a folder and compile it there; raises CalledProcessError where that fails."""
    for part in ("telekit", "tests"):
        shutil.copytree(PROJECT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    files = [file for package in ("domain", "acd") for file in sorted((folder / "telekit" / package).glob("*.py"))]
    files += [folder / "telekit" / "simulate" / f"{name}.py" for name in OF_A_RUN]
    files = [file for file in files if file.stem not in NOT_TAKEN]
    for file in files:
        file.write_text(ast.unparse(Spelt().visit(ast.parse(file.read_text()))))
    (folder / "mypy.ini").write_text(MYPY)
    (folder / "build.py").write_text(BUILD.format(files=[str(file.relative_to(folder)) for file in files]))
    _python(folder, "build.py", "-q", "build_ext", "--inplace", f"-j{os.cpu_count()}")


def lead(folder: Path, model: int, calls: int, seed: int) -> tuple[float, float]:
    """Lead the calls of a model by that copy: calls to a second of the processor, and the share answered at once."""
    rate, at_once = _python(folder, "-c", LEAD.format(model=model, calls=calls, seed=seed)).split()
    return float(rate), float(at_once)


def _python(folder: Path, *words: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


class Spelt(ast.NodeTransformer):
    """Spells out the constructors of dataclasses.

    Those that are compared by identity become plain classes: mypyc fails at a dataclass that names one which is
    imported for checking only.
    """

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        made = next((each for each in node.decorator_list if ast.unparse(each).startswith("dataclass(")), None)
        if not isinstance(made, ast.Call):
            return node
        options = {each.arg: ast.literal_eval(each.value) for each in made.keywords}
        fields = [each for each in node.body if isinstance(each, ast.AnnAssign)]
        node.body += ast.parse(_constructor(fields, node)).body
        node.decorator_list.clear()
        if options.get("eq", True):
            order, frozen = options.get("order", False), options.get("frozen", False)
            kept = f"dataclass(init=False, order={order}, unsafe_hash={frozen})"
            node.decorator_list.append(ast.parse(kept, mode="eval").body)
        else:
            for each in fields:
                each.value = None
        return node


def _constructor(fields: list[ast.AnnAssign], node: ast.ClassDef) -> str:
    asked, lines = [], []
    for each in fields:
        name, type_, options = ast.unparse(each.target), ast.unparse(each.annotation), _options(each)
        if "default_factory" in options:
            asked.append(f"{name}: 'None | {type_.replace(chr(39), '')}' = None")
            lines.append(f"self.{name} = ({options['default_factory']})() if {name} is None else {name}")
        elif "init" not in options:
            asked.append(f"{name}: {type_}" + (f" = {options['default']}" if "default" in options else ""))
            lines.append(f"self.{name} = {name}")
    if any(isinstance(each, ast.FunctionDef) and each.name == "__post_init__" for each in node.body):
        lines.append("self.__post_init__()")
    return f"def __init__(self, {', '.join(asked)}) -> None:\n    " + "\n    ".join(lines or ["pass"])


def _options(field: ast.AnnAssign) -> dict[str | None, str]:
    """Give what is said of a field beside its type."""
    if isinstance(field.value, ast.Call) and ast.unparse(field.value.func) == "field":
        return {option.arg: ast.unparse(option.value) for option in field.value.keywords}
    return {"default": ast.unparse(field.value)} if field.value is not None else {}


if __name__ == "__main__":
    make(Path(sys.argv[1]).absolute())
