/**
 * A file of the page: its type, a hash of its contents, and its contents compressed in two ways, in
 * base64.
 */
export type PageFile = { type: string; hash: string; br: string; gzip: string };

/** The files of the page by their paths. */
export type PageFiles = Readonly<Record<string, PageFile>>;
