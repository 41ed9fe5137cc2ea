import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// The server answers under /api and serves what is built here at /.
const server = process.env['TALKER_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte()],
  build: { outDir: 'dist', target: 'es2022', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  server: { proxy: { '/api': { target: server, ws: true } }, fs: { allow: ['.', '../clients/typescript'] } },
  // The client package is built along from its source.
  resolve: { conditions: ['talker:source', ...(process.env['VITEST'] ? ['browser'] : defaultClientConditions)] },
  // As it is resolved for tests, which have no browser.
  ssr: { resolve: { conditions: ['talker:source', ...defaultServerConditions] } },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
});
