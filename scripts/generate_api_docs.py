#!/usr/bin/env python3
"""Writes docs/api/ from the OpenAPI document that the program prints (`tocsin openapi`).

  scripts/generate_api_docs.py            writes the pages
  scripts/generate_api_docs.py --check    says what differs, exits 1 if anything does (runs as a test)
  --program PATH                          default: the newest build/*/tocsin
"""
import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "api"
NOTE = "<!-- Made by scripts/generate_api_docs.py from `tocsin openapi`; edit the tables in src/edge/api/. -->\n\n"
METHODS = ("get", "post", "put", "patch", "delete")


def newest_program():
    built = sorted(ROOT.glob("build/*/tocsin"), key=lambda path: path.stat().st_mtime)
    if not built:
        sys.exit("generate_api_docs.py: no build/*/tocsin; build the target tocsin first, or say --program PATH")
    return built[-1]


def type_words(schema):
    kind = schema.get("type")
    words = [kind] if isinstance(kind, str) else list(kind or ["any"])
    words = ["list" if word == "array" else word for word in words]
    return " or ".join(words)


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def field_row(name, schema):
    notes = []
    if schema.get("readOnly"):
        notes.append("read-only")
    if schema.get("writeOnly"):
        notes.append("never answered")
    required = schema.get("x-required-on", [])
    if required:
        notes.append("required on " + " and ".join(required))
    if "maxLength" in schema:
        notes.append(f"at most {schema['maxLength']} characters")
    if "minimum" in schema:
        notes.append(f"at least {schema['minimum']}")
    if "maximum" in schema:
        notes.append(f"at most {schema['maximum']}")
    if "enum" in schema:
        notes.append("one of " + ", ".join(f"`{json.dumps(value)}`" for value in schema["enum"]))
    about = schema.get("description", "")
    return f"| `{name}` | {type_words(schema)} | {cell('; '.join(notes))} | {cell(about)} |\n"


def operation_text(path, method, operation):
    text = f"### `{method.upper()} {path}`\n\n{operation['summary']}.\n\n"
    if "description" in operation:
        text += operation["description"] + ".\n\n"
    query = [p for p in operation.get("parameters", []) if p.get("in") == "query"]
    if query:
        text += "| Query | |\n|---|---|\n"
        text += "".join(f"| `{p['name']}` | {cell(p.get('description', ''))} |\n" for p in query) + "\n"
    answers = [status for status in operation["responses"] if status.startswith("2")]
    return text + "Success: " + ", ".join(answers) + ".\n\n"


def by_tag(document):
    tags = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                tags.setdefault(operations[method]["tags"][0], []).append((path, method, operations[method]))
    return tags


def own_schema(document, operations):
    """The title of the schema that the operations of one tag speak of."""
    for _, _, operation in operations:
        for content in [operation.get("requestBody", {})] + list(operation["responses"].values()):
            reference = content.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
            title = reference.rsplit("/", 1)[-1]
            title = title[: -len("Page")] if title.endswith("Page") else title
            if title in document["components"]["schemas"]:
                return title
    return None


def page(document, tag, operations):
    title = own_schema(document, operations)
    text = NOTE + f"# {tag}\n\n"
    if title is not None:
        schema = document["components"]["schemas"][title]
        text += schema["description"] + "\n\n## Fields\n\n| Field | Type | | |\n|---|---|---|---|\n"
        text += "".join(field_row(name, field) for name, field in schema["properties"].items()) + "\n"
    text += "## Calls\n\n"
    return text + "".join(operation_text(*operation) for operation in operations).rstrip("\n") + "\n"


def index(document, tags):
    text = NOTE + "# The HTTP API\n\n"
    text += (
        "Base path `/api/v1/`. Every request carries `Authorization: <token>`. The same as an OpenAPI "
        f"{document['openapi']} document: `GET /api/v1/openapi.json`, or `tocsin openapi`.\n"
        "What all calls share (errors, pages, limits, times): `docs/spec/api-common.md`.\n\n"
        "| Resource | Calls |\n|---|---|\n"
    )
    for tag, operations in tags.items():
        calls = "<br>".join(f"`{method.upper()} {path}`" for path, method, _ in operations)
        text += f"| [{tag}]({tag}.md) | {calls} |\n"
    return text


def pages_of(document):
    tags = by_tag(document)
    pages = {f"{tag}.md": page(document, tag, operations) for tag, operations in tags.items()}
    pages["README.md"] = index(document, tags)
    return pages


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("--program", type=pathlib.Path)
    given = arguments.parse_args()
    printed = subprocess.run([given.program or newest_program(), "openapi"], check=True, capture_output=True)
    pages = pages_of(json.loads(printed.stdout))
    there = {path.name: path.read_text() for path in FOLDER.glob("*.md")}
    if given.check:
        differing = sorted(name for name in pages.keys() | there.keys() if pages.get(name) != there.get(name))
        if differing:
            sys.exit("docs/api is out of date: " + ", ".join(differing) + "; run scripts/generate_api_docs.py")
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in there.keys() - pages.keys():
        (FOLDER / name).unlink()
    for name, text in pages.items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
