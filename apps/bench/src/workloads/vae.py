"""vae.ts in PyTorch."""

import torch
from torch.nn import Linear
from torch.nn.functional import binary_cross_entropy_with_logits

BATCH = 128
LAYERS = {
    "hidden": (784, 400),
    "mean": (400, 20),
    "variance": (400, 20),  # its logarithm
    "decoder": (20, 400),
    "pixels": (400, 784),
}


def make(seed, inputs, outputs):
    layer = Linear(inputs, outputs)
    values = numbers(inputs * outputs, seed).double() / inputs**0.5
    with torch.no_grad():
        layer.weight.copy_(values.reshape(outputs, inputs))
        layer.bias.zero_()
    return layer


class Vae(torch.nn.Module):
    def __init__(self):
        super().__init__()
        for i, (name, sizes) in enumerate(LAYERS.items()):
            setattr(self, name, make(2 + i, *sizes))

    def forward(self, x, noise):
        h = torch.relu(self.hidden(x))  # (B, 400)
        mean = self.mean(h)  # (B, 20)
        log_variance = self.variance(h)  # (B, 20)
        z = mean + (0.5 * log_variance).exp() * noise  # (B, 20)
        y = self.pixels(torch.relu(self.decoder(z)))  # (B, 784)
        distance = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum()
        return (binary_cross_entropy_with_logits(y, x, reduction="sum") + distance) / BATCH


def prepare():
    model = Vae()
    x = numbers(BATCH * 784, 1).abs().reshape(BATCH, 784)
    noise = [numbers(BATCH * 20, 10 + i).reshape(BATCH, 20) for i in range(8)]
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step(index):
        loss = model(x, noise[index % len(noise)])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return Training(step)
