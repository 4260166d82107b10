import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { bundleInto, type Service } from '../infrastructure/bundles.ts';

const ROOT = join(import.meta.dirname, '..');

export type Built = { file: string; kb: number; compressedKb: number };

const built = (file: string): Built => {
  const bytes = readFileSync(file);
  return { file, kb: bytes.length / 1000, compressedKb: gzipSync(bytes, { level: 9 }).length / 1000 };
};

/** What would be deployed, or what would be with other options. */
export const buildDeployed = async (
  service: Service,
  name: string,
  directory: string,
  options: BuildOptions = {},
): Promise<Built> => built(await bundleInto(directory, service, name, options));

/** What esbuild makes of a baseline when one asks for nothing. */
export const buildBaseline = async (name: string, directory: string): Promise<Built> => {
  const entry = `bench/baselines/${name}.ts`;
  const outfile = join(directory, `${basename(entry, '.ts')}.cjs`);
  await build({ absWorkingDir: ROOT, entryPoints: [entry], bundle: true, platform: 'node', outfile });
  return built(outfile);
};
