"""What a run over a whole project costs, beside other tools for the same kind of work.

::

    python benchmarks/peers.py [--tree TREE] [--tool TOOL] [--rounds N] [--folder FOLDER]

Makes four trees, installs the other tools in environments of their own (all in ``--folder``, a
cache), runs every tool on the same tree, in turns, and prints a table in Markdown: the medians of
wall and CPU seconds, the memory of all processes together at its peak (proportional set size), and
how the CPU seconds compare with those of grep, of ruff, of django-upgrade, and of
``libcst.parse_module`` over the files that are rewritten.

- ``clean``: 20,000 files without Ray code, copies of the standard library's.
- ``ray``: the Python files of the wheel of Ray 2.42.1, whose own code is the hardest to tell from
  its users'.
- ``project``: 2,000 files, of which each tenth is a sweep, made from the fixtures.
- ``large``: 20,000 such files, for the memory of raytune-migrate alone.

What one run keeps for the next is off, but for the line that says "again". Tools that rewrite get a
fresh copy for each run. Those that take minutes run once, of ``ray`` on every fifth file; the table
says so. One that has not ended after ten minutes is ended, and its row says no more than that.
"""

from __future__ import annotations

import argparse
import compileall
import functools
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "raytune-migrate-bench"
RAY = "2.42.1"
CLEAN_FILES = 20_000
PROJECT_FILES = 2_000
LARGE_FILES = 20_000
COMPARED = ("clean", "ray", "project")  # the trees that tools are compared on
SAMPLE = 5  # of the files of a tree, each so many is in its sample
LONGEST_CALL = 5_000  # names of files in one call
PATIENCE_S = 600
LONGEST = 60_000  # bytes; longer modules of the standard library are left out

NEEDLES = ("-e", "Tuner", "-e", "ray.train", "-e", "ray.air")
PEERS = {
    "ruff": "ruff==0.17.6",
    "ast-grep": "ast-grep-cli",
    "django-upgrade": "django-upgrade",
    "pyupgrade": "pyupgrade",
    "bump-pydantic": "bump-pydantic",
    "libcst": "libcst",
    "fixit": "fixit",
}
AGAIN = (sys.executable, "-m", "raytune_migrate", "--check", "--quiet")
OURS = (*AGAIN, "--no-cache")
PARSE = """\
import pathlib, sys
import libcst
for path in sys.stdin.read().splitlines():
    libcst.parse_module(pathlib.Path(path).read_text())
"""


@dataclass(frozen=True)
class Tool:
    """One way to go through a tree.

    Attributes:
        command: run in the tree; ``{bin}`` is where the environment of ``peer`` has its programs.
        by_xargs: given the names of all files, by so many processes; 0: it finds them itself.
        rewrites: needs a copy of the tree for each run.
        once: the trees on which it takes minutes, and runs once; of ``ray`` on a sample.
        only: the trees that it runs on.
    """

    name: str
    command: tuple[str, ...]
    peer: str | None = None
    by_xargs: int = 0
    rewrites: bool = False
    once: tuple[str, ...] = ()
    only: tuple[str, ...] = COMPARED


