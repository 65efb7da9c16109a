package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuQuotaTest {
  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    // version 2: the own group, one around it, a container that sees itself as the root
    "0::/a/b, sys/fs/cgroup/a/b/cpu.max, 50000 100000, true",
    "0::/a/b, sys/fs/cgroup/a/cpu.max, 50000 100000, true",
    "0::/, sys/fs/cgroup/cpu.max, 150000 100000, true",
    "0::/a/b, sys/fs/cgroup/a/b/cpu.max, max 100000, false",
    "0::/a/b, sys/fs/cgroup/other/cpu.max, 50000 100000, false",
    "0::/a, sys/fs/cgroup/unified/a/cpu.max, 50000 100000, true",
    // version 1
    "4:cpu:/a, sys/fs/cgroup/cpu/a/cpu.cfs_quota_us, 50000, true",
    "'4:cpu,cpuacct:/a', 'sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us', 50000, true",
    "4:cpu:/a, sys/fs/cgroup/cpu/a/cpu.cfs_quota_us, -1, false",
    // a group of that name, but not one of the hierarchy that the process is in by it
    "8:pids:/a, sys/fs/cgroup/cpu/a/cpu.cfs_quota_us, 50000, false",
    "4:cpu:/a, sys/fs/cgroup/a/cpu.max, 50000 100000, false",
    "0::/a, sys/fs/cgroup/cpu/a/cpu.cfs_quota_us, 50000, false",
    "3:cpuset:/a, sys/fs/cgroup/cpu/a/cpu.cfs_quota_us, 50000, false",
    // the host's path in a container, of which the last group is mounted as the root
    "4:cpu:/docker/0f3c, sys/fs/cgroup/cpu/cpu.cfs_quota_us, 50000, true",
    // what no kernel writes
    "garbage, sys/fs/cgroup/cpu.max, 50000 100000, false",
    "0::/../.., sys/fs/cgroup/cpu.max, 50000 100000, false",
    "0::/a, sys/fs/cgroup/a/cpu.max, '', false",
  })
  void isReadFromTheControlGroups(String groups, String file, String quota, boolean set)
      throws IOException {
    write("proc/self/cgroup", groups);
    write(file, quota);

    assertThat(CpuQuota.isSet(root)).isEqualTo(set);
  }

  @Test
  void isNotThereWithoutControlGroups() {
    assertThat(CpuQuota.isSet(root)).isFalse();
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text + "\n");
  }
}
