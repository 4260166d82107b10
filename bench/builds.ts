import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { bundle, type Service } from '../infrastructure/bundles.ts';

const ROOT = join(import.meta.dirname, '..');

export type Built = { file: string; kb: number; compressedKb: number };

const built = (file: string): Built => {
  const bytes = readFileSync(file);
  return { file, kb: bytes.length / 1000, compressedKb: gzipSync(bytes, { level: 9 }).length / 1000 };
};

/** What would be deployed, or what would be with other options. */
export const buildDeployed = async (
  service: Service,
  source: string,
  directory: string,
  options: BuildOptions = {},
): Promise<Built> => {
  const { outputFiles } = await bundle(service, source, options);
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`${source} became no file`);
  const file = join(directory, basename(output.path));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, output.contents);
  return built(file);
};

/** What esbuild makes of the source when one asks for nothing. */
export const buildNaive = async (source: string, directory: string): Promise<Built> => {
  const outfile = join(directory, basename(source).replace('.ts', '.cjs'));
  await build({ absWorkingDir: ROOT, entryPoints: [source], bundle: true, platform: 'node', outfile });
  return built(outfile);
};

/** Takes one file for another. */
export const instead = (replaced: string, replacement: string): Plugin => ({
  name: 'instead',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\./ }, ({ path, resolveDir, importer }) =>
      join(resolveDir, path) === join(ROOT, replaced) && !importer.startsWith(join(ROOT, 'bench/'))
        ? { path: join(ROOT, replacement) }
        : undefined,
    );
  },
});

/** Leaves a piece of a file out. */
export const without = (file: string, piece: string): Plugin => ({
  name: 'without',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path !== join(ROOT, file)) return undefined;
      const source = readFileSync(path, 'utf8');
      if (!source.includes(piece)) throw new Error(`${file} has no ${piece}`);
      return { contents: source.replace(piece, ''), loader: 'ts' };
    });
  },
});
