#!/usr/bin/env python3
"""Checks that a program has no empty entries in its unwind tables: an exception that meets one ends the process
(docs/decisions/0083). Exit 1 and a list when it has."""
import re
import subprocess
import sys

ENTRY = re.compile(r" FDE .*pc=([0-9a-f]+)\.\.([0-9a-f]+)$")


def empty_entries(lines):
    found = (ENTRY.search(line) for line in lines)
    return [entry[1] for entry in found if entry and entry[1] == entry[2]]


def main(program):
    frames = subprocess.run(["readelf", "--debug-dump=frames", program], check=True, capture_output=True, text=True).stdout.splitlines()
    entries = sum(1 for line in frames if ENTRY.search(line))
    empty = empty_entries(frames)
    if empty:
        symbols = subprocess.run(["nm", "-C", program], check=True, capture_output=True, text=True).stdout.splitlines()
        for address in empty:
            print(f"empty unwind entry at {address}:", "; ".join(s[19:] for s in symbols if s.startswith(address)))
    print(f"unwind tables: {entries} entries, {len(empty)} empty")
    return 1 if empty or not entries else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
