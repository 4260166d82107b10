import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build, type Plugin, transform } from 'esbuild';
import type { PageFile, PageFiles } from '../shared/page/files.ts';

const ROOT = join(import.meta.dirname, '..');
const BROWSERS = ['chrome123', 'firefox125', 'safari17.5'];

/** A built file of the page. */
export type BuiltFile = { path: string; contents: Uint8Array };

/** The built page, and the source files that it was made of. */
export type BuiltPage = { files: BuiltFile[]; sources: string[] };

/**
 * Builds page/: `/index.html`, and what it loads under `/assets/` with a hash of the contents in
 * each name.
 */
export const buildPage = async (): Promise<BuiltPage> => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['page/boot.ts', 'page/main.tsx', 'page/style/index.css'],
    outdir: 'assets',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: BROWSERS,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    metafile: true,
    write: false,
    plugins: [adoptedStyles],
  });
  const assets = outputFiles.map(({ path, contents }) => ({
    path: path.slice(ROOT.length),
    contents,
  }));
  const page = readFileSync(join(ROOT, 'page/index.html'), 'utf8').replace(/\{(\w+\.\w+)\}/g, (_, name) =>
    pathOf(assets, name),
  );
  return {
    files: [{ path: '/index.html', contents: Buffer.from(page) }, ...assets],
    sources: ['page/index.html', ...Object.keys(metafile.inputs)],
  };
};

const pathOf = (assets: BuiltFile[], name: string): string => {
  const [stem, extension] = name.split('.');
  const found = assets.find(({ path }) => new RegExp(`/${stem}-\\w+\\.${extension}$`).test(path));
  if (found === undefined) throw new Error(`page/index.html refers to ${name}, which is not built`);
  return found.path;
};

/**
 * A stylesheet that a script imports becomes part of that script, so each view brings its styles
 * when it is loaded.
 */
const adoptedStyles: Plugin = {
  name: 'adopted-styles',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /\.css$/ }, async ({ path, importer, resolveDir }) =>
      /\.tsx?$/.test(importer) ? { path: stylesheet(path, resolveDir), namespace: 'adopted' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'adopted' }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), {
        loader: 'css',
        minify: true,
        target: BROWSERS,
      });
      return {
        contents: `const sheet = new CSSStyleSheet();
          sheet.replaceSync(${JSON.stringify(code)});
          document.adoptedStyleSheets.push(sheet);`,
        resolveDir: dirname(path),
        watchFiles: [path],
      };
    });
  },
};

const stylesheet = (path: string, resolveDir: string): string =>
  path.startsWith('.') ? join(resolveDir, path) : join(ROOT, 'node_modules', path);

const zip = promisify(gzip);
const brotli = promisify(brotliCompress);

/** The files as the function `page` needs them. */
export const compressPage = async (files: BuiltFile[]): Promise<PageFiles> =>
  Object.fromEntries(await Promise.all(files.map(async (file) => [file.path, await compress(file)])));

const compress = async ({ path, contents }: BuiltFile): Promise<PageFile> => {
  const [br, gzipped] = await Promise.all([
    brotli(contents, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: contents.length } }),
    zip(contents, { level: 9 }),
  ]);
  return {
    type: TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    hash: createHash('sha256').update(contents).digest('hex').slice(0, 16),
    br: br.toString('base64'),
    gzip: gzipped.toString('base64'),
  };
};

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** Esbuild plugin: `page:files`, which the function `page` imports, is the page as built now. */
export const pageFiles: Plugin = {
  name: 'page-files',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^page:files$/ }, ({ path }) => ({ path, namespace: 'page' }));
    onLoad({ filter: /./, namespace: 'page' }, async () => {
      const { files, sources } = await buildPage();
      return {
        contents: JSON.stringify(await compressPage(files)),
        loader: 'json',
        watchFiles: sources.filter((file) => !file.includes(':')).map((file) => join(ROOT, file)),
      };
    });
  },
};
