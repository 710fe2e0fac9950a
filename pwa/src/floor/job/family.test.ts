import { describe, expect, it } from 'vitest';
import { drawn, folded, MOST, type Family, type Node } from './family';

const node = (id: string, level: number): Node => ({
  id,
  kind: 'lot',
  code: id,
  sku: 'S',
  name: 'Hub',
  level,
  origins: [],
  sold: [],
});
const family: Family = {
  of: 'wheel',
  nodes: [node('wheel', 0), node('hub', -1), node('rim', -1), node('bike-1', 1), node('bike-2', 1)],
  edges: [
    { parent: 'wheel', child: 'hub', quantity: '1' },
    { parent: 'wheel', child: 'rim', quantity: '1' },
    { parent: 'bike-1', child: 'wheel', quantity: '2' },
    { parent: 'bike-2', child: 'wheel', quantity: '2' },
  ],
  parts: 2,
  wholes: 2,
  sources: [],
  buyers: [],
};

describe('a family on the page', () => {
  it('puts parts left of what they went into, and no two in one place', () => {
    const { placed, lines } = drawn(family);
    const x = new Map(placed.map((one) => [one.node.id, one.x]));
    for (const edge of family.edges) expect(x.get(edge.child) ?? 0).toBeLessThan(x.get(edge.parent) ?? 0);
    expect(new Set(placed.map((one) => `${one.x}/${one.y}`)).size).toBe(5);
    expect(lines).toHaveLength(4);
  });

  it('puts many alike into one box until somebody asks, and keeps every line and who was sold', () => {
    const bikes = Array.from({ length: 300 }, (_, n) => ({
      ...node(`bike-${n}`, 1),
      sku: 'BIKE',
      sold: n === 299 ? [{ customer: 'Velo', order: 'SO-1', orderId: 'o', at: '', quantity: '1' }] : [],
    }));
    const many: Family = {
      ...family,
      nodes: [node('wheel', 0), ...bikes],
      edges: bikes.map((one) => ({ parent: one.id, child: 'wheel', quantity: '1' })),
    };
    const few = folded(many, new Set());
    const box = few.nodes.find((one) => one.kind === 'fold');
    expect(few.nodes.length).toBeLessThanOrEqual(MOST);
    expect(few.nodes.length - 2 + Number(box?.code)).toBe(300);
    expect(few.nodes.some((one) => one.id === 'bike-299')).toBe(true);
    expect(few.edges).toHaveLength(few.nodes.length - 1);
    expect(folded(many, new Set([box?.id ?? ''])).nodes).toHaveLength(301);
  });
});
