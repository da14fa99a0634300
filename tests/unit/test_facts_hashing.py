"""Values of facts remember their hashes, which are of one process alone."""

from __future__ import annotations

import pickle
import subprocess
import sys

from raytune_migrate.facts.model import Called, Member, Named


def test_a_hash_does_not_travel() -> None:
    value = Member(Called(Named("build"), 3), "trainer")
    assert hash(value) == hash(Member(Called(Named("build"), 3), "trainer"))
    script = (
        "import pickle, sys\n"
        "from raytune_migrate.facts.model import Called, Member, Named\n"
        "travelled = pickle.load(sys.stdin.buffer)\n"
        "print({travelled: 'found'}[Member(Called(Named('build'), 3), 'trainer')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=pickle.dumps(value), capture_output=True, check=True
    )
    assert done.stdout.strip() == b"found"
