import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import type { Example } from '../build/examples.ts';
import { codeWords } from './words.ts';

/** Opens the example that the documentation has of a class, a function or a method, found by its name. */
export function NameExamples({ open }: { open: (source: string) => void }) {
  const t = codeWords.value;
  const id = useId();
  const found = useSignal<ReadonlyMap<string, Example>>(new Map());
  const asked = useRef(false);
  const load = async (): Promise<void> => {
    if (asked.current) return;
    asked.current = true;
    const { docstrings } = await import('virtual:docstrings');
    found.value = new Map(docstrings.map((one) => [`${one.title} · ${one.from}`, one]));
  };
  return (
    <>
      <input
        type="search"
        list={id}
        placeholder={t.names}
        aria-label={t.names}
        onFocus={() => void load()}
        onInput={({ currentTarget }) => {
          const chosen = found.value.get(currentTarget.value);
          if (chosen === undefined) return;
          currentTarget.value = '';
          open(chosen.source);
        }}
      />
      <datalist id={id}>
        {[...found.value.keys()].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
