import type { ComponentChildren } from 'preact';
import type { OpenCall } from '../../shared/calls/open.ts';
import type { CallView } from '../../shared/calls/view.ts';
import type { ApiError } from '../api/api-error.ts';
import { serverNow } from '../api/server-time.ts';
import { Failed } from '../parts/parts.tsx';
import { neighbourQueries } from './customer.ts';
import { CustomerCalls } from './customer-calls.tsx';
import { FactList } from './fact-list.tsx';
import { type FactGroup, factsOf, factsOfLeg } from './facts.ts';
import { formOf } from './form.ts';
import { FormView } from './form-view.tsx';
import { Headline } from './headline.tsx';
import { IssuesView } from './issues-view.tsx';
import { Received } from './received.tsx';
import { RecordingsView } from './recordings-view.tsx';
import { say, sayLeg, sayLegField } from './say.ts';
import { goesOnAt, timelineOf } from './timeline.ts';
import { TimelineView } from './timeline-view.tsx';
import { tracksOf } from './tracks.ts';
import { useNow } from './use-now.ts';

type Props = {
  opened: OpenCall;
  /** Why it could not be read again. */
  error: ApiError | undefined;
  level: 1 | 2;
  hrefOfCall: (pk: string) => string;
  onAgain: () => void;
};

const WHILE_GOING_ON_MS = 5_000;

/**
 * An open call: what happened, the customer's other calls, then the rest. It is read again while
 * the call is in progress.
 */
export const Opened = ({ opened, error, level, hrefOfCall, onAgain }: Props) => {
  const { call, events } = opened;
  const heading = level === 1 ? 'h2' : 'h3';
  const now = useNow(goesOnAt(call, serverNow()), onAgain, WHILE_GOING_ON_MS);
  const timeline = timelineOf(call, events, now);
  const [about, ...further] = factsOf(call);
  return (
    <article class="one-call">
      <div>
        {error && <Failed error={error} onRetry={onAgain} isSmall />}
        <Headline call={call} level={level} now={now} />
        {timeline && <TimelineView timeline={timeline} />}
        <What call={call} about={about} heading={heading} />
      </div>
      <div class="beside">
        <Beside opened={opened} heading={heading} hrefOfCall={hrefOfCall} />
      </div>
      <div>
        <Rest call={call} groups={further} heading={heading} />
      </div>
    </article>
  );
};

type Heading = 'h2' | 'h3';
type WhatProps = { call: CallView; about: FactGroup | undefined; heading: Heading };

const What = ({ call, about, heading }: WhatProps) => {
  const tracks = tracksOf(call);
  const form = formOf(call.forms);
  return (
    <>
      {tracks.length > 0 && <RecordingsView call={call} tracks={tracks} />}
      {call.issues && <IssuesView issues={call.issues} heading={heading} />}
      {about && <Facts group={about} heading={heading} />}
      {form.length > 0 && (
        <Group title={say('form')} heading={heading}>
          <FormView fields={form} />
        </Group>
      )}
    </>
  );
};

type BesideProps = Pick<Props, 'opened' | 'hrefOfCall'> & { heading: Heading };

const Beside = ({ opened, heading, hrefOfCall }: BesideProps) => {
  const queries = neighbourQueries(opened.call);
  return (
    <>
      {queries && (
        <Group title={say('customerCalls')} heading={heading}>
          <CustomerCalls call={opened.call} queries={queries} hrefOfCall={hrefOfCall} />
        </Group>
      )}
      <Group title={say('received')} heading={heading}>
        <Received {...opened} />
      </Group>
    </>
  );
};

type RestProps = { call: CallView; groups: readonly FactGroup[]; heading: Heading };

const Rest = ({ call, groups, heading }: RestProps) => (
  <>
    {groups.map((group) => (
      <Facts key={group.title} group={group} heading={heading} />
    ))}
    {call.legs && (
      <div class="legs">
        {call.legs.map((leg, n) => (
          <Group
            key={leg.legId ?? n}
            title={say('legOf', { leg: sayLeg(leg.leg ?? String(n + 1)) })}
            heading={heading}
          >
            <FactList facts={factsOfLeg(leg)} nameOf={sayLegField} />
          </Group>
        ))}
      </div>
    )}
  </>
);

const Facts = ({ group, heading }: { group: FactGroup; heading: Heading }) => (
  <Group title={say(`group.${group.title}`)} heading={heading}>
    <FactList facts={group.facts} />
  </Group>
);

type GroupProps = { title: string; heading: Heading; children: ComponentChildren };

const Group = ({ title, heading: Heading, children }: GroupProps) => (
  <section class="group">
    <Heading>{title}</Heading>
    {children}
  </section>
);
