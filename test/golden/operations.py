"""Makes operations.json: small networks of every operation and loss, trained by PyTorch in float64.

Run with PyTorch 1.13 (Debian's python3-torch): python3 test/golden/operations.py > test/golden/operations.json
Weights, inputs and targets are numbers of float32, so that an engine begins with the very same ones.
"""
import json
import math
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(20)

INPUT, HIDDEN, OUTPUT, BATCH, STEPS = 3, 4, 2, 5, 4
ADAMW = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.1}
LEARNING_RATES = [0.02 / (step + 1) for step in range(STEPS)]

FUNCTIONS = {
    "relu": F.relu,
    "sigmoid": torch.sigmoid,
    "gelu": F.gelu,
    "silu": F.silu,
    "tanh": torch.tanh,
    "softplus": F.softplus,
    "exp": torch.exp,
    "square": torch.square,
    "abs": torch.abs,
    "sin": torch.sin,
}
# What each function is asked for beside these: where float32 has no finite numbers, there is nothing to compare.
ARGUMENTS = [-1e4, -100, -30, -10, -3, -1, -1e-3, 0, 1e-3, 1, 3, 10, 30]
LARGE_ARGUMENTS = [100, 1e4]


def float32(numbers):
    return numbers.to(torch.float32).to(torch.float64)


def drawn(*shape):
    return float32(2 * torch.rand(*shape, generator=generator) - 1)


def value(name, width):
    return {"name": name, "width": width}


def matrix(name, rows, columns):
    return {"name": name, "rows": rows, "columns": columns}


def product(name, source, target):
    return {"kind": "product", "input": source, "matrix": matrix(name, source["width"], target["width"]), "output": target}


def run(operation, values, weights):
    """Gives what an operation makes of the values."""
    kind = operation["kind"]
    read = lambda place: values[operation[place]["name"]]
    if kind == "product":
        result = read("input") @ weights[operation["matrix"]["name"]]
        return result + read("skip") if "skip" in operation else result
    if kind == "elementwise":
        return FUNCTIONS[operation["function"]](read("input"))
    if kind == "shift":
        return read("input") + weights[operation["vector"]["name"]]
    if kind == "scale":
        return read("input") * weights[operation["vector"]["name"]]
    if kind == "channelNormalisation":
        x = read("input")
        if operation["form"] == "centred":
            return F.layer_norm(x, x.shape[-1:], eps=operation["epsilon"])
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + operation["epsilon"])
    if kind == "multiply":
        return read("left") * read("right")
    if kind == "add":
        return read("left") + read("right")
    if kind == "slice":
        return read("input")[:, operation["from"] : operation["to"]]
    if kind == "concatenate":
        return torch.cat([values[one["name"]] for one in operation["inputs"]], dim=1)
    raise ValueError(kind)


def loss_of(kind, output, target):
    if kind == "squaredError":
        return F.mse_loss(output, target)
    if kind == "softmaxCrossEntropy":
        return F.cross_entropy(output, target)
    if kind == "binaryCrossEntropy":
        return F.binary_cross_entropy_with_logits(output, target)
    mean, log_variance = output.chunk(2, dim=1)
    return F.gaussian_nll_loss(mean, target, log_variance.exp())


def targets(kind, width):
    numbers = drawn(BATCH, width)
    if kind == "binaryCrossEntropy":
        # The first item has labels, the others shares.
        shares = float32((numbers + 1) / 2)
        shares[0] = (shares[0] > 0.5).to(shares.dtype)
        return shares
    if kind == "softmaxCrossEntropy":
        shares = F.softmax(3 * numbers, dim=1)
        shares[0] = F.one_hot(shares[0].argmax(), width)
        return float32(shares)
    return numbers


def forward(operations, x, weights):
    values = {"x": x}
    for operation in operations:
        values[operation["output"]["name"]] = run(operation, values, weights)
    return values[operations[-1]["output"]["name"]]


def matrices_of(operations):
    found = {}
    for operation in operations:
        one = operation.get("matrix") or operation.get("vector")
        if one:
            found[one["name"]] = one
    return found


def train(name, operations, kind="squaredError"):
    width = operations[-1]["output"]["width"]
    target_width = width // 2 if kind == "gaussianNegativeLogLikelihood" else width
    weights = {}
    for one in matrices_of(operations).values():
        weights[one["name"]] = drawn(one["rows"], one["columns"]).requires_grad_()
    initial = {key: rows(tensor) for key, tensor in weights.items()}
    optimiser = torch.optim.AdamW(
        weights.values(),
        betas=(ADAMW["beta1"], ADAMW["beta2"]),
        eps=ADAMW["epsilon"],
        weight_decay=ADAMW["weight_decay"],
    )
    steps = []
    for rate in LEARNING_RATES:
        x, t = drawn(BATCH, INPUT), targets(kind, target_width)
        optimiser.param_groups[0]["lr"] = rate
        optimiser.zero_grad()
        loss = loss_of(kind, forward(operations, x, weights), t)
        loss.backward()
        optimiser.step()
        steps.append({"x": rows(x), "t": rows(t), "loss": number(loss.item())})
    x, t = (torch.tensor(steps[0][key]) for key in "xt")
    output = forward(operations, x, weights)
    return {
        "name": name,
        "loss": {"kind": kind, "targetWidth": target_width},
        "operations": operations,
        "initial": initial,
        "steps": steps,
        "final": {key: rows(tensor) for key, tensor in weights.items()},
        "evaluation_output_of_first_batch": rows(output),
        "evaluation_loss_of_first_batch": number(loss_of(kind, output, t).item()),
    }


