"""Hold the Dart package in client/ against openapi.json and asyncapi.yaml, by its syntax trees.

Everything of the contract must stand in the client, with the right names and types, and the client must have nothing that the
contract has not. It reads the contract for itself, so that a fault of the generator shows, too.

    tests/dart/run
"""

import json
import re
import sys
from pathlib import Path

import yaml

import syntax

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "client"
SOURCE = CLIENT / "lib" / "src"
OPENAPI = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
ASYNCAPI = yaml.safe_load((ROOT / "asyncapi.yaml").read_text(encoding="utf-8"))
# What is served for the clients of OpenAI has types of its own, and is in no package of ours.
ELSEWHERE = ("/v1/", "OpenAi")
SCHEMAS = {name: schema for name, schema in OPENAPI["components"]["schemas"].items() if not name.startswith(ELSEWHERE)}
IDS = {schema["pattern"]: name for name, schema in SCHEMAS.items() if re.match(r"\^[a-z]{3}_", schema.get("pattern", ""))}
FILES = sorted(path for path in CLIENT.rglob("*.dart") if ".dart_tool" not in path.parts and not path.name.endswith(".g.dart"))
DECLARED = {name: declared for path in FILES if SOURCE in path.parents for name, declared in syntax.declarations(syntax.parse(path)).items()}
FALLBACK = "unrecognized"


def operations():
    for path, item in OPENAPI["paths"].items():
        if path.startswith(ELSEWHERE):
            continue
        for method, operation in item.items():
            yield method.upper(), path, operation


def camel(name):
    head, *rest = re.split(r"[_.]", name)
    return head + "".join(word.title() if word.islower() else word[0].upper() + word[1:] for word in rest)


def pascal(name):
    return camel(name)[0].upper() + camel(name)[1:]


def last(path):
    return path.rsplit("/", 1)[-1]


def resolved(schema):
    """`(schema without null, whether null is one of its values)`."""
    parts = schema.get("oneOf") or schema.get("allOf")
    if parts and not all("properties" in part for part in parts):
        real = [part for part in parts if part.get("type") != "null"]
        assert len(real) == 1, schema
        return resolved(real[0])[0], len(real) < len(parts)
    types = schema.get("type")
    return schema, isinstance(types, list) and "null" in types


def dart_type(schema):
    """The Dart type that a value of the contract has, without its question mark."""
    schema, _ = resolved(schema)
    if "$ref" in schema:
        name = last(schema["$ref"])
        own = ASYNCAPI["components"]["schemas"].get(name)
        return dart_type(own) if name not in SCHEMAS else name
    if schema.get("pattern") in IDS:
        return IDS[schema["pattern"]]
    if "const" in schema:
        return {bool: "bool", int: "int", str: "String"}[type(schema["const"])]
    kinds = [kind for kind in [schema.get("type")] if not isinstance(kind, list)] or [k for k in schema["type"] if k != "null"]
    match kinds[0]:
        case "string" if schema.get("format") == "date-time":
            return "DateTime"
        case "string" if schema.get("format") == "binary":
            return "List<int>"
        case "string":
            return "String"
        case "integer":
            return "int"
        case "number":
            return "double"
        case "boolean":
            return "bool"
        case "array":
            return f"List<{dart_type(schema['items'])}>"
        case "object" if "additionalProperties" not in schema:
            return "Map<String, dynamic>"
        case "object":
            return f"Map<String, {dart_type(schema['additionalProperties'])}>"
    raise AssertionError(schema)


def wire_names(declared):
    """`{name on the wire: (type, annotations)}` of the fields of a class."""
    found = {}
    for name, (kind, annotations) in syntax.fields(declared).items():
        key = next((a for a in annotations if a.name == "JsonKey"), None)
        if key and key.named.get("includeToJson") == "false":
            continue
        found[(key and key.named.get("name")) or name] = (kind, annotations)
    return found


def object_of(schema):
    """`(properties, required)` of an object, with what is joined to it."""
    properties, required = dict(schema.get("properties", {})), set(schema.get("required", []))
    for part in schema.get("allOf", []):
        more, must = object_of(SCHEMAS[last(part["$ref"])] if "$ref" in part else part)
        properties |= more
        required |= must
    return properties, required


