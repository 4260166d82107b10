import type { TestProject } from 'vitest/node';
import { freePorts, type Ports } from '../../infrastructure/ports.ts';
import { type Stack, startStack } from '../../local/stack.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    stack: Omit<Stack, 'stop'>;
    ports: Ports;
  }
}

/** One local stack, the one of `npm start`, on free ports and in memory, for all tests. */
export default async function setup(project: TestProject) {
  const ports = await freePorts();
  // What the samples name is on NXCloud's hosts, which no test may ask.
  process.env.ARCHIVE_RECORDINGS = 'off';
  const { stop, ...stack } = await startStack({ ports });
  project.provide('stack', stack);
  project.provide('ports', ports);
  return stop;
}
