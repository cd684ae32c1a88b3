// Compiles assembly/index.ts into src/backends/wasm/binary.gen.ts, once per WebAssembly feature
// set. With --check it compares instead of writing, and exits with 1 if they differ. The compiler is
// installed when it is missing. Both files begin with a fingerprint of what they were made from and of
// what they hold: where it fits, --check has nothing to compile.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { sideInstall } from '../../../scripts/side-install.ts';

/** What is used of the AssemblyScript compiler. */
interface Compiler {
  main(
    args: readonly string[],
    io: {
      readFile(filename: string, baseDir: string): string | null;
      writeFile(filename: string, contents: Uint8Array | string): void;
      listFiles(): string[];
    },
  ): Promise<{ error: Error | null; stderr: { toString(): string } }>;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const assembly = join(root, 'assembly');
const targets = [
  join(root, 'src/backends/wasm/binary.gen.ts'),
  join(root, 'src/compile/signatures.gen.ts'),
] as const;

const checking = process.argv.includes('--check');
const sha256 = (...parts: readonly string[]): string =>
  parts.reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256')).digest('hex');

/** Of all that decides what comes out: the kernels, the version of their compiler, this script. */
const sources = sha256(
  ...readdirSync(assembly)
    .filter((name) => /\.(ts|json|yaml)$/.test(name))
    .toSorted()
    .flatMap((name) => [name, readFileSync(join(assembly, name), 'utf8')]),
  readFileSync(fileURLToPath(import.meta.url), 'utf8'),
);
const heading = (body: string): string => `// from ${sources}, with ${sha256(body)}\n`;

/** Whether a generated file holds what it says, and was made from the sources as they are. */
function isCurrent(path: string): boolean {
  if (!existsSync(path)) return false;
  const text = readFileSync(path, 'utf8');
  const body = text.slice(text.indexOf('\n') + 1);
  return text === heading(body) + body;
}
if (checking && targets.every(isCurrent)) process.exit();

await sideInstall(assembly);
const compiler = join(assembly, 'node_modules/assemblyscript/dist/asc.js');
// The module is found at run time, so its type is told here.
const { default: asc } = (await import(pathToFileURL(compiler).href)) as { default: Compiler };

const builds: Record<string, readonly string[]> = {
  simd: ['--enable', 'simd'],
  relaxed: ['--enable', 'simd', '--enable', 'relaxed-simd'],
};

function read(filename: string, baseDir: string): string | null {
  try {
    return readFileSync(join(baseDir, filename), 'utf8');
  } catch {
    return null;
  }
}

async function compile(flags: readonly string[]): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const options = [
    '-O3',
    '--converge',
    '--noAssert',
    '--runtime',
    'stub',
    '--importMemory',
    '--maximumMemory',
    '65536',
  ];
  const { error, stderr } = await asc.main(
    ['assembly/index.ts', '--baseDir', root, '--outFile', 'out.wasm', ...options]
      .concat(['--use', 'abort='], flags)
      .concat(['--noExportMemory']),
    {
      readFile: read,
      writeFile(filename: string, contents: Uint8Array | string): void {
        if (filename.endsWith('.wasm') && typeof contents !== 'string') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary)
    throw new Error(`asc: ${error?.message ?? 'no output'}\n${stderr.toString()}`);
  return binary;
}

/** The types of the exported functions, as source: `{ abs: 'iii', heapBase: ':i' }`. */
function exportedSignatures(binary: Uint8Array): string {
  let at = 8; // after the magic number and the version
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const list = <T>(read: () => T): T[] => Array.from({ length: number() }, read);
  const letters: Record<number, string> = { 0x7f: 'i', 0x7d: 'f', 0x7c: 'd', 0x7b: 'v' };
  const letter = (): string => letters[binary[at++]!]!;
  let types: string[] = [];
  let functions: string[] = [];
  const found: string[] = [];
  while (at < binary.length) {
    const section = binary[at++]!;
    const end = number() + at;
    if (section === 1) {
      types = list(() => {
        at++; // 0x60: a function
        const takes = list(letter).join('');
        const gives = list(letter).join('');
        return gives === '' ? takes : `${takes}:${gives}`;
      });
    } else if (section === 3) functions = list(() => types[number()]!);
    else if (section === 7) {
      for (let n = number(); n > 0; n--) {
        const name = Buffer.from(list(() => binary[at++]!)).toString();
        // The only import is the memory, so functions are numbered from 0.
        if (binary[at++] === 0) found.push(`  ${name}: '${functions[number()]!}',`);
        else number();
      }
    }
    at = end;
  }
  return `{\n${found.toSorted().join('\n')}\n}`;
}

const lines = [
  '// generated by scripts/build-wasm.ts, do not edit',
  '',
  '// The WebAssembly kernels of assembly/, in base64: plain SIMD, and with relaxed SIMD (fused',
  '// multiply-add).',
  '',
];
// Where a binary says what memory it imports: a name, another, its kind, and then the flags.
const IMPORT = Buffer.from('\u0003env\u0006memory\u0002', 'latin1');
const flagsAt = new Set<number>();
let signatures = '';
for (const [name, flags] of Object.entries(builds)) {
  const binary = await compile(flags);
  signatures = exportedSignatures(binary);
  flagsAt.add(Buffer.from(binary).indexOf(IMPORT) + IMPORT.length);
  const text = Buffer.from(binary).toString('base64');
  lines.push(`export const ${name}: string =`, `  '${text}';`, '');
  console.log(`${name}: ${binary.length} bytes, base64 gzipped ${gzipSync(text).length}`);
}
const [offset, other] = flagsAt;
if (other !== undefined) throw new Error('the builds have their memory flags in different places');
lines.push(
  '// The byte that says what memory the kernels take: 1, with a maximum, or 3, shared as well.',
  `export const MEMORY_FLAGS: number = ${offset};`,
  '',
);
const signatureLines = [
  '// generated by scripts/build-wasm.ts, do not edit',
  '',
  '// What each kernel takes and gives back: i for i32, d for f64, f for f32, v for v128.',
  `export const signatures: Readonly<Record<string, string>> = ${signatures};`,
  '',
];

for (const [i, body] of [lines.join('\n'), signatureLines.join('\n')].entries()) {
  const path = targets[i]!;
  const output = heading(body) + body;
  if (!checking) writeFileSync(path, output);
  else if (readFileSync(path, 'utf8') !== output) {
    console.error(`${path} is stale: run node scripts/build-wasm.ts`);
    process.exitCode = 1;
  }
}
