import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Bar } from './series.ts';

type Options = {
  bars: readonly Bar[];
  /** The label below a bar. */
  labelOf: (bar: Bar) => string;
  /** Called when the pointer is over a bar, at that position, or over none. */
  onPoint: (at: { index: number; left: number } | undefined) => void;
  onOpen: (index: number) => void;
};

const HEIGHT = 240;

/** Draws stacked bars into an element, at its width; returns how to remove them. */
export const drawBars = (element: HTMLElement, { bars, labelOf, onPoint, onOpen }: Options): (() => void) => {
  const colours = coloursOf(element);
  const axis = {
    stroke: colours.faint,
    font: `12px ${getComputedStyle(element).fontFamily}`,
    ticks: { show: false },
  };
  const paths = uPlot.paths.bars?.({ size: [0.64, 56], radius: 0.08 });
  const series = (label: string, fill: string) => ({
    label,
    fill,
    width: 0,
    points: { show: false },
    ...(paths && { paths }),
  });
  const chart = new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      padding: [12, 4, 0, 0],
      legend: { show: false },
      cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: [-0.6, bars.length - 0.4] },
        y: { range: (_, __, most) => [0, Math.max(5, most * 1.06)] },
      },
      axes: [
        {
          ...axis,
          size: 30,
          grid: { show: false },
          // As many labels as fit.
          splits: () => bars.map((_, n) => n),
          values: (_, splits) => splits.map((n) => labelFor(bars, n, labelOf, element.clientWidth)),
        },
        {
          ...axis,
          size: 44,
          grid: { stroke: colours.line, width: 1 },
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000, 20_000],
        },
      ],
      series: [{}, series('offered', colours.rest), series('answered', colours.accent)],
      hooks: {
        setCursor: [
          ({ cursor: { idx, left = -1 } }) =>
            onPoint(
              typeof idx === 'number' && left >= 0
                ? { index: idx, left: chart.valToPos(idx, 'x') + OFFSET }
                : undefined,
            ),
        ],
      },
    },
    [bars.map((_, n) => n), bars.map(({ offered }) => offered), bars.map(({ answered }) => answered)],
    element,
  );
  chart.over.addEventListener('click', () => {
    if (typeof chart.cursor.idx === 'number') onOpen(chart.cursor.idx);
  });
  const resized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
  resized.observe(element);
  return () => {
    resized.disconnect();
    chart.destroy();
  };
};

// The width of the axis.
const OFFSET = 44;
const LABEL_WIDTH = 46;

const labelFor = (
  bars: readonly Bar[],
  n: number,
  labelOf: Options['labelOf'],
  width: number,
): string | null => {
  const step = Math.ceil(bars.length / Math.max(1, (width - OFFSET) / LABEL_WIDTH));
  const bar = bars[n];
  return bar && n % step === 0 ? labelOf(bar) : null;
};

/** The colours of the present theme; a canvas knows no CSS variables. */
const coloursOf = (element: HTMLElement) => {
  const probe = element.appendChild(document.createElement('i'));
  const read = (variable: string): string => {
    probe.style.color = `var(${variable})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    accent: read('--accent'),
    rest: read('--chart-rest'),
    line: read('--line'),
    faint: read('--faint'),
  };
  probe.remove();
  return colours;
};
