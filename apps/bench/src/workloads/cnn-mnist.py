"""cnn-mnist.ts in PyTorch."""

import torch
from torch.nn import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential
from torch.nn.functional import cross_entropy

BATCH = 50


def prepare():
    model = seeded(
        Sequential(
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
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    x = numbers(BATCH * 784, 1).abs().reshape(BATCH, 1, 28, 28)
    labels = torch.tensor([(i * 7) % 10 for i in range(BATCH)])

    def step(_):
        loss = cross_entropy(model(x), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return Training(step, compared=6)
