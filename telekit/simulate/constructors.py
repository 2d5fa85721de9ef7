"""The constructors of dataclasses, spelt out for a compiler, which leaves those that they make to Python."""

import ast


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
