import { effect, signal } from '@preact/signals';

/** Dark or light, whatever the system says, or as it says. */
export type Colours = 'auto' | 'light' | 'dark';

function kept(): Colours {
  try {
    const text = localStorage.getItem('colours');
    return text === 'light' || text === 'dark' ? text : 'auto';
  } catch {
    return 'auto'; // private windows may keep nothing
  }
}

export const colours = signal<Colours>(kept());

/** Whether the page is dark now; drawings on a canvas need to know. */
const system = matchMedia('(prefers-color-scheme: dark)');
export const dark = signal(false);

const look = (): void => {
  dark.value = colours.value === 'dark' || (colours.value === 'auto' && system.matches);
};
system.addEventListener('change', look);
effect(() => {
  look();
  document.documentElement.dataset['colours'] = dark.value ? 'dark' : 'light';
});

export function chooseColours(to: Colours): void {
  colours.value = to;
  try {
    localStorage.setItem('colours', to);
  } catch {
    // it is chosen for this visit
  }
}
