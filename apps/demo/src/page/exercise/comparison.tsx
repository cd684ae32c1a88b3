import { words } from '../language/language.ts';
import { ownWords } from '../own-data/words.ts';
import type { Run, Session } from './session.ts';
import type { Settings } from './settings.ts';

/** What a run differs in from what is declared. */
function differences({ settings: { variant, seed, given, preset, own } }: Run): string {
  const parameters = Object.entries(given).map(([name, value]) => `${name} ${value}`);
  const size = preset === 'full' ? [words.value.presets.full] : [];
  const chosen = variant === 'default' ? [] : [variant];
  const data = own ? [ownWords.value.isOwn] : [];
  return [...data, ...chosen, ...size, ...parameters, `${words.value.seed} ${seed}`].join(', ');
}

/** Runs that are kept beside the one that is shown, and ways to have more of them. */
export function Comparison({ session, settings }: { session: Session; settings: Settings }) {
  const t = words.value;
  const run = session.run.value;
  const kept = session.kept.value;
  const over = run !== null && !session.busy && run.report.points.value > 0;
  return (
    <div class="comparison">
      <p class="bar small">
        <button type="button" disabled={!over || kept.includes(run)} onClick={() => session.keep()}>
          {t.compare}
        </button>
        <button
          type="button"
          disabled={session.busy}
          onClick={() => session.startSeeds(settings, 5)}
        >
          {t.seeds}
        </button>
      </p>
      {kept.length > 0 && (
        <ul class="kept">
          {kept.map((one) => (
            <li key={one.number}>
              {t.runName(one.number)}: {differences(one)}
              <button
                type="button"
                class="plain"
                aria-label={t.forget(t.runName(one.number))}
                onClick={() => session.forget(one)}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
