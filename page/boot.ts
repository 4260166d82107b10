// Runs before anything is painted, so that the page is never shown in the wrong theme or language.
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
