import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../../shared/deliveries/message.ts';

const FUNCTIONS = join(import.meta.dirname, '..', 'functions');

/** A callback as `receiver()` tells it: its name, and how it reads a body. */
export type CallbackReader = { callback: string; read: (bytes: Uint8Array, receivedAt: string) => Message };

/** The callbacks that functions/ defines. */
export const callbackNames = (): string[] =>
  readdirSync(FUNCTIONS)
    .filter((file) => /^[a-z][a-z0-9]*\.ts$/.test(file))
    .map((file) => file.replace('.ts', ''))
    .filter((name) => name !== 'consumer');

/** Their readings, as the code is today. */
export const callbackReaders = (): Promise<CallbackReader[]> =>
  Promise.all(
    callbackNames().map(
      async (name) => (await import(join(FUNCTIONS, `${name}.ts`))).handler as CallbackReader,
    ),
  );
