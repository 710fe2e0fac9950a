import { useMemo, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, got } from '../../api/client';
import { useAnswer } from '../../api/useAnswer';
import { day, number, t, time } from '../../i18n';
import { Screen } from '../../kit/parts';
import { BOX, drawn, folded, type Node } from './family';
import { Reach } from './Reach';
import { w } from './words';
import './job.css';

/** What an A4 sheet is wide between its margins, in CSS pixels. */
const PAPER = 690;

/** The family of a lot or serial as a graph: parts on the left down to the supplier, wholes on the right up to the customer. */
export default function Family({ id }: { id?: string }) {
  const { data, error } = useAnswer(
    () => got(client.GET('/api/floor/trace/family/{thing_id}', { params: { path: { thing_id: id ?? '' } } })),
    [id],
    60_000,
  );
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  const asked = useMemo(() => new Date().toISOString(), [data]);
  const subject = data?.nodes.find((one) => one.id === data.of);
  if (!data)
    return <Screen title={w('family')} back="/look" children={<p>{error ? t('need_network') : t('loading')}</p>} />;
  const graph = drawn(folded(data, shown));
  const kin = data.parts + data.wholes;
  const own = graph.placed.find((one) => one.node.id === data.of)?.x ?? 0;
  return (
    <Screen title={`${w('family')} · ${subject?.code ?? ''}`} back="/look">
      {data.edges.length === 0 && (
        <div class="shut">
          <h2>{w('no_family')}</h2>
          <p class="note">{w('no_family_more')}</p>
        </div>
      )}
      <p class="onpaper">
        {day(asked.slice(0, 10))} {time(asked)}
      </p>
      <div class="family" data-testid="family" style={{ '--fit': Math.min(1, PAPER / graph.width) }}>
        <div class="tree" style={{ width: `${graph.width}px`, height: `${graph.height}px` }}>
          <svg
            viewBox={`0 0 ${graph.width} ${graph.height}`}
            width={graph.width}
            height={graph.height}
            aria-hidden="true"
          >
            {graph.lines.map((line) => (
              <path key={line.key} d={line.path} />
            ))}
          </svg>
          {graph.placed.map(({ node, x, y }) =>
            node.kind === 'fold' ? (
              <button
                key={node.id}
                type="button"
                class="kin fold"
                style={{ left: `${x}px`, top: `${y}px`, width: `${BOX.width}px`, height: `${BOX.height}px` }}
                onClick={() => setShown(new Set([...shown, node.id]))}
                data-testid="fold"
              >
                <b>{w('and_more', { n: number(node.code) })}</b>
                <span>{node.sku}</span>
              </button>
            ) : (
              <Kin
                key={node.id}
                node={node}
                of={data.of}
                x={x}
                y={y}
                side={x < own ? w('made_of') : x > own ? w('went_into') : w('family')}
              />
            ),
          )}
        </div>
      </div>
      {kin > data.nodes.length - 1 && (
        <p class="card ask" data-testid="cut">
          △ {w('family_drawn', { all: number(String(kin)), drawn: number(String(data.nodes.length - 1)) })}
        </p>
      )}
      <Reach family={data} />
    </Screen>
  );
}

/** One of the family. Where it stands says to the eye what `side` says to the ear: a part, or what it went into. */
function Kin({ node, of, x, y, side }: { node: Node; of: string; x: number; y: number; side: string }) {
  const { route } = useLocation();
  const end = node.sold[0]
    ? `→ ${node.sold[0].customer}${node.sold.length > 1 ? ` +${node.sold.length - 1}` : ''}`
    : node.origins[0]?.supplier
      ? `← ${node.origins[0].supplier}`
      : node.name;
  return (
    <button
      type="button"
      class={`kin ${node.id === of ? 'self' : ''} ${node.sold.length > 0 ? 'out' : node.origins.length > 0 ? 'in' : ''}`}
      style={{ left: `${x}px`, top: `${y}px`, width: `${BOX.width}px`, height: `${BOX.height}px` }}
      aria-label={`${side}: ${node.code}, ${node.sku}, ${end}`}
      aria-current={node.id === of}
      onClick={() => route(`/family/${node.kind}/${node.id}`)}
      data-testid="kin"
    >
      <b class="mono">
        {node.kind === 'serial' ? '●' : '▣'} {node.code}
      </b>
      <span>{node.sku}</span>
      <span class="note">{end}</span>
    </button>
  );
}
