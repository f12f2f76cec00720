#!/usr/bin/env python3
"""Writes golden values of a torchvision network in the form of the other files of this folder (rule "golden-fill v1").

  /usr/bin/python3 make_golden.py vgg16 --size 64 > vgg16_small.json      (needs torch and torchvision)
"""
import argparse
import hashlib
import json

import numpy as np
import torch
import torchvision
from torch import nn


def uniform(name, count):
    h = 0xCBF29CE484222325
    for b in name.encode():
        h = ((h ^ b) * 0x100000001B3) & (1 << 64) - 1
    with np.errstate(over="ignore"):
        z = np.uint64(h) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float64) * 2.0 ** -24


def fill(name, shape, kind):
    if kind == "N":
        return np.zeros(shape, np.int64)
    u = uniform(name, int(np.prod(shape)) if shape else 1)
    if kind == "W":
        value = (2 * u - 1) * np.sqrt((3.0 if len(shape) == 4 and shape[1] == 1 else 6.0) / float(np.prod(shape[1:])))
    else:
        value = {"G": 0.8 + 0.4 * u, "V": 0.8 + 0.4 * u, "B": 0.2 * u - 0.1, "M": 0.2 * u - 0.1, "I": 4 * u - 2}[kind]
    return value.astype(np.float32).reshape(shape)


def image(n, s):
    g = (s + 15) // 16
    coarse = fill("input.coarse", (n, 3, g, g), "I").astype(np.float64).repeat(16, 2).repeat(16, 3)[:, :, :s, :s]
    tint, fine = (fill("input." + name, shape, "I").astype(np.float64) for name, shape in (("tint", (n, 3, 1, 1)), ("fine", (n, 3, s, s))))
    return (0.5 * tint + 0.25 * coarse + 0.25 * fine).astype(np.float32)


def kind(name, tensor):
    last = name.rsplit(".", 1)[-1]
    kinds = {"num_batches_tracked": "N", "running_mean": "M", "running_var": "V", "bias": "B"}
    return kinds.get(last) or ("G" if tensor.dim() == 1 else "W")


def rounded(value):
    return float("%.9g" % float(value))


parser = argparse.ArgumentParser()
parser.add_argument("arch")
parser.add_argument("--size", type=int, default=224)
arguments = parser.parse_args()
torch.manual_seed(0)
net = getattr(torchvision.models, arguments.arch)(weights=None).eval()
rows = [[k, list(v.shape), "i64" if v.dtype == torch.int64 else "f32", kind(k, v)] for k, v in net.state_dict().items()]
state = {k: torch.from_numpy(np.ascontiguousarray(fill(k, tuple(s), kd))) for k, s, _, kd in rows}
net.load_state_dict(state)
macs, pooled = [], []


def count(module, _, output):
    macs.append(module.weight.numel() * (output.shape[2] * output.shape[3] if isinstance(module, nn.Conv2d) else 1))


counted = [m for m in net.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
hooks = [m.register_forward_hook(count) for m in counted]
with torch.no_grad():
    net(torch.zeros(1, 3, arguments.size, arguments.size))
    for hook in hooks:
        hook.remove()
    head = [m for name, m in net.named_modules() if isinstance(m, nn.Linear) and "Aux" not in name][-1]
    head.register_forward_pre_hook(lambda m, i: pooled.append(i[0]))
    x = torch.from_numpy(image(2, arguments.size))
    y32 = net(x)
    y = net.double()(x.double())
norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
digest = hashlib.sha256()
for k, *_ in rows:
    digest.update(state[k].numpy().tobytes())
top = y.topk(2, 1)[0]
print(json.dumps({
    "arch": arguments.arch,
    "reference": f"torchvision {torchvision.__version__} (torch {torch.__version__}), torchvision.models.{arguments.arch}",
    "fill_rule": "golden-fill v1",
    "input_shape": list(x.shape),
    "num_classes": 1000,
    "bn_eps": sorted({m.eps for m in norms}) or None,
    "bn_momentum": sorted({m.momentum for m in norms}) or None,
    "parameters": sum(p.numel() for p in net.parameters()),
    "macs_batch1": sum(macs),
    "residual_end_regex": None,
    "state_dict_sha256": digest.hexdigest(),
    "input_sha256": hashlib.sha256(x.numpy().tobytes()).hexdigest(),
    "float32_max_abs_error_of_reference": float("%.2g" % (y32.double() - y).abs().max()),
    "smallest_top1_top2_gap": rounded((top[:, 0] - top[:, 1]).min()),
    "eval": [{
        "sum": rounded(row.sum()), "l2": rounded(row.norm()), "argmax": int(row.argmax()), "top5": row.topk(5)[1].tolist(),
        "logits_first100": [rounded(v) for v in row[:100]],
    } for row in y],
    "pooled": [{"dim": len(row), "first16": [rounded(v) for v in row[:16]], "l2": rounded(row.norm())} for row in pooled[-1]],
    "state_dict": rows,
}))
