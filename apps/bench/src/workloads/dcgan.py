"""dcgan.ts in PyTorch."""

import torch
from torch.nn import BatchNorm2d, Conv2d, ConvTranspose2d, LeakyReLU, ReLU, Sequential, Tanh
from torch.nn.functional import softplus

BATCH, SIDE, LATENT, FEATURES = 64, 28, 100, 64


def generator():
    return Sequential(
        ConvTranspose2d(LATENT, 2 * FEATURES, 7, bias=False),
        BatchNorm2d(2 * FEATURES),
        ReLU(),
        ConvTranspose2d(2 * FEATURES, FEATURES, 4, 2, 1, bias=False),
        BatchNorm2d(FEATURES),
        ReLU(),
        ConvTranspose2d(FEATURES, 1, 4, 2, 1, bias=False),
        Tanh(),
    )


def discriminator():
    return Sequential(
        Conv2d(1, FEATURES, 4, 2, 1, bias=False),
        LeakyReLU(0.2),
        Conv2d(FEATURES, 2 * FEATURES, 4, 2, 1, bias=False),
        BatchNorm2d(2 * FEATURES),
        LeakyReLU(0.2),
        Conv2d(2 * FEATURES, 1, 7, bias=False),
    )


def seeded(model):
    """The model with the weights of classifier.ts; of vectors, biases are 0 and factors stay 1."""
    with torch.no_grad():
        for i, (name, parameter) in enumerate(model.named_parameters()):
            if parameter.dim() == 1:
                parameter.fill_(0 if name.endswith("bias") else 1)
                continue
            values = numbers(parameter.numel(), 2 + i).double() / parameter[0].numel() ** 0.5
            parameter.copy_(values.reshape(parameter.shape))
    return model


def prepare():
    G, D = seeded(generator()), seeded(discriminator())
    of_g, of_d = (torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999)) for net in (G, D))
    x = numbers(BATCH * SIDE * SIDE, 1).reshape(BATCH, 1, SIDE, SIDE)
    z = numbers(BATCH * LATENT, 20).reshape(BATCH, LATENT, 1, 1)

    def step(_):
        with torch.no_grad():
            made = G(z)
        of_d.zero_grad(set_to_none=True)
        judged = softplus(-D(x)).mean() + softplus(D(made)).mean()
        judged.backward()
        of_d.step()
        of_g.zero_grad(set_to_none=True)
        fooled = softplus(-D(G(z))).mean()
        fooled.backward()
        of_g.step()
        return judged.item() + fooled.item()

    return Training(step, compared=5)
