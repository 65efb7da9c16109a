package dev.orbit.transport.resolver;

import java.util.List;
import javax.naming.NamingException;

/** Asks the DNS one question. */
interface DnsLookup {
  /** What is asked for. */
  enum RecordType {
    A,
    AAAA,
    SRV
  }

  /**
   * The records of a name, in the text form of zone files; none if there is no such name or no such
   * record of it. Blocks, within a bound.
   *
   * @throws NamingException if no server gives an answer
   */
  List<String> find(String name, RecordType type) throws NamingException;
}
