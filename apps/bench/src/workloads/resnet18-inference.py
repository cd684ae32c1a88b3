"""resnet18-inference.ts in PyTorch: torchvision's model, which is a package of its own."""

import torch
from torch.nn import BatchNorm2d, Conv2d, Linear, MaxPool2d, Module, Sequential


class Block(Module):
    def __init__(self, inputs, planes, stride):
        super().__init__()
        self.conv1 = Conv2d(inputs, planes, 3, stride, 1, bias=False)
        self.bn1 = BatchNorm2d(planes)
        self.conv2 = Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = BatchNorm2d(planes)
        self.downsample = None
        if stride > 1:
            shortcut = Conv2d(inputs, planes, 1, stride, bias=False)
            self.downsample = Sequential(shortcut, BatchNorm2d(planes))

    def forward(self, x):
        change = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (change + (x if self.downsample is None else self.downsample(x))).relu()


class ResNet18(Module):
    def __init__(self):
        super().__init__()
        self.conv1 = Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = BatchNorm2d(64)
        self.maxpool = MaxPool2d(3, 2, 1)
        self.layers = Sequential(
            *(
                Sequential(
                    Block(max(64, planes // 2), planes, 1 if planes == 64 else 2),
                    Block(planes, planes, 1),
                )
                for planes in (64, 128, 256, 512)
            )
        )
        self.fc = Linear(512, 1000)

    def forward(self, x):
        x = self.layers(self.maxpool(self.bn1(self.conv1(x)).relu()))
        return self.fc(x.mean((2, 3)))


class Look:
    def __init__(self, model, x):
        self.model = model
        self.x = x

    def probe(self):
        return self.look().tolist()

    def look(self):
        with torch.no_grad():
            return self.model(self.x)[0]

    def run(self, steps):
        for _ in range(steps):
            self.look()


def prepare():
    return Look(seeded(ResNet18().eval()), numbers(3 * 224 * 224, 1).reshape(1, 3, 224, 224))
