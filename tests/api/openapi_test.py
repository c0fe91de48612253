#!/usr/bin/env python3
"""The document that `tocsin openapi` prints obeys OpenAPI 3.1: openapi_test.py PROGRAM."""
import json
import re
import subprocess
import sys
import unittest

import jsonschema

# The fixed fields of the specification's objects, as far as we use them: anything else is a mistake of ours.
RULES = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["openapi", "info", "paths"],
    "additionalProperties": False,
    "properties": {
        "openapi": {"pattern": r"^3\.1\.\d+$"},
        "info": {
            "type": "object",
            "required": ["title", "version"],
            "properties": {
                "title": {"type": "string"},
                "version": {"type": "string"},
                "license": {"type": "object", "required": ["name"], "not": {"required": ["url", "identifier"]}},
            },
        },
        "security": {"type": "array", "items": {"$ref": "#/$defs/security"}},
        "paths": {
            "type": "object",
            "patternProperties": {"^/": {"$ref": "#/$defs/path"}},
            "additionalProperties": False,
        },
        "components": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "schemas": {"$ref": "#/$defs/named"},
                "responses": {
                    "allOf": [{"$ref": "#/$defs/named"}],
                    "additionalProperties": {"$ref": "#/$defs/response"},
                },
                "securitySchemes": {
                    "allOf": [{"$ref": "#/$defs/named"}],
                    "additionalProperties": {"$ref": "#/$defs/security-scheme"},
                },
            },
        },
        "tags": {"type": "array", "items": {"type": "object", "required": ["name"]}},
        "servers": {"type": "array", "items": {"type": "object", "required": ["url"]}},
    },
    "$defs": {
        "named": {"type": "object", "propertyNames": {"pattern": "^[a-zA-Z0-9._-]+$"}},
        "security": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "security-scheme": {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"enum": ["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"]}},
            "if": {"properties": {"type": {"const": "apiKey"}}},
            "then": {
                "required": ["name", "in"],
                "properties": {"in": {"enum": ["query", "header", "cookie"]}},
            },
        },
        "reference": {"type": "object", "required": ["$ref"], "properties": {"$ref": {"type": "string"}}},
        "path": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {"^(get|put|post|delete|options|head|patch|trace)$": {"$ref": "#/$defs/operation"}},
        },
        "operation": {
            "type": "object",
            "required": ["responses", "operationId"],
            "additionalProperties": False,
            "properties": {
                "operationId": {"type": "string"},
                "summary": {"type": "string"},
                "description": {"type": "string"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "parameters": {"type": "array", "items": {"$ref": "#/$defs/parameter"}},
                "requestBody": {
                    "type": "object",
                    "required": ["content"],
                    "properties": {"content": {"$ref": "#/$defs/content"}},
                },
                "responses": {
                    "type": "object",
                    "minProperties": 1,
                    "patternProperties": {
                        "^[1-5](\\d\\d|XX)$": {
                            "if": {"required": ["$ref"]},
                            "then": {"$ref": "#/$defs/reference"},
                            "else": {"$ref": "#/$defs/response"},
                        }
                    },
                    "additionalProperties": False,
                },
                "security": {"type": "array", "items": {"$ref": "#/$defs/security"}},
            },
        },
        "parameter": {
            "type": "object",
            "required": ["name", "in"],
            "properties": {
                "name": {"type": "string"},
                "in": {"enum": ["query", "header", "path", "cookie"]},
                "required": {"type": "boolean"},
            },
            "oneOf": [{"required": ["schema"]}, {"required": ["content"]}],
            "if": {"properties": {"in": {"const": "path"}}},
            "then": {"required": ["required"], "properties": {"required": {"const": True}}},
        },
        "content": {"type": "object", "additionalProperties": {"type": "object"}},
        "response": {
            "type": "object",
            "required": ["description"],
            "additionalProperties": False,
            "properties": {"description": {"type": "string"}, "content": {"$ref": "#/$defs/content"}},
        },
    },
}


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


class TheDocument(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document = json.loads(subprocess.run([PROGRAM, "openapi"], check=True, capture_output=True).stdout)

    def operations(self):
        for path, operations in self.document["paths"].items():
            for method, operation in operations.items():
                yield path, method, operation

    def test_has_the_shape_that_the_specification_asks_for(self):
        jsonschema.Draft202012Validator.check_schema(RULES)
        errors = jsonschema.Draft202012Validator(RULES).iter_errors(self.document)
        self.assertEqual([f"{list(error.absolute_path)}: {error.message}" for error in errors], [])

    def test_can_be_refused_by_these_rules(self):
        broken = json.loads(json.dumps(self.document))
        next(iter(next(iter(broken["paths"].values())).values())).pop("responses")
        self.assertFalse(jsonschema.Draft202012Validator(RULES).is_valid(broken))

    def test_holds_valid_schemas_only(self):
        for name, schema in self.document["components"]["schemas"].items():
            with self.subTest(name):
                jsonschema.Draft202012Validator.check_schema(schema)

    def test_refers_to_what_is_there(self):
        for reference in set(references(self.document)):
            node = self.document
            for part in reference.removeprefix("#/").split("/"):
                self.assertIn(part, node, reference)
                node = node[part]

    def test_names_each_operation_once(self):
        ids = [operation["operationId"] for _, _, operation in self.operations()]
        self.assertEqual(sorted(ids), sorted(set(ids)))

    def test_declares_the_parameters_of_its_paths(self):
        for path, method, operation in self.operations():
            declared = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            self.assertEqual(declared, set(re.findall(r"{(\w+)}", path)), f"{method} {path}")

    def test_has_no_two_paths_that_differ_by_a_parameters_name_only(self):
        plain = [re.sub(r"{\w+}", "{}", path) for path in self.document["paths"]]
        self.assertEqual(sorted(plain), sorted(set(plain)))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
