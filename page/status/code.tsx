import { Copy } from '../parts/parts.tsx';

/** Something to copy. */
export const Code = ({ text }: { text: string }) => (
  <div class="code">
    <pre>{text}</pre>
    <Copy text={text} />
  </div>
);
