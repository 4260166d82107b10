import { globSync } from 'node:fs';
import { posix } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './run.ts';

/** What each source file imports when it runs: files as paths from the root, packages by name. Types are left out. */
export type Imports = Map<string, string[]>;

const SOURCES = '{functions,shared,infrastructure,commands,local,bench,test}/**/*.ts';

/** The imports of all of the project's TypeScript, as esbuild resolves them. */
export const readImports = async (): Promise<Imports> => {
  const entryPoints = globSync(SOURCES, { cwd: ROOT }).filter((file) => !file.endsWith('.d.ts'));
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'nowhere',
    write: false,
    metafile: true,
  });
  return new Map(
    Object.entries(metafile.inputs).map(([file, { imports }]) => [
      file,
      imports.map(({ path }) => resolve(file, path)),
    ]),
  );
};

// A dynamic import of a path that is computed stays relative, with a wildcard in it.
const resolve = (file: string, path: string): string =>
  path.startsWith('.') ? posix.join(posix.dirname(file), path) : path;

/** Everything that runs when the file does. */
export const reachedFrom = (imports: Imports, file: string, reached = new Set<string>()): Set<string> => {
  for (const imported of imports.get(file) ?? []) {
    if (reached.has(imported)) continue;
    reached.add(imported);
    reachedFrom(imports, imported, reached);
  }
  return reached;
};
