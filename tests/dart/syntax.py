"""Dart files as trees, and what they declare."""

from dataclasses import dataclass, field

import tree_sitter
import tree_sitter_dart_orchard

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_dart_orchard.language()))
DECLARATIONS = ("class_definition", "class_declaration", "enum_declaration")


def parse(path):
    return PARSER.parse(path.read_bytes()).root_node


def text(node):
    return node.text.decode()


def every(node, *types):
    """Nodes of these types at or below a node, in their order; not those below a hit."""
    if node.type in types:
        yield node
        return
    for child in node.children:
        yield from every(child, *types)


def first(node, *types):
    return next(every(node, *types), None)


def faults(node):
    """Where the grammar found something else than Dart."""
    if node.type == "ERROR" or node.is_missing:
        yield f"line {node.start_point[0] + 1}: {text(node)[:60]!r}"
        return
    for child in node.children:
        yield from faults(child)


def plain(literal):
    """What a literal of a string says."""
    return text(literal).lstrip("r")[1:-1]


@dataclass
class Annotation:
    name: str
    positional: list
    named: dict


def annotation(node):
    name = text(next(child for child in node.children if child.is_named))
    positional, named = [], {}
    for argument in every(node, "argument", "named_argument"):
        if argument.type == "named_argument":
            label, value = text(first(argument, "label")).rstrip(":").strip(), argument.children[-1]
            named[label] = text(argument).split(":", 1)[1].strip()
            if value.type == "string_literal":
                named[label] = plain(value)
        else:
            literal = first(argument, "string_literal")
            positional.append(plain(literal) if literal else text(argument))
    return Annotation(name, positional, named)


@dataclass
class Declared:
    """A class, an enum, or a member of one."""

    name: str
    node: object
    annotations: list = field(default_factory=list)

    def marked(self, name):
        return next((a for a in self.annotations if a.name == name), None)


def with_annotations(nodes):
    """Each node with the annotations before it, and those the grammar puts into it."""
    waiting = []
    for node in nodes:
        if node.type == "annotation":
            waiting.append(annotation(node))
        elif node.is_named and "comment" not in node.type:
            inside = [annotation(child) for child in node.children if child.type == "annotation"]
            yield node, waiting + inside
            waiting = []


def declarations(root):
    """The classes and enums of a file by name."""
    found = {}
    for node, annotations in with_annotations(root.children):
        if node.type in DECLARATIONS:
            name = text(next(child for child in node.children if child.type == "identifier"))
            found[name] = Declared(name, node, annotations)
    return found


def body(declared):
    return next(child for child in declared.node.children if child.type.endswith("body"))


def fields(declared):
    """`{name: (type, annotations)}` of the fields of a class."""
    found = {}
    for node, annotations in with_annotations(body(declared).children):
        names = first(node, "initialized_identifier_list")
        if node.type != "declaration" or names is None or "static" in text(node).split():
            continue
        before = text(node)[: names.start_byte - node.start_byte]
        before = before[before.index("final") + len("final"):] if "final" in before else before
        found[text(names)] = (before.strip(), annotations)
    return found


def methods(declared):
    """`{name: (returned type, parameters, annotations)}` of the abstract methods of a class."""
    found = {}
    for node, annotations in with_annotations(body(declared).children):
        signature = next((child for child in node.children if child.type == "function_signature"), None)
        if signature is None:
            continue
        name = text(next(child for child in signature.children if child.type == "identifier"))
        returned = text(signature)[: text(signature).index(name + "(")].strip()
        found[name] = (returned, list(parameters(first(signature, "formal_parameter_list"))), annotations)
    return found


def method_names(declared):
    """The names of the methods of a class in their order, without what makes them private."""
    signatures = (first(node, "function_signature") for node in body(declared).children if node.type == "method_declaration")
    return [text(next(c for c in s.children if c.type == "identifier")).lstrip("_") for s in signatures if s]


def parameters(node):
    """`(annotation, text without it, whether it must be given)` of each parameter."""
    waiting = None
    for part in every(node, "annotation", "formal_parameter"):
        if part.type == "annotation":
            waiting = annotation(part)
            continue
        inside = next((child for child in part.children if child.type == "annotation"), None)
        words = text(part)
        if inside is not None:
            waiting, words = annotation(inside), words[inside.end_byte - part.start_byte:].strip()
        optional = part.parent.type == "optional_formal_parameters"
        before = part.prev_sibling
        required = words.startswith("required ") or (before is not None and text(before) == "required")
        yield waiting, words.removeprefix("required "), required or not optional
        waiting = None


def constants(declared):
    """`{name: wire word}` of an enum."""
    return {
        text(next(child for child in node.children if child.type == "identifier")): plain(first(node, "string_literal"))
        for node in body(declared).children
        if node.type == "enum_constant"
    }


def cases(declared):
    """`{word: class}` of the switch of a `fromJson` over words."""
    return {
        plain(first(case.children[0], "string_literal")): text(case.children[-1]).split(".")[0]
        for case in every(declared.node, "switch_expression_case")
        if first(case.children[0], "string_literal") is not None and case.children[0].type != "constant_pattern_guard"
    }
