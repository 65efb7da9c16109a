'use strict';

const { after, before, test } = require('node:test');
const assert = require('node:assert/strict');
const { randomUUID } = require('node:crypto');
const { Connection } = require('../client.js');

const address = process.env.ORBIT_ADDRESS;
let connection;

before(() => {
  assert.ok(address, 'ORBIT_ADDRESS must be the host:port of a node that runs the bank');
  connection = new Connection(address);
});

after(() => connection?.close());

/** An account that no other run has used. */
const freshKey = () => ({ string_key: `node-${randomUUID()}` });

const deposit = (key, cents, target) =>
  connection.invoke(key, 'deposit', JSON.stringify([randomUUID(), cents]), target);

function valueOf(content) {
  assert.equal(content.content, 'invocation_response', JSON.stringify(content));
  return JSON.parse(content.invocation_response.value);
}

function descriptionOf(content) {
  assert.equal(content.content, 'invocation_response_error', JSON.stringify(content));
  assert.ok(content.invocation_response_error.description.length > 0);
  return content.invocation_response_error.description;
}

test('asks which node it talks to, on its own and over the stream', async () => {
  const alone = await connection.info();
  const streamed = await connection.send({ content: { info_request: {} } });

  assert.ok(alone.key.length > 0);
  assert.ok(alone.namespace.length > 0);
  assert.equal(streamed.content, 'info_response');
  assert.deepEqual(streamed.info_response.node_id, alone);
});

test('calls an actor without naming a target', async () => {
  const key = freshKey();

  const balance = valueOf(await deposit(key, 500));
  const again = valueOf(await connection.invoke(key, 'balance', ''));

  assert.equal(balance, 500);
  assert.equal(again, 500);
});

test('calls an actor through the node it names, directly and by a route', async () => {
  const node = await connection.info();
  const key = freshKey();

  const direct = valueOf(await deposit(key, 1, { unicast_target: { target: node } }));
  const routed = valueOf(await deposit(key, 1, { routed_unicast_target: { target: [node] } }));

  assert.equal(direct, 1);
  assert.equal(routed, 2);
});

test('gets its answers in the order of its calls', async () => {
  const key = freshKey();

  const balances = await Promise.all(Array.from({ length: 300 }, () => deposit(key, 1)));

  assert.deepEqual(balances.map(valueOf), Array.from({ length: 300 }, (_, i) => i + 1));
});

test('calls many actors at once', async () => {
  const keys = Array.from({ length: 100 }, freshKey);

  const balances = await Promise.all(keys.map((key, i) => deposit(key, i + 1)));

  assert.deepEqual(balances.map(valueOf), keys.map((_, i) => i + 1));
});

test('gets what the actor throws with the words of its platform', async () => {
  const key = freshKey();

  const content = await connection.invoke(key, 'withdraw', JSON.stringify([randomUUID(), 100]));

  descriptionOf(content);
  assert.match(content.invocation_response_error.platform, /InsufficientFundsException/);
  assert.equal(valueOf(await connection.invoke(key, 'balance', '[]')), 0);
});

const refused = [
  ['a wrong method', 'nothing', '[]', /nothing/],
  ['malformed JSON', 'deposit', '["a", ', /bank\.Account\.deposit/],
  ['text that is no JSON', 'deposit', 'deposit 5', /bank\.Account\.deposit/],
  ['arguments that are no array', 'deposit', '{"cents": 5}', /array/],
  ['too few arguments', 'deposit', '["a"]', /2 arguments/],
  ['too many arguments', 'deposit', '["a", 1, 2]', /2 arguments/],
  ['an argument of another type', 'deposit', '["a", "five"]', /parameter 2/],
  ['a fraction for an integer', 'deposit', '["a", 1.5]', /parameter 2/],
  ['null for a number', 'deposit', '["a", null]', /parameter 2/],
];

for (const [what, method, args, reason] of refused) {
  test(`refuses ${what} and goes on`, async () => {
    const key = freshKey();

    const content = await connection.invoke(key, method, args);

    assert.match(descriptionOf(content), reason);
    assert.equal(valueOf(await deposit(key, 3)), 3);
  });
}

test('refuses an unknown actor type', async () => {
  const content = await connection.invoke(freshKey(), 'deposit', '[]', undefined, 'no.such.Type');

  assert.match(descriptionOf(content), /no\.such\.Type/);
});

test('refuses a key of another kind than the type has', async () => {
  const content = await connection.invoke({ int32_key: 5 }, 'balance', '[]');

  assert.match(descriptionOf(content), /bank\.Account/);
});

const malformed = [
  ['no content', {}],
  ['an invocation of nothing', { content: { invocation_request: { method: 'balance' } } }],
  [
    'an invocation without a key',
    { content: { invocation_request: { reference: { addressable_type: 'bank.Account' }, method: 'balance' } } },
  ],
  [
    'a target that names no node',
    { target: { unicast_target: {} }, content: { info_request: {} } },
  ],
];

for (const [what, message] of malformed) {
  test(`answers ${what} by an error and goes on`, async () => {
    const content = await connection.send(message);

    assert.match(content.content, /error/, JSON.stringify(content));
    assert.ok(content[content.content].description.length > 0);
    assert.equal(valueOf(await deposit(freshKey(), 3)), 3);
  });
}

test('answers a call to a node that does not exist by an error', async () => {
  const { namespace } = await connection.info();
  const target = { unicast_target: { target: { key: 'nobody', namespace } } };

  const content = await deposit(freshKey(), 1, target);

  assert.match(content.content, /error/, JSON.stringify(content));
  assert.match(content[content.content].description, /nobody/);
});

test('got nothing that it did not ask for', () => {
  assert.deepEqual(connection.strays, []);
});
