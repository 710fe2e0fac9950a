import { useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { key } from '../../api/key';
import { Button } from '../../kit/parts';
import { tellWhy } from '../signin/SignIn';
import { w } from './words';

/** Whoever may, lets an order begin on a revision that is stopped, and says why. */
export function Deviate({ order, released }: { order: string; released: () => void }) {
  const [reason, setReason] = useState('');
  const deviate = async (): Promise<void> => {
    try {
      await got(
        client.POST('/api/floor/mes/orders/deviate', {
          headers: key(),
          body: { workOrder: order, reason: reason.trim() },
        }),
      );
      released();
    } catch (error) {
      tellWhy(error);
    }
  };
  return (
    <div class="col" data-testid="deviate">
      <label class="field">
        <span>{w('deviate_why')}</span>
        <input maxLength={200} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      <Button id="deviate-go" disabled={reason.trim() === ''} onClick={() => void deviate()}>
        {w('deviate')}
      </Button>
    </div>
  );
}
