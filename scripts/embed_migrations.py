#!/usr/bin/env python3
"""embed_migrations.py OUT.cc FILES...: turns migrations/NNNN_name.sql into the table of src/store/migrations.h."""
import re
import sys
from pathlib import Path

NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


def read_migrations(paths):
    found = {}
    for path in paths:
        match = NAME.fullmatch(path.name)
        if not match or int(match[1]) == 0:
            sys.exit(f"{path}: a migration is called NNNN_name.sql, from 0001 on")
        number = int(match[1])
        if number in found:
            sys.exit(f"{path}: number {number} is taken by {found[number][0]}")
        found[number] = (match[2], path.read_text(encoding="utf-8"))
    return sorted(found.items())


def as_literal(sql):
    mark = "sql"
    while f"){mark}\"" in sql:
        mark += "_"
    return f'R"{mark}({sql}){mark}"'


def main():
    out, *files = sys.argv[1:]
    migrations = read_migrations([Path(file) for file in files])
    rows = "".join(f'    Migration{{{number}, "{name}", {as_literal(sql)}}},\n' for number, (name, sql) in migrations)
    text = f"""// Written by scripts/embed_migrations.py from src/store/migrations/*.sql.
#include <array>

#include "store/migrations.h"

namespace tocsin::store {{

std::span<const Migration> migrations() {{
  static constexpr std::array<Migration, {len(migrations)}> kMigrations{{
{rows}  }};
  return kMigrations;
}}

}}  // namespace tocsin::store
"""
    Path(out).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
