import { hash } from 'node:crypto';

/**
 * Names a call without its key, which can hold a number or a name: the first 16 hex digits of the
 * SHA-256 of its `pk`.
 */
export const refOf = (pk: string): string => hash('sha256', pk).slice(0, 16);
