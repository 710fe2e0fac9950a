import { signal } from '@preact/signals';
import type { components } from '../../api/schema';
import { carry, client, got } from '../../api/client';
import { key } from '../../api/key';

export type Printer = components['schemas']['PrinterTold'];
export type PrintJob = components['schemas']['PrintJobTold'];
/** What a label names. Lots and serials need their item's SKU beside their own number. */
export interface Named {
  kind: components['schemas']['PrintLabels']['kind'];
  code: string;
  item?: string;
}

const KEY = 'gemba.printer';

/** The printer beside this device: its id. It stays with the device, whoever holds it. */
export const chosen = signal<string | null>(localStorage.getItem(KEY));
export function choose(printer: string): void {
  chosen.value = printer;
  localStorage.setItem(KEY, printer);
}

export const printers = (): Promise<Printer[]> => got(client.GET('/api/floor/printing/printers'));
export const jobs = (): Promise<PrintJob[]> => got(client.GET('/api/floor/printing/jobs'));
export const jobNow = (job: string): Promise<PrintJob> =>
  got(client.GET('/api/floor/printing/jobs/{job}', { params: { path: { job } } }));

export const print = (printer: string, { kind, code, item = '' }: Named): Promise<PrintJob> =>
  got(
    client.POST('/api/floor/printing/jobs', {
      headers: key(),
      body: { printer, kind, codes: [code], item, copies: 1 },
    }),
  );
export const printAgain = (job: string): Promise<PrintJob> =>
  got(client.POST('/api/floor/printing/jobs/again', { headers: key(), body: { job } }));
export const cancelPrint = (job: string): Promise<PrintJob> =>
  got(client.POST('/api/floor/printing/jobs/cancel', { headers: key(), body: { job } }));
export const printOwnLabel = (printer: string): Promise<PrintJob> =>
  got(client.POST('/api/floor/printing/printers/test', { headers: key(), body: { printer } }));

/** The label as a PDF in a page of its own, for a printer that only this machine knows. */
export async function openPdf({ kind, code, item = '' }: Named): Promise<void> {
  const query = new URLSearchParams({ code, item, form: 'pdf' });
  const answer = await carry(new Request(`/api/floor/labels/${kind}?${query}`));
  if (answer.ok) window.open(URL.createObjectURL(await answer.blob()), '_blank');
}

/** Whether a job may still change by itself. */
export const isUnderWay = (job: PrintJob): boolean => job.state === 'waiting' || job.state === 'sending';
