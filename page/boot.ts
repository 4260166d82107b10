// Runs before the first paint, so that the page never appears in the wrong theme or language.
const { dataset } = document.documentElement;
const read = (name: string): string | undefined => {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
};

const theme = read('theme');
if (theme === 'light' || theme === 'dark') dataset.theme = theme;
