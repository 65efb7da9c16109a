package dev.orbit.transport.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether Linux limits the processor time of this process, as it does for a container with a CPU
 * limit: what is used for nothing is missing later, and then all threads stop until the next
 * period, 100 ms by default. Reads the control group of the process and those around it, of version
 * 1 or 2 (cgroups(7); "CPU Interface Files" of the kernel's cgroup-v2 documentation; "CFS Bandwidth
 * Control").
 */
final class CpuQuota {
  /** Where a hierarchy may be mounted, and the file of a group that has its quota. */
  private record Hierarchy(List<String> mounts, String file) {}

  private static final Hierarchy UNIFIED =
      new Hierarchy(List.of("sys/fs/cgroup", "sys/fs/cgroup/unified"), "cpu.max");

  private static final Hierarchy CPU =
      new Hierarchy(List.of("sys/fs/cgroup/cpu", "sys/fs/cgroup/cpu,cpuacct"), "cpu.cfs_quota_us");

  private CpuQuota() {}

  /** Whether there is one; false too where the system has no control groups. */
  static boolean isSet() {
    return isSet(Path.of("/"));
  }

  static boolean isSet(Path root) {
    try {
      return Files.readAllLines(root.resolve("proc/self/cgroup")).stream()
          // Number, controllers and path; only the path may have colons.
          .map(line -> line.split(":", 3))
          .filter(group -> group.length == 3)
          .anyMatch(group -> isSet(root, group[1], group[2]));
    } catch (IOException _) {
      // No Linux, or one that does not tell.
      return false;
    }
  }

  private static boolean isSet(Path root, String controllers, String path) {
    if (controllers.isEmpty()) {
      return isSet(root, UNIFIED, path);
    }
    return List.of(controllers.split(",")).contains("cpu") && isSet(root, CPU, path);
  }

  private static boolean isSet(Path root, Hierarchy hierarchy, String path) {
    for (String directory : hierarchy.mounts) {
      Path mount = root.resolve(directory);
      // In a container the path may be the host's, of which only the end is mounted: the groups
      // that are not there are passed over.
      Path own = mount.resolve(path.substring(path.startsWith("/") ? 1 : 0)).normalize();
      for (@Nullable Path group = own;
          group != null && group.startsWith(mount);
          group = group.getParent()) {
        if (limits(group.resolve(hierarchy.file))) {
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
