/** Characters that stand for bytes, as GPT-2 chose them: those that can be seen for themselves, the others from U+0100 on. */

/** The character of each byte. */
export const charOfByte: readonly string[] = (() => {
  const seen = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let hidden = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(seen(byte) ? byte : 256 + hidden++),
  );
})();

/** The byte of each character. */
export const byteOfChar: ReadonlyMap<string, number> = new Map(
  charOfByte.map((char, byte) => [char, byte]),
);

const encoder = new TextEncoder();
const seen = /^[!-~]*$/;

/** The bytes of a text in UTF-8, a character for each. */
export function byteChars(text: string): string {
  if (seen.test(text)) return text;
  let chars = '';
  for (const byte of encoder.encode(text)) chars += charOfByte[byte]!;
  return chars;
}
