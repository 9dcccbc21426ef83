package io.directord.verbs.builtin;

import io.directord.common.component.PlanException;
import io.directord.common.job.UrlPasswords;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * An http or https URL.
 *
 * @param url without user and password
 * @param authorization the header made of user and password, or null
 * @param shown the URL as written, without the password
 */
record HttpUrl(URL url, String authorization, String shown) {

  /**
   * @throws PlanException if it is not a URL; the message does not contain a password
   */
  static HttpUrl parse(String written) throws PlanException {
    String shown = UrlPasswords.hidden(written);
    try {
      URL url = new URL(written);
      boolean http = url.getProtocol().equals("http") || url.getProtocol().equals("https");
      if (!http || url.getHost().isEmpty() || url.getPort() > 0xffff) {
        throw new PlanException("'" + shown + "' is not an http or https URL");
      }
      if (!written.matches("[\\x21-\\x7e]+")) {
        throw new PlanException(
            "'" + shown + "' is not an http or https URL: write other characters as %XX");
      }
      // The fragment is not sent.
      URL plain = new URL(url.getProtocol(), url.getHost(), url.getPort(), url.getFile());
      return new HttpUrl(plain, authorization(url), shown);
    } catch (MalformedURLException e) {
      throw new PlanException(
          "'" + shown + "' is not an http or https URL, such as http://host:8080/health", e);
    }
  }

  private static String authorization(URL url) throws PlanException {
    if (url.getUserInfo() == null) {
      return null;
    }
    try {
      // A plus is not a space here.
      String user =
          URLDecoder.decode(url.getUserInfo().replace("+", "%2B"), StandardCharsets.UTF_8);
      String both = user.indexOf(':') < 0 ? user + ":" : user;
      return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new PlanException("user and password of a URL are written with %XX", e);
    }
  }
}