def hold_fields(owner, declared, properties, required):
    faults = []
    found = wire_names(declared)
    for name in sorted(found.keys() - properties.keys()):
        faults.append(f"{owner}.{name} is not in the contract")
    for name, schema in properties.items():
        if name not in found:
            faults.append(f"{owner}.{name} is missing")
            continue
        kind, annotations = found[name]
        wanted = dart_type(schema) + ("?" if resolved(schema)[1] or name not in required else "")
        if kind != wanted:
            faults.append(f"{owner}.{name} is {kind}, not {wanted}")
        inner = re.sub(r"^List<(.*)>\??$", r"\1", wanted).rstrip("?")
        if "enum" in SCHEMAS.get(inner, {}):
            key = next((a for a in annotations if a.name == "JsonKey"), None)
            if not key or key.named.get("unknownEnumValue") != f"{inner}.{FALLBACK}":
                faults.append(f"{owner}.{name} has nothing for a word of a later server")
    return faults


# ---- The checks: each gives what is wrong ----


def every_file_is_dart():
    assert len(FILES) > 30
    return [f"{path.relative_to(ROOT)}, {fault}" for path in FILES for fault in syntax.faults(syntax.parse(path))]


def every_import_leads_somewhere():
    faults = []
    for path in FILES:
        for line in re.findall(r"^(?:import|export|part) '([^']+)'", path.read_text(encoding="utf-8"), re.MULTILINE):
            if line.startswith("package:talker_client/"):
                target = CLIENT / "lib" / line.removeprefix("package:talker_client/")
            elif ":" in line or line.endswith(".g.dart"):
                continue
            else:
                target = path.parent / line
            if not target.exists():
                faults.append(f"{path.relative_to(ROOT)} names {line}")
    return faults


def every_package_that_is_imported_is_a_dependency():
    faults = []
    for folder in (CLIENT, CLIENT / "example"):
        manifest = yaml.safe_load((folder / "pubspec.yaml").read_text(encoding="utf-8"))
        always = set(manifest["dependencies"]) | {manifest["name"]}
        for path in (path for path in FILES if folder in path.parents and (folder != CLIENT or "example" not in path.parts)):
            known = always | set(manifest["dev_dependencies"]) if "test" in path.parts else always
            for package in re.findall(r"^import 'package:(\w+)/", path.read_text(encoding="utf-8"), re.MULTILINE):
                if package not in known:
                    faults.append(f"{path.relative_to(ROOT)} imports {package}")
    return faults


def what_is_generated_has_its_part():
    faults = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        needs = "@JsonSerializable(" in text or "@RestApi(" in text
        if needs != (f"part '{path.stem}.g.dart';" in text):
            faults.append(f"{path.relative_to(ROOT)} and its part")
    return faults


def every_operation_is_there():
    declared = syntax.methods(DECLARED["ApiService"])
    faults = []
    for method, path, operation in operations():
        name = camel(operation["operationId"])
        if name not in declared:
            faults.append(f"{name} is missing")
            continue
        answer, parameters, annotations = declared.pop(name)
        if not any(a.name == method and a.positional == [path] for a in annotations):
            faults.append(f"{name} is not {method} {path}")
        faults += [f"{name}: {fault}" for fault in parameter_faults(operation, parameters)]
        faults += [f"{name}: {fault}" for fault in body_faults(operation, parameters, annotations)]
        if answer != f"Future<{answer_type(operation)}>":
            faults.append(f"{name} gives {answer}, not {answer_type(operation)}")
    return faults + [f"{name} is not in the contract" for name in declared]


def parameter_faults(operation, parameters):
    told = {(kind.name, kind.positional[0]): (words, must) for kind, words, must in parameters if kind and kind.name in ("Path", "Query")}
    for parameter in operation.get("parameters", []):
        key = (parameter["in"].title(), parameter["name"])
        if key not in told:
            yield f"{key} is missing"
            continue
        words, must = told.pop(key)
        kind = words.rsplit(" ", 1)[0]
        wanted = dart_type(parameter["schema"]) + ("" if parameter.get("required") else "?")
        if kind != wanted or must != parameter.get("required", False):
            yield f"{key} is {words}, not {wanted}"
    yield from (f"{key} is not in the contract" for key in told)


def body_faults(operation, parameters, annotations):
    bodies = [(kind.name, words, must) for kind, words, must in parameters if kind and kind.name in ("Body", "Part")]
    names = {a.name for a in annotations}
    written = operation.get("requestBody")
    if not written:
        if bodies:
            yield f"it has no body, but {bodies}"
        return
    content = written["content"]
    if len(bodies) != 1:
        yield f"{len(bodies)} bodies"
        return
    (kind, words, must) = bodies[0]
    if "multipart/form-data" in content:
        if kind != "Part" or "MultiPart" not in names or not words.startswith("MultipartFile "):
            yield f"an image is sent as {words}"
        return
    form = "application/x-www-form-urlencoded" in content
    if form != ("FormUrlEncoded" in names):
        yield "whether it is a form"
    schema = next(iter(content.values()))["schema"]
    optional = resolved(schema)[1]
    wanted = dart_type(schema) + ("?" if optional else "")
    if not words.startswith(f"{wanted} ") or must == optional:
        yield f"the body is {words}, not {wanted}"


