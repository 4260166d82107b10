import type { OpenCall } from '../../shared/calls/open.ts';
import { useApi } from '../api/use-api.ts';
import { Empty, Failed, Skeleton } from '../parts/parts.tsx';
import { t } from '../words/t.ts';
import { Opened } from './opened.tsx';
import { say } from './say.ts';
import './call.css';

type Props = {
  pk: string;
  /** The level of its heading. */
  level: 1 | 2;
  /** The address of another call. */
  hrefOfCall: (pk: string) => string;
};

/** All that is known about a call, in any place. */
export const CallDetails = ({ pk, level, hrefOfCall }: Props) => {
  const { data, error, isSlow, again } = useApi<OpenCall>('/api/call', { pk });
  if (data !== undefined) {
    return <Opened opened={data} error={error} level={level} hrefOfCall={hrefOfCall} onAgain={again} />;
  }
  const Heading = `h${level}` as const;
  return (
    <>
      <Heading class="visually-hidden">{t('call')}</Heading>
      {error === undefined && <Skeleton lines={12} isSlow={isSlow} />}
      {error?.kind === 'notFound' && <Empty title={say('none')}>{say('none.why')}</Empty>}
      {error && error.kind !== 'notFound' && <Failed error={error} onRetry={again} />}
    </>
  );
};
