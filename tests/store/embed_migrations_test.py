#!/usr/bin/env python3
"""What scripts/embed_migrations.py makes of good and bad files."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/embed_migrations.py"


class EmbedMigrations(unittest.TestCase):
    def embed(self, files):
        """Exit code, error text, generated text."""
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number, (name, sql) in enumerate(files):
                path = Path(folder) / str(number) / name
                path.parent.mkdir()
                path.write_text(sql, encoding="utf-8")
                paths.append(path)
            out = Path(folder) / "out.cc"
            done = subprocess.run([sys.executable, SCRIPT, out, *paths], capture_output=True, text=True)
            return done.returncode, done.stderr, out.read_text(encoding="utf-8") if out.exists() else ""

    def test_no_files_make_an_empty_table(self):
        code, _, text = self.embed([])
        self.assertEqual(code, 0)
        self.assertIn("std::array<Migration, 0>", text)

    def test_files_are_sorted_by_number(self):
        code, _, text = self.embed([("0010_later.sql", "SELECT 10;"), ("0002_sooner.sql", "SELECT 2;")])
        self.assertEqual(code, 0)
        self.assertIn('Migration{2, "sooner", R"sql(SELECT 2;)sql"}', text)
        self.assertLess(text.index("sooner"), text.index("later"))

    def test_text_that_looks_like_the_end_of_the_literal_is_kept(self):
        _, _, text = self.embed([("0001_a.sql", "SELECT ')sql\"';")])
        self.assertIn("R\"sql_(SELECT ')sql\"';)sql_\"", text)

    def test_bad_names_and_taken_numbers_are_refused(self):
        for files in (
            [("1_a.sql", "")],
            [("0000_a.sql", "")],
            [("0001-a.sql", "")],
            [("0001_A.sql", "")],
            [("0001_a.sql", ""), ("0001_b.sql", "")],
        ):
            code, error, text = self.embed(files)
            self.assertEqual((code, text), (1, ""), files)
            self.assertIn(files[-1][0], error)


if __name__ == "__main__":
    unittest.main()
