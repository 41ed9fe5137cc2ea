import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

// The service worker is one file of its own, at the root: it may import, and browsers need not.
export default defineConfig({
  publicDir: false,
  // Another build is another service worker, which keeps its files anew.
  define: { SHELL_FILES: readFileSync('dist/shell.json', 'utf8') },
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: 'src/sw.js', formats: ['iife'], name: 'sw', fileName: () => 'sw.js' },
  },
});
