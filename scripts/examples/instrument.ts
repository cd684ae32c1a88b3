import { parseSync } from 'rolldown/utils';
import type { Example } from './extract.ts';

/** What an example promises after `// =>`: its text, and the comment lines below that may continue it. */
export interface Expectation {
  readonly line: number;
  readonly text: readonly string[];
}

/** An example as a module that reports each promised value as it meets it. */
export interface Instrumented {
  readonly code: string;
  readonly expectations: readonly Expectation[];
}

/** Matches the expectation that follows a statement, on its line or on the next. */
const promise = /^;?[ \t]*(?:\n[ \t]*)?\/\/ =>[ \t]?(.*)/;

function expectationAfter(source: string, end: number): string[] | undefined {
  const rest = source.slice(end);
  const match = promise.exec(rest);
  if (match === null) return undefined;
  const text = [match[1] ?? ''];
  for (const line of rest.slice(match[0].length).split('\n').slice(1)) {
    const more = /^[ \t]*\/\/(?: =>)?(.*)/.exec(line);
    if (more === null) break;
    text.push(more[1] ?? '');
  }
  return text;
}

/**
 * Puts a call to the harness around every statement that has an expectation; lines stay where they are.
 *
 * An expression is held to its value, a declaration to what it declares, `console.log` and any other
 * statement to what it prints, and `// => throws Name: text` to the error thrown.
 */
export function instrument(example: Example): Instrumented {
  const source = example.lines.join('\n');
  const { program, errors } = parseSync('example.ts', source);
  if (errors.length > 0) throw new Error(errors[0]?.message ?? 'does not parse');
  const expectations: Expectation[] = [];
  const inserts: { at: number; text: string }[] = [];
  for (const statement of program.body) {
    const text = expectationAfter(source, statement.end);
    if (text === undefined) continue;
    const at = expectations.length;
    expectations.push({ line: source.slice(0, statement.start).split('\n').length - 1, text });
    const around = (start: number, before: string, end: number, after: string): void => {
      inserts.push({ at: start, text: before }, { at: end, text: after });
    };
    if (text[0]?.startsWith('throws') === true) {
      around(statement.start, `await __throws(${at}, async () => {`, statement.end, '});');
    } else if (statement.type === 'ExpressionStatement' && !prints(source, statement.expression)) {
      const { start, end } = statement.expression;
      around(start, `__value(${at}, (`, end, '))');
    } else if (statement.type === 'VariableDeclaration') {
      const [declared] = statement.declarations;
      if (statement.declarations.length !== 1 || declared?.id.type !== 'Identifier') {
        throw new Error('a `// =>` after a declaration needs exactly one declared name');
      }
      inserts.push({ at: statement.end, text: `;__value(${at}, ${declared.id.name});` });
    } else {
      around(statement.start, '__silence();', statement.end, `;__printed(${at});`);
    }
  }
  return { code: apply(source, inserts), expectations };
}

function prints(
  source: string,
  expression: { readonly start: number; readonly end: number },
): boolean {
  return /^console\.\w+\(/.test(source.slice(expression.start, expression.end));
}

function apply(source: string, inserts: readonly { at: number; text: string }[]): string {
  let code = '';
  let from = 0;
  for (const { at, text } of inserts) {
    code += source.slice(from, at) + text;
    from = at;
  }
  return code + source.slice(from);
}
