"""A verification for programs: one JSON document, as ``verify.schema.json`` says."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from raytune_migrate import __version__
from raytune_migrate.verify.summing import amount

if TYPE_CHECKING:
    from raytune_migrate.verify.compare import Difference
    from raytune_migrate.verify.interpreter import Interpreter
    from raytune_migrate.verify.recalled import Warned
    from raytune_migrate.verify.runs import Run
    from raytune_migrate.verify.verification import Verification

VERSION = 1
SCHEMA = (
    "https://raw.githubusercontent.com/raytune-migrate/raytune-migrate/main/"
    "migrate/raytune_migrate/verify/verify.schema.json"
)


def render(verification: Verification) -> str:
    """All of it as JSON. It is ASCII: no terminal obeys what stands in it."""
    return json.dumps(_document(verification), indent=2) + "\n"


def _document(verification: Verification) -> dict[str, Any]:
    verdict, tolerance = verification.verdict, verification.tolerance
    recall = verification.recall
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "tool": {"name": "raytune-migrate", "version": __version__},
        "script": str(verification.script),
        "python": _python(verification.python),
        "original_python": _python(verification.original_python),
        "verdict": verdict.value,
        "exit_status": verdict.status,
        "tolerance": {
            "relative": tolerance.rel_tol,
            "absolute": tolerance.abs_tol,
            "ignored_columns": list(tolerance.ignore),
        },
        "runs": {"old": _run(verification.old), "new": _run(verification.new)},
        "compared": asdict(amount(old for old, _ in verification.pairs)),
        "differences": [_difference(one) for one in verification.differences],
        "unsteady": [_difference(one) for one in verification.unsteady],
        "notes": list(verification.notes),
        "warnings": None
        if recall is None
        else {
            "found": [{**_warned(one), "code": code} for one, code in recall.found],
            "missed": [_warned(one) for one in recall.missed],
        },
    }


def _python(one: Interpreter) -> dict[str, str]:
    return {"path": str(one.path), "version": one.version, "ray": one.ray}


def _run(run: Run) -> dict[str, Any]:
    record = run.record
    return {
        "train": run.version.value,
        "script": str(run.script.path),
        "replaced_text": run.script.text is not None,
        "stop": run.stop.value,
        "exit_status": run.status,
        "seconds": round(run.seconds, 3),
        "failure": run.failure,
        "train_v2": None if record is None else record.train_v2,
        "gave": None if record is None else asdict(amount((*record.sweeps, *record.runs))),
        "best_configs": [] if record is None else [one.best_config for one in record.sweeps],
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "sweep": one.sweep,
        "trial": one.trial,
        "config": one.config or None,
        "iteration": one.iteration,
        "name": one.name or None,
        "old": one.old,
        "new": one.new,
        "message": one.line,
    }


def _warned(one: Warned) -> dict[str, Any]:
    return {"file": one.file, "line": one.line, "message": one.message}
