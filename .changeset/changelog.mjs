/** What stands in a changelog: the sentences of the changesets, and the versions of our own packages that came along. */
export default {
  getReleaseLine: async ({ summary }) => `- ${summary.trim().replaceAll('\n', '\n  ')}`,
  getDependencyReleaseLine: async (_changesets, updated) => {
    const versions = updated.map(({ name, newVersion }) => `${name} ${newVersion}`);
    return versions.length === 0 ? '' : `- With ${versions.join(', ')}.`;
  },
};
