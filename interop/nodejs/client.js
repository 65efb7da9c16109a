'use strict';

const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const ANSWER_WITHIN_MS = 15_000;

const definition = loader.loadSync('orbit/shared/connection.proto', {
  includeDirs: [path.join(__dirname, 'protos')],
  keepCase: true,
  longs: Number,
  enums: String,
  oneofs: true,
});
const { ConnectionService } = grpc.loadPackageDefinition(definition).orbit.shared;

/** One connection to one node, with the stream that carries calls. */
class Connection {
  #client;
  #stream;
  #waiting = new Map();
  #nextId = 1;
  strays = [];

  constructor(address) {
    this.#client = new ConnectionService(address, grpc.credentials.createInsecure());
    this.#stream = this.#client.openStream();
    this.#stream.on('data', (message) => this.#received(message));
    this.#stream.on('error', (error) => this.#broken(error));
    this.#stream.on('end', () => this.#broken(new Error('the node has ended the stream')));
  }

  /** The id of the node at the other end. */
  info() {
    return new Promise((resolve, reject) => {
      this.#client.getConnectionInfo({}, { deadline: Date.now() + ANSWER_WITHIN_MS }, (error, answer) =>
        error ? reject(error) : resolve(answer.node_id));
    });
  }

  /** Sends a message and gives the content of its answer. */
  send(message) {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`message ${id} was not answered within ${ANSWER_WITHIN_MS} ms`));
      }, ANSWER_WITHIN_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#stream.write({ ...message, message_id: id });
    });
  }

  /** Calls a method of an account and gives the content of the answer; args is text, sent as it is. */
  invoke(key, method, args, target, type = 'bank.Account') {
    const reference = { addressable_type: type, key };
    return this.send({ target, content: { invocation_request: { reference, method, arguments: args } } });
  }

  close() {
    this.#stream.end();
    this.#client.close();
  }

  #received(message) {
    const waiting = this.#waiting.get(message.message_id);
    if (waiting === undefined) {
      this.strays.push(message);
      return;
    }
    this.#waiting.delete(message.message_id);
    clearTimeout(waiting.timer);
    waiting.resolve(message.content);
  }

  #broken(error) {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
  }
}

module.exports = { Connection };
