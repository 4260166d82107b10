import { store } from './store.ts';

/** The present address. It alone decides what is shown, so every view can be linked to. */
export type Place = { path: string; query: URLSearchParams };

const read = (): Place => ({
  path: location.pathname === '/' ? '/calls' : location.pathname,
  query: new URLSearchParams(location.search),
});

export const place = store(read());

type Options = { replace?: boolean };

/** Goes to an address of the page, with a new history entry unless it replaces the present one. */
export const go = (href: string, { replace = false }: Options = {}): void => {
  if (replace) history.replaceState(null, '', href);
  else if (href !== location.pathname + location.search) history.pushState(null, '', href);
  place.set(read());
};

/** Changes of a query: text or a list sets a parameter, undefined removes it. */
export type QueryChanges = Record<string, string | string[] | undefined>;

/** The address of a path with parameters; empty ones are left out. */
export const hrefOf = (path: string, changes: QueryChanges, query = new URLSearchParams()): string => {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    changed.delete(name);
    for (const one of [value ?? []].flat()) if (one !== '') changed.append(name, one);
  }
  return changed.size > 0 ? `${path}?${changed}` : path;
};

/** Changes the query of the present address: filters live in the URL. */
export const changeQuery = (changes: QueryChanges, options?: Options): void => {
  const { path, query } = read();
  go(hrefOf(path, changes, query), options);
};

const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

/** Lets links to addresses of the page work without loading it again. */
export const followLinks = (): void => {
  addEventListener('popstate', () => place.set(read()));
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || event.defaultPrevented || !isPlain(event)) return;
    if (link.origin !== location.origin || link.target || link.hasAttribute('download')) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
};
