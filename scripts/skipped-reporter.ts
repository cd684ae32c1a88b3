import type { Reporter, TestModule } from 'vitest/node';

/** Prints which tests were skipped, by reason, for nothing is left out in silence. */
export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const byReason = new Map<string, string[]>();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const result = test.result();
        const reason = (result.state === 'skipped' ? result.note : undefined) ?? 'no reason given';
        byReason.set(reason, [...(byReason.get(reason) ?? []), test.fullName]);
      }
    }
    for (const [reason, names] of byReason) {
      const suites = [...new Set(names.map((name) => name.split(' > ')[0]!))].join(', ');
      console.log(`Skipped ${names.length} of ${suites}: ${reason}.`);
    }
  }
}
