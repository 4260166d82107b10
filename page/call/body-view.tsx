import { useMemo, useState } from 'preact/hooks';
import { useApi } from '../api/use-api.ts';
import { bytesOf } from '../format/format.ts';
import { Copy, Failed, Skeleton } from '../parts/parts.tsx';
import { Segments } from '../parts/segments.tsx';
import { rawBodyOf } from './raw-body.ts';
import { say } from './say.ts';

type Body = { body: string; bodyEncoding?: 'base64' };

/** A body: readable, and exactly as received. */
export const BodyView = ({ pk, sk, name }: { pk: string; sk: string; name: string }) => {
  const { data, error, isSlow, again } = useApi<Body>('/api/call', { pk, sk });
  const [chosen, setChosen] = useState<'readable' | 'asReceived'>('readable');
  const body = useMemo(() => data && rawBodyOf(data), [data]);
  if (error) return <Failed error={error} onRetry={again} isSmall />;
  if (!body) return <Skeleton lines={4} isSlow={isSlow} />;
  const { readable, received, encoding } = body;
  const shown = readable === undefined ? 'asReceived' : chosen;
  const text = shown === 'readable' ? (readable ?? '') : received;
  return (
    <div class="body">
      <div class="tools">
        {readable !== undefined && (
          <Segments
            label={say('view')}
            chosen={shown}
            options={[
              { value: 'readable', label: say('readable') },
              { value: 'asReceived', label: say('asReceived') },
            ]}
            onChange={setChosen}
          />
        )}
        <span class="dim">{bytesOf(new Blob([received]).size)}</span>
        <Copy text={text} />
      </div>
      {encoding && <p class="dim">{say('base64')}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section class="text" tabIndex={0} aria-label={name}>
        <pre class={shown}>{text}</pre>
      </section>
    </div>
  );
};
