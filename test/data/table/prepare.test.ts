import { describe, expect, test } from 'vitest';
import { columnOf, csv, inputOf, prepared, rowOf, temporaryFolder } from './written.js';

const folder = temporaryFolder();

const houses = `part,area,rooms,city,garden,price
train,52.5,2,Bonn,true,210000
train,71,3,Köln,false,260000
train,,4,Bonn,true,405000.5
train,120.25,5,"Aachen, Stadt",true,610000
train,44,1,,false,150000
train,64,NA,Köln,false,240000
train,89,3,Köln,true,330000
train,97.5,4,Bonn,true,380000
val,60,2,Köln,false,235000
val,75,3,Trier,true,290000
test,110,4,Bonn,false,520000
test,55,2,Bonn,true,
test,50,2,Aachen,false,199000
`;
const request = { targets: ['price'], splitColumn: 'part' };

describe('A prepared table', () => {
  // Source: pandas 3.0.6 and scikit-learn 1.9.1, StandardScaler and OneHotEncoder fitted to the rows of train.
  test('has the numbers that scikit-learn computes from the training rows.', async () => {
    const table = await prepared(folder, houses, request);
    expect([table.rows, table.inputWidth, table.targetWidth, table.kind]).toEqual([12, 9, 1, 'regression']);
    expect(columnOf(table, 'area').fit).toMatchObject({
      mean: expect.closeTo(76.89285714285714, 12) as number,
      deviation: expect.closeTo(24.868172840161844, 12) as number,
      hasIndicator: true,
    });
    expect(columnOf(table, 'rooms').fit).toMatchObject({
      mean: expect.closeTo(3.142857142857143, 14) as number,
      deviation: expect.closeTo(1.2453996981544782, 14) as number,
    });
    expect(columnOf(table, 'garden')).toMatchObject({ kind: 'boolean', width: 1, fit: { mean: 0.625 } });
    expect(inputOf(table, 0)).toEqual([
      ...[-0.9808865785598755, -0.23696382343769073, 0, 1.7434792518615723, -1.3226889371871948, -0.5184481143951416],
      ...[0.4868529438972473, 0.8286553025245667, -0.6792962551116943, -0.07611565291881561, 1.3313058614730835],
      -1.0814167261123657,
    ]);
    expect([...table.targets]).toEqual([
      ...[-0.8375414609909058, -0.4673575758934021, 0.6061792969703674, 2.123929500579834, -1.2817621231079102],
      ...[-0.6154311299324036, 0.050899818539619446, 0.4210836887359619, -0.6524494886398315, -0.2452472746372223],
      ...[1.4575984477996826, -0.9189819097518921],
    ]);
    expect(table.scales).toEqual([{ mean: 323125.0625, deviation: expect.closeTo(135068.01845515592, 8) as number }]);
  });

  test('has an indicator of missing numbers, a category for missing words, and zeros for a category that is new.', async () => {
    const table = await prepared(folder, houses, request);
    expect(inputOf(table, 1)).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const city = columnOf(table, 'city');
    expect(city).toMatchObject({ firstInput: 4, width: 4, missing: 1 });
    expect(city.fit).toEqual({ type: 'categorical', categories: ['Aachen, Stadt', 'Bonn', 'Köln'], hasMissing: true });
    const cities = [0, 3, 4, 9].map((row) => rowOf(table, row).slice(4, 8));
    expect(cities).toEqual([
      [0, 1, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 0],
    ]);
    expect(table.notes).toContainEqual(expect.stringMatching(/^city: 2 rows outside .*'Trier', 'Aachen'.* 0 there$/));
  });

  test('names rows that lie far beyond those to train on.', async () => {
    const far = houses.replace('test,110,', 'test,9999,');
    const { notes } = await prepared(folder, far, request);
    expect(notes).toContainEqual(
      'area: 1 row outside of the training rows lies far beyond these (9999, where training has 44 to 120.3): errors there ' +
        'can be large enough to decide an RMSE',
    );
    expect((await prepared(folder, houses, request)).notes.filter((note) => note.includes('beyond'))).toEqual([]);
  });

  test('leaves out rows without a target, and counts them.', async () => {
    const table = await prepared(folder, houses, request);
    expect([...table.sourceRows]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]);
    expect([...table.parts.test]).toEqual([10, 11]);
    expect(table.notes).toContain('1 row without a target is left out');
  });

  test.each([
    ['a number', 'test,110,4,Bonn', 'test,1e6,4,Bonn'],
    ['a category', 'test,110,4,Bonn', 'test,110,4,Aaa'],
    ['a missing cell', 'test,110,4,Bonn', 'test,,,'],
    ['the target', 'false,520000', 'false,-7'],
  ])('learns nothing from a test row: %s there changes no bit of the other rows.', async (_, before, after) => {
    const one = await prepared(folder, houses, request);
    const other = await prepared(folder, houses.replace(before, after), request);
    expect(houses).toContain(before);
    expect(other.inputWidth).toBe(one.inputWidth);
    for (const row of [...one.parts.training, ...one.parts.validation])
      expect(rowOf(other, row)).toEqual(rowOf(one, row));
    expect(other.scales).toEqual(one.scales);
    expect(other.columns.map(({ fit }) => fit)).toEqual(one.columns.map(({ fit }) => fit));
  });

  // The widths of diamonds: 6 numbers and categories of 5, 7 and 8 values make 26 inputs.
  test('has one input for each number and each category.', async () => {
    const text = csv('a,b,c,d,e,f,cut,color,clarity,price', 400, (row) => {
      const numbers = [1, 2, 3, 4, 5, 6].map((factor) => Math.sin(row * factor).toFixed(3));
      return [...numbers, `cut${row % 5}`, `color${row % 7}`, `clarity${row % 8}`, row * row].join(',');
    });
    const table = await prepared(folder, text, { targets: ['price'] });
    expect(table.inputWidth).toBe(26);
    expect(table.columns.map(({ width }) => width)).toEqual([1, 1, 1, 1, 1, 1, 5, 7, 8, 1]);
    expect(table.columns.map(({ firstInput }) => firstInput)).toEqual([0, 1, 2, 3, 4, 5, 6, 11, 18, 0]);
  });

  test('standardises numbers of any size.', async () => {
    const sizes = ['1e300', '1e-300', '1e9'];
    for (const size of sizes) {
      const text = csv(
        'part,x,y',
        20,
        (row) => `${['train', 'test'][row % 2]},${(row % 4) * Number(size)},${row * 1.5}`,
      );
      const table = await prepared(folder, text, { targets: ['y'], splitColumn: 'part' });
      const training = [...table.parts.training].map((row) => Math.abs(rowOf(table, row)[0]!));
      // The training rows hold one of two values, as far from their mean as their standard deviation.
      for (const input of training) expect(input).toBeGreaterThan(0.5);
      expect(Math.max(...training)).toBeLessThan(1.6);
    }
  });

  test('has no input of a column that is constant on the training rows, and says so.', async () => {
    const text = csv('part,x,one,word,empty,y', 20, (row) =>
      [
        row < 14 ? 'train' : row < 17 ? 'valid' : 'testing',
        Math.sin(row),
        row < 14 ? 1 : 2,
        'same',
        '',
        row * row,
      ].join(','),
    );
    const table = await prepared(folder, text, { targets: ['y'], splitColumn: 'part' });
    expect(table.inputWidth).toBe(1);
    expect(table.columns.map(({ role }) => role)).toEqual([
      'split',
      'input',
      'left out',
      'left out',
      'left out',
      'target',
    ]);
    expect(table.notes).toEqual(
      expect.arrayContaining([
        'one is left out: it is 1 on all training rows',
        "word is left out: it is 'same' on all training rows",
      ]),
    );
  });
});

