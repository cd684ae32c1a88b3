/** What is known of an export without anybody writing it down, shown below its first words. */
import { JSX, ReflectionKind, type DeclarationReflection, type Reflection } from 'typedoc'; // prettier-ignore
import { exportsOf } from './categories.ts';
import type { Converted } from './convert.ts';
import { exerciseUses, type ExerciseUse } from './exercises.ts';
import { OpFinder, opRows, type OpRow } from './ops.ts';
import { counterparts, namesElsewhere, type Counterpart } from './counterparts.ts';
import { PAGE } from './tidy.ts';
import { words, type Language } from './words.ts';

const h = JSX.createElement;

/** Ops that are named one by one; of more only what is special. */
const NAMED = 6;
const EXERCISES = 8;
/** Rows of guides, of each library. */
const ROWS = 3;

export interface Facts {
  readonly import: string;
  /** What it is called in other libraries, and rows of guides that tell how it is used there and here, by library. */
  readonly elsewhere: ReadonlyMap<string, string | readonly Counterpart[]>;
  readonly ops: readonly OpRow[];
  readonly exercises: readonly ExerciseUse[];
}

/** The facts of all exports, and of the methods of Tensor. */
export function factsOf({ project, program, declared }: Converted): Map<Reflection, Facts> {
  const finder = new OpFinder(program, opRows());
  const uses = exerciseUses();
  const table = counterparts();
  const facts = new Map<Reflection, Facts>();
  const add = (reflection: DeclarationReflection, from: string, parent?: string): void => {
    const { name } = reflection;
    const runs = reflection.kindOf([ReflectionKind.Class, ReflectionKind.Function, ReflectionKind.Method, ReflectionKind.Variable]);
    const [, id = ''] = from.split('/');
    const method = parent === 'Tensor';
    const key = method ? `.${name}` : parent === undefined ? `${id} ${name}` : '';
    const one: Facts = {
      import: method ? '' : `import { ${parent ?? name} } from '${from}';`,
      elsewhere: new Map<string, string | readonly Counterpart[]>([
        ...namesElsewhere(id, parent, name),
        ...Map.groupBy(table.get(key) ?? [], ({ library }) => library),
      ]),
      // An agent's few ops say nothing of where it runs: its networks' do.
      ops: runs && name !== 'Tensor' && id !== 'rl' ? finder.opsOf(declared.get(reflection) ?? []) : [],
      exercises: method ? [] : (uses.get(`${from} ${parent ?? name}`) ?? []),
    };
    // What is said of functions and methods is said of their first signature.
    facts.set(reflection.signatures?.[0] ?? reflection, one);
  };
  for (const module of project.children ?? []) {
    for (const reflection of exportsOf([module])) {
      if (reflection.isReference() || reflection.kind === ReflectionKind.Namespace) continue;
      const { parent } = reflection;
      add(reflection, module.name, parent === module ? undefined : parent?.name);
      if (reflection.name !== 'Tensor') continue;
      for (const method of reflection.children ?? []) {
        if (method.kind === ReflectionKind.Method) add(method, module.name, 'Tensor');
      }
    }
  }
  return facts;
} // prettier-ignore

/** The facts as a list of terms, as far as there are any. */
export function render(facts: Facts, language: Language, page: boolean): JSX.Element {
  const { facts: titles } = words[language];
  const rows: [string, ...JSX.Children[]][] = [];
  if (facts.import !== '') rows.push([titles.import, h('code', null, facts.import)]);
  for (const [library, there] of facts.elsewhere) {
    if (typeof there === 'string') rows.push([library, h('code', null, there)]);
    else
      rows.push([
        library,
        ...there
          .slice(0, ROWS)
          .map(({ theirs, ours }) => [
            h('code', null, theirs),
            ' → ',
            h('code', null, ours),
            h('br', null),
          ]),
      ]);
  }
  rows.push(...backends(facts.ops, language));
  const exercises = facts.exercises
    .slice(0, EXERCISES)
    .map(({ id, title }, index) => [
      index === 0 ? '' : ', ',
      page ? h('a', { href: `${PAGE}#/exercise/${id}` }, title[language]) : title[language],
    ]);
  if (facts.exercises.length > EXERCISES)
    exercises.push([`, +${facts.exercises.length - EXERCISES}`]);
  if (exercises.length > 0) rows.push([titles.exercises, ...exercises]);
  if (rows.length === 0) return h(JSX.Fragment, null);
  return h(
    'dl',
    { class: 'facts' },
    rows.map(([term, ...said]) => h('div', null, h('dt', null, term), h('dd', null, said))),
  );
}

/** Where ops run, and whether gradients go through them. */
function backends(ops: readonly OpRow[], language: Language): [string, ...JSX.Children[]][] {
  if (ops.length === 0) return [];
  const { facts: titles, backends: say } = words[language];
  const list = (rows: readonly OpRow[]): JSX.Children[] =>
    rows.map(({ name }, index) => [index === 0 ? ' ' : ', ', h('code', null, name)]);
  const slow = ops.filter(({ wasm }) => wasm === 'plain loop');
  const host = ops.filter(({ gpu }) => gpu === 'on the host');
  const lines: JSX.Children[] = [];
  const made = ops.length <= NAMED ? [...list(ops), ': '] : [`${ops.length} ops: `];
  if (slow.length + host.length === 0) lines.push([...made, say.all]);
  else {
    lines.push(made);
    if (slow.length > 0) lines.push([say.plain, slow.length === ops.length ? '' : list(slow)]);
    if (host.length > 0) lines.push([slow.length > 0 ? '; ' : '', say.host, host.length === ops.length ? '' : list(host)]);
  }
  const without = ops.filter(({ gradient }) => gradient === 'none');
  const rows: [string, ...JSX.Children[]][] = [[titles.ops, ...lines]];
  // Of several ops one without a gradient says little: comparisons choose, and some ops bring the gradients of others.
  if (without.length === 0) rows.push([titles.gradient, say.gradient]);
  else if (ops.length === 1) rows.push([titles.gradient, say.noGradient]);
  return rows;
} // prettier-ignore
