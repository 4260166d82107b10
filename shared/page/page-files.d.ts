declare module 'page:files' {
  import type { PageFiles } from './files.ts';

  /** The page as it was built with this function, by infrastructure/page-files.ts. */
  const files: PageFiles;
  export default files;
}
