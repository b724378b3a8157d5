import type { Trace } from "../../../src/contract/enterprise-api.ts";
import { momentText } from "../words/time-text.tsx";
import { usePlaceNames } from "./place-name.tsx";

type Hop = Trace["hops"][number];
type Stop = { readonly place: string; readonly since: number; readonly hops: number; readonly company: string };

const across = 3;
const cell = { width: 210, height: 96 } as const;
const node = { width: 172, height: 56 } as const;

/** The places in the order in which it came to them; hops that tell no place stay where it was. */
function stopsOf(hops: readonly Hop[]): readonly Stop[] {
  const stops: Stop[] = [];
  for (const { place, at, companyName } of hops) {
    const last = stops.at(-1);
    if (last !== undefined && (place === null || place === last.place))
      stops[stops.length - 1] = { ...last, hops: last.hops + 1 };
    else if (place !== null) stops.push({ place, since: at, hops: 1, company: companyName });
  }
  return stops;
}

/** Row by row, every second one backwards, so that neighbours stay neighbours. */
function centreOf(index: number): { x: number; y: number } {
  const row = Math.floor(index / across);
  const column = row % 2 === 0 ? index % across : across - 1 - (index % across);
  return { x: column * cell.width + cell.width / 2, y: row * cell.height + cell.height / 2 };
}

/** Its way from place to place, drawn; the same is read out as a list. */
export function PlaceMap({ hops }: { readonly hops: readonly Hop[] }) {
  const nameOf = usePlaceNames();
  const stops = stopsOf(hops);
  if (stops.length === 0) return <p className="text-muted">No record names a place.</p>;
  const rows = Math.ceil(stops.length / across);
  const width = Math.min(stops.length, across) * cell.width;
  return (
    <>
      <svg
        viewBox={`0 0 ${width} ${rows * cell.height}`}
        className="w-full"
        style={{ maxWidth: width }}
        aria-hidden="true"
        focusable="false"
      >
        {stops.slice(1).map((stop, index) => (
          <Leg key={stop.since} from={centreOf(index)} to={centreOf(index + 1)} />
        ))}
        {stops.map((stop, index) => (
          <StopBox
            key={stop.since}
            stop={stop}
            name={nameOf(stop.place)}
            index={index}
            last={index === stops.length - 1}
          />
        ))}
      </svg>
      <ol className="sr-only" aria-label="Places in their order">
        {stops.map((stop) => (
          <li key={stop.since}>
            {nameOf(stop.place)}, since {momentText(stop.since)}, as {stop.company} recorded
          </li>
        ))}
      </ol>
    </>
  );
}

function Leg({ from, to }: { readonly from: { x: number; y: number }; readonly to: { x: number; y: number } }) {
  const down = from.y !== to.y;
  const way = Math.sign(to.x - from.x);
  const [x1, y1] = down ? [from.x, from.y + node.height / 2] : [from.x + (way * node.width) / 2, from.y];
  const [x2, y2] = down ? [to.x, to.y - node.height / 2] : [to.x - (way * node.width) / 2, to.y];
  const tip = down ? `${x2 - 5},${y2 - 8} ${x2 + 5},${y2 - 8}` : `${x2 - way * 8},${y2 - 5} ${x2 - way * 8},${y2 + 5}`;
  return (
    <g className="fill-edge stroke-edge">
      <line x1={x1} y1={y1} x2={x2} y2={y2} strokeWidth="2" />
      <polygon points={`${x2},${y2} ${tip}`} />
    </g>
  );
}

const shown = 24;
const short = (text: string) => (text.length > shown ? `${text.slice(0, shown - 1)}…` : text);

function StopBox({
  stop,
  name,
  index,
  last,
}: {
  readonly stop: Stop;
  readonly name: string;
  readonly index: number;
  readonly last: boolean;
}) {
  const { x, y } = centreOf(index);
  return (
    <g>
      <title>{`${name}, ${stop.company}`}</title>
      <rect
        x={x - node.width / 2}
        y={y - node.height / 2}
        width={node.width}
        height={node.height}
        rx="8"
        className={last ? "fill-accent-soft stroke-accent" : "fill-raised stroke-edge"}
        strokeWidth="1.5"
      />
      <text x={x} y={y - 6} textAnchor="middle" className="fill-ink text-[12.5px] font-semibold">
        {short(name)}
      </text>
      <text x={x} y={y + 12} textAnchor="middle" className="fill-muted text-[11px]">
        {momentText(stop.since)}
      </text>
    </g>
  );
}
