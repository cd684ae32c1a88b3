import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { words } from './language/language.ts';

/** A component whose code loads when it is shown; what it is given goes to it. */
export function Later<Props extends object>({
  load,
  given,
}: {
  load: () => Promise<ComponentType<Props>>;
  given: Props;
}) {
  const [loaded, setLoaded] = useState<{ Component: ComponentType<Props> } | 'failed' | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let shown = true;
    load().then(
      (Component) => shown && setLoaded({ Component }),
      () => shown && setLoaded('failed'),
    );
    return () => {
      shown = false;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- another load is another component, with a key of its own
  }, [attempt]);
  if (loaded === null) {
    return (
      <main class="wide" id="content" tabIndex={-1}>
        <p class="lead">{words.value.loading}</p>
      </main>
    );
  }
  if (loaded === 'failed') {
    return (
      <main class="wide" id="content" tabIndex={-1}>
        <p role="alert">{words.value.loadFailed}</p>
        <button type="button" onClick={() => setAttempt(attempt + 1)}>
          {words.value.again}
        </button>
      </main>
    );
  }
  return <loaded.Component {...given} />;
}
