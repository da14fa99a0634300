"""The questions of a review on a terminal, and the keys that answer them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from raytune_migrate.report.patch import commentary, diff_between, painted
from raytune_migrate.report.terminal import shown
from raytune_migrate.review.session import Answer, Edited
from raytune_migrate.source import Language, SourceError, decode

if TYPE_CHECKING:
    from raytune_migrate.outcome import Outcome
    from raytune_migrate.report.terminal import Console
    from raytune_migrate.review.session import Question

_KEYS = {
    Answer.ACCEPT: "make this change",
    Answer.SKIP: "leave it, and do not ask again",
    Answer.TODO: "leave it, with a TODO comment in the code",
    Answer.SUPPRESS: "leave it, with a comment that suppresses the rule here",
    Answer.EDIT: "edit the file as it would be, and take what you save",
    Answer.RULE: "make this change and all others of its rule",
    Answer.FILE: "make this change and all others in this file",
    Answer.QUIT: "end here; what you accepted is written",
}


def ask(question: Question, console: Console) -> Answer | Edited:
    """Show a change and ask what becomes of it; the end of input is the end of the review."""
    console.clear_line()
    console.out(_shown(question, console))
    keys = ",".join(one.value for one in Answer)
    while True:
        code = question.change.code
        try:
            given = click.prompt(
                f"{code}: make this change? [{keys},?]",
                prompt_suffix=" ",
                default="?",
                show_default=False,
                err=False,
            )
        except click.Abort:
            console.out(b"\n")  # below what was asked
            return Answer.QUIT
        key = str(given).strip().lower()[:1]
        answer = next((one for one in Answer if one.value == key), None)
        if answer is None:
            console.out(_help().encode())
        elif answer is not Answer.EDIT:
            return answer
        elif (edited := _edited(question.with_it, console)) is not None:
            return edited


def _shown(question: Question, console: Console) -> bytes:
    path = shown(str(question.with_it.path))
    head = f"\n# {path}: change {question.number} of {question.total}\n"
    said = "".join(
        f"# {line}\n" for one in question.unit for line in commentary(question.with_it.path, one)
    )
    data = (head + said).encode() + diff_between(question.without, question.with_it, Path.cwd())
    return painted(data, question.with_it, console)


def _help() -> str:
    return "".join(f"  {key.value}  {what}\n" for key, what in _KEYS.items())


def _edited(outcome: Outcome, console: Console) -> Edited | None:
    """What a person saves of the file as it would be; None where it cannot be taken."""
    source = outcome.source
    if outcome.after is None or source is None:
        return None
    if source.language is not Language.PYTHON:
        console.err(
            "Only a Python file can be edited here; choose another answer, and edit the notebook"
            " or the document itself."
        )
        return None
    try:
        text = click.edit(decode(outcome.after).text, extension=outcome.path.suffix or ".py")
        if text is None:
            console.err("Nothing was saved; choose another answer.")
            return None
        data = source.encode(text)
        compile(text, str(outcome.path), "exec", dont_inherit=True, flags=0)
    except click.ClickException as error:
        console.err(f"{error.format_message()} Set EDITOR to a program that is installed.")
    except SourceError as error:
        console.err(f"What you saved {error}.")
    except SyntaxError as error:
        console.err(f"What you saved does not compile: line {error.lineno}: {error.msg}.")
    else:
        return Edited(data)
    return None
