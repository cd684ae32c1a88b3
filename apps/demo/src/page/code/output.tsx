import type { Place } from './program-error.ts';
import type { Wrong } from './program-run.ts';
import type { Said } from './told.ts';
import { codeWords } from './words.ts';

interface Given {
  readonly said: readonly Said[];
  readonly wrong: readonly Wrong[];
  readonly goTo: (place: Place) => void;
}

/** Things that are shown at once; the earlier ones of more are not. */
const SHOWN = 500;

/** What a program said, and what was wrong with it, at which line. */
export function Output({ said, wrong, goTo }: Given) {
  const t = codeWords.value;
  const first = Math.max(0, said.length - SHOWN);
  return (
    <section class="card output" aria-labelledby="output">
      <h2 id="output">{t.output}</h2>
      <div class="said" role="log" tabIndex={0} aria-labelledby="output">
        {said.length === 0 && wrong.length === 0 && <p class="soft">{t.nothingYet}</p>}
        {first > 0 && <p class="soft">…</p>}
        {said.slice(first).map((one, i) => (
          <OneSaid key={first + i} said={one} goTo={goTo} />
        ))}
        {wrong.map(({ message, place }, i) => (
          <p class="wrong" key={i}>
            {place !== null && <LineLink place={place} goTo={goTo} />}
            {message}
          </p>
        ))}
      </div>
    </section>
  );
}

function OneSaid({ said, goTo }: { said: Said; goTo: Given['goTo'] }) {
  if (said.type === 'omitted') return <p class="soft">{codeWords.value.omitted}</p>;
  if (said.type === 'printed') return <pre class={said.level}>{said.text}</pre>;
  return (
    <pre class="value">
      <LineLink place={{ line: said.line, column: 1 }} goTo={goTo} />
      {said.text}
    </pre>
  );
}

function LineLink({ place, goTo }: { place: Place; goTo: Given['goTo'] }) {
  return (
    <button type="button" class="plain line" onClick={() => goTo(place)}>
      {codeWords.value.line(place.line)}
    </button>
  );
}
