package io.directord.verbs.builtin;

import io.directord.common.component.PlanException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.Locale;
import java.util.Map;

/**
 * The proxy for a URL, as curl and most programs find it: by {@code http_proxy}, {@code
 * https_proxy}, {@code all_proxy} and {@code no_proxy}.
 *
 * @param authorization a header for the proxy, or null
 * @param said addition to messages; empty without a proxy
 */
record ProxyOf(Proxy proxy, String authorization, String said) {
  private static final ProxyOf NONE = new ProxyOf(Proxy.NO_PROXY, null, "");
  private static final int SOCKS_PORT = 1080;

  /**
   * @throws PlanException if the variable's value is not a proxy
   */
  static ProxyOf url(HttpUrl url, Map<String, String> variables) throws PlanException {
    String scheme = url.url().getProtocol();
    String address = first(variables, scheme + "_proxy", "all_proxy");
    if (address.isEmpty() || isExempt(url, first(variables, "no_proxy"))) {
      return NONE;
    }
    boolean socks = address.startsWith("socks");
    String http = address.replaceFirst("^socks[0-9a-z]*://", "http://");
    HttpUrl proxy = HttpUrl.parse(http.contains("://") ? http : "http://" + http);
    int port = proxy.url().getPort();
    int otherwise = socks ? SOCKS_PORT : proxy.url().getDefaultPort();
    String host = proxy.url().getHost();
    return new ProxyOf(
        new Proxy(
            socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP,
            new InetSocketAddress(host, port < 0 ? otherwise : port)),
        proxy.authorization(),
        " (by the proxy " + proxy.url().getAuthority() + ")");
  }

  /**
   * In lower case, else in upper case, except HTTP_PROXY, which a client can set in a CGI script.
   */
  private static String first(Map<String, String> variables, String... names) {
    for (String name : names) {
      String upper = name.equals("http_proxy") ? name : name.toUpperCase(Locale.ROOT);
      String value = variables.getOrDefault(name, variables.getOrDefault(upper, ""));
      if (!value.isBlank()) {
        return value.strip();
      }
    }
    return "";
  }

  private static boolean isExempt(HttpUrl url, String list) {
    String host = url.url().getHost().toLowerCase(Locale.ROOT);
    int port = url.url().getPort() < 0 ? url.url().getDefaultPort() : url.url().getPort();
    for (String word : list.toLowerCase(Locale.ROOT).split("[\\s,]+")) {
      String name = word.replaceFirst(":" + port + "$", "").replaceFirst("^\\.", "");
      if (word.equals("*") || !name.isEmpty() && (host.equals(name) || host.endsWith("." + name))) {
        return true;
      }
    }
    return false;
  }
}
