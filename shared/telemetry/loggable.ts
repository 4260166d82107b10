import { refOf } from '../deliveries/ref.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * How logs name an item: by the digest of its key, and by its id only if that is a UUID, because
 * any other id may hold a number or a name. `npm run calls -- --ref <ref>` finds the call.
 */
export const loggable = ({ pk, id }: { pk: string; id?: unknown }): { ref: string; id?: string } =>
  typeof id === 'string' && UUID.test(id) ? { ref: refOf(pk), id } : { ref: refOf(pk) };
