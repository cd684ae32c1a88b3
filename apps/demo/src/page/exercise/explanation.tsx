import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { language } from '../language/language.ts';
import { explanationOf } from './explanations.ts';

/** The tensor that someone points at, in a formula or among the figures. */
export const pointed = signal<string | null>(null);

/** What happens in an exercise, with the formulas. */
export function Explanation({ id }: { id: string }) {
  const element = useRef<HTMLElement>(null);
  const [html, setHtml] = useState('');
  const load = explanationOf(id, language.value);
  useEffect(() => {
    let shown = true;
    void load?.().then((text) => shown && setHtml(text));
    return () => {
      shown = false;
    };
  }, [load]);
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
  if (load === undefined) return null;
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