def around(name, build):
    """Trains a product, the operations that `build` makes of its output, and a product of theirs."""
    hidden = value("hidden", HIDDEN)
    inner = build(hidden)
    last = inner[-1]["output"]
    first = product("w0", value("x", INPUT), hidden)
    return train(name, [first, *inner, product("w1", last, value("y", OUTPUT))])


def on_hidden(kind, **settings):
    return lambda hidden: [{"kind": kind, "input": hidden, **settings, "output": value("z", HIDDEN)}]


def operation_cases():
    cases = [around(name, on_hidden("elementwise", function=name)) for name in FUNCTIONS]
    vector = matrix("vector", 1, HIDDEN)
    cases.append(around("shift", on_hidden("shift", vector=vector)))
    cases.append(around("scale", on_hidden("scale", vector=vector)))
    for form, epsilon in [("centred", 1e-5), ("rootMeanSquare", 1e-6)]:
        settings = {"form": form, "epsilon": epsilon}
        cases.append(around(f"channelNormalisation {form}", on_hidden("channelNormalisation", **settings)))
    z = value("z", HIDDEN)
    cases.append(around("multiply", lambda h: [{"kind": "multiply", "left": h, "right": h, "output": z}]))
    cases.append(around("add", lambda h: [{"kind": "add", "left": h, "right": h, "output": z}]))
    cases.append(around("slice and concatenate", sliced))
    cases.append(train("gated block", gated_block()))
    return cases


def sliced(hidden):
    left, right = value("left", 3), value("right", 2)
    inputs = [left, right, value("x", INPUT), left]
    return [
        {"kind": "slice", "input": hidden, "from": 0, "to": 3, "output": left},
        {"kind": "slice", "input": hidden, "from": 2, "to": 4, "output": right},
        {"kind": "concatenate", "inputs": inputs, "output": value("z", sum(one["width"] for one in inputs))},
    ]


def gated_block():
    """z + (silu(n Wg) * (n Wv)) W, with n the input over its root mean square, times a gain; then a bias."""
    x, n, scaled = value("x", INPUT), value("n", INPUT), value("scaled", INPUT)
    gate, bent, inner, gated = (value(name, HIDDEN) for name in ("gate", "bent", "inner", "gated"))
    block, y = value("block", INPUT), value("y", INPUT)
    return [
        {"kind": "channelNormalisation", "form": "rootMeanSquare", "epsilon": 1e-6, "input": x, "output": n},
        {"kind": "scale", "input": n, "vector": matrix("gain", 1, INPUT), "output": scaled},
        product("wg", scaled, gate),
        {"kind": "elementwise", "function": "silu", "input": gate, "output": bent},
        product("wv", scaled, inner),
        {"kind": "multiply", "left": bent, "right": inner, "output": gated},
        {**product("w", gated, block), "skip": x},
        {"kind": "shift", "input": block, "vector": matrix("bias", 1, INPUT), "output": y},
    ]


def loss_cases():
    hidden, bent, logits, y = value("hidden", HIDDEN), value("bent", HIDDEN), value("logits", 4), value("y", 4)
    operations = [
        product("w0", value("x", INPUT), hidden),
        {"kind": "elementwise", "function": "tanh", "input": hidden, "output": bent},
        product("w1", bent, logits),
        {"kind": "shift", "input": logits, "vector": matrix("bias", 1, 4), "output": y},
    ]
    kinds = ["squaredError", "softmaxCrossEntropy", "binaryCrossEntropy", "gaussianNegativeLogLikelihood"]
    return [train(f"loss {kind}", operations, kind) for kind in kinds]


def extremes(name):
    """Gives values and derivatives of a function, where it is finite in float32 and so is what a loss makes of it."""
    arguments = ARGUMENTS + ([] if name == "exp" else LARGE_ARGUMENTS)
    x = float32(torch.tensor(arguments)).requires_grad_()
    y = FUNCTIONS[name](x)
    y.sum().backward()
    return {"function": name, "x": numbers(x), "y": numbers(y), "derivative": numbers(x.grad)}


def extreme_losses():
    """Gives losses of outputs that are far too large, and their gradients by the output."""
    far, near = 1e4, 30.0
    classes = [([far, -far, 0], [1, 0, 0]), ([far, -far, 0], [0, 1, 0]), ([near, 0, -near], [0, 0.25, 0.75])]
    labels = [([far, -far], [1, 0]), ([far, -far], [0, 1]), ([near, -near], [0.5, 1])]
    normal = [([1, 2, near, -10], [3, 2.5]), ([1, 2, 10, 0.5], [1, far])]
    cases = {"softmaxCrossEntropy": classes, "binaryCrossEntropy": labels, "gaussianNegativeLogLikelihood": normal}
    return [extreme_loss(kind, y, t) for kind, pairs in cases.items() for y, t in pairs]


def extreme_loss(kind, y, t):
    output = torch.tensor([y], dtype=torch.float64, requires_grad=True)
    loss = loss_of(kind, output, torch.tensor([t], dtype=torch.float64))
    loss.backward()
    return {
        "loss": {"kind": kind, "targetWidth": len(t)},
        "output": y,
        "target": t,
        "mean": number(loss.item()),
        "gradient": numbers(output.grad[0]),
    }


def number(given):
    assert math.isfinite(given), given
    return float(f"{given:.10g}")


def numbers(tensor):
    return [number(one) for one in tensor.tolist()]


def rows(tensor):
    return [numbers(row) for row in tensor]


json.dump(
    {
        "source": f"PyTorch {torch.__version__}, float64, by operations.py",
        "adamw": ADAMW,
        "learning_rates": LEARNING_RATES,
        "input_width": INPUT,
        "cases": operation_cases() + loss_cases(),
        "functions": [extremes(name) for name in FUNCTIONS],
        "losses": extreme_losses(),
    },
    sys.stdout,
)
print()
