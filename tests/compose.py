"""Scripts that are composed at random of what users write: each is migrated; what comes out?

    python tests/compose.py --count 1000             as text: proved, and twice the same
    python tests/compose.py --count 100 --show       the diffs, for a person
    python tests/compose.py --count 30 --run         on Train V1 as they are, and migrated on V2

``--seed`` is that of the first, each further one has the next. ``--write FOLDER`` keeps them.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from composed.checks import Sums
from composed.script import compose

PACK = 6
"""So many scripts run in one process."""


def run(seeds: range) -> int:
    """Run scripts on both Trains, and say which are not the same."""
    sys.path.append(str(Path(__file__).with_name("sweeps")))
    from forking import forking_python
    from head_node import head_node

    from composed.running import compare

    sums: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, forking_python(), head_node() as address:
        for first in seeds[::PACK]:
            every = map(compose, range(first, min(first + PACK, seeds.stop)))
            pack = [one for one in every if one.runs]
            start = time.monotonic()
            for one in compare(pack, Path(folder, str(first)), address):
                end = "different" if one.different else "same"
                sums[f"{end}, raises" if one.raised else end] += 1
                sums["trials"] += one.trials
                left = f" (left: {', '.join(one.left)})" if one.left else ""
                for line in (one.raised, *one.different):
                    if line:
                        print(f"seed {one.script.seed}, {end}{left}: {line}", flush=True)
            print(f"{dict(sums)}; this pack took {time.monotonic() - start:.0f} s", flush=True)
    return 1 if sums["different"] + sums["different, raises"] else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Compose scripts with a sweep, and migrate them.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--plain", action="store_true", help="with Ray alone, and no runtime")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--run", action="store_true")
    given = parser.parse_args()
    if given.run:
        return run(range(given.seed, given.seed + given.count))
    start, sums = time.monotonic(), Sums()
    for seed in range(given.seed, given.seed + given.count):
        script = compose(seed)
        result = sums.add(script, plain=given.plain)
        if given.write:
            given.write.mkdir(parents=True, exist_ok=True)
            (given.write / script.name).write_text(script.text, encoding="utf-8")
            (given.write / f"migrated_{script.name}").write_text(result.after, encoding="utf-8")
        if given.show:
            print(f"=== seed {seed}")
            before, after = script.text.splitlines(), result.after.splitlines()
            print("\n".join(list(difflib.unified_diff(before, after, lineterm="", n=2))[2:]))
            for one in result.findings:
                print(f"--- {one.place.line}: {one.code} {one.reason} {one.advice}")
    print(*sums.wrong, sums, f"{time.monotonic() - start:.0f} s", sep="\n")
    return 1 if sums.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
