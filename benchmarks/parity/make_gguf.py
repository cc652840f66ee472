"""Makes the GGUF fixtures of language-model's tests with the `gguf` package, and what it reads from them.

    pip install gguf safetensors numpy torch tokenizers
    python benchmarks/parity/make_gguf.py language-model/src/test/resources/parity language-model/src/test/resources/gguf

types.gguf has one tensor [2, 512] of every type that is read, types.f32 the same numbers as the package dequantises them (fp32,
little-endian, one tensor after the other). llama.gguf, qwen2.gguf and qwen3.gguf are the tiny checkpoints of make_checkpoints.py.
"""
import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type
from safetensors.torch import load_file

TYPES = [Type.F32, Type.F16, Type.BF16, Type.Q8_0, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q4_K, Type.Q5_K, Type.Q6_K]
# Where the half-precision scales of a block are: the package cannot quantise to K types, so their blocks are random bytes.
SCALES = {Type.Q4_K: (0, 2), Type.Q5_K: (0, 2), Type.Q6_K: (208,)}
NAMES = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
LAYER = {"input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
         "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
         "post_attention_layernorm": "ffn_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}


def types(folder):
    random = np.random.default_rng(0)
    writer = gguf.GGUFWriter(folder / "types.gguf", "llama")
    golden = []
    for kind in TYPES:
        if kind in SCALES:
            elements, size = gguf.GGML_QUANT_SIZES[kind]
            blocks = random.integers(0, 256, (2, 512 // elements, size), dtype=np.uint8)
            for at in SCALES[kind]:
                scales = random.normal(0, 0.1, blocks.shape[:2]).astype(np.float16)
                blocks[:, :, at:at + 2] = scales.view(np.uint8).reshape(2, -1, 2)
            data = blocks.reshape(2, -1)
        else:
            data = gguf.quantize(random.normal(0, 1, (2, 512)).astype(np.float32), kind)
        writer.add_tensor(f"t.{kind.name}", data, raw_dtype=kind)
        golden.append(gguf.dequantize(data, kind).astype("<f4").tobytes())
    finish(writer)
    (folder / "types.f32").write_bytes(b"".join(golden))


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def renamed(name):
    stem, kind = name.rsplit(".", 1)
    if stem in NAMES:
        return f"{NAMES[stem]}.{kind}"
    _, _, layer, inside = stem.split(".", 3)
    return f"blk.{layer}.{LAYER[inside]}.{kind}"


def rotated(weight, head):
    """Rows of each head as rotated pairs, as llama.cpp wants Llama's queries and keys."""
    return weight.view(-1, 2, head // 2, weight.shape[1]).transpose(1, 2).reshape(weight.shape)


def tokens(writer, tokenizer):
    model = tokenizer["model"]
    words = sorted(model["vocab"], key=model["vocab"].get)
    special = {token["content"] for token in tokenizer["added_tokens"]}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(words)
    writer.add_token_types([3 if word in special else 1 for word in words])
    writer.add_token_merges([" ".join(merge) for merge in model["merges"]])
    writer.add_bos_token_id(0)
    writer.add_chat_template("{% for message in messages %}{{ message['role'] + ': ' + message['content'] }}{% endfor %}")


def model(source, target):
    config = json.loads((source / "config.json").read_text())
    head = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    writer = gguf.GGUFWriter(target, config["model_type"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(head)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base((config.get("rope_parameters") or {}).get("rope_theta", 10000.0))
    tokens(writer, json.loads((source / "tokenizer.json").read_text()))
    for name, weight in load_file(source / "model.safetensors").items():
        if config["tie_word_embeddings"] and name == "lm_head.weight":
            continue
        if config["model_type"] == "llama" and name.endswith(("q_proj.weight", "k_proj.weight")):
            weight = rotated(weight, head)
        kind = {torch.float16: Type.F16, torch.bfloat16: Type.BF16}[weight.dtype]
        writer.add_tensor(renamed(name), gguf.quantize(weight.float().numpy(), kind), raw_dtype=kind)
    finish(writer)


parity, folder = Path(sys.argv[1]), Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
types(folder)
for family in ("llama", "qwen2", "qwen3"):
    model(parity / family, folder / f"{family}.gguf")
