import * as v from 'valibot';
import { Leg, type Recording } from '../calls/call.ts';
import { LONG_FIELDS } from '../calls/item.ts';
import { FIELD_LABELS, type Label, LEG_LABELS } from '../calls/labels.ts';
import { CallView } from '../calls/view.ts';

/** The type of a column: times are ISO 8601 UTC; a decimal is exact, as text. */
export type Kind = 'text' | 'time' | 'integer' | 'decimal' | 'boolean';

/** The value of a cell; undefined if the call has none. */
export type Cell = string | number | boolean | undefined;

/**
 * A column of an export: its name in the dictionary of docs/records.md, its header, and its cell
 * for a call.
 */
export type Column = { name: string; label: Label; kind: Kind; cell: (call: CallView) => Cell };

const DECIMALS = ['cost', 'mos'];

const kindOf = (name: string, schema: v.GenericSchema): Kind => {
  if (DECIMALS.includes(name)) return 'decimal';
  const { type } = schema;
  if (type === 'optional') return kindOf(name, v.unwrap(schema as v.OptionalSchema<v.GenericSchema, never>));
  if (type === 'number') return 'integer';
  if (type === 'boolean') return 'boolean';
  const pipe = 'pipe' in schema ? (schema.pipe as { type: string }[]) : [];
  return pipe.some((action) => action.type === 'iso_timestamp') ? 'time' : 'text';
};

/** Lists become text; of a recording in the archive, the state is enough. */
const flat = (value: CallView[Field] | Recording): Cell => {
  if (Array.isArray(value)) return value.map(flatItem).join(value.every(isText) ? ',' : '; ');
  if (value === null || typeof value !== 'object') return value ?? undefined;
  return 'state' in value ? String(value.state) : JSON.stringify(value);
};

const isText = (item: unknown): boolean => typeof item === 'string';

/** An issue reads `data.acw must be …`. */
const flatItem = (item: unknown): string =>
  typeof item === 'object' && item !== null ? Object.values(item).join(' ') : String(item);

type Field = keyof typeof CallView.entries;

const columnOf = (name: Field): Column => ({
  name,
  label: FIELD_LABELS[name],
  kind: kindOf(name, CallView.entries[name]),
  cell: (call) => flat(call[name]),
});

// A PNS call has two; a column also has their number.
const LEGS = [1, 2];

type LegField = keyof Leg | 'recording';
const LEG_FIELDS = [...(Object.keys(LEG_LABELS) as (keyof Leg)[]), 'recording'] as const;

const columnOfLeg = (number: number, name: LegField): Column => {
  const { en, zh } = name === 'recording' ? FIELD_LABELS.recording : LEG_LABELS[name];
  const which = { en: `Leg ${number}`, zh: `话路${number}` };
  const whole = name === 'leg';
  return {
    name: whole ? `leg${number}` : `leg${number}${name[0]?.toUpperCase()}${name.slice(1)}`,
    label: whole ? which : { en: `${which.en}: ${en}`, zh: `${which.zh}${zh}` },
    kind: name === 'recording' ? 'text' : kindOf(name, Leg.entries[name]),
    cell: ({ legs }) => flat(legs?.[number - 1]?.[name]),
  };
};

const legColumns: Column[] = [
  { name: 'legs', label: FIELD_LABELS.legs, kind: 'integer', cell: ({ legs }) => legs?.length },
  ...LEGS.flatMap((number) => LEG_FIELDS.map((name) => columnOfLeg(number, name))),
];

const isLong = (name: string): boolean => LONG_FIELDS.some((field) => field === name);

/**
 * The columns of an export: the dictionary in its order, without the fields that the item of a call
 * lacks. The two legs of a PNS call have a column for each field.
 */
export const columns: readonly Column[] = (Object.keys(FIELD_LABELS) as Field[])
  .filter((name) => !isLong(name))
  .flatMap((name) => (name === 'legs' ? legColumns : [columnOf(name)]));
