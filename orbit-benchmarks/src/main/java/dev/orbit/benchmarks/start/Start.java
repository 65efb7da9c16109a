package dev.orbit.benchmarks.start;

/**
 * One start, in milliseconds since the command was given, and in milliseconds of processor time
 * until the call through the last node was answered.
 *
 * @param startingMillis until it began to start nodes
 * @param readyMillis until it said that all nodes are ready
 * @param answeredMillis until a call through each node was answered
 * @param commandCpuMillis of the command itself, with what it called
 * @param nodeCpuMillis of a node, on average
 */
record Start(
    double startingMillis,
    double readyMillis,
    double answeredMillis,
    double commandCpuMillis,
    double nodeCpuMillis) {
  double nodesMillis() {
    return readyMillis - startingMillis;
  }

  @Override
  public String toString() {
    return "starting %.0f ready %.0f answered %.0f, processor: command %.0f node %.0f"
        .formatted(startingMillis, readyMillis, answeredMillis, commandCpuMillis, nodeCpuMillis);
  }
}
