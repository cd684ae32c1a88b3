import type { InputOptions } from 'rolldown';

/** How rolldown reads the sources, alike for what is published and for what is measured. */
export const bundling: InputOptions = {
  onLog: (_level, log) => {
    throw new Error(log.message);
  },
  // A field without a value says a type: constructors set it, so its declaration is dropped. With a tsconfig it would be kept.
  tsconfig: false,
  transform: { typescript: { removeClassFieldsWithoutInitializer: true } },
};
