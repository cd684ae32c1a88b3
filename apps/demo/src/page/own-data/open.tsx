import './own-data.css';

/** A button that opens files. */
export function Open(given: {
  readonly label: string;
  readonly accept?: string;
  readonly several?: 'files' | 'folder';
  readonly take: (files: readonly File[]) => void;
}) {
  const folder = given.several === 'folder' ? { webkitdirectory: true } : {};
  return (
    <label class="button open">
      <input
        type="file"
        class="hidden"
        multiple={given.several !== undefined}
        accept={given.accept}
        {...folder}
        onChange={({ currentTarget }) => {
          given.take([...(currentTarget.files ?? [])]);
          currentTarget.value = ''; // the same file may be chosen again when it has changed
        }}
      />
      {given.label}
    </label>
  );
}
