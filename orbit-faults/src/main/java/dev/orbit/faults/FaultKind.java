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
  DELAY,
  /** {@link Fault.Leave}. */
  LEAVE;

  /** All of them but {@link #LEAVE}, which only some processes have an answer to. */
  public static Set<FaultKind> all() {
    return EnumSet.complementOf(EnumSet.of(LEAVE));
  }

  /** The kind of a fault. */
  public static FaultKind of(Fault fault) {
    return switch (fault) {
      case Fault.Kill _ -> KILL;
      case Fault.Pause _ -> PAUSE;
      case Fault.Leave _ -> LEAVE;
      case Fault.PowerLoss _ -> POWER_LOSS;
      case Fault.LyingDisk _ -> LYING_DISK;
      case Fault.FullDisk _ -> FULL_DISK;
      case Fault.SlowDisk _ -> SLOW_DISK;
      case Fault.WallJump _ -> WALL_JUMP;
      case Fault.Cut _ -> CUT;
      case Fault.CutOneWay _ -> CUT_ONE_WAY;
      case Fault.Split _ -> SPLIT;
      case Fault.Loss _ -> LOSS;
      case Fault.Delay _ -> DELAY;
    };
  }
}
