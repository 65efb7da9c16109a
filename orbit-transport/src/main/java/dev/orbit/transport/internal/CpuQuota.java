package dev.orbit.transport.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether Linux limits the processor time of this process, as it does for a container with a CPU
 * limit: what is used for nothing is missing later, and then all threads stop for up to 100 ms.
 * Reads the control groups of the process and those around them, versions 1 and 2 (cgroups(7),
 * "cpu.max" of the kernel's cgroup-v2 documentation).
 */
final class CpuQuota {
  private record Hierarchy(String mount, String file) {}

  private static final List<Hierarchy> HIERARCHIES =
      List.of(
          new Hierarchy("sys/fs/cgroup", "cpu.max"),
          new Hierarchy("sys/fs/cgroup/unified", "cpu.max"),
          new Hierarchy("sys/fs/cgroup/cpu", "cpu.cfs_quota_us"),
          new Hierarchy("sys/fs/cgroup/cpu,cpuacct", "cpu.cfs_quota_us"));

  private CpuQuota() {}

  /** Whether there is one; false too where the system has no control groups. */
  static boolean isSet() {
    return isSet(Path.of("/"));
  }

  static boolean isSet(Path root) {
    try {
      for (String line : Files.readAllLines(root.resolve("proc/self/cgroup"))) {
        // hierarchy number:controllers:path, of which only the path may have colons
        String[] parts = line.split(":", 3);
        if (parts.length == 3 && isSetIn(root, parts[2])) {
          return true;
        }
      }
    } catch (IOException _) {
      // No Linux, or none that tells.
    }
    return false;
  }

  private static boolean isSetIn(Path root, String group) {
    for (Hierarchy hierarchy : HIERARCHIES) {
      Path mount = root.resolve(hierarchy.mount);
      // In a container the path may be the host's, of which only the end is mounted: the groups
      // around it that are not there are passed over.
      Path inside = mount.resolve(group.substring(group.startsWith("/") ? 1 : 0)).normalize();
      for (@Nullable Path each = inside;
          each != null && each.startsWith(mount);
          each = each.getParent()) {
        if (limits(each.resolve(hierarchy.file))) {
          return true;
        }
      }
    }
    return false;
  }

  /** "max 100000" and "-1" are without a limit. */
  private static boolean limits(Path file) {
    try {
      String quota = Files.readString(file).strip();
      return !quota.isEmpty() && Character.isDigit(quota.charAt(0));
    } catch (IOException _) {
      return false;
    }
  }
}
