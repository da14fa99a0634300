"""Whatever a document looks like, taking its code out and putting it back changes no byte."""

from __future__ import annotations

from pathlib import Path

from hypothesis import event, given
from hypothesis import strategies as st

from raytune_migrate.containers.choose import container_of
from raytune_migrate.outcome import Status
from raytune_migrate.run.pipeline import process_data
from raytune_migrate.settings.options import Docs, Options

LINES = [
    "",
    "Text.",
    "```python",
    "```",
    "~~~ py",
    "~~~",
    "````",
    "- ```pycon",
    "> ```python",
    ">",
    "> ",
    ".. code-block:: python",
    "   :linenos:",
    ".. testcode::",
    "::",
    '"""',
    "'''",
    "from ray import tune",
    "from ray.train.torch import TorchTrainer",
    "tuner = tune.Tuner(TorchTrainer(loop))",
    "def f():",
    "    return (",
    ")",
    "\\",
    "é = 1 \\",
    "#: raytune",
]
PROMPTS = ["", ">>> ", ">>>", "... ", "...", ">>>  ", "> >>> "]
INDENTS = ["", "  ", "    ", "\t", "> "]

line = st.builds(
    lambda indent, prompt, text: f"{indent}{prompt}{text}",
    st.sampled_from(INDENTS),
    st.sampled_from(PROMPTS),
    st.sampled_from(LINES),
)
documents = st.builds(
    lambda lines, newline, end: newline.join(lines) + end,
    st.lists(line, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n"]),
)
suffixes = st.sampled_from([".md", ".rst"])


@given(documents, suffixes)
def test_code_that_stays_is_put_back_byte_for_byte(text: str, suffix: str) -> None:
    container = container_of(Path(f"a{suffix}"), text, Docs.MIGRATE)
    event(f"{len(container.scripts)} scripts")
    assert container.restore(container.scripts).text == text


@given(documents)
def test_examples_of_a_module_are_put_back_byte_for_byte(text: str) -> None:
    container = container_of(Path("a.py"), text, Docs.MIGRATE)
    event(f"{len(container.scripts)} scripts")
    assert container.restore(container.scripts).text == text


@given(st.lists(st.sampled_from(LINES[17:20]), max_size=4), documents, suffixes)
def test_a_document_is_migrated_once(code: list[str], text: str, suffix: str) -> None:
    lines = "".join(f">>> {one}\n" for one in code)
    options = Options(docs=Docs.MIGRATE)
    path = Path(f"/nowhere/a{suffix}")
    outcome = process_data(path, f"{lines}\n\n{text}".encode(), options)
    assert outcome.status is not Status.FAILED, outcome.reason
    event(outcome.status.value)
    if outcome.after is not None:
        assert process_data(path, outcome.after, options).after == outcome.after
