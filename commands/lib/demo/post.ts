import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../command-error.ts';
import type { Story } from './story.ts';

/** Where callbacks are posted. */
export type Target = { origin: string; token: string; signal: AbortSignal };

/** The results of the posted bodies. */
export type Posted = { accepted: number; degraded: number; pks: Set<string> };

const AT_ONCE = 16;
const ATTEMPTS = 8;
const PAUSE_MS = 500;

/** Posts the callbacks of calls: the bodies of a call in order, many calls at once. */
export const postAll = async (
  target: Target,
  stories: readonly Story[],
  onPost: () => void,
): Promise<Posted> => {
  const posted: Posted = { accepted: 0, degraded: 0, pks: new Set() };
  const left = stories.values();
  const work = async () => {
    for (const { callback, posts } of left) {
      for (const { body } of posts) {
        note(posted, await post(target, callback, body));
        onPost();
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return posted;
};

const note = (posted: Posted, { status, text }: Answer): void => {
  if (status !== 200) throw new CommandError(`A callback was answered ${status}: ${text}`);
  const { id, issues } = JSON.parse(text) as { id: string; issues?: unknown[] };
  posted.accepted++;
  if (issues) posted.degraded++;
  posted.pks.add(id);
};

type Answer = { status: number; text: string };

/** Posts a body as NXCloud does; again if the stack is too busy. */
export const post = async (
  { origin, token, signal }: Target,
  callback: string,
  body: object | string,
): Promise<Answer> => {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`${origin}/${callback}/callback`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', token },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal,
    });
    const answer = { status: response.status, text: await response.text() };
    if (answer.status !== 503 || attempt === ATTEMPTS) return answer;
    await sleep(attempt * PAUSE_MS, undefined, { signal });
  }
};
