// Writes docs/options.md from the option table; run after a build.
import { mkdirSync, writeFileSync } from 'node:fs';
import { renderOptionReference } from '../dist/cli/reference.js';

mkdirSync('docs', { recursive: true });
writeFileSync('docs/options.md', renderOptionReference());
