package dev.orbit.faults;

import java.util.EnumSet;
import java.util.Set;

/** Kinds of {@link Fault}, for a suite to choose from. */
public enum FaultKind {
  /** {@link Fault.Kill}. */
  KILL,
  /** {@link Fault.Pause}. */
  PAUSE,
  /** {@link Fault.PowerLoss}. */
  POWER_LOSS,
  /** {@link Fault.LyingDisk}. */
  LYING_DISK,
  /** {@link Fault.FullDisk}. */
  FULL_DISK,
  /** {@link Fault.SlowDisk}. */
  SLOW_DISK,
  /** {@link Fault.WallJump}. */
  WALL_JUMP,
  /** {@link Fault.Cut}. */
  CUT,
  /** {@link Fault.CutOneWay}. */
  CUT_ONE_WAY,
  /** {@link Fault.Split}. */
  SPLIT,
  /** {@link Fault.Loss}. */
  LOSS,
  /** {@link Fault.Delay}. */
  DELAY;

  /** All of them. */
  public static Set<FaultKind> all() {
    return EnumSet.allOf(FaultKind.class);
  }
}
