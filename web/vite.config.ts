import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defaultClientConditions, defaultServerConditions, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// The server answers under /api and serves what is built here at /.
const server = process.env['TALKER_URL'] ?? 'http://127.0.0.1:8080';

/** Says which files a page may need, for the service worker. Of the languages one is enough: it is kept when it is spoken. */
const shellFiles: Plugin = {
  name: 'shell-files',
  enforce: 'post',
  generateBundle(_, bundle) {
    const language = /[\\/]messages[\\/](en|ja|zh-Hans)\.ts$/;
    const files = Object.values(bundle).filter((f) => /\.(js|css)$/.test(f.fileName) && !(f.type === 'chunk' && language.test(f.facadeModuleId ?? '')));
    this.emitFile({ type: 'asset', fileName: 'shell.json', source: JSON.stringify(files.map((f) => f.fileName).sort()) });
  },
};

export default defineConfig({
  plugins: [svelte(), shellFiles],
  build: { outDir: 'dist', target: 'es2022', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  server: { proxy: { '/api': { target: server, ws: true }, '/v1': { target: server } }, fs: { allow: ['.', '../clients/typescript'] } },
  // The client package is built along from its source.
  resolve: { conditions: ['talker:source', ...(process.env['VITEST'] ? ['browser'] : defaultClientConditions)] },
  // As it is resolved for tests, which have no browser.
  ssr: { resolve: { conditions: ['talker:source', ...defaultServerConditions] } },
  test: { include: ['tests/**/*.test.ts'], environment: 'node', setupFiles: ['tests/setup.ts'] },
});
