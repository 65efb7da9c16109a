package dev.orbit.transport.resolver;

import dev.orbit.api.address.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.stream.Collectors;
import javax.naming.Context;
import javax.naming.InvalidNameException;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/**
 * Asks through the DNS provider of the JDK, past the JVM's own cache of addresses.
 *
 * <p>A context is made for each question: contexts must not be shared by threads, cost little
 * beside a question, and read the system's list of servers when they are made. The provider asks by
 * UDP, again by TCP when an answer was cut short, and each server in turn. Thread-safe.
 */
final class JndiDnsLookup implements DnsLookup {
  private static final String FACTORY = "com.sun.jndi.dns.DnsContextFactory";

  private final String url;
  private final String timeoutMillis;
  private final String attempts;

  JndiDnsLookup(List<Endpoint> servers, Duration timeout, int attempts) {
    this.url =
        servers.isEmpty()
            ? "dns:"
            : servers.stream().map(server -> "dns://" + server).collect(Collectors.joining(" "));
    this.timeoutMillis = Long.toString(timeout.toMillis());
    this.attempts = Integer.toString(attempts);
  }

  // JNDI is dangerous where names choose the provider, as `ldap:...` does: here it is fixed, and
  // nothing but names of the DNS gets through.
  @Override
  @SuppressWarnings("BanJNDI")
  public List<String> find(String name, RecordType type) throws NamingException {
    if (!DnsNames.isName(name)) {
      throw new InvalidNameException("'%s' is no name of the DNS".formatted(name));
    }
    InitialDirContext context = new InitialDirContext(settings());
    try {
      // One type at a time: for several, the provider would ask for all there is of a name, which
      // many servers refuse.
      Attribute records = context.getAttributes(name, new String[] {type.name()}).get(type.name());
      return records == null ? List.of() : texts(records);
    } catch (NameNotFoundException e) {
      return List.of();
    } finally {
      context.close();
    }
  }

  @SuppressWarnings("JdkObsolete") // JNDI takes no other table.
  private Hashtable<String, String> settings() {
    Hashtable<String, String> settings = new Hashtable<>();
    settings.put(Context.INITIAL_CONTEXT_FACTORY, FACTORY);
    settings.put(Context.PROVIDER_URL, url);
    settings.put("com.sun.jndi.dns.timeout.initial", timeoutMillis);
    settings.put("com.sun.jndi.dns.timeout.retries", attempts);
    return settings;
  }

  private static List<String> texts(Attribute records) throws NamingException {
    List<String> texts = new ArrayList<>(records.size());
    for (Object record : Collections.list(records.getAll())) {
      texts.add(String.valueOf(record));
    }
    return texts;
  }

  @Override
  public String toString() {
    return url;
  }
}
