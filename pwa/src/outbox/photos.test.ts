import { describe, expect, it } from 'vitest';
import { openStore } from './db';
import { Photos } from './photos';

const photo = new Blob(['x'], { type: 'image/jpeg' });

describe('photos', () => {
  it('are kept until the server has them, and sent in the order they were taken', async () => {
    const statuses = [204, 0, 204, 204];
    const sent: string[] = [];
    const photos = new Photos(openStore('photos-1'), (id) => {
      sent.push(id);
      const status = statuses.shift() ?? 204;
      return status === 0 ? Promise.reject(new TypeError('network')) : Promise.resolve(status);
    });
    await photos.keep('a', photo);
    await photos.keep('b', photo);
    await photos.send();
    await photos.send();
    await photos.send();
    expect(sent).toEqual(['a', 'b', 'b']);
  });

  it('are shown from the device until they have left it, then from the server', async () => {
    const theirs = new Blob(['y'], { type: 'image/jpeg' });
    const asked: string[] = [];
    const photos = new Photos(
      openStore('photos-3'),
      () => Promise.resolve(204),
      (id) => Promise.resolve((asked.push(id), theirs)),
    );
    await photos.keep('a', photo);
    await photos.load('a');
    expect(asked).toEqual([]);
    await photos.send();
    expect(await photos.load('a')).toBe(theirs);
    expect(asked).toEqual(['a']);
  });

  it('are given up only when the server says that they are no photos', async () => {
    const statuses = [503, 400];
    const sent: string[] = [];
    const photos = new Photos(openStore('photos-2'), (id) => {
      sent.push(id);
      return Promise.resolve(statuses.shift() ?? 204);
    });
    await photos.keep('a', photo);
    for (let n = 0; n < 3; n++) await photos.send();
    expect(sent).toEqual(['a', 'a']);
  });
});
