/** The ordinary clocks, for what shows, logs or limits time; nothing that is computed depends on them. */

/** Milliseconds since some moment. */
// oxlint-disable-next-line no-restricted-properties -- see above
export const milliseconds = (): number => performance.now();

/** Milliseconds since 1970. */
// oxlint-disable-next-line no-restricted-properties -- see above
export const date = (): number => Date.now();
