import type { CallRecord } from '../calls/call.ts';
import { parseBody } from '../payload/body.ts';
import type { Issue, Reader } from '../payload/reader.ts';

/** A body as its callback reads it. */
export type Reading<Payload> = { id: string; payload: Payload; issues: Issue[] };

/** What the bodies of a call say of it, oldest first; `issues` names the fields that none of them could be read for. */
export type Fold = { record: CallRecord; issues: Issue[] };

/** What a provider sends: how a body reads, which call it is of, and what the bodies of a call say together. */
type Definition<Payload> = {
  name: string;
  payload: Reader<Payload>;
  /** Deliveries belong together if they have the same id; undefined if the body has no identity. */
  identify: (payload: Payload) => string | undefined;
  /** Named in the answer to a body without an identity. */
  identity: Issue;
  /** Whether an id is of a call: a callback can also tell of other things. */
  isCall?: (id: string) => boolean;
  /** Whether a further body is a newer version of the first, or the next event of the call. */
  bodies: 'versions' | 'events';
  fold: (readings: Reading<Payload>[]) => Fold | undefined;
  /** What a body tells as an event of the call, if bodies are events. */
  event?: (payload: Payload) => CallEvent;
};

/** Something that happened in a call. */
export type CallEvent = {
  at?: string | undefined;
  leg?: string | undefined;
  state?: string | undefined;
  agentId?: string | undefined;
  agentName?: string | undefined;
};

/** A callback of NXCloud. */
export type Callback = {
  /** Short name, used everywhere: function, route, table key, token variable. */
  name: string;
  /** Where it is posted to. */
  path: string;
  /** The environment variable with the SHA-256 digests of its tokens. */
  tokenVariable: string;
  bodies: 'versions' | 'events';
  isCall: (id: string) => boolean;
  /** The identity of a body and the fields that cannot be read; without an id, why it is no delivery of this callback. */
  read: (body: string) => { id?: string; issues: Issue[] };
  /**
   * What is true of a call by its bodies, oldest first; undefined if none of them tells of a call. What the bodies say is not changed by
   * additions, not even what follows from a field that only these have.
   */
  fold: (bodies: readonly string[], additions?: readonly string[]) => Fold | undefined;
  /** What was true after each of the bodies came, oldest first. */
  history: (bodies: readonly { body: string; isAddition: boolean }[]) => (Fold | undefined)[];
  /** What the bodies tell as events of the call, in the order in which they happened. */
  events: (bodies: readonly string[]) => CallEvent[];
};

/** The callback that a definition makes. */
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

/** Said of a field without which a delivery has no identity. */
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
