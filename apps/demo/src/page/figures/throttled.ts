import { useEffect, useRef, useState } from 'preact/hooks';

/** A value that changes at most every few milliseconds: the first at once, the last always. */
export function useThrottled<T>(value: T, milliseconds: number): T {
  const [shown, setShown] = useState(value);
  const changed = useRef(-Infinity);
  useEffect(() => {
    const wait = changed.current + milliseconds - performance.now();
    const show = (): void => {
      changed.current = performance.now();
      setShown(() => value);
    };
    if (wait <= 0) return show();
    const timer = setTimeout(show, wait);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return shown;
}
