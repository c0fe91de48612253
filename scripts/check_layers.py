#!/usr/bin/env python3
"""Checks that every #include in src/ points downwards, as scripts/layers.txt says. Exit 1 and a list when not."""
import re
import sys
from pathlib import Path

IMPURE = {
    "thread", "mutex", "shared_mutex", "condition_variable", "future", "atomic", "fstream", "filesystem", "iostream",
    "random", "sys/socket.h", "unistd.h", "sqlite3.h", "libpq-fe.h", "curl/curl.h",
}
CLOCKS = re.compile(r"(system_clock|steady_clock)::now|\b(gettimeofday|clock_gettime|std::time)\s*\(|\brand\s*\(")


def read_layers(path):
    layers = {}
    for line in path.read_text().splitlines():
        words = line.split("#")[0].split()
        if words:
            layers[words[0]] = (len(layers), set(words[1:]))
    return layers


def folder_of(path, layers):
    """The longest listed folder that holds the path."""
    candidates = [name for name in layers if path == name or path.startswith(name + "/")]
    return max(candidates, key=len) if candidates else None


def check_file(file, source, layers):
    own = folder_of(str(file.relative_to(source).parent), layers)
    if own is None:
        yield f"{file}: its folder is not in scripts/layers.txt"
        return
    rank, marks = layers[own]
    for number, line in enumerate(file.read_text().splitlines(), 1):
        where = f"{file.relative_to(source.parent)}:{number}"
        if match := re.match(r'\s*#include\s+"([^"]+)"', line):
            target = folder_of(match[1], layers)
            if target is None:
                if not (file.parent / match[1]).exists():
                    yield f"{where}: {match[1]} is in no listed folder"
            elif layers[target][0] > rank:
                yield f"{where}: {own} must not include {target} (it stands above)"
            elif target != own and "peer" in marks and "peer" in layers[target][1]:
                yield f"{where}: {own} and {target} meet only in engine/"
        elif "pure" in marks:
            if (match := re.match(r"\s*#include\s+<([^>]+)>", line)) and match[1] in IMPURE:
                yield f"{where}: {own} is pure and must not include <{match[1]}>"
            elif CLOCKS.search(line.split("//")[0]):
                yield f"{where}: {own} is pure and must not read a clock or draw random numbers"


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    layers = read_layers(root / "scripts/layers.txt")
    files = sorted(p for p in (root / "src").rglob("*") if p.suffix in (".h", ".cc"))
    faults = [fault for file in files for fault in check_file(file, root / "src", layers)]
    print("\n".join(faults) or f"layers: {len(files)} files in order")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
