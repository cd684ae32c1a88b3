import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { language } from '../language/language.ts';
import { Claim } from './claim.tsx';
import { explanationOf } from './explanations.ts';
import { piecesOf } from './measured.ts';
import { isSame, pointed } from './pointed.ts';
import type { Session } from './session.ts';

/** What happens in an exercise, with the formulas. */
export function Explanation({ session }: { session: Session }) {
  const { exercise } = session;
  const { id } = exercise;
  const element = useRef<HTMLElement>(null);
  const [html, setHtml] = useState('');
  const pieces = useMemo(() => piecesOf(html), [html]);
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
      symbol.classList.toggle('pointed', isSame(name, symbol.dataset['tensor']!)); // those were asked for
    }
  }, [name, html]);
  const point = ({ target }: Event): void => {
    const symbol = target instanceof Element ? target.closest<HTMLElement>('[data-tensor]') : null;
    pointed.value = symbol?.dataset['tensor'] ?? null;
  };
  // Far from its formula a tensor would light up unseen.
  const goTo = ({ target }: Event): void => {
    if (!(target instanceof Element) || target.closest('[data-tensor]') === null) return;
    document.querySelector('.bench .pointed')?.scrollIntoView({ block: 'center' });
  };
  if (load === undefined) return null;
  return (
    <article
      ref={element}
      class="explanation"
      onPointerOver={point}
      onPointerLeave={() => (pointed.value = null)}
      onClick={goTo}
      onKeyDown={(event) => event.key === 'Enter' && goTo(event)}
      onFocusIn={point}
      onFocusOut={() => (pointed.value = null)}
    >
      {pieces.map(({ html: piece, measured }, i) =>
        measured === null ? (
          // The build has made it of the repository's own texts.
          // oxlint-disable-next-line react/no-danger
          <div key={i} dangerouslySetInnerHTML={{ __html: piece }} />
        ) : (
          <Claim
            key={i}
            html={piece}
            measured={measured}
            exercise={exercise}
            run={session.run.value}
          />
        ),
      )}
    </article>
  );
}