def answer_type(operation):
    content = next(answer for status, answer in operation["responses"].items() if status.startswith("2")).get("content")
    if not content:
        return "void"
    return dart_type(content["application/json"]["schema"]) if "application/json" in content else "List<int>"


def what_needs_no_token_is_known():
    text = (SOURCE / "api_service.dart").read_text(encoding="utf-8")
    told = set(re.findall(r"^  '([A-Z]+ /\S*)',$", text, re.MULTILINE))
    wanted = {f"{method} {path}" for method, path, operation in operations() if not operation.get("security")}
    return [f"{one} is open only here or there" for one in sorted(told ^ wanted)]


def every_schema_is_there():
    """Objects with their fields, closed sets with their words, ids; as far as any operation or frame uses them."""
    ids = (SOURCE / "ids.dart").read_text(encoding="utf-8")
    faults = []
    for name, schema in SCHEMAS.items():
        if "pattern" in schema:
            faults += [] if f"typedef {name} = String;" in ids else [f"{name} is missing"]
        elif schema.get("format") == "binary" or name in ("ImageForm", "SessionEventBody"):
            continue  # sent as a part of a form; written into SessionEvent
        elif name not in DECLARED:
            faults.append(f"{name} is missing")
        elif "enum" in schema:
            faults += enum_faults(name, schema["enum"])
        elif name == "SessionEvent":
            faults += event_faults()
        elif "oneOf" in schema:
            faults += union_faults(name, schema["oneOf"])
        else:
            faults += hold_fields(name, DECLARED[name], *object_of(schema))
    return faults


def enum_faults(name, words):
    declared = DECLARED[name]
    found = syntax.constants(declared)
    marked = declared.marked("JsonEnum")
    if not marked or marked.named.get("valueField") != "wire":
        yield f"{name} is not written by its words"
    if FALLBACK not in found:
        yield f"{name} has nothing for a word of a later server"
    found.pop(FALLBACK, None)
    if sorted(found.values()) != sorted(words):
        yield f"{name} has {sorted(set(found.values()) ^ set(words))} only here or there"


def union_faults(name, parts, suffix=None, shared=()):
    told = syntax.cases(DECLARED[name])
    text = syntax.text(DECLARED[name].node)
    if not text.startswith("sealed ") and "sealed class" not in text[:200]:
        yield f"{name} is not sealed"
    tag = next(key for key, value in parts[0]["properties"].items() if len(value.get("enum", [])) == 1)
    for part in parts:
        word = part["properties"][tag]["enum"][0]
        variant = f"{pascal(word)}{suffix}" if suffix else f"{name}{pascal(word)}"
        if told.pop(word, None) != variant or variant not in DECLARED:
            yield f"{name} knows no {variant}"
            continue
        properties, required = object_of(part)
        for more in shared:
            properties, required = properties | more.get("properties", {}), required | set(more["required"])
        del properties[tag]
        yield from hold_fields(variant, DECLARED[variant], properties, required)
        if f"'{tag}': '{word}'" not in syntax.text(DECLARED[variant].node):
            yield f"{variant} does not say what it is"
    yield from (f"{name} knows {word}, which is not in the contract" for word in told)


def event_faults():
    body, place = SCHEMAS["SessionEvent"]["allOf"]
    return union_faults("SessionEvent", SCHEMAS[last(body["$ref"])]["oneOf"], "Event", [place])


def frames(operation):
    for reference in ASYNCAPI["operations"][operation]["messages"]:
        payload = ASYNCAPI["components"]["messages"][last(reference["$ref"])]["payload"]
        properties = dict(payload["properties"])
        yield properties.pop("type")["const"], properties, set(payload["required"]) - {"type"}


def every_frame_is_there():
    faults, told = [], syntax.cases(DECLARED["ServerFrame"])
    events = {part["properties"]["type"]["enum"][0] for part in SCHEMAS["SessionEventBody"]["oneOf"]}
    for word, properties, required in frames("tell"):
        name = pascal(word) + ("Event" if word in events else "Frame")
        if told.pop(word, None) != name or name not in DECLARED:
            faults.append(f"ServerFrame knows no {name}")
        elif word not in events:
            faults += hold_fields(name, DECLARED[name], properties, required)
    faults += [f"ServerFrame knows {word}, which is not in the contract" for word in told]
    for word, properties, required in frames("take"):
        name = f"{pascal(word)}Request"
        if name not in DECLARED:
            faults.append(f"{name} is missing")
            continue
        faults += hold_fields(name, DECLARED[name], properties, required)
        if f"'type': '{word}'" not in syntax.text(DECLARED[name].node):
            faults.append(f"{name} does not say what it is")
    return faults


