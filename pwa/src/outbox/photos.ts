import { carry } from '../api/client';
import type { Db } from './db';

/** Longest side of a kept photo in pixels: a label or a dent is plain to see, and the file stays under 512 kB. */
const LONGEST_SIDE = 1280;
const QUALITY = 0.7;
/** Answers after which sending the same photo again cannot help. */
const HOPELESS = new Set([400, 413, 415, 422]);

/** A picture made small enough to wait on the device and travel over bad Wi-Fi. */
export async function shrink(file: Blob): Promise<Blob> {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
  const canvas = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}

/** Photos taken on this device, sent after the commands that name them; each has its id from the start. */
export class Photos {
  private sending: Promise<void> | null = null;

  constructor(
    private readonly db: Promise<Db>,
    private readonly put: (id: string, photo: Blob) => Promise<number> = putPhoto,
    private readonly fetch: (id: string) => Promise<Blob> = getPhoto,
  ) {}

  async keep(id: string, photo: Blob): Promise<void> {
    await (await this.db).put('photos', photo, id);
  }

  /** The photo from this device while it has not left it, else from the server. Rejects where neither has it (yet). */
  async load(id: string): Promise<Blob> {
    return (await (await this.db).get('photos', id)) ?? (await this.fetch(id));
  }

  /** Sends what is kept, one at a time; stops at the first that does not get through, for another time. */
  send(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => (this.sending = null));
    return this.sending;
  }

  private async sendAll(): Promise<void> {
    const db = await this.db;
    for (const id of await db.getAllKeys('photos')) {
      const photo = await db.get('photos', id);
      const status = photo ? await this.put(id, photo).catch(() => 0) : 204;
      if (status >= 300 && !HOPELESS.has(status)) return;
      if (status === 0) return;
      await db.delete('photos', id);
    }
  }
}

async function putPhoto(id: string, photo: Blob): Promise<number> {
  const response = await carry(
    new Request(`/api/floor/work/photos/${id}`, {
      method: 'PUT',
      body: await photo.arrayBuffer(),
      headers: { 'Content-Type': photo.type },
    }),
  );
  return response.status;
}

async function getPhoto(id: string): Promise<Blob> {
  const response = await carry(new Request(`${location.origin}/api/floor/work/photos/${id}`));
  if (!response.ok) throw new Error(String(response.status));
  return response.blob();
}
