// The shortest round on a rectangular floor, on the device: for when a bin is short and there is no network.
// The twin of backend/floor/routing (states, columns, subaisle, exact, walk): the same program with the same rules for
// ties, so the same stops give the same order, on line or off. Whole millimetres throughout.
import { nameOf, settle, type Place, type Plan, type Route, type Task } from './route/places.ts';
import { solve } from './route/program.ts';
import { inside, walkOf, type Walk } from './route/walk.ts';

export type { InAisle, OnCross, Place, Plan, Route } from './route/places.ts';

/** The shortest round through all stops, or null when a stop cannot be reached. Up to five blocks. */
export function shortestRound(plan: Plan, stops: Place[], start: Place, end: Place = start): Route | null {
  const settled = stops.map((stop) => settle(plan, stop));
  const from = settle(plan, start),
    to = settle(plan, end);
  const task: Task = { plan, stops: settled, start: from, end: to, closed: nameOf(from) === nameOf(to) };
  const near = inside(task);
  const found = task.closed && settled.length === 0 ? null : solve(task);
  const walk = near && (!found || near.cost <= found.cost) ? near.walk : found && walkOf(task, found.chosen);
  return walk && routeAlong(walk, settled);
}

function routeAlong(walk: Walk, stops: Place[]): Route {
  const waiting = new Map<string, number[]>();
  stops.forEach((stop, number) => waiting.set(nameOf(stop), [...(waiting.get(nameOf(stop)) ?? []), number]));
  const route: Route = { order: [], length: 0, legs: [] };
  let leg: Route['legs'][number] = { length: 0, points: [] };
  walk.spots.forEach(({ name, point }, number) => {
    const step = number > 0 ? walk.mm[number - 1]! : 0;
    route.length += step;
    leg.length += step;
    leg.points.push(point);
    for (const stop of waiting.get(name) ?? []) {
      route.order.push(stop);
      route.legs.push(leg);
      leg = { length: 0, points: [point] };
    }
    waiting.delete(name);
  });
  route.legs.push(leg);
  return route;
}
