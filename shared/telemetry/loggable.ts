import { hash } from 'node:crypto';
import type { Message } from '../deliveries/message.ts';

/** Seconds from a call's end, or from an event, to its callback. */
export const lagSeconds = (message: Message): number | undefined => {
  if ('issues' in message) return undefined;
  const happenedAt = message.record.endedAt ?? message.record.occurredAt;
  if (happenedAt === undefined) return undefined;
  return (Date.parse(message.receivedAt) - Date.parse(happenedAt)) / 1000;
};

// What may be a phone number, or a name that is one.
const PRIVATE = ['caller', 'callee', 'did', 'accessNumber', 'agentPhone', 'agentName'] as const;
const MIN_LENGTH = 5;
const NUMBER = /^[\d\s()+./-]+$/;

/** The message's `pk`; its digest where a number or a name of the call is part of it. */
export const safeId = (message: Message): string => {
  if ('issues' in message) return message.pk;
  const { record, pk } = message;
  const values = PRIVATE.map((field) => record[field] ?? '');
  const numbers = [...values, record.agentId ?? ''].filter((value) => NUMBER.test(value)).map(digitsOf);
  const tells =
    values.some((value) => value.length >= MIN_LENGTH && pk.includes(value)) ||
    // However it is written there: +852 3575-7581, 85235757581.
    numbers.some((number) => number.length >= MIN_LENGTH && digitsOf(pk).includes(number));
  return tells ? `${message.callback}#sha256:${hash('sha256', pk).slice(0, 16)}` : pk;
};

const digitsOf = (text: string): string => text.replace(/\D/g, '');
