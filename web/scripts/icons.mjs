// Draws the PNG icons from public/icons/icon.svg with a browser: `npm run icons`.
import { readFile, writeFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const dir = new URL('../public/icons/', import.meta.url);
const svg = await readFile(new URL('icon.svg', dir), 'utf8');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
// A maskable icon fills the square: the system cuts its own shape out of it.
const maskable = svg.replaceAll('rx="116"', 'rx="0"').replace(/(<path[\s\S]*<\/svg>)/, '<g transform="translate(51 51) scale(0.8)">$1').replace('</svg>', '</g></svg>');
for (const [name, size, art] of [
  ['icon-192.png', 192, svg],
  ['icon-512.png', 512, svg],
  ['icon-maskable-512.png', 512, maskable],
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${art}`);
  await writeFile(new URL(name, dir), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
