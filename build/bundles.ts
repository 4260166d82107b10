import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, type BuildResult, build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/** What of the resolved serverless.yml concerns bundles. */
export type Service = {
  provider: { runtime: string; memorySize: number };
  custom: { esbuild: EsbuildOptions };
  functions: Record<string, { handler: string; memorySize?: number; events: Record<string, unknown>[] }>;
};

type EsbuildOptions = Omit<BuildOptions, 'plugins'> & {
  outputFileExtension: string;
  exclude: string[];
  plugins?: string;
};

export type Bundle = BuildResult<{ metafile: true; write: false }>;

/** serverless.yml as it resolves for the stage. */
export const resolveService = async (stage: string): Promise<Service> => {
  const manifest = createRequire(import.meta.url).resolve('serverless/package.json');
  const command = join(dirname(manifest), 'bin', 'serverless.js');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [command, 'print', '--stage', stage, '--format', 'json'],
    { cwd: ROOT, maxBuffer: 2 ** 24, env: { ...process.env, ...TOKENS } },
  );
  return JSON.parse(stdout.slice(stdout.indexOf('{')));
};

// Nothing is deployed with them; a deployment without any is refused.
const TOKENS = Object.fromEntries(
  ['CC', 'PREDICTIVE', 'ICC', 'PNS'].map((name) => [`${name}_TOKEN_SHA256`, '0'.repeat(64)]),
);

/** Bundles the source as serverless-esbuild does for this service. */
export const bundle = async (
  { provider, custom }: Service,
  source: string,
  options: BuildOptions = {},
): Promise<Bundle> => {
  const { outputFileExtension, exclude, plugins, ...esbuild } = custom.esbuild;
  return build({
    platform: 'node',
    target: provider.runtime.replace('nodejs', 'node').replace('.x', ''),
    external: exclude,
    outExtension: { '.js': outputFileExtension },
    ...esbuild,
    plugins: plugins ? (await import(join(ROOT, plugins))).default : [],
    ...options,
    absWorkingDir: ROOT,
    entryPoints: [source],
    outbase: ROOT,
    outdir: ROOT,
    metafile: true,
    write: false,
  });
};
