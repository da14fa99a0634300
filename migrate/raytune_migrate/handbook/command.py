"""``raytune-migrate rules``: the rules that there are, or some of them in full."""

from __future__ import annotations

import sys

import click

from raytune_migrate.catalogue import RULES
from raytune_migrate.handbook.listing import chosen, listing
from raytune_migrate.report.terminal import Console
from raytune_migrate.settings import arguments
from raytune_migrate.status import A_FILE_FAILED

_HELP = """\
List the rules, or explain some of them, with before and after.

CODES are codes or their beginnings, in any case, such as RTM101 or rtm2.

\b
Examples:
  raytune-migrate rules               all rules, a line for each
  raytune-migrate rules RTM101        what RTM101 is about, in full
  raytune-migrate rules RTM1 RTM903   several of them
"""


@click.command(
    help=_HELP,
    options_metavar="[OPTIONS]",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
)
@click.argument("codes", metavar="[CODES]...", nargs=-1, callback=arguments.codes)
@click.option("--json", "as_json", is_flag=True, help="For programs: a JSON list of rules.")
@click.option("--markdown", is_flag=True, help="All rules in full, as docs/rules.md.")
@click.option(
    "--color/--no-color",
    default=None,
    help="Colour the output. [default: on a terminal, unless NO_COLOR is set]",
)
def command(codes: frozenset[str], *, as_json: bool, markdown: bool, color: bool | None) -> None:
    """Print what was asked for."""
    if markdown and (as_json or codes):
        raise click.UsageError("--markdown prints all rules; leave codes and --json away.")
    console = Console(color)
    if codes or markdown:
        text = _explained(codes, console, as_json=as_json, markdown=markdown)
    else:
        text = _listed(as_json=as_json)
    console.out((text if console.out_in_color else click.unstyle(text)).encode())


def _listed(*, as_json: bool) -> str:
    if not as_json:
        return listing(RULES.values())
    from raytune_migrate.handbook.data import rules_as_json

    return rules_as_json(RULES.values())


def _explained(codes: frozenset[str], console: Console, *, as_json: bool, markdown: bool) -> str:
    """Rules in full, for which the engine runs over their examples."""
    from raytune_migrate.handbook.data import entries_as_json
    from raytune_migrate.handbook.entry import entry
    from raytune_migrate.handbook.example import ExampleError
    from raytune_migrate.handbook.page import page
    from raytune_migrate.handbook.terminal import lines

    try:
        entries = [entry(one) for one in chosen(codes)]
    except ExampleError as error:
        console.err(f"error: {error}.")
        sys.exit(A_FILE_FAILED)
    if markdown:
        return page(entries)
    if as_json:
        return entries_as_json(entries)
    return "\n\n".join("".join(f"{line}\n" for line in lines(one)) for one in entries)
