import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, type BuildResult, build } from 'esbuild';
import { callbacks } from '../shared/callbacks/list.ts';
import plugins from './esbuild-plugins.ts';

const ROOT = join(import.meta.dirname, '..');

/** The parts of the resolved serverless.yml that are read outside of Serverless. */
export type Service = {
  service: string;
  provider: { runtime: string; memorySize: number; region: string };
  custom: { esbuild: EsbuildOptions };
  functions: Record<string, { handler: string; memorySize?: number; events: Record<string, unknown>[] }>;
};

type EsbuildOptions = Omit<BuildOptions, 'plugins'> & {
  outputFileExtension: string;
  outputWorkFolder?: string;
  exclude: string[];
  plugins?: string;
};

export type Bundle = BuildResult<{ metafile: true; write: false }>;

/** serverless.yml, resolved for the stage. */
export const resolveService = async (stage: string): Promise<Service> => {
  const manifest = createRequire(import.meta.url).resolve('serverless/package.json');
  const command = join(dirname(manifest), 'bin', 'serverless.js');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [command, 'print', '--stage', stage, '--format', 'json'],
    { cwd: ROOT, maxBuffer: 2 ** 24, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...TOKENS } },
  );
  return JSON.parse(stdout.slice(stdout.indexOf('{')));
};

// These digests are never deployed; a deployment without digests is refused.
const TOKENS = Object.fromEntries(callbacks.map(({ tokenVariable }) => [tokenVariable, '0'.repeat(64)]));

/** The file that a function's handler is in. */
export const sourceOf = ({ functions }: Service, name: string): string =>
  `${functions[name]?.handler.replace(/\.\w+$/, '')}.ts`;

/** Bundles the source as serverless-esbuild does for this service. */
export const bundle = async (
  service: Service,
  source: string,
  options: BuildOptions = {},
): Promise<Bundle> => {
  const { provider, custom } = service;
  const { outputFileExtension, outputWorkFolder, exclude, ...esbuild } = custom.esbuild;
  return build({
    platform: 'node',
    target: provider.runtime.replace('nodejs', 'node').replace('.x', ''),
    external: exclude,
    outExtension: { '.js': outputFileExtension },
    ...esbuild,
    plugins,
    ...options,
    absWorkingDir: ROOT,
    entryPoints: [source],
    outbase: ROOT,
    outdir: ROOT,
    metafile: true,
    write: false,
  });
};

/** Bundles a function of the service into the directory; returns the file. */
export const bundleInto = async (
  directory: string,
  service: Service,
  name: string,
  options: BuildOptions = {},
): Promise<string> => {
  const { outputFiles } = await bundle(service, sourceOf(service, name), options);
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`${name} was not bundled`);
  const file = join(directory, basename(output.path));
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, output.contents);
  return file;
};
