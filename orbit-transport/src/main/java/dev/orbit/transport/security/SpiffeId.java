package dev.orbit.transport.security;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * The name of a workload, as {@code spiffe://example.org/orbit/shop/node/node-1}.
 *
 * @param trustDomain whose authority vouches for it: lower-case letters, digits, {@code . - _}
 * @param path what the authority calls it, with a leading slash; never empty
 */
public record SpiffeId(String trustDomain, String path) {
  /** The longest, in characters. */
  public static final int MAX_LENGTH = 2048;

  private static final Pattern DOMAIN = Pattern.compile("[a-z0-9._-]{1,255}");
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._-]+)+");

  public SpiffeId {
    if (!DOMAIN.matcher(trustDomain).matches()) {
      throw new IllegalArgumentException("'%s' is no trust domain".formatted(trustDomain));
    }
    if (!PATH.matcher(path).matches() || path.contains("/./") || path.contains("/../")) {
      throw new IllegalArgumentException("'%s' is no path of a SPIFFE ID".formatted(path));
    }
    if ("spiffe://".length() + trustDomain.length() + path.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("longer than %d characters".formatted(MAX_LENGTH));
    }
  }

  /**
   * The ID that {@code text} says.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static SpiffeId parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("'%s' is no URI".formatted(text), e);
    }
    if (!"spiffe".equals(uri.getScheme())
        || uri.getRawAuthority() == null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("'%s' is not spiffe://domain/path".formatted(text));
    }
    return new SpiffeId(uri.getRawAuthority(), uri.getRawPath());
  }

  @Override
  public String toString() {
    return "spiffe://" + trustDomain + path;
  }
}
