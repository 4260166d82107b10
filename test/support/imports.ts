import { globSync } from 'node:fs';
import { posix, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from './run.ts';

/**
 * What each source file imports when it runs: files as paths from the root, packages by name. Types
 * are left out.
 */
export type Imports = Map<string, string[]>;

/** The imports of all of the project's TypeScript, as esbuild reads them. */
export const readImports = async (): Promise<Imports> => {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: globSync('*/**/*.{ts,tsx}', { cwd: ROOT, exclude: ['node_modules', '**/*.d.ts'] }),
    bundle: true,
    platform: 'node',
    format: 'esm',
    outdir: 'nowhere',
    write: false,
    metafile: true,
    plugins: [followNothing],
  });
  return new Map(
    Object.entries(metafile.inputs).map(([file, { imports }]) => [
      file,
      imports.map(({ path }) => pathOf(file, path)),
    ]),
  );
};

// Each file is read by itself: whether what it imports is there is the compiler's concern.
const followNothing: Plugin = {
  name: 'follow-nothing',
  setup: ({ onResolve }) => {
    onResolve({ filter: /./ }, ({ kind, path, importer }) =>
      kind === 'entry-point' ? undefined : { path: pathOf(relative(ROOT, importer), path), external: true },
    );
  },
};

const pathOf = (importer: string, specifier: string): string =>
  specifier.startsWith('.') ? posix.join(posix.dirname(importer), specifier) : specifier;

/** Everything that runs when the file does. */
export const reachedFrom = (imports: Imports, file: string, reached = new Set<string>()): Set<string> => {
  for (const imported of imports.get(file) ?? []) {
    if (reached.has(imported)) continue;
    reached.add(imported);
    reachedFrom(imports, imported, reached);
  }
  return reached;
};
