"""Write the sentence encoder all-MiniLM-L6-v2 as one GGUF file, the format that llama.cpp reads.

    python3 minilm_to_gguf.py MODEL_ZIP OUT.gguf

MODEL_ZIP holds `config.json`, `tokenizer.json` and `model.safetensors` as sentence-transformers saves them. Matrices
become 16 bit floats (46 MB instead of 91), small tensors stay 32 bit. The standard library is enough, so that no
package has to be installed; the same input gives the same bytes everywhere.
"""

import json
import struct
import sys
import zipfile
from array import array

ALIGNMENT = 32
F32, F16 = 0, 1  # tensor types of GGML
U32, I32, FLOAT, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9  # value types of GGUF
NORMAL, CONTROL = 1, 3  # kinds of tokens
MEAN_POOLING = 1

EMBEDDINGS = {
    "word_embeddings": "token_embd",
    "position_embeddings": "position_embd",
    "token_type_embeddings": "token_types",
    "LayerNorm": "token_embd_norm",
}
LAYERS = {
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}


def gguf_name(name):
    """What llama.cpp calls the tensor; None for those it has no use for."""
    if name.startswith("pooler.") or name.endswith("position_ids"):
        return None
    path, _, kind = name.rpartition(".")
    if path.startswith("embeddings."):
        return f"{EMBEDDINGS[path.removeprefix('embeddings.')]}.{kind}"
    _, _, layer, part = path.split(".", 3)  # encoder.layer.3.output.dense
    return f"blk.{layer}.{LAYERS[part]}.{kind}"


def string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def value(kind, content):
    """A typed value; an array is a pair of its element type and a list."""
    if kind == ARRAY:
        element, items = content
        body = b"".join(scalar(element, item) for item in items)
        return struct.pack("<IIQ", kind, element, len(items)) + body
    return struct.pack("<I", kind) + scalar(kind, content)


def scalar(kind, content):
    if kind == STRING:
        return string(content)
    return struct.pack({U32: "<I", I32: "<i", FLOAT: "<f", BOOL: "<?"}[kind], content)


def vocabulary(tokenizer):
    """Tokens and their kinds by id. WordPiece marks what continues a word; llama.cpp wants what begins one marked."""
    special = {token["content"] for token in tokenizer["added_tokens"] if token["special"]}
    tokens, kinds = [], []
    for token, _ in sorted(tokenizer["model"]["vocab"].items(), key=lambda entry: entry[1]):
        kinds.append(CONTROL if token in special else NORMAL)
        if token in special:
            tokens.append(token)
        elif token.startswith("##"):
            tokens.append(token[2:])
        else:
            tokens.append("\u2581" + token)
    return tokens, kinds


def metadata(config, tokenizer):
    tokens, kinds = vocabulary(tokenizer)
    ids = tokenizer["model"]["vocab"]
    return [
        ("general.architecture", STRING, "bert"),
        ("general.name", STRING, "all-MiniLM-L6-v2"),
        ("bert.context_length", U32, config["max_position_embeddings"]),
        ("bert.embedding_length", U32, config["hidden_size"]),
        ("bert.feed_forward_length", U32, config["intermediate_size"]),
        ("bert.block_count", U32, config["num_hidden_layers"]),
        ("bert.attention.head_count", U32, config["num_attention_heads"]),
        ("bert.attention.layer_norm_epsilon", FLOAT, config["layer_norm_eps"]),
        ("bert.attention.causal", BOOL, False),
        ("bert.pooling_type", U32, MEAN_POOLING),
        ("general.file_type", U32, F16),
        ("tokenizer.ggml.model", STRING, "bert"),
        ("tokenizer.ggml.pre", STRING, "default"),
        ("tokenizer.ggml.tokens", ARRAY, (STRING, tokens)),
        ("tokenizer.ggml.token_type", ARRAY, (I32, kinds)),
        ("tokenizer.ggml.token_type_count", U32, config["type_vocab_size"]),
        ("tokenizer.ggml.bos_token_id", U32, ids["[CLS]"]),
        ("tokenizer.ggml.eos_token_id", U32, ids["[SEP]"]),
        ("tokenizer.ggml.seperator_token_id", U32, ids["[SEP]"]),  # spelled like this in the format
        ("tokenizer.ggml.padding_token_id", U32, ids["[PAD]"]),
        ("tokenizer.ggml.unknown_token_id", U32, ids["[UNK]"]),
        ("tokenizer.ggml.mask_token_id", U32, ids["[MASK]"]),
    ]


def tensors(weights):
    """(name, shape, type, bytes) of every tensor in a safetensors file, in its order."""
    (length,) = struct.unpack_from("<Q", weights)
    header = json.loads(weights[8 : 8 + length])
    header.pop("__metadata__", None)
    for name, about in header.items():
        out = gguf_name(name)
        if out is None:
            continue
        if about["dtype"] != "F32":
            sys.exit(f"{name} is {about['dtype']}, expected F32")
        begin, end = (8 + length + offset for offset in about["data_offsets"])
        data, shape = weights[begin:end], about["shape"]
        if len(shape) == 2 and out not in ("position_embd.weight", "token_types.weight"):
            yield out, shape, F16, halved(data)
        else:
            yield out, shape, F32, data


def halved(data):
    """32 bit floats as 16 bit floats, rounded to the nearest."""
    floats = array("f")
    floats.frombytes(data)
    if sys.byteorder == "big":
        floats.byteswap()
    return struct.pack(f"<{len(floats)}e", *floats)


def padding(length):
    return b"\0" * (-length % ALIGNMENT)


def gguf(config, tokenizer, weights):
    """The whole file as a list of byte strings."""
    about = metadata(config, tokenizer)
    entries = b"".join(string(key) + value(kind, content) for key, kind, content in about)
    index, blocks, offset = [], [], 0
    for name, shape, kind, data in tensors(weights):
        dimensions = shape[::-1]
        index.append(string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *dimensions, kind, offset))
        blocks += [data, padding(len(data))]
        offset += len(data) + len(padding(len(data)))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(index), len(about)) + entries + b"".join(index)
    return [head, padding(len(head)), *blocks]


def main(source, target):
    with zipfile.ZipFile(source) as model:
        config = json.loads(model.read("config.json"))
        tokenizer = json.loads(model.read("tokenizer.json"))
        weights = model.read("model.safetensors")
    with open(target, "wb") as out:
        out.writelines(gguf(config, tokenizer, weights))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
