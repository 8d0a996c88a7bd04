import assert from 'node:assert/strict';
import {test} from 'node:test';

import {inTurn} from '../../pages/plot/turns.js';

test('one plot is drawn after the other, in the order in which they asked', async () => {
  const order = [];
  const draw = async (name) => {
    const release = await inTurn();
    order.push(`${name} begins`);
    await Promise.resolve();
    order.push(`${name} is drawn`);
    release();
  };
  await Promise.all(['first', 'second', 'third'].map(draw));
  assert.deepEqual(order, ['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} is drawn`]));
});
