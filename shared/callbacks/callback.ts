import type { CallRecord } from '../calls/call.ts';
import { parseBody } from '../payload/body.ts';
import type { Issue, Reader } from '../payload/reader.ts';

/** A body as its callback reads it. */
export type Reading<Payload> = { id: string; payload: Payload; issues: Issue[] };

/**
 * The record of a call by its bodies, oldest first. `issues` names the fields that none of them had
 * in readable form.
 */
export type Fold = { record: CallRecord; issues: Issue[] };

/**
 * A format of the provider: how a body reads, which call it belongs to, and what its bodies say
 * together.
 */
type Definition<Payload> = {
  name: string;
  payload: Reader<Payload>;
  /** Deliveries with the same id belong together; undefined if the body has no identity. */
  identify: (payload: Payload) => string | undefined;
  /** Named in the answer to a body without an identity. */
  identity: Issue;
  /** Whether an id is a call's; a callback can also report other things. */
  isCall?: (id: string) => boolean;
  /** Whether a further body is a newer version of the first, or the next event of the call. */
  bodies: 'versions' | 'events';
  fold: (readings: Reading<Payload>[]) => Fold | undefined;
  /** The event that a body reports, if bodies are events. */
  event?: (payload: Payload) => CallEvent;
};

/** An event of a call. */
export type CallEvent = {
  at?: string | undefined;
  leg?: string | undefined;
  state?: string | undefined;
  agentId?: string | undefined;
  agentName?: string | undefined;
};

/** A callback of NXCloud. */
export type Callback = {
  /** Its short name everywhere: function, route, table key, token variable. */
  name: string;
  /** The path that it is posted to. */
  path: string;
  /** The environment variable with the SHA-256 digests of its tokens. */
  tokenVariable: string;
  bodies: 'versions' | 'events';
  isCall: (id: string) => boolean;
  /**
   * The identity of a body and its unreadable fields; without an id, why it is no delivery of this
   * callback.
   */
  read: (body: string) => { id?: string; issues: Issue[] };
  /**
   * The record of a call by its bodies, oldest first; undefined if none of them is about a call.
   * Additions never change what the bodies say, nor what follows from a field that only an addition
   * has.
   */
  fold: (bodies: readonly string[], additions?: readonly string[]) => Fold | undefined;
  /** The record after each body, oldest first. */
  history: (bodies: readonly { body: string; isAddition: boolean }[]) => (Fold | undefined)[];
  /** The events that the bodies report, in the order in which they happened. */
  events: (bodies: readonly string[]) => CallEvent[];
};

/** Makes the callback of a definition. */
export const callback = <Payload>(definition: Definition<Payload>): Callback => {
  const { name, bodies, isCall = () => true, event } = definition;
  const readingsOf = (texts: readonly string[]) =>
    texts.map((text) => read(definition, text)).filter((reading) => 'id' in reading);
  const fold = (readings: Reading<Payload>[], additions: Reading<Payload>[] = []) => {
    const all = [...additions, ...readings];
    const folded = all.length > 0 ? definition.fold(all) : undefined;
    if (folded === undefined || additions.length === 0 || readings.length === 0) return folded;
    return { ...folded, record: { ...folded.record, ...definition.fold(readings)?.record } };
  };
  return {
    name,
    path: `/${name}/callback`,
    tokenVariable: `${name.toUpperCase()}_TOKEN_SHA256`,
    bodies,
    isCall,
    read: (body) => {
      const reading = read(definition, body);
      return 'id' in reading ? { id: reading.id, issues: reading.issues } : reading;
    },
    fold: (texts, additions = []) => fold(readingsOf(texts), readingsOf(additions)),
    history: (texts) => {
      const readings = texts.map(({ body, isAddition }) => ({ isAddition, reading: read(definition, body) }));
      const come = (end: number, isAddition: boolean) =>
        readings
          .slice(0, end)
          .filter((one) => one.isAddition === isAddition)
          .map(({ reading }) => reading)
          .filter((reading) => 'id' in reading);
      return readings.map((_, n) => fold(come(n + 1, false), come(n + 1, true)));
    },
    events: (texts) =>
      event === undefined
        ? []
        : readingsOf(texts)
            .map(({ payload }) => event(payload))
            .sort((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1)),
  };
};

// DynamoDB allows a key 2,048 bytes, prefixes included.
const MAX_ID_BYTES = 1024;

/** The message about a field without which a delivery has no identity. */
export const NEEDED = 'is needed to identify the call';

const read = <Payload>(
  { payload: reader, identify, identity }: Definition<Payload>,
  body: string,
): Reading<Payload> | { issues: Issue[] } => {
  const parsed = parseBody(body);
  if ('issue' in parsed) return { issues: [parsed.issue] };
  const issues: Issue[] = [];
  const payload = reader(parsed.value, (message, path = '') => issues.push({ path, message }));
  const id = payload && identify(payload);
  if (payload === undefined || id === undefined) {
    const unreadable = issues.filter(
      ({ path }) => path === identity.path || `${identity.path}.`.startsWith(`${path}.`),
    );
    return { issues: unreadable.length > 0 ? unreadable : [identity] };
  }
  if (Buffer.byteLength(id) <= MAX_ID_BYTES) return { id, payload, issues };
  return { issues: [{ path: identity.path, message: `is longer than ${MAX_ID_BYTES} bytes` }] };
};
