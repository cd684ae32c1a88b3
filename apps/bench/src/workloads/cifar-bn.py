"""cifar-bn.ts in PyTorch."""

import torch
from torch.nn import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential
from torch.nn.functional import cross_entropy

BATCH = 32


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


def prepare():
    head = [Flatten(), Linear(2304, 512), ReLU(), Linear(512, 10)]
    model = seeded(Sequential(*block(3, 32), *block(32, 64), *head))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    x = numbers(BATCH * 3072, 1).abs().reshape(BATCH, 3, 32, 32)
    labels = torch.tensor([(i * 7) % 10 for i in range(BATCH)])

    def step(_):
        loss = cross_entropy(model(x), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return Training(step, compared=6)
