import { describe, expect, it } from 'vitest';
import { drawn, type Family, type Node } from './family';

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
  more: false,
};

describe('a family on the page', () => {
  it('puts parts left of what they went into, and no two in one place', () => {
    const { placed, lines } = drawn(family);
    const x = new Map(placed.map((one) => [one.node.id, one.x]));
    for (const edge of family.edges) expect(x.get(edge.child) ?? 0).toBeLessThan(x.get(edge.parent) ?? 0);
    expect(new Set(placed.map((one) => `${one.x}/${one.y}`)).size).toBe(5);
    expect(lines).toHaveLength(4);
  });
});
