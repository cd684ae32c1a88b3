"""gemm.ts in PyTorch."""


class Product:
    def __init__(self, size):
        n = int(size)
        self.a = 1 + numbers(n * n, 1).reshape(n, n) / 2
        self.b = 1 + numbers(n * n, 2).reshape(n, n) / 2

    def probe(self):
        values = (self.a @ self.b).flatten()
        stride = max(1, len(values) // 1021)
        return values[: len(values) // stride * stride : stride].tolist()

    def run(self, steps):
        for _ in range(steps):
            self.a @ self.b


prepare = Product
