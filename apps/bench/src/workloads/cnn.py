"""cnn-mnist.ts, keras-mnist-cnn.ts and cifar-bn.ts in PyTorch."""

import math

import torch
from torch.nn import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential
from torch.nn.functional import cross_entropy


def mnist():
    return Sequential(
        Conv2d(1, 32, 5, padding=2),
        ReLU(),
        MaxPool2d(2),
        Conv2d(32, 64, 5, padding=2),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(3136, 1024),
        ReLU(),
        Linear(1024, 10),
    )


def keras_mnist():
    return Sequential(
        Conv2d(1, 32, 3),
        ReLU(),
        Conv2d(32, 64, 3),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(9216, 128),
        ReLU(),
        Linear(128, 10),
    )


def block(inputs, filters):
    return [
        Conv2d(inputs, filters, 3, padding=1),
        BatchNorm2d(filters),
        ReLU(),
        Conv2d(filters, filters, 3),
        BatchNorm2d(filters),
        ReLU(),
        MaxPool2d(2),
    ]


def cifar():
    head = [Flatten(), Linear(2304, 512), ReLU(), Linear(512, 10)]
    return Sequential(*block(3, 32), *block(32, 64), *head)


ROWS = {
    "cnn-mnist": (mnist, [50, 1, 28, 28]),
    "keras-mnist-cnn": (keras_mnist, [64, 1, 28, 28]),
    "cifar-bn": (cifar, [32, 3, 32, 32]),
}


def prepare(row):
    make, shape = ROWS[row]
    model = seeded(make())
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    x = numbers(math.prod(shape), 1).abs().reshape(shape)
    labels = torch.tensor([(i * 7) % 10 for i in range(shape[0])])

    def step(_):
        loss = cross_entropy(model(x), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return Training(step, compared=3 if row == "cifar-bn" else 5)
