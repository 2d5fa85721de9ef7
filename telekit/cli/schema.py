"""`telekit schema`: the JSON Schema of the rules, for editors."""

import json

import click

from telekit.rules import schema as rules_schema


@click.command()
@click.option("--tests", is_flag=True, help="That of the files of rule tests instead.")
@click.option("--settings", is_flag=True, help="That of telekit.yaml instead.")
def schema(tests: bool, settings: bool) -> None:
    """Print the JSON Schema of the rule files, of the tests beside them, or of the settings.

    Keep it beside the rules, and begin each rule file with this line, so that an editor with the YAML language server
    completes and explains every key:

    \b
      # yaml-language-server: $schema=rules.schema.json

    \b
      telekit schema > rules/rules.schema.json
      telekit schema --tests > rules/tests.schema.json
      telekit schema --settings > telekit.schema.json
    """
    if tests and settings:
        raise click.UsageError("--tests and --settings exclude each other.")
    if settings:
        from telekit.rules.json_schema import loosened
        from telekit.rules.json_schema import schema as schema_of
        from telekit.settings import Settings

        made = loosened(schema_of(Settings, "telekit settings"))
    elif tests:
        from telekit.rules.json_schema import schema as schema_of
        from telekit.ruletests.document import TestsDocument

        made = schema_of(TestsDocument, "telekit rule tests")
    else:
        made = rules_schema()
    click.echo(json.dumps(made, ensure_ascii=False, indent=2))