describe('A warning is given', () => {
  const text = (cell: (row: number) => string | number, target: (row: number) => string | number) =>
    csv('x,leak,target', 60, (row) => `${Math.sin(row * 7)},${cell(row)},${target(row)}`);
  const number = (row: number) => row * row;
  const word = (row: number) => ['low', 'high', 'mid'][row % 3]!;

  test.each<[string, string, RegExp | null]>([
    ['a column equals the target', text(number, number), /^warning: leak equals the target 'target'; .*--drop leak/],
    ['a column is a linear function of it', text((row) => 3 - 2 * row * row, number), /leak correlates .* by -1\.0/],
    [
      'a category belongs to each class',
      text((row) => `is ${word(row)}`, word),
      /leak has a value of its own for each class/,
    ],
    ['a number belongs to each class', text((row) => row % 3, word), /leak has a value of its own for each class/],
    ['nothing, where a column is only near it', text((row) => row * row + 90 * Math.sin(row), number), null],
    ['nothing, where one category has another class', text((row) => (row % 10 === 9 ? 'x' : word(row)), word), null],
    [
      'a column counts the rows',
      text(
        (row) => row + 5,
        (row) => Math.sin(row),
      ),
      /^warning: leak counts the rows/,
    ],
  ])('where %s.', async (_, content, expected) => {
    const { notes } = await prepared(folder, content, { targets: ['target'] });
    const warnings = notes.filter((note) => note.startsWith('warning'));
    expect(warnings).toEqual(expected === null ? [] : [expect.stringMatching(expected)]);
  });

  test('for an identifier, and an index without a name is left out.', async () => {
    const content = csv(',user_id,x,y', 30, (row) => `${row},${(row * 7919) % 1000},${Math.sin(row)},${row % 4}.5`);
    const table = await prepared(folder, content, { targets: ['y'] });
    expect(table.inputWidth).toBe(2);
    expect(table.notes).toEqual([
      'column 1 is left out: it has no name and counts the rows',
      expect.stringMatching(/^warning: user_id has another whole number in every row; .*--drop user_id/),
    ]);
  });
});
