package dev.orbit.benchmarks.agreement;

import dev.orbit.api.address.Endpoint;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The voters of a run by number, and where each is found. */
record Group(List<Endpoint> endpoints) {
  /** One on this machine. */
  static Group of(List<String> ports) {
    return new Group(
        ports.stream().map(port -> new Endpoint("127.0.0.1", Integer.parseInt(port))).toList());
  }

  static String name(String number) {
    return "v" + number;
  }

  Endpoint at(String number) {
    return endpoints.get(Integer.parseInt(number));
  }

  SortedMap<String, Endpoint> voters() {
    SortedMap<String, Endpoint> voters = new TreeMap<>();
    for (int i = 0; i < endpoints.size(); i++) {
      voters.put(name(Integer.toString(i)), endpoints.get(i));
    }
    return voters;
  }
}
