const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:20vh auto 0;padding:0 1rem;color-scheme:light dark}
h1{font-size:1.25rem}button{font:inherit;padding:.5rem 1rem;cursor:pointer}`;

/** A page of the sign-in, of HTML. */
export const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${STYLE}</style>
<h1>${title}</h1>
${content}
</html>
`;

/** The page that signs in by one click. */
export const signInPage = (user: string): string =>
  page('Sign in', `<form method="post"><button autofocus>Sign in as ${user}</button></form>`);

/** The page that signs out by one click; `form` is the provider's. */
export const signOutPage = (form: string): string =>
  page(
    'Sign out',
    `${form}<button autofocus form="op.logoutForm" name="logout" value="yes">Sign out</button>`,
  );

/** A page that explains a problem; `text` may be any text. */
export const errorPage = (text: string): string => page('Sign in', `<p>${asHtml(text)}</p>`);

const asHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
