import { uuid7 } from '../outbox/uuid7';

/** The header that makes a command sent twice be booked once. */
export const key = (): { 'Idempotency-Key': string } => ({ 'Idempotency-Key': uuid7() });
