declare module 'page:files' {
  import type { PageFiles } from './files.ts';

  /** The page as infrastructure/page-files.ts built it with this function. */
  const files: PageFiles;
  export default files;
}
