"""Makes scores.json: metrics of classes, labels and numbers by scikit-learn.

Run with scikit-learn 1.9: python3 test/golden/scores.py > test/golden/scores.json
Outputs are numbers of float32, some of them equal, so that ranks are shared.
"""
import json
import warnings

import numpy as np
from sklearn import metrics

generator = np.random.default_rng(7)


def float32(numbers):
    return np.asarray(numbers, dtype=np.float32).astype(np.float64)


def softmax(logits):
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def classes(name, count, items, scale, missing=()):
    labels = generator.choice([label for label in range(count) if label not in missing], items)
    logits = float32(generator.normal(0, scale, (items, count)) + scale * np.eye(count)[labels])
    if scale < 2:
        logits = float32(np.round(logits, 1))
        # Equal outputs of one item have no order that programs agree on.
        logits = float32(logits + 0.001 * np.arange(count))
    probabilities = softmax(logits)
    present = [label for label in range(count) if 0 < (labels == label).sum() < items]
    if count == 2:
        area = metrics.roc_auc_score(labels, logits[:, 1] - logits[:, 0]) if len(present) == 2 else None
    else:
        areas = [metrics.roc_auc_score(labels == label, probabilities[:, label]) for label in present]
        area = float(np.mean(areas)) if areas else None
        if len(present) == count:
            assert abs(area - metrics.roc_auc_score(labels, probabilities, multi_class="ovr")) < 1e-12
    result = {
        "accuracy": metrics.accuracy_score(labels, logits.argmax(axis=1)),
        "logLoss": metrics.log_loss(labels, probabilities, labels=range(count)),
        "auc": area,
    }
    if count > 5:
        result["top5Accuracy"] = metrics.top_k_accuracy_score(labels, logits, k=5, labels=range(count))
    return {"name": name, "classes": count, "labels": labels.tolist(), "logits": logits.tolist(), "measured": result}


def labelled(name, count, items, rounded, constant=()):
    labels = generator.integers(0, 2, (items, count))
    for label in constant:
        labels[:, label] = 1
    logits = float32(np.round(generator.normal(0, 1, (items, count)) + labels, 1 if rounded else 6))
    probabilities = 1 / (1 + np.exp(-logits))
    kept = [label for label in range(count) if label not in constant]
    areas = [metrics.roc_auc_score(labels[:, label], logits[:, label]) for label in kept]
    losses = [metrics.log_loss(labels[:, label], probabilities[:, label], labels=[0, 1]) for label in range(count)]
    measured = {"meanAuc": float(np.mean(areas)), "logLoss": float(np.mean(losses))}
    return {"name": name, "labels": labels.tolist(), "logits": logits.tolist(), "measured": measured}


def numbers(name, width, items, unit, constant=False):
    targets = float32(generator.normal(0, 1, (items, width)))
    if constant:
        targets[:, 0] = 0.25
    outputs = float32(targets + generator.normal(0, 0.5, (items, width)))
    measured = {
        "rmse": unit * float(np.sqrt(metrics.mean_squared_error(targets, outputs))),
        "mae": unit * metrics.mean_absolute_error(targets, outputs),
        "r2": metrics.r2_score(targets, outputs),
    }
    return {"name": name, "unit": unit, "targets": targets.tolist(), "outputs": outputs.tolist(), "measured": measured}


with warnings.catch_warnings():
    warnings.simplefilter("error")
    print(json.dumps({
        "classes": [
            classes("two classes", 2, 40, 1),
            classes("three classes, one of which is missing", 3, 40, 1, missing=(2,)),
            classes("eight classes", 8, 90, 1),
            classes("far logits", 4, 40, 8),
            classes("a single class", 3, 12, 1, missing=(0, 2)),
        ],
        "labels": [
            labelled("three labels with ties", 3, 30, True),
            labelled("four labels, two of which are constant", 4, 30, False, constant=(1, 3)),
        ],
        "numbers": [
            numbers("one target in its own unit", 1, 30, 1234.5),
            numbers("three targets", 3, 30, 1),
            numbers("a target that is constant", 2, 30, 1, constant=True),
        ],
    }))
