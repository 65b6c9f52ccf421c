"""Makes families.json: one small network of each family beside `residual`, built of PyTorch's own modules and trained by it.

Run with PyTorch 1.13 (Debian's python3-torch): python3 test/golden/families.py > test/golden/families.json
It computes in float64. Weights, inputs and targets are numbers of float32, so that an engine begins with the very same
ones. The recipe is that of goldens.json: mean squared error behind a sigmoid, AdamW with a rate for each step.
"""
import json
import sys

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(18)

BATCH, STEPS = 8, 6
ADAMW = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01}
LEARNING_RATES = [0.01 / (step + 1) for step in range(STEPS)]


class MlpLn(nn.Module):
    def __init__(self, inputs, skip, inner, depth, outputs):
        super().__init__()
        self.embed = nn.Linear(inputs, skip)
        self.norms = nn.ModuleList(nn.LayerNorm(skip) for _ in range(depth))
        self.first = nn.ModuleList(nn.Linear(skip, inner) for _ in range(depth))
        self.second = nn.ModuleList(nn.Linear(inner, skip) for _ in range(depth))
        self.head = nn.Linear(skip, outputs)

    def forward(self, x):
        z = self.embed(x)
        for norm, first, second in zip(self.norms, self.first, self.second):
            z = z + second(nn.functional.gelu(first(norm(z))))
        return torch.sigmoid(self.head(z))

    def named(self):
        yield from linear("input", "input.bias", self.embed)
        for index, (norm, first, second) in enumerate(zip(self.norms, self.first, self.second)):
            yield f"block{index}.norm.gain", norm.weight
            yield f"block{index}.norm.bias", norm.bias
            yield from linear(f"block{index}.w1", f"block{index}.b1", first)
            yield from linear(f"block{index}.w2", f"block{index}.b2", second)
        yield from linear("output", "output.bias", self.head)


class Gated(nn.Module):
    def __init__(self, inputs, skip, inner, depth, outputs):
        super().__init__()
        self.embed = nn.Linear(inputs, skip, bias=False)
        self.gates = nn.ModuleList(nn.Linear(skip, inner, bias=False) for _ in range(depth))
        self.values = nn.ModuleList(nn.Linear(skip, inner, bias=False) for _ in range(depth))
        self.ups = nn.ModuleList(nn.Linear(inner, skip, bias=False) for _ in range(depth))
        self.head = nn.Linear(skip, outputs, bias=False)

    def forward(self, x):
        z = self.embed(x)
        for gate, value, up in zip(self.gates, self.values, self.ups):
            n = z / torch.sqrt(torch.mean(z**2, dim=-1, keepdim=True) + 1e-5)
            z = z + up(nn.functional.silu(gate(n)) * value(n))
        return torch.sigmoid(self.head(z))

    def named(self):
        yield "input", self.embed.weight
        for index, (gate, value, up) in enumerate(zip(self.gates, self.values, self.ups)):
            yield f"block{index}.gate", gate.weight
            yield f"block{index}.value", value.weight
            yield f"block{index}.up", up.weight
        yield "output", self.head.weight


class Plain(nn.Module):
    def __init__(self, inputs, skip, inner, depth, outputs):
        super().__init__()
        widths = [skip if layer % 2 == 0 else inner for layer in range(depth)]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip([inputs] + widths, widths))
        self.head = nn.Linear(widths[-1], outputs)

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return torch.sigmoid(self.head(x))

    def named(self):
        for index, layer in enumerate(self.layers):
            name = ("input", "input.bias") if index == 0 else (f"layer{index}.w", f"layer{index}.b")
            yield from linear(*name, layer)
        yield from linear("output", "output.bias", self.head)


