package dev.orbit.transport.resolver;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What records say, from their text form. A record that makes no sense is passed over: one bad line
 * of a zone must not hide the others.
 */
final class DnsRecords {
  private static final Logger log = LoggerFactory.getLogger(DnsRecords.class);

  private static final Comparator<Service> BEST_FIRST =
      Comparator.comparingInt(Service::priority)
          .thenComparing(Comparator.comparingInt(Service::weight).reversed())
          .thenComparingInt(Service::port);

  private record Service(int priority, int weight, int port, String target) {}

  private DnsRecords() {}

  /** The addresses of A or AAAA records in numeric order. */
  static List<String> addresses(List<String> records) {
    List<InetAddress> addresses = new ArrayList<>();
    for (String record : records) {
      try {
        addresses.add(InetAddress.ofLiteral(record));
      } catch (IllegalArgumentException e) {
        log.debug("resolver=dns record=\"{}\" is no address", record, e);
      }
    }
    addresses.sort((a, b) -> Arrays.compareUnsigned(a.getAddress(), b.getAddress()));
    return addresses.stream().map(InetAddress::getHostAddress).toList();
  }

  /**
   * The ports of SRV records by the host they point at; of several for one host that of the lowest
   * priority, then of the highest weight.
   */
  static Map<String, Integer> ports(List<String> records) {
    Map<String, Service> best = new HashMap<>();
    for (String record : records) {
      try {
        Service service = service(record);
        best.merge(service.target(), service, (a, b) -> BEST_FIRST.compare(a, b) <= 0 ? a : b);
      } catch (IllegalArgumentException e) {
        log.debug("resolver=dns record=\"{}\" is no SRV record", record, e);
      }
    }
    Map<String, Integer> ports = new HashMap<>();
    best.forEach((host, service) -> ports.put(host, service.port()));
    return Map.copyOf(ports);
  }

  private static Service service(String record) {
    String[] parts = record.strip().split("\\s+", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException("%d parts instead of 4".formatted(parts.length));
    }
    int port = Integer.parseInt(parts[2]);
    String target = DnsNames.plain(parts[3]);
    if (port < 1 || port > 65_535 || !DnsNames.isName(target)) {
      throw new IllegalArgumentException("a service that is not there");
    }
    return new Service(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), port, target);
  }
}
