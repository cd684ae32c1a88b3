import { formatShape, ShapeError, type Tensor } from '@kasane/tensor-core';

/** The PNG files of pictures (H, W), (C, H, W) or (N, C, H, W), of 1 or 3 channels: from 0 to 1, whole numbers from 0 to 255. */
export async function picturesOf(images: Tensor): Promise<Uint8Array[]> {
  const { shape, ndim, dtype } = images;
  const [height = 0, width = 0] = shape.slice(-2);
  const channels = ndim < 3 ? 1 : shape.at(-3)!;
  if (ndim < 2 || ndim > 4 || images.size === 0 || (channels !== 1 && channels !== 3)) {
    throw new ShapeError(
      `TensorBoard: a picture must be (H, W), (C, H, W) or (N, C, H, W) with 1 or 3 channels, got ${formatShape(shape)}. Permute or select the dims.`,
    );
  }
  // Only who adds pictures loads what writes them.
  const { encodePng } = await import('@kasane/datasets/images');
  const values = await images.data();
  const scale = dtype === 'int32' ? 1 : 255;
  // Rounds, and cuts off what lies beyond; NaN becomes 0.
  const bytes = Uint8ClampedArray.from(values, (value) => value * scale);
  const size = channels * height * width;
  return Array.from({ length: bytes.length / size }, (_, i) => {
    const data = new Uint8Array(bytes.buffer, i * size, size);
    return encodePng({ data, channels, height, width });
  });
}
