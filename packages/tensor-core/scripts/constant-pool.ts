import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What is used of binaryen. */
interface Binaryen {
  readonly Features: { readonly All: number };
  readBinaryWithFeatures(binary: Uint8Array, features: number): Module;
  parseText(text: string): Module;
}

interface Module {
  emitText(): string;
  emitBinary(): Uint8Array;
  setFeatures(features: number): void;
  validate(): number;
}

const VECTOR = /\(v128\.const i32x4 (0x[0-9a-f]{8}) \1 \1 \1\)/g;

/** What a function looks like in the text, and a loop in one, with the indents of what they begin with. */
const FUNCTION = /^ \(func .*\n(?:(?! \)$).*\n)*? \)$/gm;
const LOOP = /^( *)\(loop .*\n((?:(?!\1\)$).*\n)*?)\1\)$/gm;

/** Loops that name their constants so many times more often than there are keep the most used ones in registers, of which there are 16. */
const REPEATED = 10;
const KEPT = 10;

/** The addresses that the compiler leaves free before its own data; 0 is for pointers to nothing. */
const START = 16;
const END = 1024;

/**
 * Has kernels load the constants of their vectors from memory instead of building them: V8 builds one anew at each
 * use, in loops as well, by a move and two instructions for the one port of the processor that shuffles. Of σ, which
 * has fourteen, that was half of the time; a load costs next to nothing, and takes a third of the bytes.
 */
export async function poolConstants(binary: Uint8Array, assembly: string): Promise<Uint8Array> {
  const path = join(assembly, 'node_modules/binaryen/index.js');
  // The module is found at run time, so its type is told here.
  const { default: binaryen } = (await import(pathToFileURL(path).href)) as { default: Binaryen };
  const text = binaryen.readBinaryWithFeatures(binary, binaryen.Features.All).emitText();
  const places = new Map<number, number>();
  const pooled = keepConstants(text).replaceAll(VECTOR, (whole, lane: string) => {
    const bits = Number(lane);
    if (bits === 0) return whole; // one instruction without an operand
    const at = places.get(bits) ?? START + 4 * places.size;
    places.set(bits, at);
    return `(v128.load32_splat offset=${at} (i32.const 0))`;
  });
  if (START + 4 * places.size > END) throw new Error(`${places.size} constants are too many.`);
  const bytes = Buffer.from(Uint32Array.from(places.keys()).buffer).toString('hex');
  const data = `(data (i32.const ${START}) "${bytes.replaceAll(/../g, String.raw`\$&`)}")`;
  const module = binaryen.parseText(pooled.replace(/\)\s*$/, `${data})`));
  module.setFeatures(binaryen.Features.All);
  if (module.validate() === 0)
    throw new Error('The kernels with their constants in memory are not valid.');
  return module.emitBinary();
}

/**
 * Has the innermost loops that use a constant in several places set a variable to it before they begin: V8 loads at each place
 * otherwise. That took a quarter of the time of an LSTM's gates. Loops that use each but once are as fast as before.
 */
function keepConstants(text: string): string {
  return text.replaceAll(FUNCTION, (whole) => {
    const names = new Set<string>();
    const inLoops = (part: string): string =>
      part.replaceAll(LOOP, (loop, indent: string, body: string) => {
        if (body.includes('(loop ')) {
          const first = loop.indexOf('\n') + 1;
          return loop.slice(0, first) + inLoops(loop.slice(first));
        }
        const uses = new Map<string, number>();
        for (const [, lane] of body.matchAll(VECTOR)) {
          if (Number(lane) !== 0) uses.set(lane!, (uses.get(lane!) ?? 0) + 1);
        }
        const repeated = [...uses.values()].reduce((sum, count) => sum + count - 1, 0);
        if (repeated < REPEATED || body.includes('(call')) return loop;
        const most = [...uses].filter(([, count]) => count > 1).toSorted((a, b) => b[1] - a[1]);
        const kept = new Map(most.slice(0, KEPT).map(([lane]) => [lane, `$kept${lane}`]));
        for (const name of kept.values()) names.add(name);
        const sets = [...kept].map(
          ([lane, name]) =>
            `${indent}(local.set ${name} (v128.const i32x4${` ${lane}`.repeat(4)}))\n`,
        );
        return (
          sets.join('') +
          loop.replaceAll(VECTOR, (constant, lane: string) =>
            kept.has(lane) ? `(local.get ${kept.get(lane)})` : constant,
          )
        );
      });
    const [head, ...rest] = inLoops(whole).split('\n');
    return [head, ...[...names].map((name) => `  (local ${name} v128)`), ...rest].join('\n');
  });
}
