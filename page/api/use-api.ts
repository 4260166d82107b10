import { useEffect, useRef, useState } from 'preact/hooks';
import { api, type Parameters } from './api.ts';
import { type ApiError, asApiError } from './api-error.ts';

/**
 * The state of a request. `data` stays while it is requested again, so that a view never goes
 * blank.
 */
export type Answered<Data> = {
  data: Data | undefined;
  error: ApiError | undefined;
  isLoading: boolean;
  /** It takes longer than people wait without a message. */
  isSlow: boolean;
  again: () => void;
};

const SLOW_MS = 3_000;

type Options = {
  /** Request again at this interval while the page is visible. */
  everyMs?: number;
};

/**
 * The API's answer to a request, requested again when that changes. Without a `path` there is no
 * request.
 */
export const useApi = <Data>(
  path: string | undefined,
  query: Parameters = {},
  { everyMs }: Options = {},
): Answered<Data> => {
  const question = path === undefined ? undefined : JSON.stringify([path, [...entriesOf(query)]]);
  const [state, setState] = useState<{
    question?: string;
    data?: Data;
    error?: ApiError;
    isLoading: boolean;
  }>({
    isLoading: true,
  });
  const [isSlow, setIsSlow] = useState(false);
  const [turn, setTurn] = useState(0);
  const asked = useRef(query);
  asked.current = query;

  useEffect(() => {
    if (path === undefined || question === undefined) return;
    const controller = new AbortController();
    const slow = setTimeout(() => setIsSlow(true), SLOW_MS);
    const finish = (result: { data: Data } | { error: ApiError }) => {
      clearTimeout(slow);
      setIsSlow(false);
      setState((before) => ({
        ...(before.question === question && before.data !== undefined && { data: before.data }),
        question,
        isLoading: false,
        ...result,
      }));
    };
    setState((before) => ({ ...before, isLoading: true }));
    api<Data>(path, { query: asked.current, signal: controller.signal }).then(
      (data) => finish({ data }),
      (error) => {
        if (!controller.signal.aborted) finish({ error: asApiError(error) });
      },
    );
    return () => {
      controller.abort();
      clearTimeout(slow);
    };
  }, [question, turn]);

  useEffect(() => {
    if (everyMs === undefined || question === undefined) return;
    const timer = setInterval(() => document.hidden || setTurn((n) => n + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, question]);

  const isCurrent = state.question === question;
  return {
    data: isCurrent ? state.data : undefined,
    error: isCurrent ? state.error : undefined,
    isLoading: state.isLoading || !isCurrent,
    isSlow,
    again: () => setTurn((n) => n + 1),
  };
};

const entriesOf = (query: Parameters): Iterable<[string, unknown]> =>
  query instanceof URLSearchParams ? query : Object.entries(query);
