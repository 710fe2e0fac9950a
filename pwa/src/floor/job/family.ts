/** Where the lots and serials of a family stand on the page: a column a level, wholes on the right, lines that do not cross more than they must. */
import type { components } from '../../api/schema';

export type Family = components['schemas']['Family'];
export type Node = Family['nodes'][number];

export interface Placed {
  node: Node;
  x: number;
  y: number;
}
export interface Drawn {
  placed: readonly Placed[];
  lines: readonly { key: string; path: string; quantity: string }[];
  width: number;
  height: number;
}

export const BOX = { width: 196, height: 78, across: 56, down: 14 } as const;

/** More of one item in one column than this are told as a number, until somebody asks for them. */
export const MOST = 8;
const SHOWN = 4;

/** The family with its many alike put together: a few of them and a box for the rest, to which their lines lead. */
export function folded(family: Family, open: ReadonlySet<string>): Family {
  const alike = new Map<string, Node[]>();
  for (const node of family.nodes) {
    const key = `${node.level}/${node.sku}`;
    alike.set(key, [...(alike.get(key) ?? []), node]);
  }
  const stands = new Map<string, string>();
  const nodes: Node[] = [];
  for (const [key, group] of alike) {
    if (group.length <= MOST || open.has(key)) {
      nodes.push(...group);
      continue;
    }
    // The subject first, then what has left the house: those are what a recall looks for.
    const first = [...group].sort(
      (a, b) => weight(b, family.of) - weight(a, family.of) || a.code.localeCompare(b.code),
    );
    const rest = first.slice(SHOWN);
    nodes.push(...first.slice(0, SHOWN), {
      id: key,
      kind: 'fold',
      code: String(rest.length),
      sku: group[0]?.sku ?? '',
      name: group[0]?.name ?? '',
      level: group[0]?.level ?? 0,
      origins: [],
      sold: [],
    });
    for (const node of rest) stands.set(node.id, key);
  }
  const edges = new Map<string, Family['edges'][number]>();
  for (const edge of family.edges) {
    const parent = stands.get(edge.parent) ?? edge.parent;
    const child = stands.get(edge.child) ?? edge.child;
    if (parent !== child) edges.set(`${parent}>${child}`, { ...edge, parent, child });
  }
  return { ...family, nodes, edges: [...edges.values()] };
}

const weight = (node: Node, of: string): number =>
  (node.id === of ? 4 : 0) + (node.sold.length > 0 ? 2 : 0) + (node.origins.length > 0 ? 1 : 0);

/** Columns by level; within a column the mean of what was placed before, so that kin stand side by side. */
export function drawn(family: Family): Drawn {
  const levels = [...new Set(family.nodes.map((node) => node.level))].sort((a, b) => a - b);
  const at = new Map<string, Placed>();
  const spread = [...levels].sort((a, b) => Math.abs(a) - Math.abs(b));
  const rows = new Map<number, Node[]>();
  const order = new Map<string, number>();
  for (const level of spread) {
    const here = family.nodes.filter((node) => node.level === level);
    const mean = (node: Node): number => {
      const kin = family.edges.flatMap((edge) =>
        edge.parent === node.id ? [order.get(edge.child)] : edge.child === node.id ? [order.get(edge.parent)] : [],
      );
      const known = kin.filter((one): one is number => one !== undefined);
      return known.length > 0 ? known.reduce((sum, one) => sum + one, 0) / known.length : 0;
    };
    const sorted = [...here].sort(
      (a, b) =>
        Number(a.kind === 'fold') - Number(b.kind === 'fold') ||
        mean(a) - mean(b) ||
        a.sku.localeCompare(b.sku) ||
        a.code.localeCompare(b.code),
    );
    sorted.forEach((node, place) => order.set(node.id, place - sorted.length / 2));
    rows.set(level, sorted);
  }
  const tallest = Math.max(...[...rows.values()].map((nodes) => nodes.length), 1);
  const height = tallest * (BOX.height + BOX.down) - BOX.down;
  levels.forEach((level, column) => {
    const nodes = rows.get(level) ?? [];
    const own = nodes.length * (BOX.height + BOX.down) - BOX.down;
    nodes.forEach((node, place) =>
      at.set(node.id, {
        node,
        x: column * (BOX.width + BOX.across),
        y: (height - own) / 2 + place * (BOX.height + BOX.down),
      }),
    );
  });
  const lines = family.edges.flatMap((edge) => {
    const from = at.get(edge.child);
    const to = at.get(edge.parent);
    if (!from || !to) return [];
    const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
    const [x2, y2] = [to.x, to.y + BOX.height / 2];
    const bend = BOX.across / 2;
    return [
      {
        key: `${edge.child}>${edge.parent}`,
        path: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
        quantity: edge.quantity,
      },
    ];
  });
  const width = levels.length * (BOX.width + BOX.across) - BOX.across;
  return { placed: [...at.values()], lines, width, height };
}
