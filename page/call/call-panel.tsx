type Props = {
  pk: string;
  /** It stands beside the list of calls, which closes it. */
  onClose?: () => void;
};

/** All of a call: beside the list of calls, or by itself. */
export default function CallPanel({ pk }: Props) {
  return <p class="mono">{pk}</p>;
}
