import { useState } from 'preact/hooks';
import type { OpenCall } from '../../shared/calls/open.ts';
import { dateOf, dateTimeOf, timeOf } from '../format/format.ts';
import { Button } from '../parts/parts.tsx';
import { BodyView } from './body-view.tsx';
import { say, sayField, saySeveral } from './say.ts';

type Version = OpenCall['versions'][number];

/** The bodies of a call: when each was received, what it changed, and the body itself. */
export const Received = ({ call, versions, events }: OpenCall) => {
  const [first, last] = [versions[0]?.receivedAt ?? '', versions.at(-1)?.receivedAt ?? ''];
  const count = say(events.length > 0 ? 'received.events' : 'received.versions', { count: versions.length });
  const isOneDay = first !== '' && dateOf(first) === dateOf(last);
  return (
    <>
      <p class="dim">
        {versions.length > 1
          ? say('received.between', {
              count,
              first: dateTimeOf(first),
              last: isOneDay ? timeOf(last) : dateTimeOf(last),
            })
          : say('received.once', { count, first: dateTimeOf(first) })}
      </p>
      <ol class="versions">
        {versions.map((version, n) => (
          <VersionView key={version.sk} pk={call.pk} version={version} isFirst={n === 0} />
        ))}
      </ol>
    </>
  );
};

const VersionView = ({ pk, version, isFirst }: { pk: string; version: Version; isFirst: boolean }) => {
  const [isOpen, setIsOpen] = useState(false);
  const { receivedAt, source, changed, sk } = version;
  return (
    <li>
      <div class="version">
        <time dateTime={receivedAt} title={dateTimeOf(receivedAt)}>
          {timeOf(receivedAt)}
        </time>
        <span>
          {changedText(changed, isFirst)}
          {source !== 'callback' && <span class="dim">{` · ${say(`source.${source}`)}`}</span>}
        </span>
        <Button kind="quiet" onClick={() => setIsOpen(!isOpen)}>
          {say(isOpen ? 'hideBody' : 'showBody')}
        </Button>
      </div>
      {isOpen && <BodyView pk={pk} sk={sk} name={say('bodyOf', { time: timeOf(receivedAt) })} />}
    </li>
  );
};

const changedText = (changed: readonly string[], isFirst: boolean): string => {
  if (isFirst) return say('changed.first', { count: changed.length });
  if (changed.length === 0) return say('changed.nothing');
  return say('changed.fields', { fields: saySeveral(changed.map((field) => sayField(field))) });
};
