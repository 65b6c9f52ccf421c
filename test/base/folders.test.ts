import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { putFolders } from '../../src/base/folders.js';

let parent: string;
const at = (...names: string[]) => path.join(parent, ...names);
beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'hgmlp-folders-'));
  mkdirSync(at('a'));
  writeFileSync(at('a', 'old.txt'), 'old');
});
afterEach(() => rmSync(parent, { recursive: true }));

const hiddenName = () => '.hidden';
const whole = async (folder: string) => writeFile(path.join(folder, 'new.txt'), 'new');
const vanishing = (folder: string) => rm(folder, { recursive: true });

describe('a folder that replaces another one', () => {
  test('leaves nothing of it, and nothing beside it', async () => {
    await putFolders({ folders: [{ place: at('a'), write: whole }], hiddenName, standing: 'replaced' });
    expect(readdirSync(parent)).toEqual(['a']);
    expect(readdirSync(at('a'))).toEqual(['new.txt']);
  });

  test('gives way to it again where a second one cannot be put in place', async () => {
    const folders = [
      { place: at('a'), write: whole },
      { place: at('b'), write: vanishing },
    ];
    await expect(putFolders({ folders, hiddenName, standing: 'replaced' })).rejects.toThrow(/ENOENT/);
    expect(readdirSync(parent)).toEqual(['a']);
    expect(readFileSync(at('a', 'old.txt'), 'utf8')).toBe('old');
  });

  test('replaces also one that came into being meanwhile', async () => {
    const write = async (folder: string) => {
      mkdirSync(at('b'));
      writeFileSync(at('b', 'theirs.txt'), 'theirs');
      await whole(folder);
    };
    await putFolders({ folders: [{ place: at('b'), write }], hiddenName, standing: 'replaced' });
    expect(readdirSync(at('b'))).toEqual(['new.txt']);
  });

  test('comes to stand where its writing says, or nowhere', async () => {
    const places = ['b', null].map((name) => ({
      place: at('a'),
      write: async (folder: string) => {
        await whole(folder);
        return name && at(name);
      },
    }));
    await putFolders({ folders: places, hiddenName, standing: 'replaced' });
    expect(readdirSync(parent)).toEqual(['a', 'b']);
    expect([readdirSync(at('a')), readdirSync(at('b'))]).toEqual([['old.txt'], ['new.txt']]);
  });
});
