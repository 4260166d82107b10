import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Terms } from '../../shared/reports/counts.ts';

/** The period, the zone and the terms of a report. */
export type Asked = { from: string; to: string; zone: string; by: string[]; terms: Terms };

/** The terms of a report of which nothing else is said. */
export const TERMS: Terms = { serviceLevelSeconds: 20, shortAbandonSeconds: 5, serviceLevelOf: 'queue' };

export type Figures = Record<string, number | string>;

/** Figures by the key of their row, as JSON; those of all calls have the key `total`. */
type Expected = Map<string, Figures>;

// What docs/reports.md says of a call, in the words of SQL. `calls` has a call a row.
const FACTS = `
  create or replace temp table facts as
  with told as (
    select *,
      substr("at", 1, 24)::timestamptz as instant,
      timezone($zone, substr("at", 1, 24)::timestamptz) as local,
      case when answered then coalesce(
        waitSeconds, apart(queuedAt, answeredAt), queueSeconds, ringSeconds
      ) else coalesce(
        waitSeconds, queueSeconds, apart(queuedAt, endedAt), ringSeconds
      ) end as wait
    from calls
  )
  select *,
    strftime(local, '%Y-%m-%dT%H') as hour,
    strftime(local, '%Y-%m-%d') as day,
    isodow(local)::varchar as weekday,
    agentKey as agent,
    skillGroupId as skillGroup,
    coalesce(direction = 'inbound', false) as isInbound,
    coalesce(direction in ('outbound', 'ai'), false) or callback = 'pns' as isDialled,
    callback = 'predictive' as isPredictive,
    answered is true and abandoned is not true as isServed,
    abandoned is true and status is not distinct from 'abandoned-in-ivr' as isLostInIvr,
    abandoned is true and status is distinct from 'abandoned-in-ivr' as isLost
  from told where instant >= $from::timestamptz and instant < $to::timestamptz`;

const COUNTS: Record<string, string> = {
  offered: 'true',
  answered: 'answered is true',
  unanswered: 'answered is false',
  answerUnknown: 'answered is null',
  abandoned: 'abandoned is true',
  inbound: 'isInbound',
  inboundAnswered: 'isInbound and isServed',
  inboundAbandoned: 'isInbound and isLost',
  ivrAbandoned: 'isInbound and isLostInIvr',
  shortAbandoned: 'isInbound and isLost and wait < $short',
  answeredInTime: 'isInbound and isServed and wait <= $level',
  waitUnknown: 'isInbound and isServed and wait is null',
  talkUnknown: 'answered is true and abandoned is not true and talkSeconds is null',
  handled: 'answered is true and talkSeconds is not null and wrapUpSeconds is not null',
  dialled: 'isDialled',
  dialledAnswered: 'isDialled and answered is true',
  dialledUnanswered: 'isDialled and answered is false',
  costKnown: 'cost is not null',
  predictive: 'isPredictive',
  predictiveAnswered: 'isPredictive and answered is true',
  connectedToAgent: 'isPredictive and abandoned is false',
  predictiveAbandoned: 'isPredictive and abandoned is true',
  degraded: 'issues is not null',
  unknownCodes: `coalesce(concat_ws(' ', direction, status, hangupBy, channel), '') like '%unknown:%'`,
  untimed: 'instant = receivedAt::timestamptz',
};

const FIGURES: Record<string, string> = {
  answerRate: 'answered / nullif(answered + unanswered, 0)',
  abandonmentRate:
    '(inboundAbandoned - shortAbandoned) / nullif(inboundAnswered + inboundAbandoned - shortAbandoned, 0)',
  averageWaitSeconds: 'meanWait',
  longestWaitSeconds: 'longestWait',
  talkSeconds: 'talk',
  averageTalkSeconds: 'meanTalk',
  averageHandleSeconds: 'meanHandle',
  answerSeizureRatio: 'dialledAnswered / nullif(dialledAnswered + dialledUnanswered, 0)',
  predictiveAbandonedShare: 'predictiveAbandoned / nullif(predictiveAbandoned + connectedToAgent, 0)',
  cost: `regexp_replace(paid::varchar, '\\.?0+$', '')`,
};

