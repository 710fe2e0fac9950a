import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type DeliveryDocument = Schemas['DeliveryDocument'];
export type DeliveryRow = Schemas['DeliveryRow'];
export type Line = DeliveryDocument['lines'][number];
export type Pack = Line['packs'][number];
export type ExpectedItem = Schemas['ExpectedItem'];
