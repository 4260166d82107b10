/** Something that the person at the terminal can change; the message says what to do. */
export class CommandError extends Error {}
