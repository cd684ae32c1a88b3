import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { language } from '../language/language.ts';

/** Every explanation, in a chunk of its own. */
const loads = import.meta.glob<string>('../../explanations/*.md', { import: 'default' });

/** The tensor that someone points at, in a formula or among the figures. */
export const pointed = signal<string | null>(null);

/** What happens in an exercise, with the formulas. */
export function Explanation({ id }: { id: string }) {
  const element = useRef<HTMLElement>(null);
  const [html, setHtml] = useState('');
  const file = `../../explanations/${id}.${language.value}.md`;
  useEffect(() => {
    let shown = true;
    void loads[file]?.().then((text) => shown && setHtml(text));
    return () => {
      shown = false;
    };
  }, [file]);
  const name = pointed.value;
  useEffect(() => {
    for (const symbol of element.current?.querySelectorAll<HTMLElement>('[data-tensor]') ?? []) {
      symbol.classList.toggle('pointed', symbol.dataset['tensor'] === name);
    }
  }, [name, html]);
  const point = ({ target }: Event): void => {
    const symbol = target instanceof Element ? target.closest<HTMLElement>('[data-tensor]') : null;
    pointed.value = symbol?.dataset['tensor'] ?? null;
  };
  if (loads[file] === undefined) return null;
  return (
    <article
      ref={element}
      class="explanation"
      onPointerOver={point}
      onPointerLeave={() => (pointed.value = null)}
      onFocusIn={point}
      onFocusOut={() => (pointed.value = null)}
      // The build has made it of the repository's own texts.
      // oxlint-disable-next-line react/no-danger
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}
