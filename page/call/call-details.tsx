import type { ComponentChildren } from 'preact';
import type { OpenCall } from '../../shared/calls/open.ts';
import { serverNow } from '../api/api.ts';
import { useApi } from '../api/use-api.ts';
import { Empty, Failed, Skeleton } from '../parts/parts.tsx';
import './call.css';
import { t } from '../words/t.ts';
import { neighbourQueries } from './customer.ts';
import { CustomerCalls } from './customer-calls.tsx';
import { FactList } from './fact-list.tsx';
import { factsOf, factsOfLeg } from './facts.ts';
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
  pk: string;
  /** Of its heading. */
  level: 1 | 2;
  hrefOfCall: (pk: string) => string;
};

const WHILE_GOING_ON_MS = 5_000;

/** All that is known of a call, wherever it is shown. */
export const CallDetails = ({ pk, level, hrefOfCall }: Props) => {
  const { data, error, isSlow, again } = useApi<OpenCall>('/api/call', { pk });
  const Heading = `h${level}` as const;
  if (data !== undefined) {
    return <Opened opened={data} level={level} hrefOfCall={hrefOfCall} onAgain={again} />;
  }
  return (
    <>
      <Heading class="visually-hidden">{t('call')}</Heading>
      {error === undefined && <Skeleton lines={12} isSlow={isSlow} />}
      {error?.kind === 'notFound' && <Empty title={say('none')}>{say('none.why')}</Empty>}
      {error && error.kind !== 'notFound' && <Failed error={error} onRetry={again} />}
    </>
  );
};

type OpenedProps = Omit<Props, 'pk'> & { opened: OpenCall; onAgain: () => void };

const Opened = ({ opened, level, hrefOfCall, onAgain }: OpenedProps) => {
  const { call, events } = opened;
  const heading = level === 1 ? 'h2' : 'h3';
  const now = useNow(goesOnAt(call, serverNow()), onAgain, WHILE_GOING_ON_MS);
  const timeline = timelineOf(call, events, now);
  const tracks = tracksOf(call);
  const form = formOf(call.forms);
  const neighbours = neighbourQueries(call);
  const [about, ...further] = factsOf(call);
  return (
    <article class="one-call">
      <div class="main">
        <Headline call={call} level={level} now={now} />
        {timeline && <TimelineView timeline={timeline} />}
        {tracks.length > 0 && <RecordingsView call={call} tracks={tracks} />}
        {call.issues && <IssuesView heading={heading} issues={call.issues} />}
        {about && (
          <Group heading={heading} title={say(`group.${about.title}`)}>
            {<FactList facts={about.facts} />}
          </Group>
        )}
        {form.length > 0 && (
          <Group heading={heading} title={say('form')}>
            <FormView fields={form} />
          </Group>
        )}
      </div>
      <div class="beside">
        {neighbours && (
          <Group heading={heading} title={say('customerCalls')}>
            <CustomerCalls call={call} queries={neighbours} hrefOfCall={hrefOfCall} />
          </Group>
        )}
        <Group heading={heading} title={say('received')}>
          <Received {...opened} />
        </Group>
      </div>
      <div class="rest">
        {further.map(({ title, facts }) => (
          <Group heading={heading} key={title} title={say(`group.${title}`)}>
            <FactList facts={facts} />
          </Group>
        ))}
        {call.legs && (
          <div class="legs">
            {call.legs.map((leg, n) => (
              <Group
                heading={heading}
                key={leg.legId ?? n}
                title={say('legOf', { leg: sayLeg(leg.leg ?? String(n + 1)) })}
              >
                <FactList facts={factsOfLeg(leg)} nameOf={sayLegField} />
              </Group>
            ))}
          </div>
        )}
      </div>
    </article>
  );
};

type GroupProps = { title: string; heading: 'h2' | 'h3'; children: ComponentChildren };

const Group = ({ title, heading: Heading, children }: GroupProps) => (
  <section class="group">
    <Heading>{title}</Heading>
    {children}
  </section>
);