def every_frame_is_heard():
    """The connection has a case for each frame that the server sends."""
    text = (SOURCE / "chat_connection.dart").read_text(encoding="utf-8")
    events = {part["properties"]["type"]["enum"][0] for part in SCHEMAS["SessionEventBody"]["oneOf"]}
    words = [word for word, *_ in frames("tell") if word not in events]
    return [f"{word} is not heard" for word in words if f"case {pascal(word)}Frame()" not in text]


def both_connections_wait_as_long():
    """The numbers of the TypeScript client are those of the Dart one."""
    script = (ROOT / "clients/typescript/src/timing.ts").read_text(encoding="utf-8")
    dart = (SOURCE / "timing.dart").read_text(encoding="utf-8")
    there = {name: int(value.replace("_", "")) for name, value in re.findall(r"^  (\w+): ([\d_]+),", script, re.MULTILINE)}
    here = {name: int(value) for name, value in re.findall(r"static const (\w+) = (\d+);", dart)}
    assert there
    faults = [f"{name} differs" for name in sorted(there.keys() | here.keys()) if there.get(name) != here.get(name)]
    for script_name, dart_name in (("SEND_TRIES", "sendTries"), ("REFUSED_TRIES", "refusedTries"), ("FRUITLESS", "fruitlessResumes")):
        values = [re.search(rf"const {name} = (\d+);", text) for name, text in ((script_name, script), (dart_name, dart))]
        if None in values or values[0][1] != values[1][1]:
            faults.append(f"{dart_name} differs")
    return faults


def both_connections_have_the_same_methods():
    """Each method of a TypeScript class has its like in Dart, in the same order."""
    faults = []
    pairs = {"connection.ts": ("chat_connection.dart", "ChatConnection"), "hearing.ts": ("hearing.dart", "Hearing"), "outbox.ts": ("outbox.dart", "Outbox"), "tree.ts": ("chat_tree.dart", "ChatTree"), "cache.ts": ("cache.dart", "ChatCache")}
    # Listeners, clocks and the like are done otherwise in each language.
    apart = {"on", "rand", "now", "storageChanged", "top", "dispose", "after", "clock", "sendBelow", "withSiblings", "page", "get", "constructor"}
    for script, (dart, name) in pairs.items():
        text = (ROOT / "clients/typescript/src" / script).read_text(encoding="utf-8")
        there = re.findall(r"^  (?:private )?(?:async )?(\w+)(?:<T>)?\(.*\{$", text, re.MULTILINE)
        here = syntax.method_names(DECLARED[name])
        there, here = ([m for m in names if m not in apart] for names in (there, here))
        if there != here:
            faults.append(f"{script} has {there}, {dart} has {here}")
    return faults


def the_scenarios_are_driven():
    """The test in Dart knows each step and each expectation that the scenarios use."""
    text = (CLIENT / "test/scenarios_test.dart").read_text(encoding="utf-8")
    used = set()
    scenarios = [path for path in (ROOT / "clients/scenarios").glob("*.json") if path.name != "defaults.json"]
    assert len(scenarios) > 20
    for path in scenarios:
        for step in json.loads(path.read_text(encoding="utf-8"))["steps"]:
            used |= {word for word in step if word not in ("with", "socket")} | set(step.get("expect", {}))
            used |= {step["call"]} if "call" in step else set()
    return [f"{word} is not known" for word in sorted(used) if f"'{word}'" not in text]


CHECKS = [
    every_file_is_dart,
    every_import_leads_somewhere,
    every_package_that_is_imported_is_a_dependency,
    what_is_generated_has_its_part,
    every_operation_is_there,
    what_needs_no_token_is_known,
    every_schema_is_there,
    every_frame_is_there,
    every_frame_is_heard,
    both_connections_wait_as_long,
    both_connections_have_the_same_methods,
    the_scenarios_are_driven,
]


def main():
    failed = 0
    for check in CHECKS:
        try:
            faults = list(check())
        except (AssertionError, KeyError, OSError, ValueError, AttributeError, StopIteration) as error:
            faults = [repr(error)]
        if faults:
            failed += 1
            print(f"FAILED: {check.__name__}: {'; '.join(faults[:20])}")
    print(f"{len(CHECKS) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
