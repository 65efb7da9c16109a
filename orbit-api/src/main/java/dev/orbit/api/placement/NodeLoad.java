package dev.orbit.api.placement;

/**
 * What a node has to do at one moment.
 *
 * @param cpu the share of the machine's processors that is in use, 0 to 1; 0 where the system does
 *     not tell
 * @param activations how many actors it has in memory
 * @param calls how many calls wait or run on it, or wait on it for answers of others
 */
public record NodeLoad(double cpu, int activations, int calls) {
  public NodeLoad {
    if (!(cpu >= 0 && cpu <= 1)) {
      throw new IllegalArgumentException("cpu is %s; allowed is 0 to 1".formatted(cpu));
    }
    if (activations < 0 || calls < 0) {
      throw new IllegalArgumentException(
          "activations is %d and calls %d; the least is 0".formatted(activations, calls));
    }
  }

  /** The same with so many more activations. */
  public NodeLoad withMore(int placed) {
    return new NodeLoad(cpu, (int) Math.min(Integer.MAX_VALUE, (long) activations + placed), calls);
  }
}
