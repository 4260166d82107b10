/** A problem that the person at the terminal can solve; the message says how. */
export class CommandError extends Error {}
