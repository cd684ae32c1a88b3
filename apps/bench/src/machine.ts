import { availableParallelism, cpus, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';
import { useNative } from '@kasane/native';
import { pytorchVersion } from './peers/pytorch.ts';

/** What the numbers were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: string;
  readonly platform: string;
  readonly node: string;
  /** The BLAS of the rows' native side, and the processor that it takes this one for. */
  readonly blas: string;
  /** The versions of the peers. */
  readonly peers: Readonly<Record<string, string>>;
}

/** This machine, and the versions of the peers: as package.json pins them, and as Python has it. */
export function thisMachine(): Machine {
  const file = new URL('../package.json', import.meta.url);
  // Our own manifest: what is not part of this workspace is a peer, pinned to one version.
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    blas: blas(),
    peers: {
      ...Object.fromEntries(
        Object.entries(manifest.dependencies).filter(([name]) => !name.startsWith('@kasane/')),
      ),
      pytorch: pytorchVersion() ?? 'not installed',
    },
  };
}

/** A machine in one line. */
export function formatMachine({
  cpu,
  cores,
  memory,
  platform,
  node,
  blas,
  peers,
}: Machine): string {
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return [cpu, `${cores} cores`, memory, platform, `Node ${node}`, blas, ...versions].join(', ');
}

function blas(): string {
  const { name, version, core } = useNative();
  useNative({ library: null });
  return name === null
    ? 'no BLAS'
    : [name, version, core && `as ${core}`].filter(Boolean).join(' ');
}
