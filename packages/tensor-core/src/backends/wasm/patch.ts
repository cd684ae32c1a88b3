/**
 * Bytes that are told by what others are: first how many there are, then in turns how many are new, these, how far the
 * place to copy from moves on (forward n as 2n, back as 2n - 1), and how many are copied. Numbers have seven bits in
 * a byte, the lowest first, and a bit that says whether more follow. scripts/make-patch.ts makes them.
 */
export function patched(from: Uint8Array, changes: Uint8Array): Uint8Array {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = changes[at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const out = new Uint8Array(number());
  let end = 0;
  let place = 0;
  while (end < out.length) {
    const own = number();
    out.set(changes.subarray(at, at + own), end);
    at += own;
    end += own;
    const move = number();
    place += own + (move % 2 === 0 ? move / 2 : -(move + 1) / 2);
    const count = number();
    out.set(from.subarray(place, place + count), end);
    place += count;
    end += count;
  }
  return out;
}
