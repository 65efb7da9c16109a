package dev.orbit.transport.resolver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.naming.NamingException;

/** A zone that the test writes, and what was asked of it. */
final class FakeDns implements DnsLookup {
  private final Map<String, List<String>> records = new HashMap<>();
  private final List<String> questions = new ArrayList<>();
  private String silentAbout = "nothing";

  void put(String name, RecordType type, String... data) {
    records.put(type + " " + name, List.of(data));
  }

  void remove(String name, RecordType type) {
    records.remove(type + " " + name);
  }

  /** Names that end like this get no answer. */
  void silentAbout(String end) {
    silentAbout = end;
  }

  /** The questions since this was asked last. */
  List<String> questions() {
    List<String> asked = List.copyOf(questions);
    questions.clear();
    return asked;
  }

  @Override
  public List<String> find(String name, RecordType type) throws NamingException {
    questions.add(type + " " + name);
    if (name.endsWith(silentAbout)) {
      throw new NamingException("timeout");
    }
    return records.getOrDefault(type + " " + name, List.of());
  }

  @Override
  public String toString() {
    return "fake";
  }
}