DJANGO = ("{bin}/django-upgrade", "--target-version", "5.0", "--exit-zero-even-if-changed")
PYUPGRADE = ("{bin}/pyupgrade", "--py39-plus", "--exit-zero-even-if-changed")
GREP = Tool("grep -rlF, three words", ("grep", "-rlF", *NEEDLES, "."))
RUFF = Tool(
    "ruff, AIR and UP",
    ("{bin}/ruff", "check", "--isolated", "--select", "AIR,UP", "--no-cache", "-q", "-e", "."),
    "ruff",
)
DJANGO_2 = Tool(
    "django-upgrade, 2 processes", DJANGO, "django-upgrade", 2, rewrites=True, once=("clean",)
)
PARSED = Tool("libcst.parse_module, rewritten files", (sys.executable, "-c", PARSE))
AUTO = Tool("raytune-migrate", (*OURS, "."))
TOOLS = (
    GREP,
    AUTO,
    Tool("raytune-migrate -j1", (*OURS, "-j1", "."), once=("large",), only=(*COMPARED, "large")),
    Tool("raytune-migrate -j2", (*OURS, "-j2", "."), once=("large",), only=(*COMPARED, "large")),
    Tool("raytune-migrate, again", (*AGAIN, ".")),
    PARSED,
    RUFF,
    Tool("ast-grep, Tuner($$$)", ("{bin}/ast-grep", "run", "-p", "Tuner($$$)", "-l", "py", "."),
         "ast-grep", only=("ray", "project")),
    DJANGO_2,
    Tool("pyupgrade, 2 processes", PYUPGRADE,
         "pyupgrade", 2, rewrites=True, only=("ray", "project")),
    Tool("LibCST's codemod that does nothing, 2 processes",
         ("{bin}/python", "-m", "libcst.tool", "codemod", "noop.NOOPCommand", "-j", "2",
          "--hide-progress", "."), "libcst", rewrites=True, once=("ray",), only=("ray",)),
    Tool("fixit, its own rules", ("{bin}/fixit", "lint", "."), "fixit", once=("ray",),
         only=("ray",)),
    Tool("bump-pydantic --diff", ("{bin}/bump-pydantic", "--diff", "."), "bump-pydantic",
         once=("ray",), only=("ray",)),
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What one run took.

    Attributes:
        ended: whether it came to its end; if not, what it took of the CPU is not known.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    ended: bool


@dataclass
class Measured:
    """What the runs of one tool on one tree took."""

    files: int
    peak_mb: float = 0
    runs: list[Run] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether all of them came to their end."""
        return all(one.ended for one in self.runs)

    @property
    def wall(self) -> float:
        """The median of the wall seconds."""
        return statistics.median(one.wall_s for one in self.runs)

    @property
    def cpu(self) -> float:
        """The median of the CPU seconds."""
        return statistics.median(one.cpu_s for one in self.runs)


# --- trees ------------------------------------------------------------------


def make_clean(tree: Path) -> None:
    """Copies of the standard library's modules, as often as it takes."""
    modules = standard_modules()
    for number in range(CLEAN_FILES):
        copy, index = divmod(number, len(modules))
        name, data = modules[index]
        write(tree / f"part_{copy:03}" / name, data)


def make_ray(tree: Path) -> None:
    """Ray's own modules, as published."""
    wheels = tree.parent / "wheels"
    pip(sys.executable, "download", "--no-deps", "--dest", str(wheels), f"ray=={RAY}")
    wheel = next(wheels.glob(f"ray-{RAY}-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith("ray/") and name.endswith(".py") and "thirdparty" not in name:
                write(tree / name, archive.read(name))


def make_project(tree: Path, files: int = PROJECT_FILES) -> None:
    """The texts of the fixtures under other names, with other functions below, among modules."""
    choice = random.Random(0)
    modules = standard_modules()
    sweeps = [path.read_text() for path in sorted(REPOSITORY.glob("fixtures/*/before.py"))]
    write(tree / "requirements.txt", b"ray[train,tune]>=2.51\nraytune-migrate\n")
    for number in range(files):
        path = tree / f"package_{number % 40:02}" / f"module_{number:04}.py"
        if number % 10:
            write(path, choice.choice(modules)[1])
            continue
        words = dict.fromkeys(("train_loop", "trainer", "tuner", "results", "search_space"))
        text = choice.choice(sweeps)
        for word in words:
            text = re.sub(rf"\b{word}\b(?!\s*=[^=\n]*,$)", f"{word}_{number}", text)
        helpers = "".join(HELPER.format(one) for one in range(choice.randrange(30)))
        write(path, f"{text}\n{helpers}".encode())


HELPER = '''

def helper_{0}(frame, factor={0}):
    """Pick the rows of a frame that count."""
    picked = []
    for index, row in enumerate(frame):
        value = row["x"] * factor + index
        if value > {0}:
            picked.append({{"value": value, "index": index, "name": f"row-{{index}}"}})
    return picked
'''
TREES = {
    "clean": make_clean,
    "ray": make_ray,
    "project": make_project,
    "large": functools.partial(make_project, files=LARGE_FILES),
}


def standard_modules() -> list[tuple[str, bytes]]:
    """Names and contents of the modules of the standard library that are not too long."""
    home = Path(os.__file__).parent
    left_out = {"site-packages", "test", "tests", "lib2to3", "idlelib"}
    found = [
        (path.relative_to(home).as_posix(), path.read_bytes())
        for path in sorted(home.rglob("*.py"))
        if left_out.isdisjoint(path.parts)
    ]
    return [(name, data) for name, data in found if len(data) <= LONGEST]


def write(path: Path, data: bytes) -> None:
    """Write a file, and make the folders that it is in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def tree_of(name: str, folder: Path) -> Path:
    """A tree, which is made where there is none yet."""
    tree = folder / name
    if not tree.exists():
        print(f"making {tree}", file=sys.stderr)
        part = folder / f"{name}.part"
        shutil.rmtree(part, ignore_errors=True)
        TREES[name](part)
        part.rename(tree)
    return tree


def sample_of(tree: Path) -> Path:
    """A tree with a fixed part of the files of another."""
    sample = tree.with_name(f"{tree.name}-sample")
    if not sample.exists():
        for path in sorted(tree.rglob("*.py"))[::SAMPLE]:
            write(sample / path.relative_to(tree), path.read_bytes())
    return sample


# --- tools ------------------------------------------------------------------


def bin_of(peer: str, folder: Path) -> Path:
    """Where a tool's programs are; it is installed where it is not yet."""
    home = folder / "peers" / peer
    if not (home / ".installed").exists():
        print(f"installing {peer}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        pip(str(home / "bin" / "python"), "install", PEERS[peer])
        (home / ".installed").touch()
    return home / "bin"


def pip(python: str, *arguments: str) -> None:
    """Run an environment's pip."""
    command = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, stdout=sys.stderr)


@functools.cache
def rewritten_files(tree: Path) -> list[str]:
    """The files that would be rewritten."""
    report = tree.with_name(f"{tree.name}.json")
    subprocess.run([*OURS, "--report", f"json:{report}", "."], cwd=tree, check=False)
    files = json.loads(report.read_text())["files"]
    return [one["path"] for one in files if one["outcome"].startswith("migrated")]


def command_of(tool: Tool, tree: Path, folder: Path) -> tuple[list[str], str]:
    """A command, and what it reads from stdin."""
    programs = str(bin_of(tool.peer, folder)) if tool.peer is not None else ""
    command = [one.replace("{bin}", programs) for one in tool.command]
    if tool is PARSED:
        return command, "\n".join(rewritten_files(tree))
    if not tool.by_xargs:
        return command, ""
    names = "\n".join(str(one.relative_to(tree)) for one in sorted(tree.rglob("*.py")))
    share = min(LONGEST_CALL, -(-names.count("\n") // tool.by_xargs) + 1)
    xargs = ["xargs", "-d", "\\n", "-s", "1500000", "-n", str(share), "-P", str(tool.by_xargs)]
    return [*xargs, *command], names


def run(tool: Tool, tree: Path, folder: Path, *, watched: bool = False) -> Run:
    """Run a tool once; its memory is watched on request, for that takes some of the machine."""
    command, given = command_of(tool, tree, folder)
    place = tree
    if tool.rewrites:
        place = folder / "copy"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(tree, place)
    names = folder / "stdin"
    names.write_text(given)
    with names.open() as stdin:
        before = os.times()
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=place,
            stdin=stdin,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        patience = threading.Timer(PATIENCE_S, os.killpg, (process.pid, signal.SIGKILL))
        patience.start()
        peak = peak_mb(process) if watched else 0.0
        status = process.wait()
        patience.cancel()
    wall = time.perf_counter() - start
    after = os.times()
    used = after.children_user + after.children_system
    return Run(
        wall, used - before.children_user - before.children_system, peak, status != -signal.SIGKILL
    )


def peak_mb(process: subprocess.Popen[bytes]) -> float:
    """The memory of a process and all that come from it, at its peak, until it ends."""
    most = 0

    def watch() -> None:
        nonlocal most
        while process.returncode is None:
            most = max(most, sum(map(proportional_bytes, family(process.pid))))
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    watcher.join()
    return most / 2**20


def family(first: int) -> list[int]:
    """A process and all that come from it."""
    found, waiting = [], [first]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except OSError:
            continue  # ended meanwhile
    return found


def proportional_bytes(pid: int) -> int:
    """The memory of a process, of what it shares its part."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


# --- the table --------------------------------------------------------------


def measure(name: str, tools: list[Tool], rounds: int, folder: Path) -> dict[str, Measured]:
    """Run all tools on one tree, in turns."""
    tree = tree_of(name, folder)
    measured: dict[str, Measured] = {}
    for number in range(rounds + 1):
        for tool in tools:
            once = name in tool.once
            if name not in tool.only or (once and number):
                continue
            if tool.name in measured and not measured[tool.name].ended:
                continue  # it would not the next time
            if tool is PARSED and not rewritten_files(tree):
                continue
            place = sample_of(tree) if once and name == "ray" else tree
            if tool.name not in measured:
                measured[tool.name] = Measured(sum(1 for _ in place.rglob("*.py")))
            one = measured[tool.name]
            done = run(tool, place, folder, watched=number == 0)
            one.peak_mb = max(one.peak_mb, done.peak_mb)
            if number or once or not rounds or not done.ended:
                one.runs.append(done)
            print(f"{name} round {number} {tool.name}: {done}", file=sys.stderr, flush=True)
    return measured


def table(measured: dict[str, Measured]) -> str:
    """The medians, a tool to a line; ratios are of CPU seconds, for as many files."""
    yardsticks = {"grep": GREP, "ruff": RUFF, "django-upgrade": DJANGO_2, "parse_module": PARSED}
    head = ["", "files", "runs", "wall s", "CPU s", "peak MB", *(f"/ {one}" for one in yardsticks)]
    lines = [head, ["---"] * len(head)]
    for name, one in measured.items():
        ratios = [ratio(one, measured.get(tool.name)) for tool in yardsticks.values()]
        took = [f"{one.wall:.2f}", f"{one.cpu:.2f}"] if one.ended else [f"> {PATIENCE_S}", "-"]
        figures = [*took, f"{one.peak_mb:.0f}"]
        lines.append([name, str(one.files), str(len(one.runs)), *figures, *ratios])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def ratio(one: Measured, other: Measured | None) -> str:
    """How often another's CPU seconds go into these."""
    if other is None or not (one.ended and other.ended):
        return "-"
    return f"{one.cpu / one.files / (other.cpu / other.files):.3g}"


def start_up(rounds: int, folder: Path) -> str:
    """What grep and we take where there is nothing to search."""
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    walls = {
        tool.name: statistics.median(run(tool, empty, folder).wall_s for _ in range(rounds or 1))
        for tool in (GREP, AUTO)
    }
    return f"Of which start-up: {', '.join(f'{name} {s:.3f} s' for name, s in walls.items())}."


def machine() -> str:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, Python {python}."


def main() -> None:
    """Measure all tools on all trees and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tree", action="append", choices=TREES)
    parser.add_argument("--tool", action="append", metavar="TOOL", help="part of a name")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    # As pip does where it installs, so also for the other tools.
    compileall.compile_dir(REPOSITORY / "migrate", quiet=1)
    folder = options.folder.resolve()
    wanted = options.tool or [""]
    tools = [tool for tool in TOOLS if any(one in tool.name for one in wanted)]
    for name in options.tree or TREES:
        found = measure(name, tools, options.rounds, folder)
        print(f"\n`{name}`: {machine()}\n\n{table(found)}\n\n{start_up(options.rounds, folder)}")


if __name__ == "__main__":
    main()
