"""Training throughput of the reference network in PyTorch on one thread, data making included.

usage: pytorch_step.py SKIP BOTTLENECK DEPTH BATCH SECONDS   prints one JSON line
The network, the loss, AdamW and the denoising batches are those of hgmlp; batches are drawn in random order from
50,000 images of 8-bit pixels.
"""
import json
import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(1)
skip_width, bottleneck_width, depth, batch_size = map(int, sys.argv[1:5])
seconds = float(sys.argv[5])
pixels = 784


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(skip_width, affine=False)
        self.lift = nn.Linear(skip_width, bottleneck_width, bias=False)
        self.lower = nn.Linear(bottleneck_width, skip_width, bias=False)

    def forward(self, z):
        return z + self.lower(torch.relu(self.lift(self.norm(z))))


blocks = [Block() for _ in range(depth)]
model = nn.Sequential(
    nn.Linear(pixels, skip_width, bias=False), *blocks, nn.Linear(skip_width, pixels, bias=False), nn.Sigmoid()
)
settings = dict(lr=1e-3, weight_decay=0.01)
try:
    optimizer, kind = torch.optim.AdamW(model.parameters(), fused=True, **settings), "fused"
except (TypeError, RuntimeError):
    optimizer, kind = torch.optim.AdamW(model.parameters(), **settings), "default"

images = torch.randint(0, 256, (50_000, pixels), dtype=torch.uint8)
images *= torch.rand(50_000, pixels) < 0.2
order = torch.randperm(50_000)


def step(index):
    start = index * batch_size % (50_000 - batch_size)
    target = images[order[start : start + batch_size]].float().div_(255)
    noisy = torch.randn_like(target).mul_(0.25).add_(target).clamp_(0, 1)
    loss = nn.functional.mse_loss(model(noisy), target)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss.item()


for index in range(10):
    step(index)
steps = 0
start = time.perf_counter()
while time.perf_counter() - start < seconds:
    step(steps)
    steps += 1
elapsed = time.perf_counter() - start
rate = steps * batch_size / elapsed
print(json.dumps({"version": torch.__version__, "adamw": kind, "imagesPerSecond": rate}))
