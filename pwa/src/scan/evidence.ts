/**
 * What several looks at one photograph say together. A wrong read is worse than none: bars are sure only when two looks at other
 * pixels agree and none at that place says otherwise. Matrix codes correct themselves: one look is enough.
 */
import type { CodeOut } from './decode';
import { boxOf, type Place } from './places';

const SELF_CORRECTING = /^(QR|RMQR|DataMatrix|Aztec|PDF417|Compact|MaxiCode)/;
export const correctsItself = ({ format }: CodeOut): boolean => SELF_CORRECTING.test(format);

/** One text at one place. */
interface Find {
  code: CodeOut;
  box: Place;
  looks: number;
}

export class Evidence {
  private readonly hints: { text: string; code: CodeOut; box: Place }[] = [];
  private readonly finds: Find[] = [];

  /** The first look at the whole picture: bars of equal labels below each other may have been taken for one tall code. */
  hint(code: CodeOut): void {
    const box = boxOf(code.corners ?? []);
    if (correctsItself(code)) this.find(code);
    else this.hints.push({ text: code.text, code, box });
  }

  /** A look at one part of the picture. */
  find(code: CodeOut): void {
    const box = boxOf(code.corners ?? []);
    const same = this.finds.find((find) => find.code.text === code.text && meet(find.box, box));
    if (!same) this.finds.push({ code, box, looks: 1 });
    else {
      same.looks++;
      if (box.across > same.box.across) Object.assign(same, { code, box });
    }
  }

  /** Whether what stands at this place is sure, so that nobody needs to look again. */
  isSure(place: Place): boolean {
    return this.finds.some((find) => holds(place, find.box) && this.sure(find));
  }

  /** The bars of the first look that no place explains: they are places to look at as well. */
  unexplained(places: readonly Place[]): Place[] {
    return this.hints.map(({ box }) => box).filter((box) => !places.some((place) => holds(box, place)));
  }

  codes(): CodeOut[] {
    const alone = this.hints.filter(
      (hint) => !this.finds.some((find) => find.code.text === hint.text && holds(hint.box, find.box)),
    );
    return [
      ...this.finds.map((find) => ({ ...find.code, sure: this.sure(find) })),
      ...alone.map(({ code }) => ({ ...code, sure: false })),
    ];
  }

  private sure(find: Find): boolean {
    if (correctsItself(find.code)) return true;
    const hinted = this.hints.filter((hint) => holds(hint.box, find.box));
    const rivals = this.finds
      .filter((one) => one.code.text !== find.code.text && !correctsItself(one.code) && meet(one.box, find.box))
      .map((one) => one.looks);
    if (hinted.some((hint) => hint.text !== find.code.text)) rivals.push(1);
    const looks = find.looks + (hinted.some((hint) => hint.text === find.code.text) ? 1 : 0);
    return looks > 1 + Math.max(0, ...rivals);
  }
}

/** Whether the middle of the inner place lies in the outer one; one line across bars stands for their whole height. */
function holds(outer: Place, inner: Place): boolean {
  const [x, y] = [inner.x - outer.x, inner.y - outer.y];
  const [cos, sin] = [Math.cos(outer.angle), Math.sin(outer.angle)];
  const high = Math.max(outer.across, inner.across, 0.2 * outer.along);
  return Math.abs(x * cos + y * sin) < 0.55 * outer.along && Math.abs(y * cos - x * sin) < 0.55 * high;
}

/** Whether two readings are of the same bars. */
const meet = (a: Place, b: Place): boolean => holds(a, b) || holds(b, a);
