#!/usr/bin/python3
"""Our templates beside Python's Jinja2 (sandboxed, compiled once), in one run on this machine.

  bench/template/run.py build/release/bench/bench_template
"""
import json
import subprocess
import sys
import time
from pathlib import Path

import jinja2
from jinja2.sandbox import SandboxedEnvironment

HERE = Path(__file__).parent
FILES = [HERE / "grouping.j2", HERE / "message.j2", HERE / "payload.json"]


def measure(work, rounds):
    best = float("inf")
    for _ in range(9):
        start = time.perf_counter()
        for _ in range(rounds):
            work()
        best = min(best, (time.perf_counter() - start) / rounds * 1e6)
    return best


def main():
    ours = json.loads(subprocess.run([sys.argv[1], *map(str, FILES)], capture_output=True, text=True, check=True).stdout)
    grouping, message, payload = (path.read_text() for path in FILES)
    payload = json.loads(payload)
    environment = SandboxedEnvironment(loader=jinja2.BaseLoader())
    compiled = {"grouping": environment.from_string(grouping), "message": environment.from_string(message)}
    theirs = {name: measure(lambda: template.render(payload=payload), 500) for name, template in compiled.items()}
    theirs["compile"] = measure(lambda: environment.from_string(message), 20)
    print(f"{'':28}{'Jinja2 ' + jinja2.__version__:>14}{'ours':>10}{'ratio':>9}{'allocations':>13}")
    for name, label in (("grouping", "grouping key, render"), ("message", "message, render"), ("compile", "message, compile")):
        us, allocations = ours[name]
        print(f"{label:28}{theirs[name]:>11.1f} us{us:>7.2f} us{theirs[name] / us:>8.1f}x{allocations:>13.1f}")


if __name__ == "__main__":
    main()
