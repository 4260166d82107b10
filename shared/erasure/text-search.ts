import { paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../deliveries/dynamodb.ts';
import { refOf } from '../deliveries/ref.ts';
import { parseBody } from '../payload/body.ts';
import type { PhoneNumber } from './phone-number.ts';
import { writingsIn } from './writings.ts';

/** Where a number is in what was received, and what has it: the field of the provider, or all of a text that is no JSON. */
export type Mention = { ref: string; field: string };

export type SearchOptions = { abortSignal: AbortSignal; onItems?: (items: number) => void };

/** Every mention of a number without doubt, in whatever field. Reads all deliveries. */
export async function* searchText(
  number: PhoneNumber,
  { abortSignal, onItems }: SearchOptions,
): AsyncGenerator<Mention, void> {
  const scan = { TableName: process.env.DELIVERIES_TABLE };
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, scan, { abortSignal })) {
    for (const item of Items.map((attributes) => unmarshall(attributes))) {
      const ref = refOf(String(item.pk));
      for (const field of fieldsWith(item, number)) yield { ref, field };
    }
    onItems?.(Items.length);
  }
}

const fieldsWith = (item: Record<string, unknown>, number: PhoneNumber): string[] => {
  const { body, ...others } = item;
  const parsed = typeof body === 'string' ? parseBody(body) : { issue: undefined };
  const told = 'issue' in parsed ? { body } : parsed.value;
  return [...new Set([...pathsTo(others, number), ...pathsTo(told, number)])];
};

const MAX_DEPTH = 20;

/** The paths of the values that have the number; a name that has it itself is not repeated. */
const pathsTo = (value: unknown, number: PhoneNumber, path: string[] = []): string[] => {
  const here = path.join('.') || 'body';
  if (typeof value !== 'object' || value === null) return has(String(value), number) ? [here] : [];
  if (path.length === MAX_DEPTH) return has(JSON.stringify(value), number) ? [here] : [];
  return Object.entries(value).flatMap(([name, inner]) =>
    has(name, number) ? [here] : pathsTo(inner, number, [...path, name]),
  );
};

const has = (text: string, number: PhoneNumber): boolean =>
  writingsIn(text, number).some(({ likeness }) => likeness === 'same');
