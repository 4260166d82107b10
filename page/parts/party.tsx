import { t } from '../words/t.ts';
import { Copy } from './parts.tsx';

const TELEPHONE = /^\+?\d{8,14}$/;

/** A number in groups that can be read aloud. The gaps are drawn, so what is selected and found is the number itself. */
export const Party = ({ written, isCopied = false }: { written: string; isCopied?: boolean }) => (
  <span class="party" title={written}>
    <span class="written">
      {groupsOf(written).map((group, n) => (
        <span key={n} class="group">
          {group}
        </span>
      ))}
    </span>
    {isCopied && <Copy text={written} label={t('copyNumber', { number: written })} />}
  </span>
);

/** `+852 5550 0142`: the last eight digits in fours. What is no telephone number stays as it is. */
export const groupsOf = (written: string): string[] =>
  TELEPHONE.test(written)
    ? [written.slice(0, -8), written.slice(-8, -4), written.slice(-4)].filter((group) => group !== '')
    : [written];
