/** What the person at the keyboard can put right: its message is the one sentence they are shown. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
