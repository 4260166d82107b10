import { t } from '../words/t.ts';
import { Copy } from './parts.tsx';
import { groupsOf } from './party-groups.ts';

/**
 * A number in groups that can be read aloud. The gaps are only drawn, so selecting and searching
 * work on the number itself.
 */
export const Party = ({ written, isCopied = false }: { written: string; isCopied?: boolean }) => (
  <span class="party" title={written}>
    <span class="written">
      {groupsOf(written).map((group, n) => (
        <span key={`${n}${group}`} class="group">
          {group}
        </span>
      ))}
    </span>
    {isCopied && <Copy text={written} label={t('copyNumber', { number: written })} />}
  </span>
);
