import type { ComponentChildren } from 'preact';

/** What may be wider or higher than its place, and is then scrolled, with the keyboard too. */
export function Scroll({
  label,
  tall = false,
  children,
}: {
  label: string;
  tall?: boolean;
  children: ComponentChildren;
}) {
  return (
    <div class={tall ? 'scroll tall' : 'scroll'} tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  );
}