class TwoStream(nn.Module):
    def __init__(self, inputs, skip, inner, depth, outputs):
        super().__init__()
        pair = lambda: nn.ModuleList([nn.Linear(skip, inner), nn.Linear(inner, skip)])
        self.embed = nn.Linear(inputs, skip)
        self.gates = nn.ModuleList(pair() for _ in range(2))
        self.streams = nn.ModuleList(nn.ModuleList(pair() for _ in range(depth)) for _ in range(2))
        self.fusion = nn.Linear(skip, skip, bias=False)
        self.first = nn.Linear(skip, outputs, bias=False)
        self.second = nn.Linear(skip, outputs, bias=False)
        self.both = nn.Linear(skip, outputs, bias=False)
        self.bias = nn.Parameter(torch.rand(outputs))

    def forward(self, x):
        e = self.embed(x)
        ends = []
        for (a, b), blocks in zip(self.gates, self.streams):
            z = 2 * torch.sigmoid(b(torch.relu(a(e)))) * e
            for first, second in blocks:
                z = torch.relu(second(torch.relu(first(z))))
            ends.append(z)
        o1, o2 = ends
        return torch.sigmoid(self.first(o1) + self.second(o2) + self.both(self.fusion(o1) * o2) + self.bias)

    def named(self):
        yield from linear("input", "input.bias", self.embed)
        for index, (gate, blocks) in enumerate(zip(self.gates, self.streams)):
            pairs = [("gate", gate)] + [(f"block{block}", pair) for block, pair in enumerate(blocks)]
            for name, (first, second) in pairs:
                yield from linear(f"stream{index + 1}.{name}.w1", f"stream{index + 1}.{name}.b1", first)
                yield from linear(f"stream{index + 1}.{name}.w2", f"stream{index + 1}.{name}.b2", second)
        yield "fusion", self.fusion.weight
        yield "output", torch.cat([self.first.weight, self.second.weight, self.both.weight], dim=1)
        yield "output.bias", self.bias


def linear(weight, bias, module):
    yield weight, module.weight
    yield bias, module.bias


def numbers(parameter):
    """Gives a matrix as [in, out], and a vector as one row."""
    values = parameter.detach()
    return (values.t() if values.dim() == 2 else values.unsqueeze(0)).tolist()


def case(family, module, inputs, skip, inner, depth, outputs):
    network = module(inputs, skip, inner, depth, outputs)
    with torch.no_grad():
        for parameter in network.parameters():
            # Gains and biases that all start alike would hide which is which.
            parameter.copy_((parameter + 0.1 * torch.rand_like(parameter)).to(torch.float32))
    initial = {name: numbers(parameter) for name, parameter in network.named()}
    settings = {"betas": (ADAMW["beta1"], ADAMW["beta2"]), "eps": ADAMW["epsilon"], "weight_decay": ADAMW["weight_decay"]}
    optimiser = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATES[0], **settings)
    steps = []
    for rate in LEARNING_RATES:
        x = torch.randn(BATCH, inputs).to(torch.float32).to(torch.float64)
        t = torch.rand(BATCH, outputs).to(torch.float32).to(torch.float64)
        optimiser.param_groups[0]["lr"] = rate
        optimiser.zero_grad()
        loss = nn.functional.mse_loss(network(x), t)
        loss.backward()
        optimiser.step()
        steps.append({"x": x.tolist(), "t": t.tolist(), "loss": loss.item()})
    return {
        "shape": "hourglass" if inner < skip else "conventional",
        "family": family,
        **{"input_dim": inputs, "output_dim": outputs, "skip_width": skip, "bottleneck_width": inner, "depth": depth},
        **{"input_projection": "trainable", "output_projection": "trainable", "batch": BATCH},
        **{"learning_rates": LEARNING_RATES, "adamw": ADAMW},
        "trainable_params": sum(parameter.numel() for parameter in network.parameters()),
        "initial": initial,
        "steps": steps,
        "final": {name: numbers(parameter) for name, parameter in network.named()},
        "running": [],
        "evaluation_output_of_first_batch": network(torch.tensor(steps[0]["x"])).tolist(),
    }


MODULES = {"mlp-ln": MlpLn, "gated": Gated, "plain": Plain, "two-stream": TwoStream}
cases = [
    case(family, module, *sizes)
    for family, module in MODULES.items()
    for sizes in [(6, 9, 3, 2, 5), (4, 3, 8, 3, 4)]
]
source = f"test/golden/families.py, PyTorch {torch.__version__}, float64"
json.dump({"source": source, "cases": cases}, sys.stdout)
print()