const LEVELS: Record<string, string> = {
  queue: 'inboundAnswered + inboundAbandoned - shortAbandoned - waitUnknown',
  offered: 'inbound - ivrAbandoned - shortAbandoned - waitUnknown',
  answered: 'inboundAnswered - waitUnknown',
};

const sumsOf = (keys: string) => `
  select ${keys} as keys, ${Object.entries(COUNTS)
    .map(([name, condition]) => `count(*) filter (${condition}) as ${name}`)
    .join(', ')},
    avg(wait) filter (isInbound and isServed) as meanWait,
    max(wait) filter (isInbound) as longestWait,
    coalesce(sum(talkSeconds) filter (answered), 0)::double as talk,
    avg(talkSeconds) filter (answered) as meanTalk,
    avg(talkSeconds + wrapUpSeconds) filter (answered) as meanHandle,
    sum(cost::decimal(38, 6)) as paid
  from facts group by all`;

// Every minute of the period, and what the clocks showed: an hour of a row is 60 of them.
const MINUTES = `
  create or replace temp table minutes as
  select strftime(local, '%Y-%m-%dT%H') as hour, strftime(local, '%Y-%m-%d') as day, isodow(local)::varchar as weekday
  from (
    select timezone($zone, minute) as local
    from generate_series($from::timestamptz, $to::timestamptz - interval 1 minute, interval 1 minute) t(minute)
  )`;

/**
 * Reports computed by DuckDB over a Parquet file of calls, from the definitions of docs/reports.md.
 */
export const openOracle = async (file: string) => {
  const instance = await DuckDBInstance.create(':memory:');
  const duckdb = await instance.connect();
  await duckdb.run(`set timezone = 'UTC'`);
  await duckdb.run(`create macro apart(a, b) as
    case when round(epoch(b::timestamptz) - epoch(a::timestamptz)) >= 0
    then round(epoch(b::timestamptz) - epoch(a::timestamptz)) end`);
  await duckdb.run(`create table calls as select * from '${file}'`);
  return {
    expected: (asked: Asked) => expectedOf(duckdb, asked),
    close: () => instance.closeSync(),
  };
};

const expectedOf = async (
  duckdb: DuckDBConnection,
  { from, to, zone, by, terms }: Asked,
): Promise<Expected> => {
  const { serviceLevelSeconds, shortAbandonSeconds, serviceLevelOf } = terms;
  await duckdb.run(FACTS, { zone, from, to });
  await duckdb.run(MINUTES, { zone, from, to });
  const time = ['hour', 'day', 'weekday'].find((name) => by.includes(name));
  const rows = await duckdb.runAndReadAll(
    [`json_array(${by.join(', ')})::varchar`, `'total'`]
      .map((keys, n) => {
        const minutes = time === undefined || n === 1 ? 'true' : `${time} = (keys ->> ${by.indexOf(time)})`;
        return `select keys, ${Object.keys(COUNTS).join(', ')},
          ${Object.entries({
            ...FIGURES,
            serviceLevel: `answeredInTime / nullif(${LEVELS[serviceLevelOf]}, 0)`,
          })
            .map(([name, formula]) => `${formula} as ${name}`)
            .join(', ')},
          offered / (select count(*) / 60 from minutes where ${minutes}) as callsPerHour
          from (${sumsOf(keys)})`;
      })
      .join(' union all '),
    { level: serviceLevelSeconds, short: shortAbandonSeconds },
  );
  return new Map(
    rows.getRowObjectsJson().map(({ keys, ...figures }) => [
      String(keys),
      Object.fromEntries(
        Object.entries(figures)
          .filter(([, value]) => value !== null)
          .map(([name, value]) => [name, name === 'cost' ? String(value) : Number(value)]),
      ),
    ]),
  );
};
