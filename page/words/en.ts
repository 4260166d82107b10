import type { Text } from './text.ts';

/** The words of the page in English. A word with a number has two forms. */
export const en = {
  // The frame
  navigation: 'Views',
  skip: 'Skip to the content',
  calls: 'Calls',
  call: 'Call',
  reports: 'Reports',
  status: 'Status',
  settings: 'Settings',
  language: 'Language',
  theme: 'Theme',
  'theme.auto': 'Auto',
  'theme.light': 'Light',
  'theme.dark': 'Dark',
  zone: 'Time zone',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  retry: 'Try again',
  reload: 'Reload',
  loading: 'Loading',
  slow: 'This takes longer than usual. Still loading…',
  narrow: 'Type to narrow the list',
  nothingFits: 'Nothing fits.',
  noSuchView: 'There is no such page here.',
  toCalls: 'Go to the calls',
  outdated: 'The page has been updated. Reload it to go on.',
  // Sign-in
  signIn: 'Sign in',
  'signIn.again': 'Sign in again',
  'signIn.failed': 'The sign-in did not work.',
  signOut: 'Sign out',
  signedOut: 'You are signed out.',
  ended: 'Your session has ended. Sign in again to go on here.',
  // What can go wrong
  'failed.offline': 'The server cannot be reached. Check your connection.',
  'failed.unavailable': 'The calls cannot be read right now.',
  'failed.invalid': 'This cannot be asked:',
  'failed.forbidden':
    'This account is not allowed to read calls. Ask an administrator, or sign in with another account.',
  'failed.notFound': 'This is not here (any more).',
  'failed.tooMany': 'That is too much at once. Take a shorter period.',
  'failed.ended': 'Your session has ended.',
} as const satisfies Record<string, Text>;
