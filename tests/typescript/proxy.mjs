// A line that can be made bad: it stands between a client and the server, and passes bytes on as well as it is told to.

import net from 'node:net';

export class Proxy {
  /** Both ways are held up by so many milliseconds. */
  delay = 0;
  /** What is sent this way vanishes, and nobody is told: `up` to the server, `down` to the client. */
  dark = { up: false, down: false };
  /** Each line breaks after so many bytes from the server. */
  breakAfter = Infinity;
  /** Nobody gets through. */
  closed = false;
  /** How many lines there were. */
  lines = 0;
  #pairs = new Set();
  #server;

  static async to(url) {
    const proxy = new Proxy();
    const { hostname, port } = new URL(url);
    proxy.#server = net.createServer((client) => proxy.#join(client, hostname, Number(port)));
    await new Promise((done) => proxy.#server.listen(0, '127.0.0.1', done));
    return proxy;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  #join(client, host, port) {
    if (this.closed) {
      client.destroy();
      return;
    }
    this.lines++;
    const server = net.connect(port, host);
    const pair = { client, server, end: () => (client.destroy(), server.destroy(), this.#pairs.delete(pair)) };
    this.#pairs.add(pair);
    let left = this.breakAfter;
    this.#pass(client, server, 'up', pair, (chunk) => chunk);
    this.#pass(server, client, 'down', pair, (chunk) => {
      const part = chunk.subarray(0, left);
      left -= part.length;
      if (left <= 0) setImmediate(pair.end);
      return part;
    });
  }

  #pass(from, to, way, pair, taken) {
    from.on('error', pair.end);
    from.on('close', () => setTimeout(pair.end, this.delay));
    from.on('data', (chunk) => {
      if (this.dark[way]) return;
      const part = taken(chunk);
      // Timers of one length fire in their order, so bytes keep theirs.
      if (this.delay > 0) setTimeout(() => to.write(part), this.delay);
      else to.write(part);
    });
  }

  /** Breaks every line there is. */
  cut() {
    for (const pair of [...this.#pairs]) pair.end();
  }

  /** All is well again. */
  mend() {
    this.delay = 0;
    this.dark = { up: false, down: false };
    this.breakAfter = Infinity;
    this.closed = false;
  }

  async end() {
    this.cut();
    await new Promise((done) => this.#server.close(done));
  }
}
