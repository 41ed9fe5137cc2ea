// A file as the server takes it.

import { randomId } from '@talker/client';

/** A file as the field of a form, so that its name goes along; not a byte of it is copied. */
export function asForm(file: File): Blob {
  const boundary = `talker-${randomId().toLowerCase()}`;
  const name = file.name.replace(/["\r\n]/g, '_');
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  return new Blob([head, file, `\r\n--${boundary}--\r\n`], { type: `multipart/form-data; boundary=${boundary}` });
}
