import { DataError } from '@kasane/tensor-core';

/** The bytes of a file, unpacked if they are gzip's. Throws DataError if they are damaged. @internal */
export async function gunzip(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const unpacked = new Response(bytes as Uint8Array<ArrayBuffer>)
    .body! // files lie in no shared memory
    .pipeThrough(new DecompressionStream('gzip'));
  try {
    return new Uint8Array(await new Response(unpacked).arrayBuffer());
  } catch (error) {
    throw new DataError(
      `${name}: ${bytes.length} bytes of gzip are damaged or not all there. Fetch the file again.`,
      { cause: error },
    );
  }
}
