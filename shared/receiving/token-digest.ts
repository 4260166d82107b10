/** Whether the text is a SHA-256 digest in hex, as `<CALLBACK>_TOKEN_SHA256` lists them. */
export const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text);
