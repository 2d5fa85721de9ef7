"""`telekit schema`: the JSON Schema of the rules, for editors."""

import json

import click

from telekit.rules import schema as rules_schema


@click.command()
def schema() -> None:
    """Print the JSON Schema of the rule files.

    Keep it beside the rules, and begin each rule file with this line, so that an editor with the YAML language server
    completes and explains every key:

    \b
      # yaml-language-server: $schema=rules.schema.json

    \b
      telekit schema > rules/rules.schema.json
    """
    click.echo(json.dumps(rules_schema(), ensure_ascii=False, indent=2))
