package dev.orbit.runtime.state;

/** Carries operations out on a database, atomically one by one. */
interface SqlSession extends AutoCloseable {
  /**
   * Carries one out; durable when it returns.
   *
   * @throws dev.orbit.api.error.StorageException if it was refused or its outcome is not known
   */
  <R> R execute(Operation<R> operation);

  @Override
  void close();
}
