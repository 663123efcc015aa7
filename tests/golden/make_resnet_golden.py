#!/usr/bin/env python3
"""What torchvision's ResNets are and compute, for tests/trainer/resnet_test.cc.

    pip install torch==2.11.0 torchvision==0.26.0
    python tests/golden/make_resnet_golden.py tests/golden/trainer

Writes
  resnet_state_dicts.txt  names and shapes of state_dict() of all five networks, 10 classes
  resnet_outputs.json     scores in eval and train mode for weights and pictures of the formula below,
                          and some weights as torch.manual_seed(0) draws them
Weights and pictures are not stored: both sides compute them from `noise`, which is exact in integers.
"""
import json
import math
import pathlib
import sys

import numpy
import torch
import torchvision

NETWORKS = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]


def noise(name: str, count: int) -> numpy.ndarray:
    """`count` values of variance 1, uniform: a hash of FNV-1a(name) and the position."""
    key = 2166136261
    for byte in name.encode():
        key = (key ^ byte) * 16777619 % 2**32
    h = (numpy.arange(count, dtype=numpy.uint64) * 2654435761 + key) % 2**32
    h ^= h >> numpy.uint64(16)
    h = h * numpy.uint64(2246822519) % 2**32
    h ^= h >> numpy.uint64(13)
    h = h * numpy.uint64(3266489917) % 2**32
    h ^= h >> numpy.uint64(16)
    return (h.astype(numpy.float64) / 2**32 - 0.5) * math.sqrt(12)


def fill(name: str, tensor: torch.Tensor) -> None:
    values = noise(name, tensor.numel())
    if tensor.dim() == 4:  # He's normal by fan-out
        values *= math.sqrt(2 / (tensor.shape[0] * tensor.shape[2] * tensor.shape[3]))
    elif tensor.dim() == 2:
        values *= math.sqrt(1 / tensor.shape[1])
    elif name.endswith("running_var") or name.endswith("weight"):
        values = 1 + 0.1 * values
    else:
        values *= 0.1
    tensor.copy_(torch.from_numpy(values).to(torch.float32).reshape(tensor.shape))


@torch.no_grad()
def scores(network: str) -> dict:
    model = getattr(torchvision.models, network)(num_classes=10)
    for name, tensor in model.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            fill(name, tensor)
    images = torch.empty(4, 3, 64, 64)
    images.copy_(torch.from_numpy(noise("images", images.numel())).reshape(images.shape))
    result = {"eval": model.eval()(images).tolist()}
    result["train"] = model.train()(images).tolist()
    result["running_mean_after"] = model.bn1.running_mean[:4].tolist()
    return result


def first_weights(network: str) -> dict:
    torch.manual_seed(0)
    model = getattr(torchvision.models, network)(num_classes=10)
    return {name: tensor.flatten()[:4].tolist() for name, tensor in model.named_parameters()
            if tensor.dim() > 1}


def main() -> None:
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with open(out / "resnet_state_dicts.txt", "w") as file:
        for network in NETWORKS:
            print("#", network, file=file)
            for name, tensor in getattr(torchvision.models, network)(num_classes=10).state_dict().items():
                print(name, *tensor.shape, file=file)
    golden = {
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "scores": {network: scores(network) for network in ["resnet18", "resnet50"]},
        "seed_0": {network: first_weights(network) for network in ["resnet18", "resnet50"]},
    }
    (out / "resnet_outputs.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
