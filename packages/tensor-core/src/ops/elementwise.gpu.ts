/** What makes an expression a kernel: reading the operands where broadcasting puts them. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { broadcastSource } from '../backends/gpu/indexing.ts';
import type { GpuOperand, OpDef } from '../op.ts';

/** The kernel of a function of `x`, and of `scalars` under the names they are given. */
export function unaryKernel<A>(
  op: OpDef<A>,
  expression: string,
  scalars?: (attrs: A) => Readonly<Record<string, number>>,
): GpuEntry {
  return kernel(op, (_, attrs) => {
    const named = scalars?.(attrs) ?? {};
    return {
      source: `function (${['a', ...Object.keys(named)].join(', ')}) {
        const x = a[this.thread.x];
        return ${expression};
      }`,
      scalars: Object.values(named),
    };
  });
}

/** The kernel of a function of `x` and `y`, which broadcast; it may depend on the result's dtype. */
export function binaryKernel<A>(
  op: OpDef<A>,
  expression: string | ((out: GpuOperand) => string),
): GpuEntry {
  return kernel(op, ([a, b], _, out) => ({
    source: `function (a, b) {
      ${broadcastSource('i', a!.shape, out.shape)}
      ${broadcastSource('j', b!.shape, out.shape)}
      const x = a[i];
      const y = b[j];
      return ${typeof expression === 'string' ? expression : expression(out)};
    }`,
  }));
}
