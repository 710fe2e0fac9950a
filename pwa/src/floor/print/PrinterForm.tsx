import { useEffect, useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { key } from '../../api/key';
import { Button, Screen } from '../../kit/parts';
import { tellWhy } from '../signin/why';
import type { Printer } from './store';
import { w } from './words';

const CODE = /^[A-Z0-9][A-Z0-9-]{0,19}$/;
const RESOLUTIONS = [203, 300] as const;

/** A printer's facts, of a new one or of one that moved. */
export function PrinterForm({ printer, done }: { printer: Printer | null; done: () => void }) {
  const [code, setCode] = useState(printer?.code ?? '');
  const [name, setName] = useState(printer?.name ?? '');
  const [host, setHost] = useState(printer?.host ?? '');
  const [port, setPort] = useState(String(printer?.port ?? 9100));
  const [resolution, setResolution] = useState<203 | 300>(printer?.resolution === 300 ? 300 : 203);
  const [isAsked, setAsked] = useState(false);
  useEffect(() => scrollTo(0, 0), []);
  const isWhole = CODE.test(code) && name.trim() !== '' && host !== '' && Number(port) > 0 && Number(port) < 65_536;
  const act = (asked: Promise<unknown>): void => void asked.then(done, tellWhy);
  const save = (): void => {
    const body = { code, name: name.trim(), host, port: Number(port), resolution };
    const headers = key();
    act(
      printer
        ? got(client.POST('/api/floor/printing/printers/change', { headers, body: { ...body, printer: printer.id } }))
        : got(client.POST('/api/floor/printing/printers', { headers, body })),
    );
  };
  const remove = (id: string): void =>
    act(got(client.POST('/api/floor/printing/printers/remove', { headers: key(), body: { printer: id } })));
  return (
    <Screen
      title={printer ? printer.code : w('add')}
      back={done}
      acts={
        <Button kind="go" id="save-printer" disabled={!isWhole} onClick={save}>
          {w('save')}
        </Button>
      }
    >
      <Field
        id="code"
        label={w('code')}
        note={w('code_note')}
        value={code}
        set={(text) => setCode(text.toUpperCase())}
        most={20}
      />
      <Field id="name" label={w('name')} value={name} set={setName} most={80} />
      <Field
        id="host"
        label={w('host')}
        note={w('host_note')}
        value={host}
        set={(text) => setHost(text.trim())}
        most={253}
      />
      <Field
        id="port"
        label={w('port')}
        value={port}
        set={(text) => setPort(text.replace(/\D/g, ''))}
        most={5}
        digits
      />
      <section class="col" aria-label={w('resolution')}>
        <h2>{w('resolution')}</h2>
        <div class="choices two">
          {RESOLUTIONS.map((one) => (
            <Button
              key={one}
              id={`dots-${one}`}
              pressed={one === resolution}
              kind={one === resolution ? 'on' : ''}
              onClick={() => setResolution(one)}
            >
              {String(one)}
            </Button>
          ))}
        </div>
      </section>
      {printer && !isAsked && (
        <Button id="remove-printer" onClick={() => setAsked(true)}>
          {w('remove')}
        </Button>
      )}
      {printer && isAsked && (
        <section class="card col">
          <p>{w('remove_sure', { printer: printer.code })}</p>
          <div class="grid2">
            <Button onClick={() => setAsked(false)}>{w('keep')}</Button>
            <Button kind="bad" id="remove-sure" onClick={() => remove(printer.id)}>
              {w('remove')}
            </Button>
          </div>
        </section>
      )}
    </Screen>
  );
}

function Field(props: {
  id: string;
  label: string;
  note?: string;
  value: string;
  set: (text: string) => void;
  most: number;
  digits?: boolean;
}) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <input
        type="text"
        name={props.id}
        maxLength={props.most}
        value={props.value}
        inputMode={props.digits ? 'numeric' : 'text'}
        autocomplete="off"
        onInput={(event) => props.set(event.currentTarget.value)}
      />
      {props.note && <small class="note">{props.note}</small>}
    </label>
  );
}
