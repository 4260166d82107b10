const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:20vh auto 0;padding:0 1rem;color-scheme:light dark}
h1{font-size:1.25rem}button{font:inherit;padding:.5rem 1rem;cursor:pointer}`;

/** A page of the sign-in. `content` is HTML. */
export const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${asHtml(title)}</title>
<style>${STYLE}</style>
<h1>${asHtml(title)}</h1>
${content}
</html>
`;

/** Text as HTML. */
export const asHtml = (text: unknown): string =>
  String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
