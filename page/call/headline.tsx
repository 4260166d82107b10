import type { CallView } from '../../shared/calls/view.ts';
import { outcomeOf } from '../calls/row.ts';
import { dateTimeOf } from '../format/format.ts';
import { Badge } from '../parts/parts.tsx';
import { Party } from '../parts/party.tsx';
import { customerOf, timeOf } from './customer.ts';
import { resultOf } from './result.ts';
import { say, sayCode } from './say.ts';
import { sentenceOf } from './sentence.ts';

/** The customer, the product, the time, and the result. */
export const Headline = ({ call, level, now }: { call: CallView; level: 1 | 2; now: number }) => {
  const Heading = `h${level}` as const;
  const customer = customerOf(call);
  const { direction, callback, customerName } = call;
  const { tone, label } = outcomeOf(call);
  const about = [
    customerName,
    direction && sayCode('direction', direction),
    sayCode('callback', callback),
    dateTimeOf(timeOf(call)),
  ];
  return (
    <header class="headline">
      <Heading>
        {customer === undefined ? say('unknownParty') : <Party written={customer} isCopied />}
      </Heading>
      <p class="dim">
        {about.filter(Boolean).join(' · ')} <Badge tone={tone}>{label}</Badge>
      </p>
      <p class="result">{sentenceOf(resultOf(call, now))}</p>
    </header>
  );
};
